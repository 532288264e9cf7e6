//! Rows of the bundle, written in the formats of others.
//!
//! Every cell that a spreadsheet would run as a formula gets an apostrophe in front, so that nobody who opens a file runs
//! what somebody else put into a name.

mod cells;
mod graduates;
mod one_roster;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow_array::{ArrayRef, RecordBatch, new_null_array};
use arrow_cast::cast;
use arrow_schema::ArrowError;
use waymark_terms::bundle::Table;

pub use graduates::{Graduates, GraduatesFile};
pub use one_roster::{OneRosterPackage, write_one_roster};

use self::cells::Cells;

/// Why nothing could be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file could not be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Rows are not those of the table.
    #[error("the rows of `{table}` have other columns: {source}")]
    Rows {
        /// The table.
        table: &'static str,
        /// What Arrow says.
        source: ArrowError,
    },
}

impl ExportError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Rows of the tables, with the columns that the bundle gives them.
#[derive(Debug, Default)]
pub struct Tables(BTreeMap<&'static str, Vec<RecordBatch>>);

impl Tables {
    /// Takes rows of a table. Columns that are not there are empty, others than the table's are overlooked.
    ///
    /// # Errors
    /// If a column cannot be turned into what the table has.
    pub fn add(&mut self, table: &'static Table, rows: &[RecordBatch]) -> Result<(), ExportError> {
        let rows = rows.iter().map(|batch| fitted(table, batch)).collect::<Result<Vec<_>, _>>()?;
        self.0.entry(table.name).or_default().extend(rows);
        Ok(())
    }

    fn of(&self, table: &str) -> &[RecordBatch] {
        self.0.get(table).map_or(&[], Vec::as_slice)
    }
}

fn fitted(table: &'static Table, batch: &RecordBatch) -> Result<RecordBatch, ExportError> {
    let schema = table.arrow_schema();
    let column = |field: &Arc<arrow_schema::Field>| match batch.column_by_name(field.name()) {
        Some(column) => cast(column, field.data_type()),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<ArrayRef>, _>>();
    let rows = columns.and_then(|columns| RecordBatch::try_new(Arc::clone(&schema), columns));
    rows.map_err(|source| ExportError::Rows { table: table.name, source })
}

/// A CSV file (RFC 4180) that is being written.
#[derive(Debug)]
pub struct CsvFile {
    path: PathBuf,
    to: BufWriter<File>,
}

impl CsvFile {
    /// A new file for rows of a table of the bundle, with its header.
    ///
    /// # Errors
    /// If it is there already, or cannot be made.
    pub fn of_table(folder: &Path, table: &'static Table) -> Result<Self, ExportError> {
        let names = table.columns.iter().map(|column| column.name);
        Self::new(folder.join(format!("{}.csv", table.name)), names)
    }

    fn new<'n>(path: PathBuf, names: impl Iterator<Item = &'n str>) -> Result<Self, ExportError> {
        let file = File::create_new(&path).map_err(ExportError::io(&path))?;
        let mut csv = Self { to: BufWriter::new(file), path };
        csv.row(names)?;
        Ok(csv)
    }

    /// Writes rows of the table.
    ///
    /// # Errors
    /// If they are not of the table, or cannot be written.
    pub fn write(&mut self, table: &'static Table, batch: &RecordBatch) -> Result<(), ExportError> {
        let batch = fitted(table, batch)?;
        let columns: Vec<Cells<'_>> = table.columns.iter().map(|column| Cells::of(&batch, column)).collect();
        for row in 0..batch.num_rows() {
            let values: Vec<String> = columns.iter().map(|column| column.text(row)).collect();
            self.row(values.iter().map(String::as_str))?;
        }
        Ok(())
    }

    fn row<'v>(&mut self, values: impl Iterator<Item = &'v str>) -> Result<(), ExportError> {
        let mut line = String::new();
        for (place, value) in values.enumerate() {
            if place > 0 {
                line.push(',');
            }
            cells::push_field(&mut line, value);
        }
        line.push('\n');
        self.to.write_all(line.as_bytes()).map_err(ExportError::io(&self.path))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If what is left cannot be written.
    pub fn finish(mut self) -> Result<(), ExportError> {
        self.to.flush().map_err(ExportError::io(&self.path))
    }
}
