//! What was published: the release log, and a copy of every release.
//!
//! A release cannot be taken back. So a new one is judged together with all that the log knows: earlier releases, those
//! that were withdrawn, and what others have published about the same students.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{PublishedRow, folder::published_rows};
use crate::FolderError;

/// An entry of the release log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it, as the log calls them.
    pub who: String,
    /// What they did.
    pub what: What,
    /// The release, or the external table, by name.
    pub name: String,
    /// For whom it is.
    pub audience: String,
    /// By which policy; empty for what others published.
    pub policy: String,
    /// From which data.
    pub snapshot: Option<i64>,
    /// By which definitions.
    pub rulebook: String,
}

/// What was done with a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It was made, and waits for a second person.
    Proposed,
    /// It was given to the public.
    Released,
    /// It is not offered any more; whoever has it keeps it.
    Withdrawn,
    /// Others have published it.
    External,
}

/// Why the release log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A file of it cannot be read or written.
    #[error("cannot use the release log `{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A line of it is none.
    #[error("`{}`, line {line}, is no entry of the release log: {error}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// Why.
        error: serde_json::Error,
    },
    /// A copy of a release cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// What others have published cannot be read.
    #[error(transparent)]
    External(#[from] waymark_attacker::ReadError),
    /// Two releases cannot have one name.
    #[error("there is a release `{0}` already")]
    Taken(String),
    /// There is no such release.
    #[error("no release `{0}`")]
    Unknown(String),
    /// A name that is no word.
    #[error("`{0}` is no name for a release: letters, digits, `.`, `-` and `_`")]
    Name(String),
    /// Whoever proposed a release cannot approve it.
    #[error("`{0}` proposed it; somebody else has to approve it")]
    SamePerson(String),
}

/// The release log of a data folder.
#[derive(Clone, Debug)]
pub struct Ledger {
    folder: PathBuf,
}

impl Ledger {
    /// That of the data folder `data`.
    pub fn new(data: &Path) -> Self {
        Self { folder: data.join("releases") }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log.jsonl")
    }

    /// Everything that was done, in order.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn events(&self) -> Result<Vec<Event>, LedgerError> {
        let path = self.log();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(LedgerError::File { path, error }),
        };
        let event = |(line, text): (usize, &str)| {
            serde_json::from_str(text).map_err(|error| LedgerError::Line { path: path.clone(), line: line + 1, error })
        };
        text.lines().enumerate().map(event).collect()
    }

    /// Writes an entry down.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn add(&self, event: &Event) -> Result<(), LedgerError> {
        let path = self.log();
        let file = |error| LedgerError::File { path: path.clone(), error };
        fs::create_dir_all(&self.folder).map_err(file)?;
        let mut line = serde_json::to_vec(event).map_err(|error| file(error.into()))?;
        line.push(b'\n');
        let mut log = OpenOptions::new().create(true).append(true).open(&path).map_err(file)?;
        log.write_all(&line).and_then(|()| log.sync_data()).map_err(file)
    }

    /// Where the copy of a release, or of an external table, is kept.
    ///
    /// # Errors
    /// A name that is no word.
    pub fn copy(&self, name: &str) -> Result<PathBuf, LedgerError> {
        let letter = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
        if name.is_empty() || name.starts_with('.') || name == "log.jsonl" || !name.chars().all(letter) {
            return Err(LedgerError::Name(name.to_owned()));
        }
        Ok(self.folder.join(name))
    }

    /// A name for a new release.
    ///
    /// # Errors
    /// A name that is no word, or is taken.
    pub fn new_name(&self, name: &str) -> Result<PathBuf, LedgerError> {
        let copy = self.copy(name)?;
        let taken = self.events()?.iter().any(|event| event.name == name);
        if taken { Err(LedgerError::Taken(name.to_owned())) } else { Ok(copy) }
    }

    /// The copies of all that is known to the public, in the order in which it was published: what was withdrawn too.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn public(&self) -> Result<Vec<PathBuf>, LedgerError> {
        let events = self.events()?;
        let known = events.iter().filter(|event| matches!(event.what, What::Released | What::External));
        let path = |event: &Event| {
            let table = self.folder.join(format!("{}.csv", event.name));
            if table.is_file() { Ok(table) } else { self.copy(&event.name) }
        };
        known.map(path).collect()
    }

    /// Every figure of earlier releases.
    ///
    /// # Errors
    /// The log or a copy cannot be read.
    pub fn published_rows(&self) -> Result<Vec<PublishedRow>, LedgerError> {
        let mut rows = Vec::new();
        for event in self.events()?.iter().filter(|event| event.what == What::Released) {
            rows.extend(published_rows(&self.copy(&event.name)?)?);
        }
        Ok(rows)
    }

    /// Keeps a copy of what others have published: a release folder, or a table as a CSV file, with its layout where
    /// `FILE.toml` stands beside `FILE.csv`.
    ///
    /// # Errors
    /// A name that is taken or no word; what cannot be read as a publication, or not be copied.
    pub fn keep_external(&self, name: &str, path: &Path) -> Result<(), LedgerError> {
        let copy = self.new_name(name)?;
        waymark_attacker::Publication::read(path)?;
        let file = |error| LedgerError::File { path: path.to_owned(), error };
        if path.is_dir() {
            return copied(path, &copy).map_err(file);
        }
        fs::create_dir_all(&self.folder).map_err(file)?;
        let layout = path.with_extension("toml");
        if layout.is_file() {
            fs::copy(&layout, self.folder.join(format!("{name}.toml"))).map_err(file)?;
        }
        fs::copy(path, self.folder.join(format!("{name}.csv"))).map(drop).map_err(file)
    }

    /// Gives the copy of a release out: writes its files into `to`.
    ///
    /// # Errors
    /// They cannot be copied.
    pub fn give(&self, name: &str, to: &Path) -> Result<(), LedgerError> {
        copied(&self.copy(name)?, to).map_err(|error| LedgerError::File { path: to.to_owned(), error })
    }

    /// The proposal of that name, if `who` may approve it.
    ///
    /// # Errors
    /// There is none, it was released already, or `who` proposed it.
    pub fn proposal(&self, name: &str, who: &str) -> Result<Event, LedgerError> {
        let events = self.events()?;
        let proposed = events.iter().find(|event| event.name == name && event.what == What::Proposed);
        let proposed = proposed.ok_or_else(|| LedgerError::Unknown(name.to_owned()))?;
        if events.iter().any(|event| event.name == name && event.what == What::Released) {
            return Err(LedgerError::Taken(name.to_owned()));
        }
        if proposed.who == who {
            return Err(LedgerError::SamePerson(who.to_owned()));
        }
        Ok(proposed.clone())
    }
}

fn copied(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
