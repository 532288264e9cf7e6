//! One writer at a time, over processes, and what the writer is about.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::LakeError;
use crate::batch::{Kind, Record, rfc3339};
use crate::error::At;
use crate::record;

/// The file that is locked while somebody writes. It stays, and is empty.
pub(crate) const LOCK: &str = "waymark.lock";
/// The file that says what is being written. It is there while somebody writes, or after the writer was killed.
pub(crate) const INTENT: &str = "waymark.writing.json";

const PAUSE: Duration = Duration::from_millis(20);

/// The right to write. It ends when this is dropped, or its process dies.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: File,
}

impl Guard {
    /// The right, if nobody has it.
    ///
    /// # Errors
    /// [`LakeError::ReadOnly`] if the folder cannot be written, [`LakeError::File`] if the lock cannot be used.
    pub(crate) fn try_acquire(dir: &Path) -> Result<Option<Self>, LakeError> {
        let path = dir.join(LOCK);
        let file = match OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                return Err(LakeError::ReadOnly(dir.to_owned()));
            }
            file => file.at(&path)?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(LakeError::File { path, source }),
        }
    }

    /// The right, within the patience.
    ///
    /// # Errors
    /// As [`Self::try_acquire`], and [`LakeError::Busy`] when the patience is over.
    pub(crate) async fn acquire(dir: &Path, patience: Duration) -> Result<Self, LakeError> {
        let begun = Instant::now();
        loop {
            if let Some(guard) = Self::try_acquire(dir)? {
                return Ok(guard);
            }
            if begun.elapsed() >= patience {
                let intent = Intent::load(dir).ok().flatten();
                let holder = intent.map_or_else(|| "another process".to_owned(), |intent| intent.to_string());
                return Err(LakeError::Busy { holder });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// What a writer is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub(crate) batch: u64,
    pub(crate) kind: Kind,
    pub(crate) by: String,
    #[serde(with = "rfc3339")]
    pub(crate) at: DateTime<Utc>,
    pub(crate) source: String,
}

impl Intent {
    fn path(dir: &Path) -> PathBuf {
        dir.join(INTENT)
    }

    pub(crate) fn load(dir: &Path) -> Result<Option<Self>, LakeError> {
        record::load(&Self::path(dir))
    }

    pub(crate) fn save(&self, dir: &Path) -> Result<(), LakeError> {
        record::save(&Self::path(dir), self)
    }

    pub(crate) fn remove(dir: &Path) -> Result<(), LakeError> {
        record::remove(&Self::path(dir))
    }
}

impl From<&Record> for Intent {
    fn from(record: &Record) -> Self {
        let Record { batch, kind, by, at, source, .. } = record.clone();
        Self { batch, kind, by, at, source }
    }
}

impl std::fmt::Display for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` ({}", self.by, self.kind)?;
        if !self.source.is_empty() {
            write!(f, " of `{}`", self.source)?;
        }
        write!(f, ", begun {})", self.at.format("%Y-%m-%d %H:%M:%S UTC"))
    }
}
