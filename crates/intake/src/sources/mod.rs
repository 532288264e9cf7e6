//! The kinds of source, and how one is told from another.

use crate::{draft::Draft, files::Files};

mod bundle;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Waymark's own flat files.
    Bundle,
}

/// Reads whatever the files are.
pub(crate) fn read(files: &Files, draft: &mut Draft<'_>) {
    match detect(files) {
        Source::Bundle => bundle::read(files, draft),
    }
}

fn detect(_files: &Files) -> Source {
    Source::Bundle
}
