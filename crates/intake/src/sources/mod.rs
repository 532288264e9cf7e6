//! The kinds of source, and how one is told from another.

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{draft::Draft, files::Files};

mod bundle;
mod ed_fi;
pub(crate) mod one_roster;
#[cfg(test)]
pub(crate) mod testing;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Waymark's own flat files.
    Bundle,
    /// Interchanges of the Ed-Fi Data Standard.
    EdFi,
    /// A package of CSV files with a manifest.
    OneRoster,
}

/// Reads whatever the files are.
pub(crate) fn read(files: &Files, draft: &mut Draft<'_>) {
    match detect(files) {
        None => draft.refuse(no_files()),
        Some(Source::Bundle) => bundle::read(files, draft),
        Some(Source::EdFi) => ed_fi::read(files, draft),
        Some(Source::OneRoster) => one_roster::read(files, draft),
    }
}

/// None where there is no file at all.
fn detect(files: &Files) -> Option<Source> {
    files.names().next()?;
    let any_csv = files.names().any(|name| name.to_ascii_lowercase().ends_with(".csv"));
    if !any_csv && files.names().any(ed_fi::is_interchange) {
        return Some(Source::EdFi);
    }
    // What only a bundle has decides: `courses.csv` and `enrollments.csv` are in both.
    let is_bundle = ["organizations.csv", "students.csv"].iter().any(|name| files.size(name).is_some());
    Some(if !is_bundle && one_roster::is_package(files) { Source::OneRoster } else { Source::Bundle })
}

/// Whether the files are of a kind that tells by itself what its columns mean.
pub(crate) fn is_known(files: &Files) -> bool {
    match detect(files) {
        Some(Source::Bundle) => bundle::is_bundle(files),
        Some(_) => true,
        None => false,
    }
}

fn no_files() -> Diagnostic {
    let expected =
        "the CSV files of a bundle, a OneRoster package with its `manifest.csv`, or Ed-Fi interchanges (XML)";
    Diagnostic::new("missing_file", Severity::Fatal, Place::file("."), "there is no file in it")
        .expected(expected)
        .help("name the folder that the files lie in")
}
