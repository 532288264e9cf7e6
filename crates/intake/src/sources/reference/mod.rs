//! Code lists and facts about the labor market, as NCES, BLS and O*NET publish them.
//!
//! | file | table |
//! | --- | --- |
//! | CIP 2020, the list | `cip_codes` |
//! | CIP to SOC, the crosswalk | `cip_occupations` |
//! | SCED course codes | `sced_courses` |
//! | Occupational Employment and Wage Statistics | `occupation_wages` |
//! | Employment Projections | `occupation_projections` |
//! | O*NET, career clusters | `occupation_clusters` |
//!
//! A file is known by its header. What it is an edition of stands in the header or the name of the file; where it stands
//! nowhere, that is said. Codes may be written `="01.0101"`, as spreadsheets keep them from becoming numbers. A State's
//! list of credentials is a `credential_catalog` of the bundle.

mod cip;
mod clusters;
mod crosswalk;
mod projections;
mod row;
mod sced;
#[cfg(test)]
mod tests;
mod wages;

use std::{io::Read, sync::Arc};

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use self::row::{Header, Row};
use crate::{
    Extent, Progress, TableBuilder,
    csv_file::{BYTE_ORDER_MARK, check_encoding, check_utf8, unreadable, wrong_field_count},
    draft::Draft,
    files::Files,
    records::{Record, Records, RecordsError},
};

/// How many rows lie between two reports of progress.
const PROGRESS_EVERY: u64 = 4096;

/// What is written where nobody says of which edition a fact is.
const UNDATED: &str = "undated";

/// A kind of file.
struct Publication {
    table: &'static str,
    /// Columns that a file of this kind has, as [`row::plain`] writes them; `#` stands for a year.
    telling: &'static [&'static str],
    /// The edition, by the header and the name of the file.
    edition: fn(&Header, &str) -> Option<String>,
    /// Makes rows of a row; or why it cannot be used.
    take: fn(&Row<'_>, &mut TableBuilder) -> Result<(), Box<Diagnostic>>,
}

const PUBLICATIONS: &[Publication] = &[
    cip::PUBLICATION,
    crosswalk::PUBLICATION,
    sced::PUBLICATION,
    wages::PUBLICATION,
    projections::PUBLICATION,
    clusters::PUBLICATION,
];

/// Whether such a file is among the files.
pub(super) fn is_among(files: &Files) -> bool {
    files.names().any(|name| publication(files, name).is_some())
}

fn publication(files: &Files, name: &str) -> Option<&'static Publication> {
    let mut found = None;
    // What cannot be opened is told by who reads it for good.
    let _ = files.open(name, &mut |source| found = publication_of(source));
    found
}

fn publication_of(source: &mut dyn Read) -> Option<&'static Publication> {
    // No header is longer, and most files are something else.
    let mut records = Records::new(source.take(64 << 10), 1 << 10);
    if records.peek(3).ok()? == BYTE_ORDER_MARK {
        records.skip(BYTE_ORDER_MARK.len());
    }
    let mut record = Record::default();
    let header = records.next(&mut record).ok()?.then(|| Header::new(&record))?;
    PUBLICATIONS.iter().find(|publication| publication.telling.iter().all(|column| header.has(column)))
}

/// Reads every such file.
pub(super) fn read(files: &Files, draft: &mut Draft<'_>) {
    draft.extent = Extent::Part;
    for name in files.names() {
        let Some(publication) = publication(files, name) else {
            draft.note(&not_read(name));
            continue;
        };
        let size = files.size(name).unwrap_or_default();
        let Some(table) = Table::named(publication.table) else { continue };
        let mut builder = draft.table(table, name);
        builder.bytes = size;
        let opened = files.open(name, &mut |source| {
            if let Err(diagnostic) = read_file(publication, name, size, source, &mut builder, draft) {
                draft.refuse(*diagnostic);
            }
        });
        if let Err(diagnostic) = opened {
            draft.refuse(*diagnostic);
        }
        draft.accept(builder);
    }
}

fn read_file(
    publication: &Publication,
    name: &str,
    size: u64,
    source: &mut dyn Read,
    builder: &mut TableBuilder,
    draft: &mut Draft<'_>,
) -> Result<(), Box<Diagnostic>> {
    let failed = |error: RecordsError| Box::new(unreadable(name, &error));
    let mut records = Records::new(source, draft.options.limits.field_bytes);
    check_encoding(name, records.peek(4).map_err(|error| failed(error.into()))?)?;
    if records.peek(3).is_ok_and(|bytes| bytes == BYTE_ORDER_MARK) {
        records.skip(BYTE_ORDER_MARK.len());
    }
    let mut record = Record::default();
    records.next(&mut record).map_err(failed)?;
    let header = Header::new(&record);
    let edition = (publication.edition)(&header, name);
    if edition.is_none() {
        draft.note(&undated(name));
    }
    let edition = edition.unwrap_or_else(|| UNDATED.to_owned());
    let (mut count, mut replaced) = (0_u64, 0_u64);
    while records.next(&mut record).map_err(failed)? {
        check_utf8(name, &record)?;
        count += 1;
        replaced += u64::from((0..record.len()).any(|field| record.text(field).contains('\u{fffd}')));
        let place = Place::line(name, record.line);
        let row = Row { header: &header, record: &record, place: &place, edition: &edition };
        let taken = match wrong_length(&row) {
            Some(reason) => Err(Box::new(reason)),
            None => (publication.take)(&row, builder),
        };
        if let Err(reason) = taken {
            builder.set_aside(record.line, Arc::clone(&header.names), record.to_texts(), vec![*reason]);
        }
        if count.is_multiple_of(PROGRESS_EVERY) {
            draft.progress(Progress::Reading { file: name, bytes: records.bytes_read(), of: size });
        }
    }
    builder.rows_read = count;
    if replaced > 0 {
        draft.note(&replacement_characters(name, replaced));
    }
    draft.progress(Progress::Reading { file: name, bytes: records.bytes_read(), of: size });
    Ok(())
}

fn wrong_length(row: &Row<'_>) -> Option<Diagnostic> {
    let (found, expected) = (row.record.len(), row.header.names.len());
    if row.record.too_long {
        let message = "a field of the row is too long, or it has too many fields";
        return Some(Diagnostic::new("value_too_long", Severity::Error, row.place.clone(), message));
    }
    let surplus = (expected..found).any(|field| !row.record.text(field).is_empty());
    (found < expected || surplus).then(|| wrong_field_count(row.place.clone(), found, expected))
}

/// The first year of four digits in a text that follows `before`.
fn year_in(text: &str, before: impl Fn(char) -> bool) -> Option<u16> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(3)).find_map(|at| {
        let digits = bytes.get(at..at + 4).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        let preceded = text[..at].chars().next_back().is_none_or(|c| before(c) && !c.is_ascii_digit());
        let ends = bytes.get(at + 4).is_none_or(|byte| !byte.is_ascii_digit());
        let year = std::str::from_utf8(digits).ok()?.parse().ok()?;
        (preceded && ends && (1990..2200).contains(&year)).then_some(year)
    })
}

fn undated(file: &str) -> Diagnostic {
    let message = "neither the header nor the name of the file says of which edition its facts are";
    Diagnostic::new("undated_reference", Severity::Warning, Place::file(file), message)
        .expected("a name with the year or version in it")
        .help("rename the file and import it again: pages show the edition beside each fact")
}

fn replacement_characters(file: &str, count: u64) -> Diagnostic {
    let message = format!("{count} rows hold characters that were lost before the file came here");
    Diagnostic::new("lost_characters", Severity::Note, Place::file(file), message).value("\u{fffd}")
}

fn not_read(file: &str) -> Diagnostic {
    let message = "this is no list that is known here; it is not read";
    Diagnostic::new("file_not_read", Severity::Note, Place::file(file), message)
}
