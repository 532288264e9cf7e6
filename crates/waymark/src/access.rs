//! Where it is written down what was shown: for each person on this machine, JSON lines in a file; for people with accounts,
//! the audit log.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use chrono::Utc;
use datafusion::arrow::array::RecordBatch;
use serde::Serialize;
use waymark_accounts::{Accounts, Event};
use waymark_disclosure::{Access, AccessLog, AccessLogError};

use crate::{
    data_folder::who,
    failure::{Failure, Kind},
};

/// What was shown to whoever sits at this machine, a line each.
pub(crate) struct Log {
    folder: PathBuf,
}

#[derive(Serialize)]
struct Line<'a> {
    folder: &'a Path,
    #[serde(flatten)]
    access: &'a Access,
}

impl Log {
    /// A log of what is shown of the data in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Writes down that rows of the tables themselves were shown. A query may name a student, so its text is not kept.
    ///
    /// # Errors
    /// The log cannot be written; what cannot be logged is not shown.
    pub(crate) async fn rows(&self, what: &str, rows: &[RecordBatch], snapshot: i64) -> Result<(), Failure> {
        let shown: usize = rows.iter().map(RecordBatch::num_rows).sum();
        let (at, who, rulebook) = (Utc::now(), who(), String::new());
        let what = format!("{what}, {shown} rows");
        let access = Access { at, who, what, why: String::new(), cells: 0, students: 0, rulebook, snapshot };
        self.record(access, &[]).await.map_err(|error| Failure::new(Kind::Storage, error.to_string()))
    }

    /// The log of this person, or where there is no place for one, of the data folder. It does not belong there: every
    /// file of that folder is searched for a student who was erased, and a line may have an identifier's text for
    /// something else.
    fn open(&self) -> io::Result<File> {
        let append = |path: PathBuf| OpenOptions::new().create(true).append(true).open(path);
        let own = directories::ProjectDirs::from("", "", "waymark").and_then(|dirs| {
            let folder = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned();
            fs::create_dir_all(&folder).ok()?;
            append(folder.join("access.jsonl")).ok()
        });
        own.map_or_else(|| append(self.folder.join("waymark.access.jsonl")), Ok)
    }
}

#[async_trait::async_trait]
impl AccessLog for Log {
    async fn record(&self, access: Access, _: &[&str]) -> Result<(), AccessLogError> {
        let line = Line { folder: &self.folder, access: &access };
        let write = || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            let line = serde_json::to_string(&line)? + "\n";
            Ok(self.open()?.write_all(line.as_bytes())?)
        };
        write().map_err(AccessLogError)
    }
}

/// What was shown to people with accounts, with the students whom they saw.
pub(crate) struct AuditLog {
    accounts: Accounts,
}

impl AuditLog {
    pub(crate) fn new(accounts: Accounts) -> Self {
        Self { accounts }
    }
}

#[async_trait::async_trait]
impl AccessLog for AuditLog {
    async fn record(&self, access: Access, students: &[&str]) -> Result<(), AccessLogError> {
        let Access { who, what, why, cells, rulebook, snapshot, .. } = access;
        let event = Event::new(waymark_accounts::Kind::Seen, who, format!("{what} ({rulebook}, snapshot {snapshot})"));
        let recorded = self.accounts.record(event.why(why).cells(cells), students).await;
        recorded.map_err(|error| AccessLogError(error.into()))
    }
}
