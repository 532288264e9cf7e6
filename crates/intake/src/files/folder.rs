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

/// How far below the folder files are looked for.
const DEPTH: usize = 3;

/// Lists the files of a folder and of folders within it, these as `within/name`.
pub(super) fn list(path: &Path, source: &str, limits: &Limits) -> Result<Files, Refusal> {
    let path = path.canonicalize().map_err(|error| failed(source, &error))?;
    let mut entries = BTreeMap::new();
    walk(&path, "", DEPTH, source, limits, &mut entries)?;
    Ok(Files { entries, store: Store::Folder(Folder { path }) })
}

fn walk(
    root: &Path,
    within: &str,
    depth: usize,
    source: &str,
    limits: &Limits,
    entries: &mut BTreeMap<String, Entry>,
) -> Result<(), Refusal> {
    for entry in fs::read_dir(root.join(within)).map_err(|error| failed(source, &error))? {
        let entry = entry.map_err(|error| failed(source, &error))?;
        let own = entry.file_name().to_string_lossy().into_owned();
        if is_litter(&own) {
            continue;
        }
        let name = if within.is_empty() { own } else { format!("{within}/{own}") };
        let target = entry.path().canonicalize().map_err(|error| failed(&name, &error))?;
        if !target.starts_with(root) {
            let diagnostic = fatal("link_leads_outside", Place::file(&name), "a link leads out of the folder");
            return Err(Refusal::new(diagnostic.expected("the file itself")));
        }
        let metadata = target.metadata().map_err(|error| failed(&name, &error))?;
        if metadata.is_file() {
            entries.insert(name, Entry { size: metadata.len(), index: 0 });
        } else if metadata.is_dir() && depth > 0 {
            walk(root, &name, depth - 1, source, limits, entries)?;
        }
        if entries.len() > limits.files {
            return Err(Refusal::new(too_many_files(source, limits.files)));
        }
    }
    Ok(())
}

fn failed(name: &str, error: &io::Error) -> Refusal {
    Refusal::new(fatal("cannot_read", Place::file(name), format!("cannot read: {error}")))
}

impl Folder {
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) fn open(&self, name: &str, reader: &mut dyn FnMut(&mut dyn Read)) -> Result<(), String> {
        let mut file = File::open(self.path.join(name)).map_err(|error| format!("cannot open: {error}"))?;
        reader(&mut file);
        Ok(())
    }
}
