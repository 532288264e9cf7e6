//! The mappings that are kept in the data folder, a file each.

use std::{fs, path::Path};

use waymark_diagnostics::Severity;
use waymark_intake::{Limits, Look, Mapping, is_known_source, look};
use waymark_terms::SchoolYear;

use crate::failure::{Failure, Kind};

/// The folder within the data folder.
const FOLDER: &str = "mappings";

/// The mapping that a source is read by: the one that is named, or else the one that was kept for the same columns.
/// None where the source tells by itself what its columns mean.
///
/// # Errors
/// The named one cannot be read; nobody knows what the columns mean; nobody said which school year they are about.
pub(crate) fn for_source(
    data: &Path,
    path: &Path,
    named: Option<&Path>,
    year: Option<SchoolYear>,
) -> Result<Option<Mapping>, Failure> {
    let mut mapping = match named {
        Some(file) => read(file)?,
        None if is_known_source(path, &Limits::default())? => return Ok(None),
        None => {
            let look = look(path, &Limits::default())?;
            let sheets = || look.sheets.iter();
            let known = |mapping: &Mapping| sheets().all(|sheet| mapping.knows(&sheet.headers));
            match kept(data).into_iter().find(known).filter(|_| sheets().next().is_some()) {
                Some(mapping) => mapping,
                // Files that are no table at all are told by the reader of bundles.
                None if sheets().next().is_none() => return Ok(None),
                None => return Err(not_mapped(path, &look)),
            }
        }
    };
    if let Some(year) = year {
        mapping.school_year = Some(year.to_string());
    }
    let asked = mapping.problems().into_iter().any(|problem| problem.column == "school_year");
    if asked && mapping.problems().len() == 1 {
        return Err(Failure::user("which school year are the files about? Their rows do not say it")
            .hint("name it with --school-year 2024-25"));
    }
    Ok(Some(mapping))
}

/// The mappings that were kept, the latest first.
pub(crate) fn kept(data: &Path) -> Vec<Mapping> {
    let Ok(entries) = fs::read_dir(data.join(FOLDER)) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"))
        .map(|entry| (entry.metadata().and_then(|metadata| metadata.modified()).ok(), entry.path()))
        .collect();
    files.sort();
    files.into_iter().rev().filter_map(|(_, path)| read(&path).ok()).collect()
}

/// Keeps a mapping for the next files with the same columns. The school year is another one then, and examples are of
/// students: neither is kept.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn keep(data: &Path, mapping: &Mapping) -> Result<(), Failure> {
    let folder = data.join(FOLDER);
    let file = folder.join(format!("{}.toml", name_of(mapping)));
    let kept = Mapping { school_year: None, ..mapping.without_examples() };
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(&folder)?;
        let made = tempfile::NamedTempFile::new_in(&folder)?;
        fs::write(made.path(), kept.to_toml())?;
        made.persist(&file)?;
        Ok(())
    };
    write().map_err(|error| Failure::new(Kind::Storage, format!("`{}`: {error}", file.display())))
}

/// One name for the mappings of the same columns.
fn name_of(mapping: &Mapping) -> String {
    let letters = |text: &str| {
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect::<String>()
    };
    let mut headers: Vec<&str> =
        mapping.sources.iter().flat_map(|source| &source.headers).map(String::as_str).collect();
    headers.sort_unstable();
    // FNV-1a: the same on every machine, and there is nobody to be kept from finding another of the same sum.
    let sum = headers
        .join("\u{1f}")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{}-{:08x}", letters(&mapping.title).trim_matches('-'), sum & 0xffff_ffff)
}

/// Reads a mapping.
///
/// # Errors
/// There is no such file, or it is no mapping.
pub(crate) fn read(file: &Path) -> Result<Mapping, Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?;
    Mapping::parse(&file.display().to_string(), &text).map_err(|found| Failure::mapping(file, found))
}

fn not_mapped(path: &Path, look: &Look) -> Failure {
    let names: Vec<String> = look.sheets.iter().map(|sheet| format!("`{}`", sheet.label)).collect();
    let worst = look.said.iter().filter(|said| said.severity == Severity::Fatal).count();
    let message = if worst > 0 {
        format!("`{}` has files that cannot be read", path.display())
    } else {
        format!("nobody said yet what the columns of {} mean", names.join(", "))
    };
    Failure::new(Kind::Data, message).hint(format!(
        "`waymark map {} --output mapping.toml` proposes it; correct it, and import again with --mapping mapping.toml",
        path.display()
    ))
}
