//! Records of a CSV file (RFC 4180), without ever holding more than a bounded part of it.

use std::io::{self, Read};

use csv_core::ReadRecordResult;

/// Bytes asked of the source at a time.
const CHUNK: usize = 64 << 10;
/// Fields of one record; the contract's widest table has far fewer.
const FIELDS: usize = 1_000;
/// How many fields of the largest size a record may hold.
const LARGE_FIELDS: usize = 16;

/// Why no further record can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordsError {
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    #[error("a quote that opens on line {line} is never closed")]
    UnclosedQuote { line: u64 },
}

/// One record; its buffers are used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    /// Its first line.
    pub(crate) line: u64,
    /// Whether a field, or the record, is longer than the limit; then only its beginning is here.
    pub(crate) too_long: bool,
    /// Whether a quote stands where RFC 4180 allows none.
    pub(crate) misplaced_quote: bool,
}

impl Record {
    /// How many fields it has.
    pub(crate) fn len(&self) -> usize {
        self.fields
    }

    /// The text of a field, if there is one and it is UTF-8.
    pub(crate) fn field(&self, index: usize) -> Option<&str> {
        std::str::from_utf8(self.raw(index)?).ok()
    }

    /// The text of a field of a record that was found to be UTF-8.
    pub(crate) fn text(&self, index: usize) -> &str {
        self.field(index).unwrap_or_default()
    }

    /// All fields; what is not UTF-8 is replaced.
    pub(crate) fn to_texts(&self) -> Vec<String> {
        (0..self.fields).filter_map(|i| self.raw(i)).map(|raw| String::from_utf8_lossy(raw).into_owned()).collect()
    }

    /// The first field that is not UTF-8.
    pub(crate) fn not_utf8(&self) -> Option<usize> {
        let all = self.fields.checked_sub(1).map_or(0, |last| self.ends[last]);
        if self.bytes[..all].is_ascii() {
            return None;
        }
        (0..self.fields).find(|&index| self.field(index).is_none())
    }

    fn raw(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        (index < self.fields).then(|| &self.bytes[start..self.ends[index]])
    }
}

/// Reads records one at a time.
pub(crate) struct Records<R> {
    source: R,
    parser: csv_core::Reader,
    chunk: Box<[u8]>,
    at: usize,
    filled: usize,
    scan: Scan,
    bytes_read: u64,
    field_bytes: usize,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(source: R, field_bytes: usize) -> Self {
        Self::separated_by(b',', source, field_bytes)
    }

    /// For fields that something else than a comma separates.
    pub(crate) fn separated_by(delimiter: u8, source: R, field_bytes: usize) -> Self {
        Self {
            source,
            parser: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            chunk: vec![0; CHUNK].into_boxed_slice(),
            at: 0,
            filled: 0,
            scan: Scan { delimiter, ..Scan::default() },
            bytes_read: 0,
            field_bytes,
        }
    }

    /// Bytes read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// How many lines so far end in a carriage return alone.
    pub(crate) fn lone_returns(&self) -> u64 {
        self.scan.lone_returns
    }

    /// The first bytes of the file, at most `length`, before any record is read.
    pub(crate) fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.filled < length {
            let read = read_some(&mut self.source, &mut self.chunk[self.filled..])?;
            if read == 0 {
                break;
            }
            self.filled += read;
            self.bytes_read += read as u64;
        }
        Ok(&self.chunk[..self.filled.min(length)])
    }

    /// Passes over bytes that were peeked at.
    pub(crate) fn skip(&mut self, length: usize) {
        self.at += length;
    }

    /// Reads the next record; false where there is none.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, RecordsError> {
        let (mut written, mut fields) = (0, 0);
        // Where a record is too long, its rest is read to nowhere.
        let (mut spill, mut spill_ends) = ([0; 1024], [0; 64]);
        record.too_long = false;
        record.bytes.resize(record.bytes.len().max(1024), 0);
        record.ends.resize(record.ends.len().max(64), 0);
        self.scan.begin_record();
        loop {
            if self.at == self.filled {
                self.filled = read_some(&mut self.source, &mut self.chunk)?;
                self.at = 0;
                self.bytes_read += self.filled as u64;
            }
            let input = &self.chunk[self.at..self.filled];
            let (output, ends) = if record.too_long {
                (&mut spill[..], &mut spill_ends[..])
            } else {
                (&mut record.bytes[written..], &mut record.ends[fields..])
            };
            let (result, read, wrote, ended) = self.parser.read_record(input, output, ends);
            self.scan.pass(&input[..read]);
            self.at += read;
            if !record.too_long {
                written += wrote;
                fields += ended;
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull if record.too_long => {}
                ReadRecordResult::OutputFull => {
                    let start = fields.checked_sub(1).map_or(0, |last| record.ends[last]);
                    if written - start > self.field_bytes || written > LARGE_FIELDS * self.field_bytes {
                        // What is here of the field that goes on counts as a field.
                        record.too_long = true;
                        record.ends.resize(record.ends.len().max(fields + 1), 0);
                        record.ends[fields] = written.min(start + self.field_bytes);
                        fields += 1;
                    } else {
                        record.bytes.resize(record.bytes.len() * 2, 0);
                    }
                }
                ReadRecordResult::OutputEndsFull if fields >= FIELDS => record.too_long = true,
                ReadRecordResult::OutputEndsFull => record.ends.resize(record.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    record.fields = fields;
                    record.line = self.scan.record_line;
                    record.misplaced_quote = self.scan.misplaced_quote;
                    if self.filled == 0 && self.scan.place == Place::Quoted {
                        return Err(RecordsError::UnclosedQuote { line: self.scan.quote_line });
                    }
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }
}

fn read_some(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Follows the bytes that the parser consumes: it is lenient about quotes and does not tell lines.
#[derive(Debug)]
struct Scan {
    delimiter: u8,
    line: u64,
    after_return: bool,
    place: Place,
    in_record: bool,
    record_line: u64,
    quote_line: u64,
    misplaced_quote: bool,
    lone_returns: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Unquoted,
    Quoted,
    AfterQuote,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            delimiter: b',',
            line: 1,
            after_return: false,
            place: Place::FieldStart,
            in_record: false,
            record_line: 1,
            quote_line: 1,
            misplaced_quote: false,
            lone_returns: 0,
        }
    }
}

impl Scan {
    fn begin_record(&mut self) {
        self.in_record = false;
        self.misplaced_quote = false;
    }

    fn pass(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.after_return && byte != b'\n' && self.place != Place::Quoted {
                self.lone_returns += 1;
            }
            let line_end = byte == b'\r' || byte == b'\n';
            if !line_end && !self.in_record {
                self.in_record = true;
                self.record_line = self.line;
            }
            self.place = match (self.place, byte) {
                (Place::FieldStart, b'"') => {
                    self.quote_line = self.line;
                    Place::Quoted
                }
                (Place::Quoted, b'"') => Place::AfterQuote,
                (Place::Quoted, _) | (Place::AfterQuote, b'"') => Place::Quoted,
                (_, byte) if byte == self.delimiter || line_end => Place::FieldStart,
                (Place::AfterQuote, _) | (_, b'"') => {
                    self.misplaced_quote = true;
                    Place::Unquoted
                }
                _ => Place::Unquoted,
            };
            // A carriage return and a line feed together end one line.
            if byte == b'\r' || (byte == b'\n' && !self.after_return) {
                self.line += 1;
            }
            self.after_return = byte == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, RecordsError> {
        let mut records = Records::new(text, 100);
        let mut record = Record::default();
        let mut all = Vec::new();
        while records.next(&mut record)? {
            all.push((record.line, record.to_texts()));
        }
        Ok(all)
    }

    #[test]
    fn lines_are_those_that_an_editor_shows() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "1,\"x", "y\"", "2,\"\"\"\""].join(end);
            let lines: Vec<u64> = read(text.as_bytes()).unwrap().into_iter().map(|(line, _)| line).collect();
            assert_eq!(lines, [1, 3, 5], "{end:?}");
        }
    }

    #[test]
    fn quotes_are_undone() {
        let rows = read(b"\"a,\"\"b\"\"\",c\n").unwrap();
        assert_eq!(rows, [(1, vec!["a,\"b\"".to_owned(), "c".to_owned()])]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error() {
        let error = read(b"a,b\n1,\"x\n2,y\n").unwrap_err();
        assert!(matches!(error, RecordsError::UnclosedQuote { line: 2 }), "{error}");
        assert!(read(b"a,\"\"").is_ok());
    }

    #[test]
    fn a_quote_in_the_wrong_place_is_seen() {
        for (text, misplaced) in [("a\"b,c", true), ("\"a\"b,c", true), ("\"a\"\"b\",c", false), ("\"a\",\"b\"", false)]
        {
            let mut records = Records::new(text.as_bytes(), 100);
            let mut record = Record::default();
            assert!(records.next(&mut record).unwrap());
            assert_eq!(record.misplaced_quote, misplaced, "{text}");
        }
    }

    #[test]
    fn a_long_field_is_cut_and_the_next_record_is_whole() {
        let text = format!("a,{},c\nd,e,f\n", "x".repeat(500_000));
        let mut records = Records::new(text.as_bytes(), 100);
        let mut record = Record::default();
        assert!(records.next(&mut record).unwrap());
        assert!(record.too_long && record.bytes.len() < 10_000);
        assert_eq!(record.text(1).len(), 100);
        assert!(records.next(&mut record).unwrap());
        assert_eq!(
            (record.too_long, record.line, record.to_texts()),
            (false, 2, vec!["d".into(), "e".into(), "f".into()])
        );
    }

    #[test]
    fn many_fields_are_cut() {
        let text = format!("{}\nd,e\n", ",".repeat(100_000));
        let mut records = Records::new(text.as_bytes(), 100);
        let mut record = Record::default();
        assert!(records.next(&mut record).unwrap());
        assert!(record.too_long && record.len() < 3_000);
        assert!(records.next(&mut record).unwrap());
        assert_eq!(record.to_texts(), ["d", "e"]);
    }
}
