//! Reads a district's exports into the rows of the bundle.
//!
//! [`read`] takes a folder or archive, tells what kind of source it is, and returns typed rows, the rows that cannot
//! be used with the reasons, and what is doubtful about the rest. It stores nothing and counts nothing.
//!
//! [`export`] writes such rows in the formats of others.
//!
//! An importer (`sources/`) turns its format into rows of text; [`TableBuilder`] types them. What takes more than one
//! row or file to see comes after: keys and references (`whole/`), then the data-quality rules (`rules/`).

mod csv_file;
mod dataset;
mod draft;
pub mod ed_fi_api;
pub mod export;
mod files;
mod mapping;
mod options;
mod propose;
mod reading;
mod records;
mod rows;
mod rules;
mod sheets;
mod sources;
mod suggest;
mod summary;
mod table_builder;
mod value;
mod whole;

use std::path::Path;

pub use mapping::{
    Choice, ColumnMapping, Condition, DateFormat, Field, FixedRow, Group, Input, Mapping, NamePart, NumberFormat, Of,
    Problem, Range, Source, TableMapping, UNANSWERED, YearFormat,
};
pub use options::{Known, Limits, NothingKnown, Options, Progress};
pub use propose::propose;
pub use reading::{Extent, FileSummary, Finding, Reading, Refusal, SetAside};
pub use rules::why_it_matters;
pub use sheets::look::{Look, SheetLook, look};
pub use summary::Summary;
pub use table_builder::TableBuilder;

use crate::{draft::Draft, files::Files};

/// Whether the source at `path` tells by itself what its columns mean. Where it does not, reading it takes a
/// [`Mapping`].
///
/// # Errors
/// The place cannot be read.
pub fn is_known_source(path: &Path, limits: &Limits) -> Result<bool, Refusal> {
    Ok(sources::is_known(&Files::find_any(path, limits)?))
}

/// Reads the source at `path`.
///
/// # Errors
/// Where the source as a whole cannot be trusted; nothing of it may then be stored.
pub fn read(path: &Path, options: &Options<'_>, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Reading, Refusal> {
    let mut draft = Draft::new(options, progress);
    match options.mapping {
        None => {
            let any = Files::find_any(path, &options.limits)?;
            let files = if sources::tells_alone(&any) { any } else { Files::find(path, &options.limits)? };
            sources::read(&files, &mut draft);
        }
        Some(mapping) => sheets::read(&Files::find_any(path, &options.limits)?, &mut draft, mapping),
    }
    draft.checkpoint()?;
    whole::check(&mut draft)?;
    let summary = Summary::of(&draft.parts);
    rules::check(&mut draft, &summary);
    Ok(draft.finish(summary))
}
