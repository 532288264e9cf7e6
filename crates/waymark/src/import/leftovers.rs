//! What an import could not use, and what it found: two tables that describe the latest import.

use std::{collections::BTreeMap, fmt::Write};

use datafusion::arrow::array::RecordBatch;
use waymark_diagnostics::Diagnostic;
use waymark_intake::{Finding, Reading, SetAside};
use waymark_lake::{Replaces, TableChange};

use crate::{failure::Failure, sheet::Sheet};

/// The table of the rows that could not be used.
pub(crate) const QUARANTINE: &str = "quarantine";
/// The table of what was found.
pub(crate) const FINDINGS: &str = "findings";

/// Columns in which a student may be named within a text, as table and column: an erasure looks there too.
pub(crate) const TEXT_COLUMNS: &[(&str, &str)] = &[
    (QUARANTINE, "reasons"),
    (QUARANTINE, "diagnostics"),
    (QUARANTINE, "content"),
    (FINDINGS, "message"),
    (FINDINGS, "value"),
    (FINDINGS, "expected"),
    (FINDINGS, "help"),
];

/// Both tables as they are after this reading: earlier ones are read from earlier snapshots.
pub(super) fn changes(reading: &Reading) -> Result<[TableChange; 2], Failure> {
    let change = |table: &str, rows: RecordBatch| TableChange {
        table: table.to_owned(),
        schema: rows.schema(),
        rows: vec![rows],
        replaces: Replaces::Everything,
        sort: Vec::new(),
    };
    Ok([change(QUARANTINE, quarantine(&reading.set_aside)?), change(FINDINGS, findings(&reading.findings)?)])
}

fn quarantine(set_aside: &[SetAside]) -> Result<RecordBatch, Failure> {
    let rows = || set_aside.iter();
    let reasons = |row: &SetAside| row.reasons.iter().map(reason).collect::<Vec<_>>().join("; ");
    Sheet::new()
        .text("table_name", rows().map(|row| row.table))
        .text("file", rows().map(|row| &*row.file))
        .count("line", rows().map(|row| row.line))
        .optional_text("student_id", rows().map(|row| row.value("student_id").filter(|id| !id.is_empty())))
        .optional_text("code", rows().map(|row| row.reasons.first().map(|reason| reason.code.as_str())))
        .text("reasons", rows().map(reasons))
        .text("content", rows().map(content))
        .text("diagnostics", rows().map(|row| serde_json::json!(row.reasons).to_string()))
        .rows()
}

/// A reason in one line, with the value and what was expected instead.
fn reason(diagnostic: &Diagnostic) -> String {
    let mut text = match &diagnostic.place.column {
        Some(column) => format!("{column}: {}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    for (label, part) in [("found", &diagnostic.value), ("expected", &diagnostic.expected)] {
        if let Some(part) = part {
            let _ = write!(text, ", {label} {part}");
        }
    }
    text
}

/// The row as it was read, as JSON: an object by column, or a list where there are more or fewer values than columns.
fn content(row: &SetAside) -> String {
    if row.columns.len() == row.values.len() {
        let by_column: BTreeMap<_, _> = row.columns.iter().zip(&row.values).collect();
        serde_json::json!(by_column).to_string()
    } else {
        serde_json::json!(row.values).to_string()
    }
}

/// A row for each finding that is shown; `count` is that of all of its kind.
fn findings(findings: &[Finding]) -> Result<RecordBatch, Failure> {
    let rows = || findings.iter().flat_map(|finding| finding.examples.iter().map(move |example| (finding, example)));
    Sheet::new()
        .text("code", rows().map(|(finding, _)| &finding.code))
        .text("severity", rows().map(|(finding, _)| finding.severity.name()))
        .count("count", rows().map(|(finding, _)| finding.count))
        .text("file", rows().map(|(_, example)| &example.place.file))
        .optional_count("line", rows().map(|(_, example)| example.place.line))
        .optional_text("column_name", rows().map(|(_, example)| example.place.column.as_ref()))
        .text("message", rows().map(|(_, example)| &example.message))
        .optional_text("value", rows().map(|(_, example)| example.value.as_ref()))
        .optional_text("expected", rows().map(|(_, example)| example.expected.as_ref()))
        .optional_text("help", rows().map(|(_, example)| example.help.as_ref()))
        .rows()
}
