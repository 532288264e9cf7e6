//! What can go wrong with a lake.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use datafusion_ducklake::DuckLakeError;

/// Why the lake could not do what it was asked. After any of them the last good snapshot stands.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// Somebody else is writing, and did not finish within the patience of this lake.
    #[error("the data folder is being written by {holder}")]
    Busy {
        /// Who, with what, since when, as far as it is known.
        holder: String,
    },
    /// The folder cannot be written.
    #[error("the data folder `{0}` is read-only")]
    ReadOnly(PathBuf),
    /// There is no lake in a folder that was opened for reading only.
    #[error("there is no lake in `{0}`")]
    Missing(PathBuf),
    /// The name of the folder is not Unicode.
    #[error("the name of the data folder `{0}` is not Unicode")]
    FolderName(PathBuf),
    /// A file could not be read or written.
    #[error("`{path}` could not be used: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There was never a batch of that number.
    #[error("there is no batch {0}")]
    NoBatch(u64),
    /// The catalog has no snapshot of that number.
    #[error("there is no snapshot {0}, or it has expired")]
    NoSnapshot(i64),
    /// Nothing had been stored by then.
    #[error("nothing was stored by {0}")]
    NothingBy(DateTime<Utc>),
    /// The data as of that batch were removed because somebody was erased after it.
    #[error("the data as of batch {0} were removed by a later erasure")]
    Expired(u64),
    /// Every import is undone.
    #[error("there is no import left to undo")]
    NothingToUndo,
    /// The snapshot has no table of that name.
    #[error("there is no table `{0}`")]
    NoTable(String),
    /// Key columns that the table does not have.
    #[error("table `{table}` has no column `{column}`")]
    NoColumn {
        /// The table.
        table: String,
        /// The column that was asked for.
        column: String,
    },
    /// A column cannot change its type.
    #[error("column `{column}` of table `{table}` holds `{stored}`, not `{new}`")]
    TypeChanged {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What it holds.
        stored: String,
        /// What it was given.
        new: String,
    },
    /// The retention period of an erasure is over, but something of the person is left.
    #[error("the erasure of batch {batch} is not complete: something is left in {}", found.join(", "))]
    Unproven {
        /// The batch that erased.
        batch: u64,
        /// Where something was found.
        found: Vec<String>,
    },
    /// A value that is to be erased must be something.
    #[error("an empty value cannot be erased")]
    EmptyValue,
    /// A file of the lake's own records does not say what it should.
    #[error("`{path}` is damaged: {source}")]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The catalog could not be read or written.
    #[error("the catalog could not be used: {0}")]
    Catalog(#[from] sqlx::Error),
    /// `DuckLake` refused or failed.
    #[error("the tables could not be used: {0}")]
    Tables(Box<DuckLakeError>),
    /// A query failed.
    #[error("the query failed: {0}")]
    Query(Box<DataFusionError>),
    /// Rows that do not fit their schema.
    #[error("the rows do not fit together: {0}")]
    Rows(#[from] ArrowError),
    /// A data file that cannot be decoded.
    #[error("`{path}` could not be decoded: {source}")]
    Decode {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        source: ParquetError,
    },
}

impl From<DuckLakeError> for LakeError {
    fn from(error: DuckLakeError) -> Self {
        Self::Tables(Box::new(error))
    }
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        Self::Query(Box::new(error))
    }
}

/// Adds the path to an error of the file system.
pub(crate) trait At<T> {
    fn at(self, path: &std::path::Path) -> Result<T, LakeError>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, path: &std::path::Path) -> Result<T, LakeError> {
        self.map_err(|source| LakeError::File { path: path.to_owned(), source })
    }
}
