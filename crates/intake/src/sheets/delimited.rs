//! Text files in rows and fields, whatever separates them.

use std::io::Read;

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{
    cell::{Cell, plain},
    decode::{Decoded, Encoding},
};
use crate::{
    csv_file::{misplaced_quote, unreadable},
    records::{Record, Records},
};

/// What may separate fields, the likelier first.
const DELIMITERS: [u8; 5] = *b",\t;|^";
/// Bytes and rows by which a delimiter is told.
const SAMPLE: u64 = 64 << 10;
const SAMPLE_ROWS: usize = 50;

/// A row of a text file.
pub(crate) struct TextRow {
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cell>,
    /// Why it cannot be used as it stands.
    pub(crate) fault: Option<Diagnostic>,
    /// Bytes of the file up to here.
    pub(crate) bytes: u64,
}

/// The delimiter by which the first rows have most often the same number of fields, and more than one.
pub(crate) fn delimiter(source: &mut dyn Read, encoding: Encoding) -> u8 {
    let mut sample = Vec::new();
    // What cannot be read is said when the file is.
    let _ = Decoded::new(source, encoding).take(SAMPLE).read_to_end(&mut sample);
    let score = |delimiter: &u8| {
        let widths = widths(&sample, *delimiter);
        let most = widths.iter().copied().filter(|width| *width > 1).max_by_key(|width| {
            let rows = widths.iter().filter(|other| *other == width).count();
            (rows, *width)
        });
        most.map_or((0, 0), |most| (widths.iter().filter(|width| **width == most).count(), most))
    };
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let score = score(&delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// How many fields each of the first rows has by that delimiter.
fn widths(sample: &[u8], delimiter: u8) -> Vec<usize> {
    let mut records = Records::separated_by(delimiter, sample, usize::try_from(SAMPLE).unwrap_or(usize::MAX));
    let mut record = Record::default();
    let mut widths = Vec::new();
    while widths.len() < SAMPLE_ROWS && records.next(&mut record).unwrap_or(false) {
        widths.push(record.len());
    }
    widths
}

/// What a delimiter is called.
pub(crate) fn name(delimiter: u8) -> &'static str {
    match delimiter {
        b'\t' => "tabs",
        b';' => "semicolons",
        b'|' => "bars",
        b'^' => "carets",
        _ => "commas",
    }
}

/// The delimiter of that name.
pub(crate) fn named(text: &str) -> Option<u8> {
    DELIMITERS.into_iter().find(|delimiter| name(*delimiter) == text)
}

/// Hands every row to `take`, which may end the reading by `false`.
pub(crate) fn rows(
    file: &str,
    source: &mut dyn Read,
    encoding: Encoding,
    delimiter: u8,
    field_bytes: usize,
    take: &mut dyn FnMut(TextRow) -> bool,
) -> Result<(), Box<Diagnostic>> {
    let mut records = Records::separated_by(delimiter, Decoded::new(source, encoding), field_bytes);
    let mut record = Record::default();
    while records.next(&mut record).map_err(|error| Box::new(unreadable(file, &error)))? {
        let place = || Place::line(file, record.line);
        let fault = if record.too_long {
            let message = "a field of the row is too long, or it has too many fields";
            Some(Diagnostic::new("value_too_long", Severity::Error, place(), message))
        } else if record.misplaced_quote && !only_wrapped(&record) {
            Some(misplaced_quote(place()))
        } else {
            None
        };
        let cells = (0..record.len()).map(|field| Cell::text(record.text(field))).collect();
        if !take(TextRow { line: record.line, cells, fault, bytes: records.bytes_read() }) {
            break;
        }
    }
    Ok(())
}

/// Whether quotes stand only where a spreadsheet keeps a text from being a number: `="01.0101"`.
fn only_wrapped(record: &Record) -> bool {
    let mut quoted = (0..record.len()).map(|field| record.text(field)).filter(|text| text.contains('"'));
    quoted.all(|text| plain(text).unwrapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> char {
        char::from(delimiter(&mut text.as_bytes(), Encoding::Utf8))
    }

    #[test]
    fn delimiters_are_told_apart() {
        assert_eq!(told("a,b\n1,2\n"), ',');
        assert_eq!(told("a;b\n1,5;2\n3;4\n"), ';');
        assert_eq!(told("a\tb\nRuiz, Ana\tx\nOkafor, Ben\ty\n"), '\t');
        assert_eq!(told("a^b^c\n1^2^3\n"), '^');
        assert_eq!(told("title, of the report\nid;name\n1;\"a,b\"\n2;c\n"), ';');
        assert_eq!(told("id\n1\n2\n"), ',');
        assert_eq!(told(""), ',');
    }
}
