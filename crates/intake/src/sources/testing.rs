//! What the tests of every reader do: write files, read them, and look at what came of it.

use std::{
    fmt::Write as _,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::array_value_to_string;
use chrono::NaiveDate;
use waymark_diagnostics::Diagnostic;

use crate::{Options, Reading, Refusal};

/// Reads what lies at `path` on a day.
pub(crate) fn read(path: &Path, today: &str) -> Result<Reading, Refusal> {
    crate::read(path, &Options::new(today.parse::<NaiveDate>().unwrap()), &mut |_| {})
}

/// Writes files of text into a folder.
pub(crate) fn write<'t>(folder: &Path, files: impl IntoIterator<Item = (&'t str, &'t str)>) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// Everything that was found, or why nothing was read.
pub(crate) fn diagnostics(outcome: &Result<Reading, Refusal>) -> Vec<Diagnostic> {
    match outcome {
        Ok(reading) => reading.findings.iter().flat_map(|finding| finding.examples.clone()).collect(),
        Err(refusal) => refusal.diagnostics.clone(),
    }
}

/// Everything that was found, one line each.
pub(crate) fn findings(outcome: &Result<Reading, Refusal>) -> Vec<String> {
    let line =
        |d: &Diagnostic| format!("{} {} {}: {}", d.severity, d.code, d.place, d.value.as_deref().unwrap_or_default());
    diagnostics(outcome).iter().map(line).collect()
}

/// The findings of one code.
pub(crate) fn of_code(reading: &Reading, code: &str) -> Vec<Diagnostic> {
    reading.findings.iter().find(|finding| finding.code == code).map_or(Vec::new(), |finding| finding.examples.clone())
}

/// The values of some columns of every row, empty where there is none.
pub(crate) fn values(reading: &Reading, table: &str, columns: &[&str]) -> Vec<String> {
    let batches = reading.tables.get(table).map_or(&[][..], Vec::as_slice);
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| line(batch, row, columns))).collect()
}

fn line(batch: &RecordBatch, row: usize, columns: &[&str]) -> String {
    let value = |name: &&str| {
        let array = batch.column_by_name(name).unwrap();
        if array.is_null(row) { String::new() } else { array_value_to_string(array, row).unwrap() }
    };
    columns.iter().map(value).collect::<Vec<_>>().join(",")
}

/// What is said in each of the cases, in full, and that each says something under its code.
pub(crate) fn transcript<'c>(cases: impl IntoIterator<Item = (&'c str, &'c str, Result<Reading, Refusal>)>) -> String {
    let mut text = String::new();
    for (case, code, outcome) in cases {
        let said: String =
            diagnostics(&outcome).iter().filter(|said| said.code == code).map(Diagnostic::to_text).collect();
        assert!(!said.is_empty(), "{case}: no `{code}` among {:#?}", findings(&outcome));
        let rows = outcome.map_or(0, |reading| reading.set_aside.len());
        writeln!(text, "## {case}: {rows} set aside\n{said}").unwrap();
    }
    text
}

/// A folder of files that nobody here wrote, which lies beside a checkout; none, said in one line, where it is absent.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let path = Path::new("../../../shared/data").join(folder);
    if path.exists() {
        return Some(path);
    }
    // Past the harness, which would swallow it: a test that reads nothing says so.
    writeln!(io::stderr(), "skipped: there is no {}", path.display()).unwrap();
    None
}
