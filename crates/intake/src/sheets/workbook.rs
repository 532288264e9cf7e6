//! Workbooks: `.xlsx` and `.xlsm`, and the `.xls` of old.

use std::io::{Cursor, Read};

use calamine::{CellErrorType, Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx};
use chrono::{Days, NaiveDate};

use super::cell::{Cell, CellKind, number_text};

/// Bytes of a workbook: all of it is held while it is read.
const WORKBOOK_BYTES: u64 = 256 << 20;
/// Bytes that a workbook may unpack to.
const UNPACKED_BYTES: u64 = 4 << 30;
/// Columns of a sheet that are read; those behind are hardly meant.
const COLUMNS: usize = 1_000;

/// A workbook that is open.
pub(crate) enum Workbook {
    Xlsx(Box<Xlsx<Cursor<Vec<u8>>>>),
    Xls(Box<Xls<Cursor<Vec<u8>>>>),
}

/// What the first bytes of a file say that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Xlsx,
    Xls,
    /// A web page that some systems call a spreadsheet.
    Html,
    Text,
}

/// What the first bytes of a file say that it is; its name decides nothing.
pub(crate) fn content(first: &[u8]) -> Content {
    let text = String::from_utf8_lossy(first).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    match first {
        [b'P', b'K', 3, 4, ..] => Content::Xlsx,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Content::Xls,
        _ if ["<!doctype html", "<html", "<table"].iter().any(|start| text.starts_with(start)) => Content::Html,
        _ => Content::Text,
    }
}

impl Workbook {
    /// Reads a workbook of that content.
    pub(crate) fn open(source: &mut dyn Read, content: Content) -> Result<Self, String> {
        let mut bytes = Vec::new();
        source.take(WORKBOOK_BYTES + 1).read_to_end(&mut bytes).map_err(|error| format!("cannot read: {error}"))?;
        if bytes.len() as u64 > WORKBOOK_BYTES {
            return Err(format!("the workbook is larger than {} MB", WORKBOOK_BYTES >> 20));
        }
        if content == Content::Xls {
            let workbook = Xls::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
            return Ok(Self::Xls(Box::new(workbook)));
        }
        check_size(&bytes)?;
        let workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
        Ok(Self::Xlsx(Box::new(workbook)))
    }

    /// The names of the sheets that its owner sees.
    pub(crate) fn sheets(&self) -> Vec<String> {
        let all = match self {
            Self::Xlsx(workbook) => workbook.sheets_metadata(),
            Self::Xls(workbook) => workbook.sheets_metadata(),
        };
        let seen = all
            .iter()
            .filter(|sheet| sheet.visible == SheetVisible::Visible && matches!(sheet.typ, SheetType::WorkSheet));
        seen.map(|sheet| sheet.name.clone()).collect()
    }

    /// Hands every row of a sheet that has a cell to `take`, with its number; it may end the reading by `false`.
    pub(crate) fn rows(&mut self, sheet: &str, take: &mut dyn FnMut(u64, Vec<Cell>) -> bool) -> Result<(), String> {
        match self {
            Self::Xlsx(workbook) => xlsx_rows(workbook, sheet, take),
            Self::Xls(workbook) => {
                let range = workbook.worksheet_range(sheet).map_err(|error| error.to_string())?;
                let first = range.start().map_or(0, |(row, _)| u64::from(row));
                let skipped = range.start().map_or(0, |(_, column)| column as usize);
                for (row, cells) in range.rows().enumerate() {
                    let before = std::iter::repeat_n(Cell::default(), skipped);
                    let cells: Vec<Cell> = before.chain(cells.iter().take(COLUMNS).map(xls_cell)).collect();
                    let empty = cells.iter().all(|cell| cell.text.is_empty());
                    if !empty && !take(first + row as u64 + 1, cells) {
                        break;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Cell by cell, for a single cell in the last corner must not make a grid of the whole sheet.
fn xlsx_rows(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    take: &mut dyn FnMut(u64, Vec<Cell>) -> bool,
) -> Result<(), String> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
    let mut row: Option<u32> = None;
    let mut cells: Vec<Cell> = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let (at, column) = cell.get_position();
        let value = xlsx_cell(cell.get_value());
        if row.is_some_and(|row| row != at) {
            let done = std::mem::take(&mut cells);
            if !done.is_empty() && !take(u64::from(row.unwrap_or_default()) + 1, done) {
                return Ok(());
            }
        }
        row = Some(at);
        let column = column as usize;
        if !value.text.is_empty() && column < COLUMNS {
            if cells.len() <= column {
                cells.resize(column + 1, Cell::default());
            }
            cells[column] = value;
        }
    }
    if !cells.is_empty() {
        take(u64::from(row.unwrap_or_default()) + 1, cells);
    }
    Ok(())
}

fn xlsx_cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Int(number) => cell(number.to_string(), CellKind::Number),
        DataRef::Float(number) => cell(number_text(*number), CellKind::Number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text.clone()),
        DataRef::SharedString(text) => Cell::text(*text),
        DataRef::Bool(value) => cell(value.to_string(), CellKind::Boolean),
        DataRef::DateTime(date) => date_cell(date),
        DataRef::Error(error) => error_cell(error),
        DataRef::Empty => Cell::default(),
    }
}

fn xls_cell(value: &Data) -> Cell {
    match value {
        Data::Int(number) => cell(number.to_string(), CellKind::Number),
        Data::Float(number) => cell(number_text(*number), CellKind::Number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::text(text.clone()),
        Data::Bool(value) => cell(value.to_string(), CellKind::Boolean),
        Data::DateTime(date) => date_cell(date),
        Data::Error(error) => error_cell(error),
        Data::Empty => Cell::default(),
    }
}

fn cell(text: String, kind: CellKind) -> Cell {
    Cell { text, kind }
}

fn error_cell(error: &CellErrorType) -> Cell {
    cell(error.to_string(), CellKind::Error)
}

/// The day of a date cell; what is only a time or a duration is a number.
fn date_cell(date: &ExcelDateTime) -> Cell {
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    let day = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
    match day.filter(|_| date.is_datetime() && date.as_f64() >= 1.0) {
        Some(day) => cell(day.to_string(), CellKind::Date),
        None => cell(number_text(date.as_f64()), CellKind::Number),
    }
}

/// The day that a spreadsheet counts by that number: the days since the end of 1899, or of 1903.
pub(crate) fn serial_day(number: &str, from_1904: bool) -> Option<NaiveDate> {
    let days: f64 = number.parse().ok()?;
    let whole = number.split('.').next()?.parse::<u64>().ok()?;
    // 60 is 29 February 1900, a day that only spreadsheets know; no date of a student is as old as that.
    if !(61.0..=2_958_465.0).contains(&days) {
        return None;
    }
    let first = if from_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    first?.checked_add_days(Days::new(whole))
}

/// Whether what the archive says that it unpacks to can be held.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut unpacked = 0_u64;
    for index in 0..zip.len() {
        unpacked = unpacked.saturating_add(zip.by_index_raw(index).map_err(|error| error.to_string())?.size());
    }
    if unpacked > UNPACKED_BYTES {
        return Err(format!("the workbook unpacks to more than {} GB", UNPACKED_BYTES >> 30));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_days_are_days() {
        let day = |number| serial_day(number, false).map(|day| day.to_string());
        assert_eq!(day("44788"), Some("2022-08-15".to_owned()));
        assert_eq!(day("44788.5"), Some("2022-08-15".to_owned()));
        assert_eq!(serial_day("43326", true).map(|day| day.to_string()), Some("2022-08-15".to_owned()));
        assert_eq!((day("60"), day("9999999"), day("x"), day("-1")), (None, None, None, None));
    }

    #[test]
    fn content_is_told_by_its_first_bytes() {
        assert_eq!(content(b"PK\x03\x04"), Content::Xlsx);
        assert_eq!(content(b"\xef\xbb\xbf <html>"), Content::Html);
        assert_eq!(content(b"id,name"), Content::Text);
        assert_eq!(content(b""), Content::Text);
    }
}
