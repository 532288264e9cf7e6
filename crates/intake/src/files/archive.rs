//! The files of a zip archive, which is not believed in anything that it says of itself.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use waymark_diagnostics::{Diagnostic, Place};
use zip::{ZipArchive, result::ZipError};

use super::{Entry, Files, Store, duplicate_file, fatal, is_litter, too_many_files};
use crate::{options::Limits, reading::Refusal};

pub(super) struct Archive {
    zip: RefCell<ZipArchive<BufReader<File>>>,
}

/// Whether the file begins as a zip archive does, or is called one.
pub(super) fn is_archive(path: &Path) -> bool {
    let mut first = [0; 4];
    let begins = File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first[..2] == *b"PK";
    begins || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// Lists the files of an archive. A single folder around all of them is overlooked.
pub(super) fn list(path: &Path, source: &str, limits: &Limits) -> Result<Files, Refusal> {
    let place = || Place::file(source);
    let damaged = |error: ZipError| {
        let diagnostic = fatal("damaged_archive", place(), format!("the archive cannot be read: {error}"));
        Refusal::new(diagnostic.help("it may have been cut off on its way; fetch it again"))
    };
    let file = File::open(path)
        .map_err(|error| Refusal::new(fatal("cannot_read", place(), format!("cannot open: {error}"))))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if zip.len() > limits.files {
        return Err(Refusal::new(too_many_files(source, limits.files)));
    }
    let declared = declared_entries(path, zip.comment().len());
    if declared.is_some_and(|declared| usize::from(declared) != zip.len()) {
        return Err(Refusal::new(duplicate_file(source, "the archive lists a name twice")));
    }
    let mut entries = BTreeMap::new();
    let mut unpacked = 0_u64;
    for index in 0..zip.len() {
        let file = zip.by_index_raw(index).map_err(damaged)?;
        let name = file.name().replace('\\', "/");
        check_path(source, &name)?;
        if file.is_dir() || is_litter(&name) {
            continue;
        }
        let at = || Place::file(format!("{source}/{name}"));
        if file.is_symlink() {
            return Err(Refusal::new(fatal("link_in_archive", at(), "a link stands in the archive")));
        }
        if file.encrypted() {
            let diagnostic = fatal("encrypted_archive", at(), "the archive is locked with a password");
            return Err(Refusal::new(diagnostic.expected("an archive without a password")));
        }
        if Path::new(&name).extension().is_some_and(is_archive_extension) {
            let diagnostic = fatal("nested_archive", at(), "an archive stands within the archive");
            return Err(Refusal::new(diagnostic.expected("the files themselves")));
        }
        unpacked = unpacked.saturating_add(file.size());
        let ratio = file.size() / file.compressed_size().max(1);
        let packed_too_well = file.size() > Limits::RATIO_FROM_BYTES && ratio > limits.unpacked_ratio;
        if packed_too_well || unpacked > limits.unpacked_bytes {
            return Err(Refusal::new(archive_too_large(at(), limits)));
        }
        let entry = Entry { size: file.size(), index };
        if entries.insert(name.clone(), entry).is_some() {
            return Err(Refusal::new(duplicate_file(source, &format!("`{name}`"))));
        }
    }
    Ok(Files { entries: without_folder(entries), store: Store::Archive(Archive { zip: RefCell::new(zip) }) })
}

impl Archive {
    pub(super) fn open(&self, index: usize, size: u64, reader: &mut dyn FnMut(&mut dyn Read)) -> Result<(), String> {
        let mut zip = self.zip.borrow_mut();
        let file = zip.by_index(index).map_err(|error| format!("cannot unpack: {error}"))?;
        reader(&mut Bounded { source: file, left: size });
        Ok(())
    }
}

/// How many entries the end of the archive declares; the library keeps one of each name without a word.
fn declared_entries(path: &Path, comment: usize) -> Option<u16> {
    const END_RECORD: usize = 22;
    const TOTAL_ENTRIES: usize = 10;
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.checked_sub((END_RECORD + comment) as u64)?)).ok()?;
    let mut record = [0; END_RECORD];
    file.read_exact(&mut record).ok()?;
    let count = u16::from_le_bytes([record[TOTAL_ENTRIES], record[TOTAL_ENTRIES + 1]]);
    // A larger archive says all ones here and counts elsewhere.
    (record.starts_with(b"PK\x05\x06") && count != u16::MAX).then_some(count)
}

fn check_path(source: &str, name: &str) -> Result<(), Refusal> {
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive || name.contains('\0') || name.split('/').any(|part| part == "..") {
        let diagnostic = fatal("climbing_path", Place::file(source), "a path in the archive leads out of it");
        return Err(Refusal::new(diagnostic.value(name).expected("paths within the archive")));
    }
    Ok(())
}

fn is_archive_extension(extension: &std::ffi::OsStr) -> bool {
    ["zip", "gz", "tgz", "7z", "rar", "tar", "xz", "zst", "bz2"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

fn archive_too_large(place: Place, limits: &Limits) -> Diagnostic {
    fatal("archive_too_large", place, "the archive unpacks to more than can be honest").expected(format!(
        "at most {} bytes in all, and {} times the packed size",
        limits.unpacked_bytes, limits.unpacked_ratio
    ))
}

/// The names without the folder that all of them stand in, where there is one.
fn without_folder(entries: BTreeMap<String, Entry>) -> BTreeMap<String, Entry> {
    let folders: BTreeSet<Option<&str>> =
        entries.keys().map(|name| name.split_once('/').map(|(folder, _)| folder)).collect();
    let Some(folder) = folders.first().copied().flatten().filter(|_| folders.len() == 1).map(str::to_owned) else {
        return entries;
    };
    let rest = |name: String| name[folder.len() + 1..].to_owned();
    entries.into_iter().map(|(name, entry)| (rest(name), entry)).collect()
}

/// Gives no more bytes than the archive declared.
struct Bounded<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let too_much = || io::Error::new(io::ErrorKind::InvalidData, "it unpacks to more than the archive says");
        self.left = self.left.checked_sub(read as u64).ok_or_else(too_much)?;
        Ok(read)
    }
}
