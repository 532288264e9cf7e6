//! Reading what was published: release folders, and tables of others.

mod folder;
mod layout;
mod scheme;
mod table;
mod texts;
mod told;

use std::path::{Path, PathBuf};

pub(crate) use scheme::{Programs, Scheme, Zeros};
pub(crate) use texts::Texts;
pub(crate) use told::{Share, Told};

/// Something that was published: a release folder, or one table.
#[derive(Clone, Debug)]
pub struct Publication {
    pub(crate) name: String,
    pub(crate) scheme: Scheme,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) programs: Vec<Program>,
    pub(crate) texts: Texts,
    pub(crate) rows: Vec<Row>,
    /// Rows whose counts do not grow from one to the next.
    pub(crate) sorted: Vec<Vec<u32>>,
    /// Symbols for what is hidden, and in how many cells each stands.
    pub(crate) symbols: Vec<(String, usize)>,
    pub(crate) notes: Vec<String>,
}

impl Publication {
    /// Reads a release folder, or a table as a CSV file, with its layout where `FILE.toml` stands beside `FILE.csv`.
    ///
    /// # Errors
    /// What cannot be read, or does not say what it should.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        if path.is_dir() { folder::read(path) } else { table::read(path) }
    }

    /// What it is called in reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was assumed of it that it does not say itself.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Counts below this are hidden in it; 0 where it does not say.
    pub fn minimum(&self) -> i64 {
        self.scheme.policy.minimum
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) name: String,
    pub(crate) kind: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) id: String,
    pub(crate) cluster: String,
}

/// A row of the measures table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Report year, measure, variant, organization, program, subgroup.
    pub(crate) at: [u32; 6],
    pub(crate) denominator: Told,
    pub(crate) numerator: Told,
    pub(crate) share: Option<Share>,
}

/// Why a publication cannot be attacked.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file does not say what it should.
    #[error("`{}`{}: {what}", path.display(), line.map(|line| format!(" line {line}")).unwrap_or_default())]
    Content {
        /// Which.
        path: PathBuf,
        /// Where in it.
        line: Option<u64>,
        /// What is wrong.
        what: String,
    },
}

impl ReadError {
    fn content(path: &Path, line: Option<u64>, what: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), line, what: what.into() }
    }

    fn csv(path: &Path, error: csv::Error) -> Self {
        let line = error.position().map(csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::File { path: path.to_owned(), error },
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Self::content(path, line, format!("{len} cells where the header has {expected_len}"))
            }
            _ => Self::content(path, line, "not UTF-8"),
        }
    }
}

/// A CSV file and where its columns stand.
pub(crate) struct Sheet {
    path: PathBuf,
    columns: Vec<String>,
    reader: csv::Reader<std::fs::File>,
    record: csv::StringRecord,
}

impl Sheet {
    pub(crate) fn open(path: &Path) -> Result<Self, ReadError> {
        let mut reader = csv::Reader::from_path(path).map_err(|error| ReadError::csv(path, error))?;
        let header = reader.headers().map_err(|error| ReadError::csv(path, error))?;
        let columns = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        Ok(Self { path: path.to_owned(), columns, reader, record: csv::StringRecord::new() })
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(crate) fn column(&self, name: &str) -> Result<usize, ReadError> {
        let place = self.columns.iter().position(|column| column == name);
        place.ok_or_else(|| ReadError::content(&self.path, Some(1), format!("no column `{name}`")))
    }

    pub(crate) fn next(&mut self) -> Result<bool, ReadError> {
        self.reader.read_record(&mut self.record).map_err(|error| ReadError::csv(&self.path, error))
    }

    pub(crate) fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    pub(crate) fn wrong(&self, what: impl Into<String>) -> ReadError {
        ReadError::content(&self.path, self.record.position().map(csv::Position::line), what)
    }
}
