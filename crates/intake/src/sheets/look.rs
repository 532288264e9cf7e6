//! What the sheets of a place hold, for somebody who has no mapping for them yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use waymark_diagnostics::{Diagnostic, Severity};

use super::{
    cell::CellKind,
    delimited, header,
    open::{self, Format, Row, Sheet},
};
use crate::{files::Files, options::Limits, reading::Refusal};

/// Rows of a sheet that are looked at.
const ROWS: u64 = 200_000;
/// Different values of a column that are counted one by one.
const DISTINCT: usize = 80;
/// Different values of a column that are kept to be found again in other sheets.
const SAMPLE: usize = 2_000;

/// What the sheets of a place hold.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The sheets that have a header.
    pub sheets: Vec<SheetLook>,
    /// What was guessed, passed over or cannot be read.
    pub said: Vec<Diagnostic>,
}

/// What a sheet holds.
#[derive(Clone, Debug)]
pub struct SheetLook {
    /// The file.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// What it is called in messages.
    pub label: String,
    /// How it is written: `workbook`, or `text, UTF-8, commas`.
    pub written: String,
    /// The line of its header.
    pub header_line: u64,
    /// The names of its columns.
    pub headers: Vec<String>,
    /// Its rows, or how many of them were looked at.
    pub rows: u64,
    pub(crate) columns: Vec<ColumnLook>,
}

/// What a column holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnLook {
    pub(crate) name: String,
    /// Rows in which it is filled.
    pub(crate) filled: u64,
    /// How often each value stands there; empty where there are too many different ones.
    pub(crate) values: BTreeMap<String, u64>,
    too_many: bool,
    /// Some of its values.
    pub(crate) sample: BTreeSet<String>,
    /// The first value.
    pub(crate) first: String,
    pub(crate) numbers: u64,
    /// Numbers of four digits, as years are.
    pub(crate) years: u64,
    /// Numbers that a spreadsheet may count days by.
    pub(crate) serials: u64,
    /// Values that are written as days.
    pub(crate) dates: u64,
    /// Cells that the spreadsheet says are days.
    pub(crate) date_cells: u64,
    /// Days that can be read in one way, month first or day first; and one of each.
    pub(crate) month_first: Option<String>,
    pub(crate) day_first: Option<String>,
    /// A day that can be read in both.
    pub(crate) either: Option<String>,
    /// A day with a year of two digits.
    pub(crate) two_digits: Option<String>,
    /// Numbers with a comma before one digit or two.
    pub(crate) decimal_commas: u64,
    /// Values with a comma between two words.
    pub(crate) commas: u64,
}

impl Look {
    /// Whether anything stands in the way of reading the files at all.
    pub fn is_refused(&self) -> bool {
        self.sheets.is_empty() || self.said.iter().any(|diagnostic| diagnostic.severity == Severity::Fatal)
    }
}

/// Looks at the sheets at `path`, a folder, an archive or a single file.
///
/// # Errors
/// The place itself cannot be read.
pub fn look(path: &Path, limits: &Limits) -> Result<Look, Refusal> {
    let files = Files::find_any(path, limits)?;
    let mut look = Look::default();
    let sheets = open::list(&files, &mut |diagnostic| look.said.push(diagnostic));
    for sheet in sheets {
        match look_at(&files, &sheet, limits) {
            Ok(Some(found)) => look.sheets.push(found),
            Ok(None) => {
                let message = "no row of it looks like a header; it is not read";
                look.said.push(Diagnostic::new("no_header", Severity::Warning, sheet.place(1), message));
            }
            Err(diagnostic) => look.said.push(*diagnostic),
        }
    }
    Ok(look)
}

fn look_at(files: &Files, sheet: &Sheet, limits: &Limits) -> Result<Option<SheetLook>, Box<Diagnostic>> {
    let mut first: Vec<Row> = Vec::new();
    open::rows(files, sheet, limits.field_bytes, &mut |row| {
        first.push(row);
        first.len() < header::ROWS
    })?;
    let Some(at) = header::find(&first) else { return Ok(None) };
    let header_line = first[at].line;
    let headers = header::names(&first[at]);
    let mut columns: Vec<ColumnLook> =
        headers.iter().map(|name| ColumnLook { name: name.clone(), ..ColumnLook::default() }).collect();
    let mut rows = 0;
    open::rows(files, sheet, limits.field_bytes, &mut |row| {
        if row.line > header_line && row.fault.is_none() {
            rows += 1;
            for (column, cell) in columns.iter_mut().zip(&row.cells) {
                column.add(cell.plain().text, cell.kind);
            }
        }
        rows < ROWS
    })?;
    for column in columns.iter_mut().filter(|column| column.too_many) {
        column.values.clear();
    }
    let written = match sheet.format {
        Format::Workbook(_) => "workbook".to_owned(),
        Format::Text { encoding, delimiter } => format!("text, {encoding}, {}", delimited::name(delimiter)),
    };
    Ok(Some(SheetLook {
        file: sheet.file.to_string(),
        sheet: sheet.name.clone(),
        label: sheet.label.to_string(),
        written,
        header_line,
        headers,
        rows,
        columns,
    }))
}

impl SheetLook {
    pub(crate) fn column(&self, name: &str) -> Option<&ColumnLook> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl ColumnLook {
    fn add(&mut self, text: &str, kind: CellKind) {
        // An empty cell may stand for something as well.
        if !self.too_many {
            if let Some(count) = self.values.get_mut(text) {
                *count += 1;
            } else if self.values.len() < DISTINCT {
                self.values.insert(text.to_owned(), 1);
            } else {
                self.too_many = true;
            }
        }
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        if self.first.is_empty() {
            text.clone_into(&mut self.first);
        }
        if self.sample.len() < SAMPLE && !self.sample.contains(text) {
            self.sample.insert(text.to_owned());
        }
        if kind == CellKind::Date {
            self.date_cells += 1;
            self.dates += 1;
            return;
        }
        if let Ok(number) = text.parse::<f64>() {
            self.numbers += 1;
            self.years += u64::from(text.len() == 4 && (1990.0..2100.0).contains(&number));
            self.serials += u64::from((20_000.0..60_000.0).contains(&number));
            self.dates += u64::from(text.len() == 8 && (19_000_101.0..21_000_000.0).contains(&number));
            return;
        }
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if text.split_once(',').is_some_and(|(whole, part)| digits(whole) && digits(part) && part.len() < 3) {
            self.decimal_commas += 1;
            self.numbers += 1;
            return;
        }
        if text.split_once(", ").is_some_and(|(last, first)| !last.is_empty() && !first.is_empty()) {
            self.commas += 1;
        }
        self.add_date(text);
    }

    fn add_date(&mut self, text: &str) {
        let day = text.split([' ', 'T']).next().unwrap_or_default();
        let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
        let [a, b, year] = parts[..] else { return };
        self.dates += 1;
        let number = |text: &str| (1..=2).contains(&text.len()).then(|| text.parse::<u8>().ok()).flatten();
        let (Some(a), Some(b)) = (number(a), number(b)) else { return };
        if !matches!(year.len(), 2 | 4) || year.parse::<u16>().is_err() {
            return;
        }
        let seen = match (a, b) {
            (1..=12, 13..=31) => &mut self.month_first,
            (13..=31, 1..=12) => &mut self.day_first,
            (1..=12, 1..=12) if a != b => &mut self.either,
            _ => return,
        };
        seen.get_or_insert_with(|| text.to_owned());
        if year.len() == 2 {
            self.two_digits.get_or_insert_with(|| text.to_owned());
        }
    }

    /// How many of the sampled values the other column has too.
    pub(crate) fn shared(&self, other: &Self) -> usize {
        self.sample.intersection(&other.sample).count()
    }

    /// Whether most of what stands there are numbers.
    pub(crate) fn is_numeric(&self) -> bool {
        self.filled > 0 && self.numbers * 2 > self.filled
    }
}
