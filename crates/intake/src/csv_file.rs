//! One CSV file to the rows of one table.

use std::{
    collections::BTreeMap,
    io::{self, Read},
    sync::Arc,
};

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use crate::{
    draft::Draft,
    options::Progress,
    records::{Record, Records, RecordsError},
    suggest,
    table_builder::TableBuilder,
    value,
};

/// How many records lie between two reports of progress.
const PROGRESS_EVERY: u64 = 4096;

/// Reads `source`, a file of `size` bytes, into `table`.
///
/// What makes the file as a whole unfit goes to [`Draft::refuse`].
pub(crate) fn read(draft: &mut Draft<'_>, table: &'static Table, file: &str, size: u64, source: impl Read) {
    let mut builder = draft.table(table, file);
    builder.bytes = size;
    let mut records = Records::new(source, draft.options.limits.field_bytes);
    match read_records(draft, &mut builder, &mut records, size) {
        Ok(()) => {
            if records.lone_returns() > 0 {
                draft.note(&lone_returns(file, records.lone_returns()));
            }
            if builder.rows_read == 0 {
                draft.note(&no_rows(file));
            }
            draft.accept(builder);
        }
        Err(diagnostics) => diagnostics.into_iter().for_each(|diagnostic| draft.refuse(diagnostic)),
    }
}

fn read_records(
    draft: &mut Draft<'_>,
    builder: &mut TableBuilder,
    records: &mut Records<impl Read>,
    size: u64,
) -> Result<(), Vec<Diagnostic>> {
    let file = Arc::clone(&builder.file);
    let failed = |error: RecordsError| vec![unreadable(&file, &error)];
    check_encoding(&file, records.peek(4).map_err(|error| failed(error.into()))?).map_err(|d| vec![*d])?;
    if records.peek(3).is_ok_and(|bytes| bytes == BYTE_ORDER_MARK) {
        records.skip(BYTE_ORDER_MARK.len());
    }
    let mut record = Record::default();
    if !records.next(&mut record).map_err(failed)? {
        return Err(vec![fatal("empty_file", Place::file(&*file), "the file is empty").expected("a header row")]);
    }
    check_utf8(&file, &record).map_err(|d| vec![*d])?;
    let header = Header::new(draft, builder.table, &file, &record)?;
    let mut count = 0_u64;
    while records.next(&mut record).map_err(failed)? {
        check_utf8(&file, &record).map_err(|d| vec![*d])?;
        push(builder, &header, &record);
        count += 1;
        if count.is_multiple_of(PROGRESS_EVERY) {
            draft.progress(Progress::Reading { file: &file, bytes: records.bytes_read(), of: size });
            if draft.too_many_set_aside(builder.set_aside.len()) {
                break;
            }
        }
    }
    draft.progress(Progress::Reading { file: &file, bytes: records.bytes_read(), of: size });
    Ok(())
}

fn push(builder: &mut TableBuilder, header: &Header, record: &Record) {
    let line = record.line;
    let reasons = if record.too_long && record.len() <= header.names.len() {
        let last = record.len().saturating_sub(1);
        let column = header.names.get(last).map_or("", String::as_str);
        vec![builder.diagnostic(line, column, record.text(last), value::too_long(column, header.field_bytes))]
    } else if record.misplaced_quote {
        vec![misplaced_quote(builder.place(line))]
    } else if record.len() != header.names.len() {
        vec![wrong_field_count(builder.place(line), record.len(), header.names.len())]
    } else {
        match builder.try_push(line, |column, _| header.positions[column].map_or("", |field| record.text(field))) {
            Ok(()) => return,
            Err(reasons) => reasons,
        }
    };
    builder.set_aside(line, Arc::clone(&header.names), record.to_texts(), reasons);
}

/// Which field of a record belongs to which column.
struct Header {
    names: Arc<[String]>,
    /// By the column's place in the table.
    positions: Vec<Option<usize>>,
    field_bytes: usize,
}

impl Header {
    fn new(draft: &mut Draft<'_>, table: &'static Table, file: &str, record: &Record) -> Result<Self, Vec<Diagnostic>> {
        let names: Arc<[String]> = record.to_texts().into();
        let place = Place::line(file, record.line);
        if let Some(diagnostic) = wrong_delimiter(&names, &place) {
            return Err(vec![diagnostic]);
        }
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut fatal = Vec::new();
        for (position, name) in names.iter().enumerate() {
            if name.is_empty() {
                draft.note(&unnamed_column(&place, position + 1));
            } else if first.insert(name, position).is_some() {
                fatal.push(duplicate_column(&place, name));
            } else if table.column(name).is_none() {
                draft.note(&unknown_column(&place, name, table, &names));
            }
        }
        for column in table.columns.iter().filter(|column| column.required && !first.contains_key(column.name)) {
            let unknown = names.iter().map(String::as_str).filter(|name| table.column(name).is_none());
            fatal.push(missing_column(&place, column.name, suggest::nearest(column.name, unknown)));
        }
        if !fatal.is_empty() {
            return Err(fatal);
        }
        let positions = table.columns.iter().map(|column| first.get(column.name).copied()).collect();
        Ok(Self { positions, names: Arc::clone(&names), field_bytes: draft.options.limits.field_bytes })
    }
}

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn check_encoding(file: &str, first: &[u8]) -> Result<(), Box<Diagnostic>> {
    let found = match first {
        [0xff, 0xfe, ..] | [_, 0, ..] => "UTF-16, little-endian",
        [0xfe, 0xff, ..] | [0, ..] => "UTF-16, big-endian",
        [b'P', b'K', 3, 4] => "a zip archive or spreadsheet",
        _ => return Ok(()),
    };
    Err(Box::new(wrong_encoding(Place::file(file), "the file is not text in UTF-8").value(found)))
}

pub(crate) fn check_utf8(file: &str, record: &Record) -> Result<(), Box<Diagnostic>> {
    let Some(field) = record.not_utf8() else { return Ok(()) };
    let shown = record.to_texts().into_iter().nth(field).unwrap_or_default();
    Err(Box::new(wrong_encoding(Place::line(file, record.line), "a field is not text in UTF-8").value(&shown)))
}

fn fatal(code: &str, place: Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, Severity::Fatal, place, message)
}

fn wrong_encoding(place: Place, message: &str) -> Diagnostic {
    fatal("wrong_encoding", place, message)
        .expected("UTF-8")
        .help("export it again as UTF-8; spreadsheets call it `CSV UTF-8 (comma delimited)`")
}

pub(crate) fn unreadable(file: &str, error: &RecordsError) -> Diagnostic {
    match error {
        RecordsError::UnclosedQuote { line } => fatal("unclosed_quote", Place::line(file, *line), error.to_string())
            .expected("a closing quote; a quote within a quoted field is written twice"),
        RecordsError::Io(io) if io.kind() == io::ErrorKind::InvalidData => {
            fatal("damaged_archive", Place::file(file), error.to_string())
                .help("it may have been cut off on its way; fetch it again")
        }
        RecordsError::Io(_) => fatal("cannot_read", Place::file(file), error.to_string()),
    }
}

pub(crate) fn wrong_delimiter(names: &[String], place: &Place) -> Option<Diagnostic> {
    let [only] = names else { return None };
    let found = [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")].into_iter().find(|(c, _)| only.contains(*c));
    found.map(|(_, found)| {
        fatal("wrong_delimiter", place.clone(), format!("the columns are separated by {found}"))
            .expected("commas")
            .help("export it again with commas")
    })
}

pub(crate) fn duplicate_column(place: &Place, name: &str) -> Diagnostic {
    fatal("duplicate_column", place.clone().column(name), format!("the header names `{name}` twice"))
        .expected("each column once")
}

pub(crate) fn missing_column(place: &Place, name: &str, likely: Option<&str>) -> Diagnostic {
    let diagnostic =
        fatal("missing_column", place.clone().column(name), format!("the required column `{name}` is missing"));
    match likely {
        Some(likely) => diagnostic.help(format!("is it the one called `{likely}`?")),
        None => diagnostic,
    }
}

fn unknown_column(place: &Place, name: &str, table: &'static Table, names: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        "unknown_column",
        Severity::Note,
        place.clone(),
        format!("`{}` has no such column; it is not read", table.name),
    )
    .value(name);
    let free = table.columns.iter().map(|column| column.name).filter(|column| names.iter().all(|name| name != column));
    match suggest::nearest(name, free) {
        Some(likely) => diagnostic.help(format!("did you mean `{likely}`?")),
        None => diagnostic,
    }
}

fn unnamed_column(place: &Place, position: usize) -> Diagnostic {
    let message = format!("column {position} has no name; it is not read");
    Diagnostic::new("unnamed_column", Severity::Note, place.clone(), message)
}

pub(crate) fn misplaced_quote(place: Place) -> Diagnostic {
    Diagnostic::new("misplaced_quote", Severity::Error, place, "a quote stands where none is allowed")
        .expected("quotes around a whole field, and a quote within it written twice")
}

pub(crate) fn wrong_field_count(place: Place, found: usize, expected: usize) -> Diagnostic {
    let message = format!("the row has {found} fields where the header has {expected}");
    Diagnostic::new("wrong_field_count", Severity::Error, place, message)
        .expected(format!("{expected} fields"))
        .help("a field with a comma in it stands in quotes")
}

pub(crate) fn lone_returns(file: &str, count: u64) -> Diagnostic {
    let message = format!("{count} lines end in a carriage return alone; each was read as a line");
    Diagnostic::new("lone_carriage_return", Severity::Warning, Place::file(file), message)
        .expected("lines that end in a line feed, or in both")
}

fn no_rows(file: &str) -> Diagnostic {
    Diagnostic::new("no_rows", Severity::Warning, Place::file(file), "the file has a header and no rows")
}
