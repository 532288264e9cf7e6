//! Answers as Arrow rows, so that every format is written from one shape.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray},
    datatypes::{DataType, Field, Schema},
};

use crate::failure::Failure;

/// Columns that are put together one by one.
#[derive(Default)]
pub(crate) struct Sheet {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Sheet {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn column(mut self, name: &str, data_type: DataType, values: ArrayRef) -> Self {
        self.fields.push(Field::new(name, data_type, true));
        self.columns.push(values);
        self
    }

    pub(crate) fn text<V: AsRef<str>>(self, name: &str, values: impl Iterator<Item = V>) -> Self {
        self.optional_text(name, values.map(Some))
    }

    pub(crate) fn optional_text<V: AsRef<str>>(self, name: &str, values: impl Iterator<Item = Option<V>>) -> Self {
        let values: StringArray = values.collect();
        self.column(name, DataType::Utf8, Arc::new(values))
    }

    /// Counts and line numbers, all far below what an `i64` holds.
    pub(crate) fn count(self, name: &str, values: impl Iterator<Item = u64>) -> Self {
        self.optional_count(name, values.map(Some))
    }

    pub(crate) fn optional_count(self, name: &str, values: impl Iterator<Item = Option<u64>>) -> Self {
        let signed = |value: Option<u64>| value.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
        let values: Int64Array = values.map(signed).collect();
        self.column(name, DataType::Int64, Arc::new(values))
    }

    pub(crate) fn flag(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        let values: BooleanArray = values.map(Some).collect();
        self.column(name, DataType::Boolean, Arc::new(values))
    }

    /// The rows.
    ///
    /// # Errors
    /// A bug, where the columns are not of one length.
    pub(crate) fn rows(self) -> Result<RecordBatch, Failure> {
        let schema = Arc::new(Schema::new(self.fields));
        let options = RecordBatchOptions::new();
        RecordBatch::try_new_with_options(schema, self.columns, &options)
            .map_err(|error| Failure::bug(error.to_string()))
    }
}
