//! Tables whose rows come with the session that scans them: a plan is made once and run for every bucket of students.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{RecordBatch, RecordBatchOptions},
        compute::cast,
        datatypes::{Field, Schema, SchemaRef},
    },
    catalog::Session,
    datasource::{TableProvider, TableType, memory::MemorySourceConfig},
    error::{DataFusionError, Result},
    logical_expr::Expr,
    physical_plan::ExecutionPlan,
};

/// Rows of a table.
pub(crate) type Batches = Arc<Vec<RecordBatch>>;

/// The rows of a run, by table and stage: an extension of its session.
#[derive(Debug, Default)]
pub(crate) struct Bound(RwLock<HashMap<String, Batches>>);

impl Bound {
    pub(crate) fn new(tables: impl IntoIterator<Item = (String, Batches)>) -> Self {
        Self(RwLock::new(tables.into_iter().collect()))
    }

    /// The rows of a table; an error where they were never there, or are gone already.
    pub(crate) fn get(&self, name: &str) -> Result<Batches> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(name).cloned().ok_or_else(|| DataFusionError::Internal(format!("no rows of `{name}` in this run")))
    }

    pub(crate) fn put(&self, name: &str, batches: Vec<RecordBatch>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::new(batches));
    }

    pub(crate) fn remove(&self, name: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

/// A table of that name and those columns, which has the rows that the session has [`Bound`] to the name.
#[derive(Debug)]
pub(crate) struct Slot {
    name: String,
    schema: SchemaRef,
}

impl Slot {
    pub(crate) fn new(name: &str, schema: &Schema) -> Self {
        Self { name: name.to_owned(), schema: plain(schema) }
    }
}

/// The columns without metadata, all of which may be null: what is known to be present while planning may come out as
/// nullable.
pub(crate) fn plain(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| Field::new(field.name(), field.data_type().clone(), true);
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// The columns of the schema, by name.
pub(crate) fn conformed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let mut columns = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let column = batch
            .column_by_name(field.name())
            .ok_or_else(|| DataFusionError::Internal(format!("column `{}` was not kept", field.name())))?;
        columns.push(if column.data_type() == field.data_type() {
            Arc::clone(column)
        } else {
            cast(column, field.data_type())?
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}

#[async_trait]
impl TableProvider for Slot {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let bound = state.config().get_extension::<Bound>();
        let bound = bound.ok_or_else(|| DataFusionError::Internal("no rows are bound to this session".into()))?;
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let batches = bound.get(&self.name)?;
        let batches = batches.iter().map(|batch| conformed(batch, &schema)).collect::<Result<Vec<_>>>()?;
        Ok(MemorySourceConfig::try_new_exec(&[batches], schema, None)?)
    }
}
