//! Which row of a sheet names its columns.

use super::{cell::CellKind, open::Row};

/// Rows among which the header is looked for: above it may stand titles, dates and who made the report.
pub(crate) const ROWS: usize = 50;
/// How much of the widest row a header has to fill.
const FILLED_PERCENT: usize = 60;

/// The names in a row, as a header has them: without line breaks and double spaces. Empty cells at the end are no columns.
pub(crate) fn names(row: &Row) -> Vec<String> {
    let texts = row.cells.iter().map(|cell| cell.plain().text);
    let mut names: Vec<String> = texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

/// The row that is most likely the header: the first that names most of the columns, each by a text of its own.
pub(crate) fn find(rows: &[Row]) -> Option<usize> {
    let widest = rows.iter().map(filled).max().unwrap_or(0);
    rows.iter().position(|row| {
        let names = names(row);
        let mut distinct: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
        let all = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        let words = row.cells.iter().all(|cell| matches!(cell.kind, CellKind::Text))
            && !names.iter().any(|name| name.parse::<f64>().is_ok());
        all > 0 && distinct.len() == all && words && all * 100 >= widest * FILLED_PERCENT
    })
}

fn filled(row: &Row) -> usize {
    row.cells.iter().filter(|cell| !cell.plain().text.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::cell::Cell;

    fn rows(rows: &[&[&str]]) -> Vec<Row> {
        let row = |(line, texts): (usize, &&[&str])| Row {
            line: line as u64 + 1,
            cells: texts.iter().map(|text| Cell::text(*text)).collect(),
            fault: None,
            bytes: 0,
        };
        rows.iter().enumerate().map(row).collect()
    }

    #[test]
    fn titles_above_the_header_are_passed_over() {
        let report = rows(&[
            &["Adams County Schools"],
            &["Printed 8/1/2025", "", "page", "1"],
            &["ID", "Last  Name", "Gr.", "School", ""],
            &["1", "Ruiz", "9", "Adams High"],
        ]);
        assert_eq!(find(&report), Some(2));
        assert_eq!(names(&report[2]), ["ID", "Last Name", "Gr.", "School"]);
    }

    #[test]
    fn rows_of_data_are_no_header() {
        assert_eq!(find(&rows(&[&["1", "Ruiz"], &["2", "Okafor"]])), None);
        assert_eq!(find(&rows(&[&["a", "a"], &["b", "c"]])), Some(1));
        assert_eq!(find(&[]), None);
    }
}
