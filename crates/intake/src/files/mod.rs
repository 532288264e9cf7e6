//! The files of a source, in a folder or in an archive, none of them able to lead elsewhere.

mod archive;
mod folder;

use std::{collections::BTreeMap, io::Read, path::Path};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{options::Limits, reading::Refusal, sheets::open};

/// The files of a source.
pub(crate) struct Files {
    entries: BTreeMap<String, Entry>,
    store: Store,
}

struct Entry {
    size: u64,
    /// Its place in the archive.
    index: usize,
}

enum Store {
    Folder(folder::Folder),
    Archive(archive::Archive),
}

impl Files {
    /// Lists the files at `path`, a folder or a zip archive.
    pub(crate) fn find(path: &Path, limits: &Limits) -> Result<Self, Refusal> {
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into_owned();
        let metadata = path
            .metadata()
            .map_err(|error| Refusal::new(fatal("cannot_read", Place::file(&name), format!("cannot read: {error}"))))?;
        let files = if metadata.is_dir() {
            folder::list(path, &name, limits)?
        } else if metadata.is_file() && archive::is_archive(path) {
            archive::list(path, &name, limits)?
        } else {
            return Err(Refusal::new(not_a_source(&name)));
        };
        files.check_case(&name)?;
        Ok(files)
    }

    /// As [`Self::find`]; a single table is a source too.
    pub(crate) fn find_any(path: &Path, limits: &Limits) -> Result<Self, Refusal> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let single = path.metadata().ok().filter(|metadata| metadata.is_file() && open::is_table(&name));
        let (Some(metadata), Some(folder)) = (single, path.parent()) else { return Self::find(path, limits) };
        let entries = BTreeMap::from([(name, Entry { size: metadata.len(), index: 0 })]);
        Ok(Self { entries, store: Store::Folder(folder::Folder::at(folder)) })
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.keys().map(String::as_str)
    }

    /// The size in bytes of that file, if it is there.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        self.entries.get(name).map(|entry| entry.size)
    }

    /// Hands the bytes of a file to `reader`.
    pub(crate) fn open(&self, name: &str, reader: &mut dyn FnMut(&mut dyn Read)) -> Result<(), Box<Diagnostic>> {
        let Some(entry) = self.entries.get(name) else {
            return Err(Box::new(fatal("missing_file", Place::file(name), format!("there is no file `{name}`"))));
        };
        let opened = match &self.store {
            Store::Folder(folder) => folder.open(name, reader),
            Store::Archive(archive) => archive.open(entry.index, entry.size, reader),
        };
        opened.map_err(|message| Box::new(fatal("cannot_read", Place::file(name), message)))
    }

    /// Two names that differ in case only are one file on some machines and two on others.
    fn check_case(&self, source: &str) -> Result<(), Refusal> {
        let mut seen = BTreeMap::new();
        for name in self.names() {
            if let Some(other) = seen.insert(name.to_lowercase(), name) {
                return Err(Refusal::new(duplicate_file(source, &format!("`{other}` and `{name}`"))));
            }
        }
        Ok(())
    }
}

/// Whether an operating system leaves files of that name behind, which are nobody's data.
fn is_litter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.split('/').any(|part| part == "__MACOSX")
        || last.starts_with('.')
        || last.starts_with("~$")
        || last.eq_ignore_ascii_case("thumbs.db")
        || last.eq_ignore_ascii_case("desktop.ini")
}

fn fatal(code: &str, place: Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, Severity::Fatal, place, message)
}

fn not_a_source(name: &str) -> Diagnostic {
    let diagnostic = fatal("not_a_source", Place::file(name), "this is neither a folder nor a zip archive")
        .expected("a folder of files, or a zip archive of it");
    if Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
        diagnostic.help("name the folder that the file lies in")
    } else {
        diagnostic
    }
}

fn too_many_files(name: &str, limit: usize) -> Diagnostic {
    fatal("too_many_files", Place::file(name), "there are too many files in it").expected(format!("at most {limit}"))
}

fn duplicate_file(source: &str, names: &str) -> Diagnostic {
    fatal("duplicate_file", Place::file(source), format!("two files have one name: {names}"))
        .expected("every file once, whether its name is written in capitals or not")
}
