//! What a reading ends in.

use std::{collections::BTreeMap, fmt, sync::Arc};

use arrow_array::RecordBatch;
use serde::Serialize;
use waymark_diagnostics::{Diagnostic, Severity};

use crate::summary::Summary;

/// A source that was read: what can be stored, and all there is to say about the rest.
#[derive(Debug)]
pub struct Reading {
    /// The rows of each table, with the table's `arrow_schema`. A table without rows is not here.
    pub tables: BTreeMap<&'static str, Vec<RecordBatch>>,
    /// The rows that could not be used, in the order of files and lines.
    pub set_aside: Vec<SetAside>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// The files that were read.
    pub files: Vec<FileSummary>,
    /// What the next import is compared with.
    pub summary: Summary,
    /// What the source leaves unsaid.
    pub extent: Extent,
}

/// What it means that a source does not say something (`docs/adr/0002-what-an-import-replaces.md`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// A bundle: what it does not say is not known.
    #[default]
    Whole,
    /// Another format, which has no place for some columns: what is known of them from elsewhere stays.
    Part,
    /// What changed since an earlier export of the same: everything else stays.
    Changes,
}

impl Reading {
    /// How many findings of that severity there are, shown or not.
    pub fn count(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|finding| finding.severity == severity).map(|finding| finding.count).sum()
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, |batches| batches.iter().map(RecordBatch::num_rows).sum())
    }
}

/// A row that could not be used, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The table that it was meant for.
    pub table: &'static str,
    /// The file that it stood in.
    pub file: Arc<str>,
    /// Its first line, the first of the file being 1.
    pub line: u64,
    /// The header of the file.
    pub columns: Arc<[String]>,
    /// The fields, as read; where a check over several rows set the row aside, numbers stand in their shortest form.
    /// A row of the wrong length has more or fewer values than there are columns.
    pub values: Vec<String>,
    /// Why.
    pub reasons: Vec<Diagnostic>,
}

impl SetAside {
    /// The value of a column, if the row has it.
    pub fn value(&self, column: &str) -> Option<&str> {
        let position = self.columns.iter().position(|name| name == column)?;
        self.values.get(position).map(String::as_str)
    }
}

/// What was read of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileSummary {
    /// The file, as its owner names it.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Rows in it.
    pub rows_read: u64,
    /// Rows that can be stored.
    pub rows_kept: u64,
    /// Rows that could not be used.
    pub rows_set_aside: u64,
    /// Rows that say again what another row of the same key says; one of them is kept.
    pub rows_repeated: u64,
}

/// All findings of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was found: the name of the rule, or of what could not be read.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// How many there are.
    pub count: u64,
    /// The first of them, at most [`Finding::SHOWN`].
    pub examples: Vec<Diagnostic>,
}

impl Finding {
    /// How many findings of one kind are shown with their places.
    pub const SHOWN: usize = 100;

    /// How many there are beside those that are shown.
    pub fn hidden(&self) -> u64 {
        self.count - self.examples.len() as u64
    }
}

/// Findings while they are being made.
#[derive(Debug, Default)]
pub(crate) struct Findings(BTreeMap<String, Finding>);

impl Findings {
    pub(crate) fn add(&mut self, diagnostic: &Diagnostic) {
        self.add_with(&diagnostic.code, diagnostic.severity, || diagnostic.clone());
    }

    /// Counts one; `diagnostic` is made only where it will be shown.
    pub(crate) fn add_with(&mut self, code: &str, severity: Severity, diagnostic: impl FnOnce() -> Diagnostic) {
        if !self.0.contains_key(code) {
            let finding = Finding { code: code.to_owned(), severity, count: 0, examples: Vec::new() };
            self.0.insert(code.to_owned(), finding);
        }
        if let Some(finding) = self.0.get_mut(code) {
            finding.count += 1;
            finding.severity = finding.severity.max(severity);
            if finding.examples.len() < Finding::SHOWN {
                finding.examples.push(diagnostic());
            }
        }
    }

    /// Takes over all of another's.
    pub(crate) fn absorb(&mut self, other: Findings) {
        for (code, finding) in other.0 {
            match self.0.get_mut(&code) {
                None => {
                    self.0.insert(code, finding);
                }
                Some(own) => {
                    own.count += finding.count;
                    own.severity = own.severity.max(finding.severity);
                    own.examples.extend(finding.examples);
                    own.examples.truncate(Finding::SHOWN);
                }
            }
        }
    }

    pub(crate) fn into_sorted(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.0.into_values().collect();
        findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.code.cmp(&b.code)));
        for finding in &mut findings {
            finding.examples.sort_by(|a, b| a.place.cmp(&b.place));
        }
        findings
    }
}

/// Why a source was refused as a whole: nothing of it may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reasons, all fatal; at least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl Refusal {
    pub(crate) fn new(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic] }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.diagnostics.as_slice() {
            [] => f.write_str("the import was refused"),
            [only] => write!(f, "{}: {}", only.place, only.message),
            [first, rest @ ..] => write!(f, "{}: {} (and {} more)", first.place, first.message, rest.len()),
        }
    }
}

impl std::error::Error for Refusal {}
