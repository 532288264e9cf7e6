use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use waymark_diagnostics::{Diagnostic, Severity};
use waymark_disclosure::Door;
use waymark_terms::SchoolYear;

use crate::Imports;

/// What pages need and do not make themselves. The binary implements it over the data folder.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Files on their way into the data folder.
    fn imports(&self) -> &dyn Imports;

    /// The rulebooks to choose from; the first is the one without a choice.
    fn rulebooks(&self) -> Vec<RulebookName>;

    /// The door to the numbers of the newest snapshot, by that rulebook.
    ///
    /// # Errors
    /// No such rulebook; the data folder cannot be read.
    async fn door(&self, rulebook: &str) -> Result<Door, DeskError>;

    /// The door to the numbers as they were after an earlier batch, by that rulebook.
    ///
    /// # Errors
    /// No such rulebook or batch; the data folder cannot be read.
    async fn door_after(&self, rulebook: &str, batch: u64) -> Result<Door, DeskError>;

    /// What is loaded; none before the first import.
    ///
    /// # Errors
    /// The data folder cannot be read.
    async fn loaded(&self) -> Result<Option<Loaded>, DeskError>;

    /// Every organization of the newest snapshot, by identifier.
    ///
    /// # Errors
    /// The data folder cannot be read.
    async fn organizations(&self) -> Result<Vec<Organization>, DeskError>;

    /// Every program of the newest snapshot, by identifier.
    ///
    /// # Errors
    /// The data folder cannot be read.
    async fn programs(&self) -> Result<Vec<Program>, DeskError>;

    /// What was found in the data of the last import, the worst first.
    ///
    /// # Errors
    /// The data folder cannot be read.
    async fn findings(&self) -> Result<Vec<Finding>, DeskError>;

    /// Rows that are set aside, at most `limit` from the `from`th on, the first being 0.
    ///
    /// # Errors
    /// The data folder cannot be read.
    async fn set_aside(&self, from: u64, limit: u64) -> Result<Vec<SetAsideRow>, DeskError>;

    /// Every batch, the newest first.
    ///
    /// # Errors
    /// The data folder cannot be read.
    async fn batches(&self) -> Result<Vec<Batch>, DeskError>;
}

/// Why the desk has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no rulebook of that name.
    #[error("no rulebook `{0}`")]
    NoRulebook(String),
    /// There is no batch of that number, or what it made is no longer kept.
    #[error("no batch {0}")]
    NoBatch(u64),
    /// What was asked for cannot be done.
    #[error("{0}")]
    Refused(String),
    /// The data folder cannot be read.
    #[error("cannot read the data folder: {0}")]
    Storage(Arc<dyn std::error::Error + Send + Sync>),
}

/// A rulebook by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulebookName {
    /// The name by which the command line calls it.
    pub name: String,
    /// What people call it.
    pub title: String,
}

/// What is loaded, in a few numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Organizations of kind `district`.
    pub districts: u64,
    /// Organizations of kind `school` or `career_center`.
    pub schools: u64,
    /// Students.
    pub students: u64,
    /// The school years with enrollments, the oldest first.
    pub years: Vec<SchoolYear>,
    /// The import that made the newest snapshot.
    pub last_import: Option<Batch>,
    /// Findings of the last import by severity, the worst first; none where there are none.
    pub findings: Vec<(Severity, u64)>,
    /// Rows that are set aside.
    pub rows_set_aside: u64,
}

/// An organization by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its identifier.
    pub organization_id: String,
    /// The organization above it.
    pub parent_organization_id: Option<String>,
    /// Its name.
    pub name: String,
    /// `state`, `district`, `school`, `career_center` or `postsecondary`.
    pub kind: String,
}

/// A program by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its identifier.
    pub program_id: String,
    /// Its name.
    pub title: String,
    /// Its career cluster of the 16, if known.
    pub cluster_16: Option<String>,
}

/// All findings of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule, which says what is wrong.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// How many there are.
    pub count: u64,
    /// Why it matters; empty where nobody wrote it down.
    pub reason: String,
    /// The first of them.
    pub examples: Vec<Diagnostic>,
}

/// A row that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAsideRow {
    /// The file that it stood in.
    pub file: String,
    /// Its first line.
    pub line: u64,
    /// Why it could not be used.
    pub reasons: Vec<Diagnostic>,
}

/// A change of the data: all of it or none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub number: u64,
    /// `import`, `undo` or `erase`.
    pub kind: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Where the rows came from; empty where there are none.
    pub source: String,
    /// What was counted, such as rows by table.
    pub counts: Vec<(String, u64)>,
    /// The import that this undo took back.
    pub undoes: Option<u64>,
    /// The undo that took this import back.
    pub undone_by: Option<u64>,
}
