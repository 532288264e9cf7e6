//! Taking back an import.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use datafusion::arrow::array::RecordBatch;

use crate::batch::{Kind, Record};
use crate::change::{Replaces, TableChange};
use crate::commit::Source;
use crate::erase::{self, Erased};
use crate::lake::Lake;
use crate::snapshot::{self, Snapshot};
use crate::{Batch, LakeError};

impl Lake {
    /// Takes back the newest import that stands: the tables have again the rows from before it, but of nobody who was
    /// erased since. Tables and columns that it brought stay, without values. Done again, it goes further back. Both
    /// batches stay in the list.
    ///
    /// # Errors
    /// [`LakeError::NothingToUndo`] if no import stands, [`LakeError::Expired`] if an erasure removed the data from before
    /// it, [`LakeError::Busy`] if somebody else is writing.
    pub async fn undo(&self, by: &str, at: DateTime<Utc>) -> Result<Batch, LakeError> {
        let guard = self.lock().await?;
        let records = self.catalog().records().await?;
        let newest = newest_standing(&records).ok_or(LakeError::NothingToUndo)?;
        let before = match newest.checked_sub(1) {
            Some(previous) => Some(self.after(previous, &records).await?),
            None => None,
        };
        let since = before.as_ref().and_then(|before| before.batch).unwrap_or(0);
        let erased = erase::pending_since(self.dir(), since)?;
        let mut tables: BTreeSet<String> = self.head().await?.tables()?.into_iter().collect();
        if let Some(before) = &before {
            tables.extend(before.tables()?);
        }
        let mut record = Record::own(self.next_batch().await?, Kind::Undo, by, at);
        record.undoes = Some(records[newest].1.batch);
        let was = |table| Source::Was { table, before: before.clone(), erased: erased.clone() };
        self.write(&guard, record, tables.into_iter().map(was).collect()).await
    }

    async fn after(&self, index: usize, records: &[(i64, Record)]) -> Result<Snapshot, LakeError> {
        let record = &records[index].1;
        let number = snapshot::of_batch(index, records, &self.catalog().snapshots().await?);
        let number = number.ok_or(LakeError::Expired(record.batch))?;
        Ok(self.snapshot_of(number, Some(record)))
    }
}

/// The place of the newest import that no undo took back.
fn newest_standing(records: &[(i64, Record)]) -> Option<usize> {
    let undone: BTreeSet<u64> = records.iter().filter_map(|(_, record)| record.undoes).collect();
    records.iter().rposition(|(_, record)| record.kind == Kind::Import && !undone.contains(&record.batch))
}

/// What makes the table as it was; nothing if it is.
pub(crate) async fn restored(
    head: &Snapshot,
    table: &str,
    before: Option<&Snapshot>,
    erased: &[Erased],
) -> Result<Option<(TableChange, u64)>, LakeError> {
    let was = match before {
        Some(before) => before.schema(table).await?.map(|schema| (before, schema)),
        None => None,
    };
    let Some((before, schema)) = was else {
        let Some(schema) = head.schema(table).await? else { return Ok(None) };
        let full = head.row_count(table)? > 0;
        return Ok(full.then(|| (everything(table, schema, Vec::new()), 0)));
    };
    if files(before, table)? == files(head, table)? {
        return Ok(None);
    }
    let (_, mut rows) = before.read(table).await?;
    for erased in erased {
        rows = erased.filtered(table, rows)?.0;
    }
    let count = rows.iter().map(RecordBatch::num_rows).sum::<usize>();
    Ok(Some((everything(table, schema, rows), count as u64)))
}

/// A change that leaves the table with these rows.
pub(crate) fn everything(
    table: &str,
    schema: datafusion::arrow::datatypes::SchemaRef,
    rows: Vec<RecordBatch>,
) -> TableChange {
    TableChange { table: table.to_owned(), schema, rows, replaces: Replaces::Everything, sort: Vec::new() }
}

fn files(snapshot: &Snapshot, table: &str) -> Result<BTreeMap<i64, Option<i64>>, LakeError> {
    Ok(snapshot.files(table)?.into_iter().map(|file| (file.data_file_id, file.delete_file_id)).collect())
}
