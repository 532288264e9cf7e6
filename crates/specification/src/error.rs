use std::{io, path::PathBuf};

use waymark_diagnostics::Place;

/// Why a document could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SpecificationError {
    /// The document does not follow the format.
    #[error("{place}: {problem}")]
    Document {
        /// The document and the line in it.
        place: Place,
        /// What is wrong there.
        problem: Problem,
    },
    /// A document or a folder could not be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the bundle could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The front matter lacks an entry.
    #[error("the front matter has no `{0}`")]
    MissingEntry(&'static str),
    /// A line of the front matter cannot be understood.
    #[error(
        "`{0}` is not an entry of the front matter: expected `golden`, `rulebook` or `status`, a colon and a value"
    )]
    Entry(String),
    /// The `status` is neither of the two.
    #[error("`{0}` is not a status: expected `computed` or `planned`")]
    Status(String),
    /// There is not exactly one heading of the first level.
    #[error("expected one heading of the first level, found {0}")]
    Titles(usize),
    /// A bold line above a table names nothing known.
    #[error("`{0}` names neither a file of the bundle nor an expectation")]
    Label(String),
    /// A bold line that must stand above a table does not.
    #[error("`{0}` is not followed by a table")]
    NoTable(String),
    /// A table has a column that does not belong there.
    #[error("`{table}` has no column `{column}`")]
    Column {
        /// The file or expectation.
        table: String,
        /// The column.
        column: String,
    },
    /// A table has the same column twice.
    #[error("column `{0}` is there twice")]
    Duplicate(String),
    /// A table lacks a column.
    #[error("`{table}` must have a column `{column}`")]
    MissingColumn {
        /// The file or expectation.
        table: String,
        /// The column.
        column: String,
    },
    /// A second table of the same name has other columns than the first.
    #[error("this part of `{0}` has other columns than the part before it")]
    OtherColumns(String),
    /// A row has more or fewer cells than the header, or lacks a pipe at one of its ends.
    #[error("expected {expected} cells between pipes, found {found}")]
    Cells {
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// A cell has more in it than plain text.
    #[error("a cell of data holds plain text only")]
    Markup,
    /// A cell with two dots is not a range.
    #[error("`{0}` is not a range: expected `A-01..A-09`, or `A-01..A-09 step 2`, both ends alike but for the number")]
    Range(String),
    /// A row has two ranges.
    #[error("a row holds one range at most, this one has {0}")]
    Ranges(usize),
    /// A cell of an expectation is not of the kind that its column has.
    #[error("`{value}` is not a value of `{column}`: expected {expected}")]
    Value {
        /// The column.
        column: &'static str,
        /// The cell.
        value: String,
        /// What would be.
        expected: &'static str,
    },
    /// A row is expected twice, or expected and expected to be absent.
    #[error("`{0}` is there twice, or both expected and absent")]
    Contradiction(String),
    /// The document has no data, or nothing to compare with.
    #[error("the document has no table of {0}")]
    Empty(&'static str),
}
