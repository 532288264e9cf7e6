//! One file of a package, row by row, with what is wrong with each.

use std::{
    collections::{BTreeMap, HashSet},
    io::Read,
    sync::Arc,
};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{
    days::{self, Order},
    layout::{File, Reference},
    manifest::Mode,
};
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
const MISSPELLED: &[(&str, &str)] = &[
    ("dataLastModified", "dateLastModified"),
    ("prefferedGivenName", "preferredGivenName"),
    ("prefferedMiddleName", "preferredMiddleName"),
    ("prefferedFamilyName", "preferredFamilyName"),
];
/// Columns of a vendor's own are called this and something more.
const EXTENSION: &str = "metadata.";
/// `status` of a row that is no more.
const DELETED: &str = "tobedeleted";

/// A row of a file.
pub(super) struct Row<'r> {
    /// The file, as it is called in the package.
    pub(super) file: &'r Arc<str>,
    /// Its first line.
    pub(super) line: u64,
    header: &'r Header,
    record: &'r Record,
    order: Option<Order>,
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

    /// The day in a column as `YYYY-MM-DD`, where it can be read; as it stands, where not.
    pub(super) fn day(&self, draft: &mut Draft<'_>, column: &str) -> String {
        let text = self.get(column);
        match days::read(text, self.order) {
            None => text.to_owned(),
            Some(day) => {
                let message = format!("the day is written another way; it is read as {day}");
                let diagnostic = Diagnostic::new("misformatted_date", Severity::Warning, self.place(column), message);
                draft.note(&diagnostic.value(text).expected("a day written `YYYY-MM-DD`"));
                day.to_string()
            }
        }
    }

    /// The value of a column that is one of these codes in other capitals, as the code; else as it stands.
    pub(super) fn code<'c>(&'c self, draft: &mut Draft<'_>, column: &str, codes: &[&'c str]) -> &'c str {
        let text = self.get(column);
        let code = codes.iter().find(|code| code.eq_ignore_ascii_case(text)).filter(|code| **code != text);
        let Some(code) = code else { return text };
        let message = format!("it is written `{code}`; it is read as that");
        draft.note(&Diagnostic::new("other_capitals", Severity::Warning, self.place(column), message).value(text));
        code
    }

    /// Whether the file has the column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.header.positions.contains_key(column)
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
pub(super) struct Known(BTreeMap<&'static str, Ids>);

#[derive(Debug)]
struct Ids {
    mode: Mode,
    ids: HashSet<String>,
}

impl Known {
    /// Whether the file has the id; none where nobody can tell: the file was not read, or has only what changed.
    fn has(&self, file: &str, id: &str) -> Option<bool> {
        let Ids { mode, ids } = self.0.get(file)?;
        if ids.contains(id) { Some(true) } else { (*mode == Mode::Bulk).then_some(false) }
    }
}

/// A file that is being read.
pub(super) struct Source<'s> {
    pub(super) layout: &'static File,
    /// As it is called in the package.
    pub(super) file: &'s Arc<str>,
    pub(super) mode: Mode,
    pub(super) size: u64,
    /// The order of the parts of its days.
    pub(super) order: Option<Order>,
}

/// Reads a file and hands every row to `take`.
pub(super) fn read(
    draft: &mut Draft<'_>,
    known: &mut Known,
    source: &Source<'_>,
    bytes: &mut dyn Read,
    take: &mut dyn FnMut(&mut Draft<'_>, Row<'_>),
) -> Result<(), Vec<Diagnostic>> {
    let Source { layout, file, mode, size, order } = *source;
    let failed = |error: RecordsError| vec![unreadable(file, &error)];
    let mut records = Records::new(bytes, draft.options.limits.field_bytes);
    let mut record = Record::default();
    let names = begin(draft, file, &mut records, &mut record)?;
    let header = Header::new(draft, layout, file, names)?;
    known.0.insert(layout.name, Ids { mode, ids: HashSet::new() });
    let mut deleted = 0_u64;
    let mut pending = Pending::default();
    let mut count = 0_u64;
    while records.next(&mut record).map_err(failed)? {
        check_utf8(file, &record).map_err(|diagnostic| vec![*diagnostic])?;
        let mut row = Row { file, line: record.line, header: &header, record: &record, order, reasons: Vec::new() };
        check_form(&mut row);
        if row.reasons.is_empty() {
            if mode == Mode::Delta && row.get("status") == DELETED {
                deleted += 1;
                continue;
            }
            match mode {
                Mode::Bulk => check_bulk(&mut row, draft),
                Mode::Delta => check_delta(&mut row, draft),
            }
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
    if deleted > 0 {
        draft.note(&deletions(file, deleted));
    }
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
            let meant = meant(name, layout);
            match meant {
                Some(meant) if meant != name => draft.note(&misspelled(&place, name, meant)),
                None if !name.starts_with(EXTENSION) => draft.note(&unknown_column(&place, name, layout, &names)),
                _ => {}
            }
            let meant = meant.unwrap_or(name);
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

/// The column that a name stands for.
fn meant(name: &str, layout: &'static File) -> Option<&'static str> {
    let others = MISSPELLED.iter().chain(layout.aliases).find(|(other, _)| *other == name).map(|(_, column)| *column);
    layout
        .known_columns()
        .find(|column| *column == name)
        .or(others)
        .or_else(|| layout.known_columns().find(|column| column.eq_ignore_ascii_case(name)))
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
fn check_bulk(row: &mut Row<'_>, draft: &mut Draft<'_>) {
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

/// In a delta every row says what became of it, and when.
fn check_delta(row: &mut Row<'_>, draft: &mut Draft<'_>) {
    let diagnostic = |severity, column: &str, message: &str| {
        Diagnostic::new("lifecycle_missing_in_delta", severity, row.place(column), message).value(row.get(column))
    };
    let status = row.get("status");
    if status != "active" {
        let reason = diagnostic(Severity::Error, "status", "the row does not say what became of it");
        row.reasons.push(reason.expected(format!("`active` or `{DELETED}`")));
    } else if row.get("dateLastModified").is_empty() {
        let warning = diagnostic(Severity::Warning, "dateLastModified", "the row does not say when it was changed");
        draft.note(&warning.expected("a point in time").help("the row is read as it stands"));
    }
}

/// What is stored has no row for each of a package's: a student in a school stands for many rows of classes, and a
/// person who leaves one register may be in another. So nothing is taken away by a delta; a bulk package shows what is
/// there.
fn deletions(file: &str, count: u64) -> Diagnostic {
    let message = format!("{count} rows are to be deleted; what is stored of them stays");
    Diagnostic::new("deletions_not_applied", Severity::Warning, Place::file(file), message)
        .help("import a bulk package to have enrollments that are no more taken away, `waymark erase` for a student")
}

fn check_id(row: &mut Row<'_>, layout: &File, known: &mut Known) {
    let id = row.get("sourcedId");
    if id.is_empty() {
        if layout.nameless && !row.has("sourcedId") {
            return;
        }
        let place = row.place("sourcedId");
        let diagnostic = Diagnostic::new("required_value_empty", Severity::Error, place, "`sourcedId` is empty");
        row.reasons.push(diagnostic.expected("a value in every row"));
        return;
    }
    let ids = known.0.get_mut(layout.name);
    if ids.is_some_and(|ids| !ids.ids.insert(id.to_owned())) {
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

fn unknown_column(place: &Place, name: &str, layout: &File, names: &[String]) -> Diagnostic {
    let message = format!("`{}` has no such column; it is not read", layout.name);
    let diagnostic = Diagnostic::new("unknown_column", Severity::Note, place.clone(), message).value(name);
    let free = layout.known_columns().filter(|column| names.iter().all(|name| name != column));
    match suggest::nearest(name, free) {
        Some(likely) => diagnostic.help(format!("did you mean `{likely}`?")),
        None => diagnostic,
    }
}

fn misspelled(place: &Place, name: &str, meant: &str) -> Diagnostic {
    let message = format!("the column is called `{meant}`; it is read as that");
    Diagnostic::new("misspelled_column", Severity::Warning, place.clone(), message).value(name)
}
