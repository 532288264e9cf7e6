//! The columns of a report, whatever their generation.

use std::{io::Read, sync::Arc};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{
    csv_file::{BYTE_ORDER_MARK, duplicate_column, missing_column},
    records::{Record, Records},
};

/// Columns that a report has and nothing else.
const TELLING: [&str; 2] = ["recordfoundyn", "collegecodebranch"];
/// Columns by which the student is known; one is enough.
const IDS: [&str; 2] = ["requesterreturnfield", "youruniqueidentifier"];
/// Other names of columns, and the columns.
const OTHER_NAMES: &[(&str, &str)] =
    &[("recordfound", "recordfoundyn"), ("finalgraduationdate", "highschoolgraddate"), ("major", "degreemajor1")];

/// A name without what is no letter or digit, in small letters: `Record Found Y/N` and `RECORD_FOUND_Y/N` are one.
fn plain(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    OTHER_NAMES.iter().find(|(other, _)| *other == plain).map_or(plain, |(_, column)| (*column).to_owned())
}

/// Whether a file begins with the header of a report.
pub(super) fn is_of_a_report(source: &mut dyn Read) -> bool {
    // No header is longer, and most files are something else.
    let mut records = Records::new(source.take(64 << 10), 1 << 10);
    if records.peek(3).is_ok_and(|bytes| bytes == BYTE_ORDER_MARK) {
        records.skip(BYTE_ORDER_MARK.len());
    }
    let mut record = Record::default();
    if !matches!(records.next(&mut record), Ok(true)) {
        return false;
    }
    let names: Vec<String> = record.to_texts().iter().map(|name| plain(name)).collect();
    TELLING.iter().all(|telling| names.iter().any(|name| name == telling))
}

/// The day of the run in the name of a file: `…-DETAIL-EFFDT-20150416-RUNDT-20150505.csv`.
pub(super) fn run_on(file: &str) -> Option<String> {
    let name = file.to_ascii_uppercase();
    let (_, rest) = name.split_once("RUNDT-")?;
    let digits = rest.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
}

/// Which field of a record belongs to which column.
pub(super) struct Header {
    pub(super) names: Arc<[String]>,
    plain: Vec<String>,
}

impl Header {
    pub(super) fn new(file: &str, names: Vec<String>) -> Result<Self, Vec<Diagnostic>> {
        let place = Place::line(file, 1);
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let mut fatal = Vec::new();
        for (position, name) in plain.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if plain[..position].contains(name) {
                fatal.push(duplicate_column(&place, &names[position]));
            }
        }
        if !IDS.iter().any(|id| plain.iter().any(|name| name == id)) {
            fatal.push(missing_column(&place, "Requester Return Field", None));
        }
        if fatal.is_empty() { Ok(Self { names: names.into(), plain }) } else { Err(fatal) }
    }

    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.plain.iter().position(|name| name == column)
    }

    /// A column as the file calls it.
    pub(super) fn name(&self, column: &str) -> &str {
        self.position(column).map_or("", |position| &self.names[position])
    }
}

/// Says that the day of the search is nowhere.
pub(super) fn no_search_date(file: &str) -> Diagnostic {
    let message = "neither the rows nor the name of the file say when the search was made; who was found is not stored";
    Diagnostic::new("search_without_day", Severity::Warning, Place::file(file), message)
        .expected("a column `Search Date`, or a name such as `…-RUNDT-20150505.csv`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_have_the_same_columns() {
        for (modern, older) in [
            ("Record Found Y/N", "RECORD_FOUND_Y/N"),
            ("College Code/Branch", "COLLEGE_CODE/BRANCH"),
            ("2-year / 4-year", "2-YEAR/4-YEAR"),
            ("Graduated?", "GRADUATED?"),
            ("Degree Major 1", "MAJOR"),
        ] {
            assert_eq!(plain(modern), plain(older));
        }
    }

    #[test]
    fn the_day_of_a_run_is_in_the_name() {
        let name = "10003061_10003061-34502-DETAIL-EFFDT-20150416-RUNDT-20150505.csv";
        assert_eq!(run_on(name).as_deref(), Some("2015-05-05"));
        for name in ["detail.csv", "RUNDT-.csv", "RUNDT-2015é505.csv", "rundt-2015050"] {
            assert_eq!(run_on(name), None, "{name}");
        }
    }
}
