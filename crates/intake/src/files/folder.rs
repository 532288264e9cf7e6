//! The files of a folder.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use waymark_diagnostics::Place;

use super::{Entry, Files, Store, fatal, is_litter, too_many_files};
use crate::{options::Limits, reading::Refusal};

pub(super) struct Folder {
    path: PathBuf,
}

/// Lists the files of a folder, not those of folders within it.
pub(super) fn list(path: &Path, source: &str, limits: &Limits) -> Result<Files, Refusal> {
    let failed = |name: &str, error: io::Error| {
        Refusal::new(fatal("cannot_read", Place::file(name), format!("cannot read: {error}")))
    };
    let path = path.canonicalize().map_err(|error| failed(source, error))?;
    let mut entries = BTreeMap::new();
    for entry in fs::read_dir(&path).map_err(|error| failed(source, error))? {
        let entry = entry.map_err(|error| failed(source, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_litter(&name) {
            continue;
        }
        let target = entry.path().canonicalize().map_err(|error| failed(&name, error))?;
        if !target.starts_with(&path) {
            let diagnostic = fatal("link_leads_outside", Place::file(&name), "a link leads out of the folder");
            return Err(Refusal::new(diagnostic.expected("the file itself")));
        }
        let metadata = target.metadata().map_err(|error| failed(&name, error))?;
        if metadata.is_file() {
            entries.insert(name, Entry { size: metadata.len(), index: 0 });
        }
        if entries.len() > limits.files {
            return Err(Refusal::new(too_many_files(source, limits.files)));
        }
    }
    Ok(Files { entries, store: Store::Folder(Folder { path }) })
}

impl Folder {
    pub(super) fn open(&self, name: &str, reader: &mut dyn FnMut(&mut dyn Read)) -> Result<(), String> {
        let mut file = File::open(self.path.join(name)).map_err(|error| format!("cannot open: {error}"))?;
        reader(&mut file);
        Ok(())
    }
}
