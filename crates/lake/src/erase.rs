//! Removing somebody from every table, and later from every older snapshot.
//!
//! An erasure is a batch like any other: the new snapshot has none of the rows. Older snapshots keep them until the
//! retention period is over; [`Lake::purge`] then removes those snapshots and their files, and searches what is left.
//! The value that was erased is kept in `waymark.erasures.json` until that search has found nothing, for without it
//! nothing could be searched for; then it is removed from there too. Not even a hash of it stays: the identifiers of a
//! district are few enough that anybody could try them all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::array::{Array, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::prelude::{ident, lit};
use datafusion_ducklake::maintenance::{CleanupCriteria, ExpireCriteria, cleanup_old_files_sqlite};
use datafusion_ducklake::{DuckLakeError, MetadataWriter};
use serde::{Deserialize, Serialize};

use crate::batch::{Kind, Record, rfc3339};
use crate::change::{self, TableChange};
use crate::commit::Source;
use crate::folder::Folder;
use crate::lake::Lake;
use crate::lock::{Guard, Intent};
use crate::proof::{self, ErasureProof};
use crate::snapshot::{self, SessionOptions, Snapshot};
use crate::{Batch, LakeError, record, undo};

/// The file with the erasures that wait, and the proofs of those that do not.
pub(crate) const ERASURES: &str = "waymark.erasures.json";

/// Somebody who is to be erased.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The column that identifies people; every table that has it loses the rows.
    pub column: String,
    /// Who, as that column has it.
    pub value: String,
    /// Columns of free text, as table and column: rows go whose text has the value as a whole field in it.
    pub text_columns: Vec<(String, String)>,
}

impl std::fmt::Debug for Erased {
    /// Without the value, which must not get into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Erased").field("column", &self.column).finish_non_exhaustive()
    }
}

/// An erasure as it is kept in [`ERASURES`].
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Erasure {
    batch: u64,
    #[serde(with = "rfc3339")]
    due: DateTime<Utc>,
    /// Who; nobody any more once it is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<Erased>,
    /// Tables and columns that have the same text for something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<ErasureProof>,
}

impl Erased {
    /// The rows of a table that are not about this person, and how many were.
    pub(crate) fn filtered(&self, table: &str, rows: Vec<RecordBatch>) -> Result<(Vec<RecordBatch>, u64), LakeError> {
        let (mut kept, mut removed) = (Vec::with_capacity(rows.len()), 0);
        for batch in rows {
            let keep = self.keep(table, &batch)?;
            let rest = filter_record_batch(&batch, &keep)?;
            removed += (batch.num_rows() - rest.num_rows()) as u64;
            kept.push(rest);
        }
        Ok((kept, removed))
    }

    fn keep(&self, table: &str, batch: &RecordBatch) -> Result<BooleanArray, LakeError> {
        let mut keep = vec![true; batch.num_rows()];
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let is_key = *field.name() == self.column;
            if !is_key && !self.searches_in(table, field.name()) {
                continue;
            }
            let text = change::as_text(column)?;
            for (row, keep) in keep.iter_mut().enumerate().filter(|(row, _)| text.is_valid(*row)) {
                let found = text.value(row);
                *keep &= if is_key { found != self.value } else { !proof::has_field(found, &self.value) };
            }
        }
        Ok(BooleanArray::from(keep))
    }

    pub(crate) fn searches_in(&self, table: &str, column: &str) -> bool {
        self.text_columns.iter().any(|(t, c)| t == table && c == column)
    }
}

impl Lake {
    /// Removes every row of somebody, in a new snapshot, at once. Snapshots from before keep them until `retention` is
    /// over and [`Self::purge`] runs.
    ///
    /// # Errors
    /// [`LakeError::Busy`] if somebody else is writing, others if the tables cannot be rewritten. Nothing is removed then.
    pub async fn erase(
        &self,
        erased: Erased,
        by: &str,
        at: DateTime<Utc>,
        retention: TimeDelta,
    ) -> Result<Batch, LakeError> {
        if erased.value.is_empty() {
            return Err(LakeError::EmptyValue);
        }
        let guard = self.lock().await?;
        let mut record = Record::own(self.next_batch().await?, Kind::Erase, by, at);
        record.detail = serde_json::json!({ "column": erased.column });
        let number = record.batch;
        // The intent comes first: it makes sure that an erasure which is never stored is forgotten.
        Intent::from(&record).save(self.dir())?;
        let mut erasures = load(self.dir())?;
        let erasure = Erasure {
            batch: number,
            due: at + retention,
            erased: Some(erased.clone()),
            elsewhere: Vec::new(),
            proof: None,
        };
        erasures.push(erasure);
        save(self.dir(), &erasures)?;
        let without = |table| Source::Without { table, erased: erased.clone() };
        let tables = self.head().await?.tables()?;
        let batch = self.write(&guard, record, tables.into_iter().map(without).collect()).await?;
        // An earlier erasure of the same person that could not be proven may be, now that it is known what else has the text.
        let elsewhere = elsewhere(&self.head().await?, &erased).await?;
        for erasure in erasures.iter_mut().filter(|erasure| erasure.erased.as_ref() == Some(&erased)) {
            erasure.elsewhere.clone_from(&elsewhere);
        }
        save(self.dir(), &erasures)?;
        Ok(batch)
    }

    /// Ends the erasures whose retention period is over by `now`: removes the snapshots from before them with their
    /// files, rewrites the catalog, and proves by a search over every file of the folder that nothing is left.
    ///
    /// # Errors
    /// [`LakeError::Unproven`] if something is left, say because a later import brought the person back; that erasure
    /// stays pending. [`LakeError::Busy`] if somebody else is writing.
    pub async fn purge(&self, now: DateTime<Utc>) -> Result<Vec<ErasureProof>, LakeError> {
        let guard = self.lock().await?;
        self.purge_locked(&guard, now).await
    }

    pub(crate) async fn purge_locked(
        &self,
        _guard: &Guard,
        now: DateTime<Utc>,
    ) -> Result<Vec<ErasureProof>, LakeError> {
        let mut erasures = load(self.dir())?;
        let due = |erasure: &&mut Erasure| erasure.erased.is_some() && erasure.due <= now;
        let Some(last) = erasures.iter_mut().filter(due).map(|erasure| erasure.batch).max() else {
            return Ok(Vec::new());
        };
        self.expire_before(last).await?;
        let (mut proofs, mut unproven) = (Vec::new(), None);
        for index in 0..erasures.len() {
            let erasure = &mut erasures[index];
            let Some(erased) = erasure.erased.clone().filter(|_| erasure.due <= now) else { continue };
            let search = proof::search(self.dir(), self.catalog(), &erased, &erasure.elsewhere).await?;
            if !search.found.is_empty() {
                unproven = unproven.or(Some(LakeError::Unproven { batch: erasure.batch, found: search.found }));
                continue;
            }
            let proof = search.proof(erasure.batch, now);
            erasure.erased = None;
            erasure.proof = Some(proof.clone());
            save(self.dir(), &erasures)?;
            proofs.push(proof);
        }
        unproven.map_or(Ok(proofs), Err)
    }

    /// Removes every snapshot that is older than the last one of a batch, with the files that only they have. A later
    /// erasure may have done so before.
    async fn expire_before(&self, batch: u64) -> Result<(), LakeError> {
        let records = self.catalog().records().await?;
        let snapshots = self.catalog().snapshots().await?;
        let index = records.iter().position(|(_, record)| record.batch == batch).ok_or(LakeError::NoBatch(batch))?;
        let metadata = self.metadata_writer().await?;
        if let Some(last) = snapshot::last_of_batch(index, &records, &snapshots) {
            self.catalog().keep_batches_before(last).await?;
            let old = snapshots.into_iter().filter(|snapshot| *snapshot < last).collect();
            metadata.expire_snapshots(ExpireCriteria::Versions(old))?;
        }
        let folder = Folder::new(&metadata.get_data_path()?, &self.data(), true).map_err(DuckLakeError::from)?;
        cleanup_old_files_sqlite(&metadata, Arc::new(folder), CleanupCriteria::All, false).await?;
        self.catalog().compact().await
    }
}

/// The erasures after a batch that still have their value.
pub(crate) fn pending_since(dir: &Path, batch: u64) -> Result<Vec<Erased>, LakeError> {
    let pending = load(dir)?.into_iter().filter(|erasure| erasure.batch > batch);
    Ok(pending.filter_map(|erasure| erasure.erased).collect())
}

/// Forgets erasures that were announced but never stored.
pub(crate) fn forget_unborn(dir: &Path, newest: u64) -> Result<(), LakeError> {
    let mut erasures = load(dir)?;
    let announced = erasures.len();
    erasures.retain(|erasure| erasure.batch <= newest);
    if erasures.len() < announced { save(dir, &erasures) } else { Ok(()) }
}

/// What makes the table one without somebody; nothing if it is.
pub(crate) async fn without(
    head: &Snapshot,
    table: &str,
    erased: &Erased,
) -> Result<Option<(TableChange, u64)>, LakeError> {
    let Some(schema) = head.schema(table).await? else { return Ok(None) };
    let concerned = |field: &Arc<_>| field_name(field) == erased.column || erased.searches_in(table, field_name(field));
    if !schema.fields().iter().any(concerned) {
        return Ok(None);
    }
    let (schema, rows) = head.read(table).await?;
    let (kept, removed) = erased.filtered(table, rows)?;
    Ok((removed > 0).then(|| (undo::everything(table, schema, kept), removed)))
}

fn field_name(field: &Arc<datafusion::arrow::datatypes::Field>) -> &str {
    field.name()
}

/// Text columns that have the erased text for something else: an organization may have a student's number.
async fn elsewhere(head: &Snapshot, erased: &Erased) -> Result<Vec<(String, String)>, LakeError> {
    let mut found = Vec::new();
    for table in head.tables()? {
        let Some(schema) = head.schema(&table).await? else { continue };
        let context = head.session(&SessionOptions::default())?;
        for field in schema.fields().iter().filter(|field| change::is_text(field.data_type())) {
            let reference = datafusion::common::TableReference::bare(table.as_str());
            let same = ident(field.name()).eq(lit(erased.value.as_str()));
            if context.table(reference).await?.filter(same)?.count().await? > 0 {
                found.push((table.clone(), field.name().clone()));
            }
        }
    }
    Ok(found)
}

fn path(dir: &Path) -> PathBuf {
    dir.join(ERASURES)
}

fn load(dir: &Path) -> Result<Vec<Erasure>, LakeError> {
    Ok(record::load(&path(dir))?.unwrap_or_default())
}

fn save(dir: &Path, erasures: &[Erasure]) -> Result<(), LakeError> {
    record::save(&path(dir), &erasures)
}
