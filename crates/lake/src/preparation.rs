//! Imports that are being read and have stored nothing yet: what is known of one that never came to storing.

use std::fs::{self, File, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::batch::Kind;
use crate::error::At;
use crate::lock::Intent;
use crate::{Lake, LakeError};

const PREFIX: &str = "waymark.reading.";
const SUFFIX: &str = ".json";

/// An import that is under way. It is forgotten when this is dropped; if its process is killed before, the next
/// [`Lake::open`] tells of it ([`Notice::Unfinished`](crate::Notice::Unfinished)).
#[derive(Debug)]
pub struct Preparation {
    path: PathBuf,
    /// Locked as long as the process lives.
    _file: File,
}

impl Drop for Preparation {
    fn drop(&mut self) {
        // What cannot be removed is told of at the next start, which is not wrong enough to fail for.
        let _ = fs::remove_file(&self.path);
    }
}

impl Lake {
    /// Says that an import is being read, which may take minutes in which nothing is stored.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn prepare(&self, by: &str, at: DateTime<Utc>, source: &str) -> Result<Preparation, LakeError> {
        let intent = Intent { batch: 0, kind: Kind::Import, by: by.to_owned(), at, source: source.to_owned() };
        let path = self.dir().join(format!("{PREFIX}{}{SUFFIX}", std::process::id()));
        let begin = || {
            let mut file = File::options().create(true).truncate(false).read(true).write(true).open(&path)?;
            file.try_lock().map_err(|error| match error {
                TryLockError::WouldBlock => std::io::Error::other("this process is reading an import already"),
                TryLockError::Error(error) => error,
            })?;
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(&serde_json::to_vec(&intent)?)?;
            Ok(file)
        };
        begin().map(|file| Preparation { path: path.clone(), _file: file }).at(&path)
    }
}

/// What is left of imports whose processes were killed while they read. It is forgotten now.
pub(crate) struct Abandoned {
    pub(crate) told: Vec<String>,
    /// Whether nobody is reading an import, so that no file in the making is anybody's.
    pub(crate) nobody_reads: bool,
}

impl Abandoned {
    pub(crate) fn collect(dir: &Path) -> Result<Self, LakeError> {
        let mut abandoned = Self { told: Vec::new(), nobody_reads: true };
        let mut paths = Vec::new();
        for entry in fs::read_dir(dir).at(dir)? {
            let path = entry.at(dir)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let Ok(file) = File::open(&path) else { continue };
            if file.try_lock().is_err() {
                abandoned.nobody_reads = false;
                continue;
            }
            // A kill between the making and the writing of the file leaves nothing to tell.
            let intent: Option<Intent> = serde_json::from_slice(&fs::read(&path).at(&path)?).ok();
            abandoned.told.extend(intent.map(|intent| intent.to_string()));
            crate::record::remove(&path)?;
        }
        Ok(abandoned)
    }
}
