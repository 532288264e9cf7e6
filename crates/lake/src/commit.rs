//! Storing a batch: all of its tables in one snapshot, or nothing.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion_ducklake::{
    ColumnDef, DeleteFileEntry, DuckLakeError, DuckLakeTableWriter, DuckLakeWriteTransaction, MetadataWriter,
    SnapshotCommitMetadata, SqliteMetadataWriter, TableWriteOptions, WriteMode,
};

use crate::batch::Record;
use crate::catalog::SCHEMA;
use crate::change::{self, Replaces, TableChange};
use crate::folder::Folder;
use crate::lake::Lake;
use crate::lock::{Guard, Intent};
use crate::snapshot::Snapshot;
use crate::{Batch, LakeError, NewBatch};

/// The level at which `DuckDB` writes, too.
const ZSTD_LEVEL: i32 = 3;
/// Rows that a reader decodes at once; `DuckDB`'s number.
const ROW_GROUP: usize = 122_880;

/// Where the changes of a batch come from. Each is made when its turn comes, so that one table at a time is in memory.
pub(crate) enum Source {
    Given(TableChange),
    /// The table as it was.
    Was {
        table: String,
        before: Option<Snapshot>,
        erased: Vec<crate::erase::Erased>,
    },
    /// The table without somebody.
    Without {
        table: String,
        erased: crate::erase::Erased,
    },
}

impl Lake {
    /// Stores an import.
    ///
    /// # Errors
    /// [`LakeError::Busy`] if somebody else is writing, others if the rows cannot be stored. Nothing is stored then.
    pub async fn commit(&self, batch: NewBatch, changes: Vec<TableChange>) -> Result<Batch, LakeError> {
        let guard = self.lock().await?;
        let record = Record::import(self.next_batch().await?, batch);
        self.write(&guard, record, changes.into_iter().map(Source::Given).collect()).await
    }

    /// Stores a batch under the lock. What is left of one that fails is removed at once, or if even that fails at the
    /// next opening.
    pub(crate) async fn write(&self, guard: &Guard, record: Record, changes: Vec<Source>) -> Result<Batch, LakeError> {
        let batch = record.batch;
        Intent::from(&record).save(self.dir())?;
        let written = self.stage_and_commit(record, changes).await;
        let cleared = self.recover(guard).await;
        written?;
        cleared?;
        let batches = self.batches().await?;
        batches.into_iter().find(|stored| stored.number == batch).ok_or(LakeError::NoBatch(batch))
    }

    async fn stage_and_commit(&self, mut record: Record, changes: Vec<Source>) -> Result<(), LakeError> {
        let metadata = self.metadata_writer().await?;
        let writer = self.table_writer(&metadata)?;
        let counted = record.kind != crate::Kind::Import;
        // Columns are gained, and tables without rows made, in snapshots of their own: a transaction only stages rows. No
        // row comes or goes with them, so some of them without the others are no half batch.
        for change in &changes {
            if let Source::Given(change) = change {
                self.define(&metadata, change).await?;
            }
        }
        let head = self.head().await?;
        let mut transaction = writer.transaction();
        for change in changes {
            let Some((change, touched)) = change.load(&head).await? else { continue };
            if counted && touched > 0 {
                record.counts.insert(change.table.clone(), touched);
            }
            stage(&writer, &mut transaction, &head, change).await?;
        }
        let path = self.dir().to_owned();
        let json = serde_json::to_string(&record).map_err(|source| LakeError::Record { path, source })?;
        let about = SnapshotCommitMetadata::new().with_author(&record.by).with_message(record.message());
        let options = TableWriteOptions::new().with_commit_metadata(about.with_extra_info(json.as_str()));
        if transaction.with_options(&options).commit().await?.is_empty() {
            self.catalog().commit_unchanged(&record, &json).await?;
        }
        Ok(())
    }

    pub(crate) async fn metadata_writer(&self) -> Result<Arc<SqliteMetadataWriter>, LakeError> {
        Ok(Arc::new(SqliteMetadataWriter::new_with_init(&self.catalog().url(false)).await?))
    }

    fn table_writer(&self, metadata: &Arc<SqliteMetadataWriter>) -> Result<DuckLakeTableWriter, LakeError> {
        let folder = Folder::new(&metadata.get_data_path()?, &self.data(), true).map_err(DuckLakeError::from)?;
        let writer = DuckLakeTableWriter::new(Arc::clone(metadata) as Arc<dyn MetadataWriter>, Arc::new(folder))?;
        let level = ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default();
        Ok(writer.with_compression(Compression::ZSTD(level)).with_max_row_group_rows(ROW_GROUP))
    }

    /// Makes the table if it gets no rows, and adds the columns that it gained.
    async fn define(&self, metadata: &Arc<SqliteMetadataWriter>, change: &TableChange) -> Result<(), LakeError> {
        let stored = self.head().await?.schema(&change.table).await?;
        let schema = match &stored {
            None if change::any(&change.rows) => return Ok(()),
            None => change::nullable(&change.schema),
            Some(stored) => change::merged(&change.table, stored, &change.schema)?,
        };
        if stored.is_some_and(|stored| stored == schema) {
            return Ok(());
        }
        let columns = column_definitions(&schema)?;
        let setup = metadata.begin_write_transaction(SCHEMA, &change.table, &columns, WriteMode::Append)?;
        metadata.publish_snapshot(
            setup.table_id,
            SCHEMA,
            &change.table,
            setup.snapshot_id,
            WriteMode::Append,
            setup.base_snapshot_id,
            &columns,
            &setup.field_ids,
        )?;
        Ok(())
    }
}

impl Source {
    /// The change, and how many rows it brings back or removes; nothing where the table stays as it is.
    async fn load(self, head: &Snapshot) -> Result<Option<(TableChange, u64)>, LakeError> {
        match self {
            Self::Given(change) => Ok(Some((change, 0))),
            Self::Was { table, before, erased } => crate::undo::restored(head, &table, before.as_ref(), &erased).await,
            Self::Without { table, erased } => crate::erase::without(head, &table, &erased).await,
        }
    }
}

fn column_definitions(schema: &Schema) -> Result<Vec<ColumnDef>, LakeError> {
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| {
        ColumnDef::from_arrow(field.name(), field.data_type(), field.is_nullable())
    };
    Ok(schema.fields().iter().map(column).collect::<Result<_, _>>()?)
}

/// Puts one table's rows into files that nobody sees yet.
async fn stage(
    writer: &DuckLakeTableWriter,
    transaction: &mut DuckLakeWriteTransaction<'_>,
    head: &Snapshot,
    change: TableChange,
) -> Result<(), LakeError> {
    let TableChange { table, schema, rows, replaces, sort } = change;
    let stored = head.schema(&table).await?;
    let schema = match &stored {
        Some(stored) => change::merged(&table, stored, &schema)?,
        None => change::nullable(&schema),
    };
    let rows = change::all_fitted(&rows, &schema)?;
    let (mode, rows) = match replaces {
        Replaces::Everything => (WriteMode::Replace, rows),
        Replaces::Nothing => (WriteMode::Append, rows),
        Replaces::Matching { .. } if stored.is_none() => (WriteMode::Append, rows),
        Replaces::Matching { keys } => kept_and_new(head, &table, &schema, &keys, rows, sort.is_empty()).await?,
    };
    let rows = change::sorted(&table, rows, &schema, &sort)?;
    if change::any(&rows) {
        transaction.stage_write(SCHEMA, &table, &schema, mode, &rows).await?;
    } else if mode == WriteMode::Replace {
        stage_emptying(writer, transaction, head, &table, &schema).await?;
    }
    Ok(())
}

/// The stored rows that no key matches, and behind them the new ones. Where every stored row stays and none needs to be
/// sorted in, the new ones are simply added.
async fn kept_and_new(
    head: &Snapshot,
    table: &str,
    schema: &SchemaRef,
    keys: &RecordBatch,
    new: Vec<RecordBatch>,
    unsorted: bool,
) -> Result<(WriteMode, Vec<RecordBatch>), LakeError> {
    let count = |rows: &[RecordBatch]| rows.iter().map(RecordBatch::num_rows).sum::<usize>();
    let (_, stored) = head.read(table).await?;
    let before = count(&stored);
    let mut kept = change::all_fitted(&change::without_matching(table, stored, keys)?, schema)?;
    if count(&kept) == before && (unsorted || !change::any(&new)) {
        return Ok((WriteMode::Append, new));
    }
    kept.extend(new);
    Ok((WriteMode::Replace, kept))
}

/// Deletes every row of every file: a transaction cannot replace rows by none.
async fn stage_emptying(
    writer: &DuckLakeTableWriter,
    transaction: &mut DuckLakeWriteTransaction<'_>,
    head: &Snapshot,
    table: &str,
    schema: &SchemaRef,
) -> Result<(), LakeError> {
    let mut deletes = Vec::new();
    for file in head.files(table)? {
        let rows = file.max_row_count.unwrap_or(0);
        if file.delete_count.unwrap_or(0) >= rows {
            continue;
        }
        let positions: Vec<i64> = (0..rows).collect();
        let delete = writer.write_delete_file(SCHEMA, table, &file.file.path, &positions).await?;
        let expected_prev_delete_file = file.delete_file_id;
        deletes.push(DeleteFileEntry { data_file_id: file.data_file_id, expected_prev_delete_file, delete });
    }
    transaction.stage_deletes(SCHEMA, table, schema, &deletes, &[])?;
    Ok(())
}
