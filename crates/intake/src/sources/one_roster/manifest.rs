//! `manifest.csv`: which files a package has, and how they are to be read.

use std::{collections::BTreeMap, io::Read};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{
    csv,
    layout::{self, FILES, File},
};
use crate::{
    csv_file::{check_utf8, unreadable},
    draft::Draft,
    files::Files,
    records::{Record, Records},
    suggest,
};

pub(super) const MANIFEST: &str = "manifest.csv";

/// Spreadsheets take the `.0` away.
const MANIFEST_VERSIONS: [&str; 2] = ["1.0", "1"];
const VERSIONS: [&str; 2] = ["1.1", "1.2"];

/// Values by property, each with its line.
type Properties = BTreeMap<String, (String, u64)>;

/// What a file has rows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// All that there is.
    Bulk,
    /// What changed since an earlier package.
    Delta,
}

/// A file of the package that is to be read.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) layout: &'static File,
    /// As it is called in the package.
    pub(super) name: String,
    pub(super) mode: Mode,
}

/// The files of the package that are to be read, in the order of [`FILES`]. What makes the package unfit goes to
/// [`Draft::refuse`].
pub(super) fn read(files: &Files, draft: &mut Draft<'_>) -> Vec<Listed> {
    let Some(name) = find(files, MANIFEST) else { return without_manifest(files, draft) };
    let name = name.to_owned();
    let mut properties = Properties::new();
    let opened = files.open(&name, &mut |source| match read_properties(draft, &name, source) {
        Ok(read) => properties = read,
        Err(diagnostics) => diagnostics.into_iter().for_each(|diagnostic| draft.refuse(diagnostic)),
    });
    if let Err(diagnostic) = opened {
        draft.refuse(*diagnostic);
    }
    if properties.is_empty() {
        return Vec::new();
    }
    check_version(&properties, "manifest.version", &MANIFEST_VERSIONS, draft);
    check_version(&properties, "oneroster.version", &VERSIONS, draft);
    check_strangers(files, draft);
    let listed: Vec<Listed> = FILES.iter().filter_map(|file| file_to_read(file, files, &properties, draft)).collect();
    let deltas = listed.iter().filter(|listed| listed.mode == Mode::Delta).count();
    if (1..listed.len()).contains(&deltas) {
        draft.note(&mixed_package());
    }
    listed
}

/// Without a manifest nobody says whether the files hold everything or what changed. Where no file has a `status`, as
/// School Data Sync writes them, no row can say that it is gone: they hold everything.
fn without_manifest(files: &Files, draft: &mut Draft<'_>) -> Vec<Listed> {
    let mut listed = Vec::new();
    let mut any_status = false;
    for layout in FILES {
        let Some(name) = find(files, &format!("{}.csv", layout.name)) else { continue };
        let mut names = Vec::new();
        let opened = files.open(name, &mut |source| {
            let mut records = Records::new(source, draft.options.limits.field_bytes);
            // What is wrong with the header is told when the file is read.
            names = csv::begin(draft, name, &mut records, &mut Record::default()).unwrap_or_default();
        });
        if let Err(diagnostic) = opened {
            draft.refuse(*diagnostic);
        }
        any_status |= names.iter().any(|column| column.eq_ignore_ascii_case("status"));
        listed.push(Listed { layout, name: name.to_owned(), mode: Mode::Bulk });
    }
    if any_status || listed.is_empty() {
        draft.refuse(missing_manifest());
        return Vec::new();
    }
    let told = missing_manifest();
    let help = "no file has a column `status`, so that all of them are read as bulk";
    draft.note(&Diagnostic { severity: Severity::Warning, ..told }.help(help));
    check_strangers(files, draft);
    listed
}

/// The file of that name, whatever its case.
fn find<'f>(files: &'f Files, name: &str) -> Option<&'f str> {
    files.names().find(|file| file.eq_ignore_ascii_case(name))
}

fn read_properties(draft: &mut Draft<'_>, file: &str, source: &mut dyn Read) -> Result<Properties, Vec<Diagnostic>> {
    let mut records = Records::new(source, draft.options.limits.field_bytes);
    let mut record = Record::default();
    let mut names = csv::begin(draft, file, &mut records, &mut record)?;
    while names.len() > 2 && names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["propertyName", "value"] => {}
        ["propertyName", "propertyValue"] => draft.note(&value_column(file)),
        _ => return Err(vec![wrong_header(file, &names)]),
    }
    let mut properties = Properties::new();
    while records.next(&mut record).map_err(|error| vec![unreadable(file, &error)])? {
        check_utf8(file, &record).map_err(|diagnostic| vec![*diagnostic])?;
        let (name, value) = (record.text(0).to_owned(), record.text(1).to_owned());
        let first = properties.insert(name.clone(), (value.clone(), record.line));
        if first.is_some_and(|(first, _)| first != value) {
            return Err(vec![property_twice(file, record.line, &name)]);
        }
    }
    Ok(properties)
}

fn check_version(properties: &Properties, name: &str, known: &[&str], draft: &mut Draft<'_>) {
    let (value, place) = match properties.get(name) {
        Some((value, _)) if known.contains(&value.as_str()) => return,
        Some((value, line)) => (value.as_str(), Place::line(MANIFEST, *line)),
        None => ("", Place::file(MANIFEST)),
    };
    let message = format!("the package is of another `{name}`");
    draft.refuse(
        Diagnostic::new("unknown_version", Severity::Fatal, place.column(name), message)
            .value(value)
            .expected(known.iter().map(|version| format!("`{version}`")).collect::<Vec<_>>().join(" or ")),
    );
}

/// How the file is to be read, if it is.
fn file_to_read(
    layout: &'static File,
    files: &Files,
    properties: &Properties,
    draft: &mut Draft<'_>,
) -> Option<Listed> {
    let listed = |name: &str, mode| Listed { layout, name: name.to_owned(), mode };
    let expected = format!("{}.csv", layout.name);
    let found = find(files, &expected);
    let property = format!("file.{}", layout.name);
    let Some((mode, line)) = properties.get(&property) else {
        let message = "the manifest does not name the file; it is read as bulk";
        draft.note(&not_in_manifest(found?, message, Severity::Warning));
        return found.map(|name| listed(name, Mode::Bulk));
    };
    let place = Place::line(MANIFEST, *line).column(&property);
    match (mode.as_str(), found) {
        ("bulk" | "delta", Some(found)) => {
            if found != expected {
                draft.note(&other_case(found, &expected));
            }
            return Some(listed(found, if mode == "delta" { Mode::Delta } else { Mode::Bulk }));
        }
        ("bulk" | "delta", None) => {
            draft.refuse(missing_file(place, &expected, suggest::nearest(&expected, files.names())));
        }
        ("absent", None) => {}
        ("absent", Some(found)) => {
            let message = "the manifest says that the file is absent; it is not read";
            draft.note(&not_in_manifest(found, message, Severity::Warning));
        }
        _ => draft.refuse(unknown_mode(place, mode)),
    }
    None
}

/// Says which files are none of a package.
fn check_strangers(files: &Files, draft: &mut Draft<'_>) {
    for name in files.names().filter(|name| !name.eq_ignore_ascii_case(MANIFEST)) {
        let stem = name.rsplit_once('.').filter(|(_, end)| end.eq_ignore_ascii_case("csv")).map(|(stem, _)| stem);
        if stem.and_then(layout::named).is_none() {
            draft.note(&not_in_manifest(name, "OneRoster has no file of this name; it is not read", Severity::Note));
        }
    }
}

fn fatal(code: &str, place: Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, Severity::Fatal, place, message)
}

fn missing_manifest() -> Diagnostic {
    fatal("missing_manifest", Place::file(MANIFEST), "the OneRoster package has no `manifest.csv`")
        .expected("`manifest.csv` beside the other files")
        .help("export the whole package again; the manifest says which of its files are complete")
}

fn wrong_header(file: &str, names: &[String]) -> Diagnostic {
    fatal("wrong_manifest_header", Place::line(file, 1), "the header of the manifest is another")
        .value(&names.join(","))
        .expected("`propertyName,value`")
}

fn value_column(file: &str) -> Diagnostic {
    let message = "the second column is called `value`; it is read as that";
    Diagnostic::new("misspelled_column", Severity::Warning, Place::line(file, 1), message).value("propertyValue")
}

fn property_twice(file: &str, line: u64, name: &str) -> Diagnostic {
    fatal("property_twice", Place::line(file, line), "the manifest says two things of one property").value(name)
}

fn missing_file(place: Place, file: &str, likely: Option<&str>) -> Diagnostic {
    let diagnostic = fatal("missing_file", place, format!("the manifest names `{file}`, which is not in the package"));
    match likely {
        Some(likely) => diagnostic.help(format!("is it the one called `{likely}`?")),
        None => diagnostic,
    }
}

fn mixed_package() -> Diagnostic {
    let message = "some files hold everything and some what changed; all of them are read as what changed";
    Diagnostic::new("mixed_package", Severity::Warning, Place::file(MANIFEST), message)
        .expected("`bulk` for all files, or `delta` for all")
}

fn unknown_mode(place: Place, mode: &str) -> Diagnostic {
    fatal("unknown_mode", place, "this is no way in which a file can be there")
        .value(mode)
        .expected("`bulk`, `delta` or `absent`")
}

fn not_in_manifest(file: &str, message: &str, severity: Severity) -> Diagnostic {
    Diagnostic::new("manifest_differs", severity, Place::file(file), message)
}

fn other_case(found: &str, expected: &str) -> Diagnostic {
    let message = format!("the file is called `{expected}`; it is read as that");
    Diagnostic::new("misspelled_file", Severity::Warning, Place::file(found), message)
}
