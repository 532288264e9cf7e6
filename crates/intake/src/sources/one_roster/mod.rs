//! `OneRoster` 1.2 packages, and 1.1: CSV files with a manifest.
//!
//! | file | table |
//! | --- | --- |
//! | `orgs` | `organizations`: states, districts, schools |
//! | `users`, `roles`, `demographics` | `students`: who has the role of a student |
//! | `courses` | `courses` |
//! | `enrollments`, `classes`, `academicSessions` | `enrollments`: a row for each student, school and school year |
//!
//! The other files are checked for keys and references, and nothing is made of them. A roster does not say what was
//! earned in a course, who left a school and how, or what a program is.

mod csv;
mod enrollments;
mod layout;
mod manifest;
mod people;
mod places;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use self::{csv::Row, enrollments::Enrollments, layout::File, people::People, places::Places};
use crate::{TableBuilder, draft::Draft, files::Files};

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
    let mut reader = Reader { files, known: csv::Known::default() };
    let mut places = Places::default();
    let mut people = People::default();
    let mut enrollments = Enrollments::default();
    for (layout, file) in &package {
        let file: &Arc<str> = &Arc::from(file.as_str());
        match layout.name {
            "academicSessions" => reader.read(draft, layout, file, &mut |draft, row| places.add_session(draft, row)),
            "orgs" => places.read_organizations(&mut reader, draft, layout, file),
            "courses" => places::read_courses(&mut reader, draft, layout, file),
            "classes" => reader.read(draft, layout, file, &mut |draft, row| places.add_class(draft, row)),
            "users" => people.read_users(&mut reader, draft, layout, file),
            "roles" => reader.read(draft, layout, file, &mut |draft, row| people.add_role(draft, row)),
            "demographics" => reader.read(draft, layout, file, &mut |draft, row| people.add_demographics(draft, row)),
            "enrollments" => enrollments.read(&mut reader, draft, layout, file, &places, &people),
            _ => reader.read(draft, layout, file, &mut |draft, row| row.set_aside(None, draft)),
        };
    }
    people.finish(draft);
    if !package.is_empty() && package.iter().all(|(layout, _)| !places::has_rows(layout)) {
        draft.note(&nothing_to_read());
    }
}

/// Reads files, and remembers what may be referred to.
struct Reader<'f> {
    files: &'f Files,
    known: csv::Known,
}

impl Reader<'_> {
    /// Hands every row of a file to `take`, and tells how many there are. What makes the file unfit goes to
    /// [`Draft::refuse`].
    fn read(
        &mut self,
        draft: &mut Draft<'_>,
        layout: &'static File,
        file: &Arc<str>,
        take: &mut dyn FnMut(&mut Draft<'_>, Row<'_>),
    ) -> u64 {
        let size = self.files.size(file).unwrap_or_default();
        let known = &mut self.known;
        let mut rows = 0;
        let opened = self.files.open(file, &mut |source| {
            let mut counted = |draft: &mut Draft<'_>, row: Row<'_>| {
                rows += 1;
                take(draft, row);
            };
            if let Err(diagnostics) = csv::read(draft, known, layout, file, size, source, &mut counted) {
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
