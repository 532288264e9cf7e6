//! One file of a package, row by row, with what is wrong with each.

use std::{
    collections::{BTreeMap, HashSet},
    io::Read,
    sync::Arc,
};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::layout::{File, Reference};
use crate::{
    Progress, TableBuilder,
    csv_file::{
        BYTE_ORDER_MARK, check_encoding, check_utf8, duplicate_column, lone_returns, misplaced_quote, missing_column,
        unreadable, wrong_delimiter, wrong_field_count,
    },
    draft::Draft,
    records::{Record, Records, RecordsError},
    suggest,
};

/// How many rows lie between two reports of progress.
const PROGRESS_EVERY: u64 = 4096;

/// Column names that are misspelled in files of known vendors, and what they stand for.
const MISSPELLED: &[(&str, &str)] = &[("dataLastModified", "dateLastModified")];

/// A row of a file.
pub(super) struct Row<'r> {
    /// The file, as it is called in the package.
    pub(super) file: &'r Arc<str>,
    /// Its first line.
    pub(super) line: u64,
    header: &'r Header,
    record: &'r Record,
    /// Why it cannot be used; empty where it can.
    pub(super) reasons: Vec<Diagnostic>,
}

impl Row<'_> {
    /// The value of a column; empty where the file does not have it.
    pub(super) fn get(&self, column: &str) -> &str {
        self.header.positions.get(column).map_or("", |position| self.record.text(*position))
    }

    pub(super) fn place(&self, column: &str) -> Place {
        Place::line(&**self.file, self.line).column(column)
    }

    /// Puts the row aside for the table that it was meant for. Where it was meant for none, the reasons are said.
    pub(super) fn set_aside(self, builder: Option<&mut TableBuilder>, draft: &mut Draft<'_>) {
        match builder {
            Some(builder) => {
                builder.set_aside(self.line, Arc::clone(&self.header.names), self.record.to_texts(), self.reasons);
            }
            None => self.reasons.into_iter().for_each(|mut reason| {
                reason.severity = Severity::Warning;
                draft.note(&reason);
            }),
        }
    }
}

/// The `sourcedId`s of the files that were read.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<&'static str, HashSet<String>>);

impl Known {
    /// Whether the file has the id; none where the file was not read, so that nobody can tell.
    fn has(&self, file: &str, id: &str) -> Option<bool> {
        self.0.get(file).map(|ids| ids.contains(id))
    }
}

/// Reads a file and hands every row to `take`.
pub(super) fn read(
    draft: &mut Draft<'_>,
    known: &mut Known,
    layout: &'static File,
    file: &Arc<str>,
    size: u64,
    source: &mut dyn Read,
    take: &mut dyn FnMut(&mut Draft<'_>, Row<'_>),
) -> Result<(), Vec<Diagnostic>> {
    let failed = |error: RecordsError| vec![unreadable(file, &error)];
    let mut records = Records::new(source, draft.options.limits.field_bytes);
    let mut record = Record::default();
    let names = begin(draft, file, &mut records, &mut record)?;
    let header = Header::new(draft, layout, file, names)?;
    known.0.insert(layout.name, HashSet::new());
    let mut pending = Pending::default();
    let mut count = 0_u64;
    while records.next(&mut record).map_err(failed)? {
        check_utf8(file, &record).map_err(|diagnostic| vec![*diagnostic])?;
        let mut row = Row { file, line: record.line, header: &header, record: &record, reasons: Vec::new() };
        check_form(&mut row);
        if row.reasons.is_empty() {
            check_lifecycle(&mut row, draft);
            check_id(&mut row, layout, known);
            check_references(&mut row, layout, known, &mut pending, draft);
        }
        take(draft, row);
        count += 1;
        if count.is_multiple_of(PROGRESS_EVERY) {
            draft.progress(Progress::Reading { file, bytes: records.bytes_read(), of: size });
        }
    }
    pending.check(layout, known, draft);
    if records.lone_returns() > 0 {
        draft.note(&lone_returns(file, records.lone_returns()));
    }
    draft.progress(Progress::Reading { file, bytes: records.bytes_read(), of: size });
    Ok(())
}

/// Reads the header row.
pub(super) fn begin<R: Read>(
    draft: &mut Draft<'_>,
    file: &str,
    records: &mut Records<R>,
    record: &mut Record,
) -> Result<Vec<String>, Vec<Diagnostic>> {
    let failed = |error: RecordsError| vec![unreadable(file, &error)];
    check_encoding(file, records.peek(4).map_err(|error| failed(error.into()))?).map_err(|d| vec![*d])?;
    if records.peek(3).is_ok_and(|bytes| bytes == BYTE_ORDER_MARK) {
        records.skip(BYTE_ORDER_MARK.len());
    }
    if !records.next(record).map_err(failed)? {
        let diagnostic = Diagnostic::new("empty_file", Severity::Fatal, Place::file(file), "the file is empty");
        return Err(vec![diagnostic.expected("a header row")]);
    }
    check_utf8(file, record).map_err(|diagnostic| vec![*diagnostic])?;
    draft.progress(Progress::Reading { file, bytes: 0, of: 0 });
    Ok(record.to_texts())
}

struct Header {
    names: Arc<[String]>,
    positions: BTreeMap<String, usize>,
}

impl Header {
    fn new(
        draft: &mut Draft<'_>,
        layout: &'static File,
        file: &str,
        names: Vec<String>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let place = Place::line(file, 1);
        if let Some(diagnostic) = wrong_delimiter(&names, &place) {
            return Err(vec![diagnostic]);
        }
        let mut positions = BTreeMap::new();
        let mut fatal = Vec::new();
        for (position, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let meant = MISSPELLED.iter().find(|(wrong, _)| wrong == name).map_or(name.as_str(), |(_, right)| right);
            if meant != name {
                draft.note(&misspelled(&place, name, meant));
            }
            if positions.insert(meant.to_owned(), position).is_some() {
                fatal.push(duplicate_column(&place, name));
            }
        }
        for column in layout.required.iter().filter(|column| !positions.contains_key(**column)) {
            fatal.push(missing_column(&place, column, suggest::nearest(column, positions.keys().map(String::as_str))));
        }
        if fatal.is_empty() { Ok(Self { names: names.into(), positions }) } else { Err(fatal) }
    }
}

/// Spreadsheets write empty columns behind the last one; those are overlooked.
fn check_form(row: &mut Row<'_>) {
    let (found, expected) = (row.record.len(), row.header.names.len());
    let place = || Place::line(&**row.file, row.line);
    let surplus = (expected..found).any(|field| !row.record.text(field).is_empty());
    if row.record.too_long {
        let message = "a field of the row is too long, or it has too many fields";
        row.reasons.push(Diagnostic::new("value_too_long", Severity::Error, place(), message));
    } else if row.record.misplaced_quote {
        row.reasons.push(misplaced_quote(place()));
    } else if found < expected || surplus {
        row.reasons.push(wrong_field_count(place(), found, expected));
    }
}

/// In a bulk file every row is there because it is active: `status` and `dateLastModified` are blank.
fn check_lifecycle(row: &mut Row<'_>, draft: &mut Draft<'_>) {
    let status = row.get("status");
    let (column, value) =
        if status.is_empty() { ("dateLastModified", row.get("dateLastModified")) } else { ("status", status) };
    if value.is_empty() {
        return;
    }
    let message = format!("`{column}` has no place in a bulk file");
    let diagnostic = Diagnostic::new("lifecycle_in_bulk", Severity::Warning, row.place(column), message)
        .value(value)
        .expected("nothing: a bulk file holds what is there, and nothing else");
    if column == "status" && value != "active" {
        row.reasons.push(Diagnostic { severity: Severity::Error, ..diagnostic });
    } else {
        draft.note(&diagnostic.help("the row is read as it stands"));
    }
}

fn check_id(row: &mut Row<'_>, layout: &File, known: &mut Known) {
    let id = row.get("sourcedId");
    if id.is_empty() {
        let place = row.place("sourcedId");
        let diagnostic = Diagnostic::new("required_value_empty", Severity::Error, place, "`sourcedId` is empty");
        row.reasons.push(diagnostic.expected("a value in every row"));
        return;
    }
    let ids = known.0.get_mut(layout.name);
    if ids.is_some_and(|ids| !ids.insert(id.to_owned())) {
        let message = "an earlier row of the file has the same `sourcedId`";
        let diagnostic = Diagnostic::new("duplicate_key", Severity::Error, row.place("sourcedId"), message);
        row.reasons.push(diagnostic.value(id).expected("one row for each `sourcedId`"));
    }
}

/// The values of a field that may hold several.
pub(super) fn list(field: &str) -> impl Iterator<Item = &str> {
    field.split(',').map(str::trim).filter(|value| !value.is_empty())
}

fn check_references(
    row: &mut Row<'_>,
    layout: &'static File,
    known: &Known,
    pending: &mut Pending,
    draft: &mut Draft<'_>,
) {
    let mut reasons = Vec::new();
    for reference in layout.references {
        for id in list(row.get(reference.column)) {
            if reference.to == layout.name {
                pending.0.push((row.place(reference.column), reference, id.to_owned()));
            } else if known.has(reference.to, id) == Some(false) {
                let diagnostic = not_found(row.place(reference.column), reference, id);
                if reference.vital { reasons.push(diagnostic) } else { draft.note(&diagnostic) }
            }
        }
    }
    row.reasons.append(&mut reasons);
}

/// References of a file to itself, which may lead forward.
#[derive(Default)]
struct Pending(Vec<(Place, &'static Reference, String)>);

impl Pending {
    fn check(self, layout: &File, known: &Known, draft: &mut Draft<'_>) {
        for (place, reference, id) in self.0 {
            if known.has(layout.name, &id) == Some(false) {
                draft.note(&not_found(place, reference, &id));
            }
        }
    }
}

fn not_found(place: Place, reference: &Reference, id: &str) -> Diagnostic {
    let severity = if reference.vital { Severity::Error } else { Severity::Warning };
    let message = format!("`{}` names no row of `{}`", reference.column, reference.to);
    Diagnostic::new("reference_not_found", severity, place, message)
        .value(id)
        .expected(format!("a `sourcedId` of `{}.csv`", reference.to))
}

fn misspelled(place: &Place, name: &str, meant: &str) -> Diagnostic {
    let message = format!("the column is called `{meant}`; it is read as that");
    Diagnostic::new("misspelled_column", Severity::Warning, place.clone(), message).value(name)
}
