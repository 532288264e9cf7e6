//! Reading the lake as it was after a batch.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use datafusion_ducklake::{
    DuckLakeCatalog, DuckLakeError, DuckLakeTableFile, MetadataProvider, SqliteMetadataProvider,
};

use crate::LakeError;
use crate::batch::Record;
use crate::catalog::SCHEMA;
use crate::folder::Folder;

/// Which snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// After the newest batch.
    Latest,
    /// After that batch.
    Batch(u64),
    /// The snapshot of that number.
    Number(i64),
    /// After the newest batch of that instant or before.
    Time(DateTime<Utc>),
}

/// How queries may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// Into how many streams a query is cut.
    pub partitions: usize,
    /// Bytes that queries may hold; without it as many as they want.
    pub memory: Option<usize>,
    /// Where sorts and aggregations that outgrow the memory are put; without it in the system's temporary folder.
    pub spill: Option<PathBuf>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { partitions: 2, memory: None, spill: None }
    }
}

/// The lake as it was after a batch. It does not change, whatever is imported meanwhile.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its number in the catalog.
    pub number: i64,
    /// The newest batch in it; none in a lake without batches.
    pub batch: Option<u64>,
    /// When that batch was made.
    pub at: Option<DateTime<Utc>>,
    pub(crate) provider: Arc<SqliteMetadataProvider>,
    pub(crate) data: PathBuf,
}

impl Snapshot {
    /// The names of the tables, sorted.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn tables(&self) -> Result<Vec<String>, LakeError> {
        let Some(schema) = self.provider.get_schema_by_name(SCHEMA, self.number)? else { return Ok(Vec::new()) };
        let tables = self.provider.list_tables(schema.schema_id, self.number)?;
        let names: BTreeSet<String> = tables.into_iter().map(|table| table.table_name).collect();
        Ok(names.into_iter().collect())
    }

    /// A session in which every table goes by its bare name. Nothing can be written through it: neither tables nor files.
    ///
    /// # Errors
    /// If the catalog cannot be read, or the options cannot be met.
    pub fn session(&self, options: &SessionOptions) -> Result<SessionContext, LakeError> {
        let mut runtime = RuntimeEnvBuilder::new();
        if let Some(bytes) = options.memory {
            runtime = runtime.with_memory_limit(bytes, 1.0);
        }
        if let Some(path) = &options.spill {
            runtime = runtime.with_temp_file_path(path);
        }
        let config = SessionConfig::new()
            .with_default_catalog_and_schema("waymark", SCHEMA)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(true)
            .with_target_partitions(options.partitions.max(1));
        let context = SessionContext::new_with_config_rt(config, Arc::new(runtime.build()?));
        let recorded = self.provider.get_data_path()?;
        let folder = Folder::new(&recorded, &self.data, false).map_err(DuckLakeError::from)?;
        context.register_object_store(ObjectStoreUrl::parse("file:///")?.as_ref(), Arc::new(folder));
        let provider = Arc::clone(&self.provider);
        DuckLakeCatalog::register(&context, "waymark", DuckLakeCatalog::with_snapshot(provider, self.number)?);
        Ok(context)
    }

    /// The columns of a table, as they were stored; none where the snapshot has no such table. In a session, text columns
    /// are `Utf8View`.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub async fn schema(&self, table: &str) -> Result<Option<SchemaRef>, LakeError> {
        if self.table_id(table)?.is_none() {
            return Ok(None);
        }
        let context = self.session(&SessionOptions::default())?;
        Ok(Some(plain(context.table(quoted(table)).await?.schema().as_arrow())))
    }

    /// All rows of a table, in the order in which they were stored, with the columns of [`Self::schema`].
    ///
    /// # Errors
    /// [`LakeError::NoTable`] if there is none of that name, others if it cannot be read.
    pub async fn read(&self, table: &str) -> Result<(SchemaRef, Vec<RecordBatch>), LakeError> {
        if self.table_id(table)?.is_none() {
            return Err(LakeError::NoTable(table.to_owned()));
        }
        let context = self.session(&SessionOptions { partitions: 1, ..SessionOptions::default() })?;
        let frame = context.table(quoted(table)).await?;
        let schema = plain(frame.schema().as_arrow());
        let mut rows = Vec::new();
        for batch in frame.collect().await? {
            rows.push(crate::change::fitted(&batch, &schema)?);
        }
        Ok((schema, rows))
    }

    /// The number of a table in the catalog.
    pub(crate) fn table_id(&self, table: &str) -> Result<Option<i64>, LakeError> {
        let Some(schema) = self.provider.get_schema_by_name(SCHEMA, self.number)? else { return Ok(None) };
        let found = self.provider.get_table_by_name(schema.schema_id, table, self.number)?;
        Ok(found.map(|table| table.table_id))
    }

    /// The data files of a table, each with what is deleted of it.
    pub(crate) fn files(&self, table: &str) -> Result<Vec<DuckLakeTableFile>, LakeError> {
        match self.table_id(table)? {
            Some(id) => Ok(self.provider.get_table_files_for_select(id, self.number)?),
            None => Ok(Vec::new()),
        }
    }

    /// How many rows a table has, as the catalog says; 0 where the snapshot has no such table.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn row_count(&self, table: &str) -> Result<i64, LakeError> {
        let live = |file: DuckLakeTableFile| file.max_row_count.unwrap_or(0) - file.delete_count.unwrap_or(0);
        Ok(self.files(table)?.into_iter().map(live).sum())
    }
}

/// Runs one query that only reads; whatever would define, change, or set anything is refused.
///
/// # Errors
/// [`LakeError::Query`] if the text is no such query.
pub async fn select(context: &SessionContext, sql: &str) -> Result<DataFrame, LakeError> {
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    Ok(context.sql_with_options(sql, options).await?)
}

/// A table's name as SQL would quote it: names are taken as they are written.
fn quoted(table: &str) -> datafusion::common::TableReference {
    datafusion::common::TableReference::bare(table)
}

/// The columns without what the catalog notes about them, text being `Utf8` as it was when it was stored.
fn plain(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8View => Field::new(field.name(), DataType::Utf8, true),
        data_type => Field::new(field.name(), data_type.clone(), true),
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// The snapshot of a batch: its own, or where that has expired the next before the next batch, which holds the same rows.
pub(crate) fn of_batch(index: usize, records: &[(i64, Record)], snapshots: &[i64]) -> Option<i64> {
    let from = records.get(index)?.0;
    let until = records.get(index + 1).map_or(i64::MAX, |(next, _)| *next);
    snapshots.iter().copied().find(|snapshot| (from..until).contains(snapshot))
}

/// The last snapshot before the next batch. Between it and the batch's own no rows came or went.
pub(crate) fn last_of_batch(index: usize, records: &[(i64, Record)], snapshots: &[i64]) -> Option<i64> {
    let from = records.get(index)?.0;
    let until = records.get(index + 1).map_or(i64::MAX, |(next, _)| *next);
    snapshots.iter().copied().rfind(|snapshot| (from..until).contains(snapshot))
}

/// The snapshot that is meant, with the place of its batch among the records.
pub(crate) fn resolve(at: At, records: &[(i64, Record)], snapshots: &[i64]) -> Result<(i64, Option<usize>), LakeError> {
    let index = match at {
        At::Latest => match records.len().checked_sub(1) {
            Some(last) => last,
            None => return snapshots.last().map(|last| (*last, None)).ok_or(LakeError::NoSnapshot(0)),
        },
        At::Batch(number) => {
            records.iter().position(|(_, record)| record.batch == number).ok_or(LakeError::NoBatch(number))?
        }
        At::Time(time) => {
            records.iter().rposition(|(_, record)| record.at <= time).ok_or(LakeError::NothingBy(time))?
        }
        At::Number(number) => {
            if !snapshots.contains(&number) {
                return Err(LakeError::NoSnapshot(number));
            }
            return Ok((number, records.iter().rposition(|(snapshot, _)| *snapshot <= number)));
        }
    };
    let snapshot = of_batch(index, records, snapshots).ok_or(LakeError::Expired(records[index].1.batch))?;
    Ok((snapshot, Some(index)))
}
