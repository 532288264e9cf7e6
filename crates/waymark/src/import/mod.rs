//! An import: read, check, replace, commit. `docs/adr/0002-what-an-import-replaces.md` says what is replaced and why.

mod districts;
mod filled;
mod leftovers;
mod replaces;
mod stored;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use waymark_intake::{Extent, FileSummary, Finding, Limits, Mapping, Options, Reading, Summary};
use waymark_lake::{At, Batch, Lake, NewBatch};

pub(crate) use districts::text;
pub(crate) use leftovers::{FINDINGS, QUARANTINE, TEXT_COLUMNS};
pub(crate) use stored::Previous;

use crate::{
    failure::{Failure, Kind},
    progress::Watch,
};
use filled::Filled;
use stored::Stored;

/// The rule that compares an import with the one before.
const COMPARISON: &str = "sharp_change_since_last_import";

/// Who imports, and when.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    pub(crate) by: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) today: NaiveDate,
}

/// What is imported.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a Path,
    /// What its columns mean, where it does not tell by itself.
    pub(crate) mapping: Option<&'a Mapping>,
}

/// An import that is stored.
pub(crate) struct Imported {
    pub(crate) batch: Batch,
    pub(crate) told: Told,
}

/// What there is to say about a source that was read.
pub(crate) struct Told {
    pub(crate) files: Vec<FileSummary>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) summary: Summary,
    /// The import that it was compared with.
    pub(crate) previous: Option<Previous>,
}

/// Stores the source at `path` in the lake.
///
/// # Errors
/// If the source is refused, or cannot be stored; nothing of it is stored then.
pub(crate) async fn import(
    lake: &Lake,
    source: Source<'_>,
    occasion: Occasion,
    watch: Arc<dyn Watch>,
) -> Result<Imported, Failure> {
    let Source { path, .. } = source;
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into_owned();
    import_as(lake, source, name, occasion, watch).await
}

/// The same, under a name of its own.
///
/// # Errors
/// As [`import`].
pub(crate) async fn import_as(
    lake: &Lake,
    source: Source<'_>,
    name: String,
    occasion: Occasion,
    watch: Arc<dyn Watch>,
) -> Result<Imported, Failure> {
    let _preparation = lake.prepare(&occasion.by, occasion.at, &name)?;
    let (reading, stored) = read(lake, source, occasion.today, Arc::clone(&watch)).await?;
    // What is replaced was worked out from what was stored before the reading, which may have taken minutes.
    if lake.snapshot(At::Latest).await?.number != stored.snapshot {
        return Err(Failure::new(Kind::Storage, "somebody else changed the data meanwhile; nothing is stored")
            .hint("import it again"));
    }
    watch.begin("storing");
    let batch = NewBatch {
        by: occasion.by,
        at: occasion.at,
        source: name,
        note: String::new(),
        counts: counts(&reading),
        detail: detail(&reading),
    };
    let filled = Filled::read(lake, &stored, &reading).await?;
    let changes = replaces::changes(&reading, &stored, &filled)?;
    let told = told(reading, stored.previous);
    let batch = lake.commit(batch, changes).await?;
    Ok(Imported { batch, told })
}

/// Reads and checks the source at `path` against what is stored, and stores nothing.
///
/// # Errors
/// If the source is refused.
pub(crate) async fn check(
    lake: &Lake,
    source: Source<'_>,
    today: NaiveDate,
    watch: Arc<dyn Watch>,
) -> Result<Told, Failure> {
    let (reading, stored) = read(lake, source, today, watch).await?;
    Ok(told(reading, stored.previous))
}

async fn read(
    lake: &Lake,
    source: Source<'_>,
    today: NaiveDate,
    watch: Arc<dyn Watch>,
) -> Result<(Reading, Stored), Failure> {
    let stored = Stored::read(lake).await?;
    let (path, mapping) = (source.path.to_owned(), source.mapping.cloned());
    let reading = tokio::task::spawn_blocking(move || {
        let previous = stored.previous.as_ref().map(|previous| &previous.summary);
        let options =
            Options { today, known: &stored.known, previous, limits: Limits::default(), mapping: mapping.as_ref() };
        let reading = waymark_intake::read(&path, &options, &mut |progress| watch.reading(progress));
        reading.map(|reading| (reading, stored))
    });
    let (mut reading, mut stored) = reading.await.map_err(|error| Failure::bug(error.to_string()))??;
    if stored.previous.as_ref().is_some_and(|previous| !share_organizations(&previous.summary, &reading.summary)) {
        // Another district's import is no measure for this one.
        stored.previous = None;
        reading.findings.retain(|finding| finding.code != COMPARISON);
    }
    Ok((reading, stored))
}

fn told(reading: Reading, previous: Option<Previous>) -> Told {
    let Reading { files, findings, summary, .. } = reading;
    Told { files, findings, summary, previous }
}

fn share_organizations(a: &Summary, b: &Summary) -> bool {
    let rows = |summary: &Summary, table: &str| summary.rows_by_organization.get(table).cloned().unwrap_or_default();
    let tables = a.rows_by_organization.keys();
    let mut shared = tables.map(|table| (rows(a, table), rows(b, table)));
    shared.any(|(a, b)| a.keys().any(|organization| b.contains_key(organization)))
}

/// What the next import is compared with. What only changed is no measure for it, nor is what says nothing of a school.
fn detail(reading: &Reading) -> serde_json::Value {
    if reading.extent == Extent::Changes || reading.summary.rows_by_organization.is_empty() {
        serde_json::json!({})
    } else {
        serde_json::json!({ stored::SUMMARY: reading.summary })
    }
}

/// Rows kept by table, and beside them what was not.
fn counts(reading: &Reading) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> =
        reading.tables.keys().map(|table| ((*table).to_owned(), reading.rows(table) as u64)).collect();
    counts.insert(QUARANTINE.to_owned(), reading.set_aside.len() as u64);
    counts
}
