//! `OneRoster` 1.2 packages, and 1.1: CSV files with a manifest.
//!
//! | file | table |
//! | --- | --- |
//! | `orgs` | `organizations`: states, districts, schools |
//! | `users`, `roles`, `demographics` | `students`: who has the role of a student |
//! | `courses` | `courses` |
//! | `roles` with a first day | `enrollments`: from that day to the last |
//! | `enrollments`, `classes`, `academicSessions` | `enrollments`: one for each student, school and school year that no role tells of |
//!
//! The other files are checked for keys and references, and nothing is made of them. A roster does not say what was
//! earned in a course, who left a school and how, or what a program is. `results` hold the scores of single pieces of
//! work; the standard has no mark for the one that would be the outcome of a course, and to take any of them for it
//! would be a guess. Nor would a guess stay without consequence: outcomes replace those of their school year.
//!
//! A delta package has the rows that changed. It adds and changes, and takes nothing away (`docs/adr/0002`).

mod csv;
mod days;
mod enrollments;
pub(crate) mod layout;
mod manifest;
mod people;
pub(crate) mod places;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use self::{
    csv::{Row, Source},
    enrollments::Enrollments,
    manifest::{Listed, Mode},
    people::People,
    places::Places,
};
use crate::{Extent, TableBuilder, draft::Draft, files::Files};

/// Files that a bundle has none of.
const TELLING: [&str; 4] = ["academicSessions.csv", "orgs.csv", "roles.csv", "users.csv"];

/// Whether the files are a package, with its manifest or without.
pub(super) fn is_package(files: &Files) -> bool {
    files.names().any(|name| {
        name.eq_ignore_ascii_case(manifest::MANIFEST)
            || TELLING.iter().any(|telling| name.eq_ignore_ascii_case(telling))
    })
}

/// Reads the files that the manifest names.
pub(super) fn read(files: &Files, draft: &mut Draft<'_>) {
    let package = manifest::read(files, draft);
    let delta = package.iter().any(|listed| listed.mode == Mode::Delta);
    draft.extent = if delta { Extent::Changes } else { Extent::Part };
    let mut reader = Reader { files, known: csv::Known::default() };
    let mut places = Places::default();
    let mut people = People::new(delta);
    let mut enrollments = Enrollments::default();
    for listed in &package {
        let file = &PackageFile { listed, name: Arc::from(listed.name.as_str()) };
        match listed.layout.name {
            "academicSessions" => reader.read(draft, file, &mut |draft, row| places.add_session(draft, &row)),
            "orgs" => places.read_organizations(&mut reader, draft, file),
            "courses" => places::read_courses(&mut reader, draft, file),
            "classes" => reader.read(draft, file, &mut |_, row| places.add_class(&row)),
            "users" => people.read_users(&mut reader, draft, file),
            "roles" => {
                let rows = reader.read(draft, file, &mut |draft, row| people.add_role(draft, &row));
                enrollments.expect_roles(&file.name, rows);
                rows
            }
            "demographics" => reader.read(draft, file, &mut |draft, row| people.add_demographics(draft, &row)),
            "enrollments" => enrollments.read(&mut reader, draft, file, &places, &people),
            _ => reader.read(draft, file, &mut |_, _| {}),
        };
    }
    enrollments.finish(&reader, draft, &places, &people);
    people.finish(draft);
    if !package.is_empty() && package.iter().all(|listed| !places::has_rows(listed.layout)) {
        draft.note(&nothing_to_read());
    }
}

/// A file of the package that is read.
struct PackageFile<'l> {
    listed: &'l Listed,
    name: Arc<str>,
}

/// Reads files, and remembers what may be referred to.
struct Reader<'f> {
    files: &'f Files,
    known: csv::Known,
}

impl Reader<'_> {
    /// Hands every row of a file that can be used to `take`, says what is wrong with the others, and tells how many rows
    /// there are.
    fn read(
        &mut self,
        draft: &mut Draft<'_>,
        file: &PackageFile<'_>,
        take: &mut dyn FnMut(&mut Draft<'_>, Row<'_>),
    ) -> u64 {
        self.read_all(draft, file, &mut |draft, row| {
            if row.reasons.is_empty() { take(draft, row) } else { row.set_aside(None, draft) }
        })
    }

    /// Makes rows of a table out of a file: hands every row that can be used to `take`, sets the others aside, and then
    /// lets `finish` add what takes all rows to know.
    fn read_table(
        &mut self,
        draft: &mut Draft<'_>,
        file: &PackageFile<'_>,
        table: &str,
        take: &mut dyn FnMut(&mut TableBuilder, &mut Draft<'_>, Row<'_>),
    ) -> (TableBuilder, u64) {
        let mut builder = self.table(draft, table, &file.name);
        let rows = self.read_all(draft, file, &mut |draft, row| {
            if row.reasons.is_empty() {
                take(&mut builder, draft, row);
            } else {
                row.set_aside(Some(&mut builder), draft);
            }
        });
        (builder, rows)
    }

    /// Hands every row of a file to `take`, and tells how many there are. What makes the file unfit goes to
    /// [`Draft::refuse`].
    fn read_all(
        &mut self,
        draft: &mut Draft<'_>,
        file: &PackageFile<'_>,
        take: &mut dyn FnMut(&mut Draft<'_>, Row<'_>),
    ) -> u64 {
        let Listed { layout, mode, .. } = *file.listed;
        let size = self.files.size(&file.name).unwrap_or_default();
        let source = Source { layout, file: &file.name, mode, size, order: self.order(draft, file) };
        let known = &mut self.known;
        let mut rows = 0;
        let opened = self.files.open(&file.name, &mut |bytes| {
            let mut counted = |draft: &mut Draft<'_>, row: Row<'_>| {
                rows += 1;
                take(draft, row);
            };
            if let Err(diagnostics) = csv::read(draft, known, &source, bytes, &mut counted) {
                for diagnostic in diagnostics {
                    draft.refuse(diagnostic);
                }
            }
        });
        if let Err(diagnostic) = opened {
            draft.refuse(*diagnostic);
        }
        rows
    }

    /// The order in which the file writes its days, where it writes them with slashes.
    fn order(&self, draft: &Draft<'_>, file: &PackageFile<'_>) -> Option<days::Order> {
        let layout = file.listed.layout;
        if layout.dates.is_empty() {
            return None;
        }
        let (mut slashes, mut order) = (false, None);
        // What cannot be opened is told by who reads it for good.
        let _ = self.files.open(&file.name, &mut |bytes| slashes = days::has_slashes(bytes));
        if slashes {
            let field_bytes = draft.options.limits.field_bytes;
            let _ = self.files.open(&file.name, &mut |bytes| order = days::order(bytes, layout, field_bytes));
        }
        order
    }

    /// A builder for the rows that a file has for a table.
    fn table(&self, draft: &Draft<'_>, name: &str, file: &str) -> TableBuilder {
        let Some(table) = Table::named(name) else { unreachable!("`{name}` is a table of the bundle") };
        let mut builder = draft.table(table, file);
        builder.bytes = self.files.size(file).unwrap_or_default();
        builder
    }
}

/// Takes the rows of a builder; those of the file are more where several make one, or where some are of no table.
fn accept(draft: &mut Draft<'_>, mut builder: TableBuilder, rows: u64) {
    builder.rows_read = rows;
    draft.accept(builder);
}

fn nothing_to_read() -> Diagnostic {
    let message = "the package has no organizations, users or courses";
    Diagnostic::new("nothing_to_read", Severity::Warning, Place::file(manifest::MANIFEST), message)
}
