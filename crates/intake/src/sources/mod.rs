//! The kinds of source, and how one is told from another.

use crate::{draft::Draft, files::Files};

mod bundle;
mod ed_fi;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Waymark's own flat files.
    Bundle,
    /// Interchanges of the Ed-Fi Data Standard.
    EdFi,
}

/// Reads whatever the files are.
pub(crate) fn read(files: &Files, draft: &mut Draft<'_>) {
    match detect(files) {
        Source::Bundle => bundle::read(files, draft),
        Source::EdFi => ed_fi::read(files, draft),
    }
}

fn detect(files: &Files) -> Source {
    let any_csv = files.names().any(|name| name.to_ascii_lowercase().ends_with(".csv"));
    if !any_csv && files.names().any(ed_fi::is_interchange) {
        return Source::EdFi;
    }
    Source::Bundle
}
