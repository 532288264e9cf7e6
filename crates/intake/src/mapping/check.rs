//! What a mapping leaves open.

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::SchoolYear;

use super::{ColumnMapping, DateFormat, Mapping, UNANSWERED, YearFormat};

/// A question that a mapping leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The sheet; empty where it is about all of them.
    pub file: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What has to be said.
    pub message: String,
}

impl Mapping {
    /// What somebody still has to say before anything can be read by this mapping.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |file: &str, table: &str, column: &str, message: String| {
            let (file, table, column) = (file.to_owned(), table.to_owned(), column.to_owned());
            problems.push(Problem { file, table, column, message });
        };
        let year = self.school_year.as_deref().is_none_or(|year| year.parse::<SchoolYear>().is_err());
        if year && self.asks_school_year() {
            add("", "", "school_year", "which school year are the files about?".to_owned());
        }
        for row in &self.rows {
            for (column, value) in row.columns.iter().filter(|(_, value)| *value == UNANSWERED) {
                add("", &row.table, column, format!("`{value}` stands for a `{column}` that nobody named yet"));
            }
        }
        for source in &self.sources {
            for table in &source.tables {
                for condition in
                    table.when.iter().filter(|condition| condition.is.iter().any(|value| value == UNANSWERED))
                {
                    let message = "nobody said yet which values mean yes".to_owned();
                    add(&source.file, &table.table, &condition.column, message);
                }
                for (name, column) in &table.columns {
                    if let Some(message) = open(column) {
                        add(&source.file, &table.table, name, message);
                    }
                }
            }
        }
        problems
    }

    /// The same as diagnostics that stop an import.
    pub(crate) fn refusals(&self) -> Vec<Diagnostic> {
        let refusal = |problem: Problem| {
            let file = if problem.file.is_empty() { "the mapping".to_owned() } else { problem.file };
            let place = match (problem.table.as_str(), problem.column.as_str()) {
                ("", column) => Place::file(file).column(column),
                (table, column) => Place::file(file).column(format!("{table}.{column}")),
            };
            Diagnostic::new("mapping_unanswered", Severity::Fatal, place, problem.message)
                .expected("an answer in the mapping, in the place of `?`")
        };
        self.problems().into_iter().map(refusal).collect()
    }
}

/// What is open in a column of a table.
fn open(column: &ColumnMapping) -> Option<String> {
    if column.value.as_deref() == Some(UNANSWERED) {
        return Some("nobody said yet what fills it".to_owned());
    }
    if column.column.as_deref() == Some(UNANSWERED) {
        return Some("nobody said yet which column it is".to_owned());
    }
    if column.date == Some(DateFormat::Unanswered) {
        return Some(format!("nobody said yet how days are written: {}", column.example));
    }
    if column.year == Some(YearFormat::Unanswered) {
        return Some(format!("nobody said yet how school years are written: {}", column.example));
    }
    let open = column.values.iter().find(|(_, meaning)| *meaning == UNANSWERED);
    if let Some((value, _)) = open {
        return Some(format!("nobody said yet what `{value}` stands for"));
    }
    let ranges = column.ranges.iter().any(|range| range.value == UNANSWERED || range.from == UNANSWERED);
    (ranges || column.otherwise.as_deref() == Some(UNANSWERED))
        .then(|| "nobody said yet what numbers stand for".to_owned())
}
