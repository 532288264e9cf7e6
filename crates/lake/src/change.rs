//! What a batch does to the rows of a table, before anything is stored.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, StringArray, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{cast, concat_batches, filter_record_batch, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};

use crate::LakeError;

/// Rows of a batch that are put into a file at once.
const SLICE: usize = 8192;

/// What a batch does to one table. A table that is not there is made, even of no rows.
#[derive(Clone, Debug)]
pub struct TableChange {
    /// The table.
    pub table: String,
    /// The columns of the rows. They may be more than the table has: its older rows then read as null in them. They may
    /// be fewer: the new rows then read as null in the others. A table keeps its columns, and their types.
    pub schema: SchemaRef,
    /// The new rows.
    pub rows: Vec<RecordBatch>,
    /// Which of the stored rows they replace.
    pub replaces: Replaces,
    /// The columns by which rows are sorted as they are stored, nulls first; otherwise they stay in their order.
    pub sort: Vec<String>,
}

/// Which stored rows go.
#[derive(Clone, Debug)]
pub enum Replaces {
    /// None.
    Nothing,
    /// All.
    Everything,
    /// Those that equal one of the rows of `keys` in every column of `keys`; null equals null.
    Matching {
        /// The keys.
        keys: RecordBatch,
    },
}

/// Whether there is a row.
pub(crate) fn any(rows: &[RecordBatch]) -> bool {
    rows.iter().any(|batch| batch.num_rows() > 0)
}

/// The rows in the columns of the schema: cast where the type is another, null where there is no such column.
pub(crate) fn fitted(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        Some(column) => cast(column, field.data_type()),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

/// All of them, [`fitted`].
pub(crate) fn all_fitted(rows: &[RecordBatch], schema: &SchemaRef) -> Result<Vec<RecordBatch>, ArrowError> {
    rows.iter().map(|batch| fitted(batch, schema)).collect()
}

/// The columns, each of which may be null: a lake does not know what is required.
pub(crate) fn nullable(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The stored columns, and behind them those that are new.
pub(crate) fn merged(table: &str, stored: &Schema, new: &Schema) -> Result<SchemaRef, LakeError> {
    let mut fields = stored.fields().to_vec();
    for field in new.fields() {
        let Ok(old) = stored.field_with_name(field.name()) else {
            fields.push(Arc::clone(field));
            continue;
        };
        let same = old.data_type() == field.data_type() || is_text(old.data_type()) && is_text(field.data_type());
        if !same {
            let (table, column) = (table.to_owned(), field.name().clone());
            let (stored, new) = (old.data_type().to_string(), field.data_type().to_string());
            return Err(LakeError::TypeChanged { table, column, stored, new });
        }
    }
    Ok(nullable(&Schema::new(fields)))
}

/// The rows without those that match a key.
pub(crate) fn without_matching(
    table: &str,
    rows: Vec<RecordBatch>,
    keys: &RecordBatch,
) -> Result<Vec<RecordBatch>, LakeError> {
    if keys.num_rows() == 0 || rows.is_empty() {
        return Ok(rows);
    }
    let stored = rows[0].schema();
    let mut fields = Vec::new();
    for key in keys.schema().fields() {
        let no_column = |_| LakeError::NoColumn { table: table.to_owned(), column: key.name().clone() };
        fields.push(stored.field_with_name(key.name()).map_err(no_column)?.clone());
    }
    let key_schema: SchemaRef = Arc::new(Schema::new(fields));
    let sort_fields = key_schema.fields().iter().map(|field| SortField::new(field.data_type().clone()));
    let converter = RowConverter::new(sort_fields.collect())?;
    let keys = converter.convert_columns(fitted(keys, &nullable(&key_schema))?.columns())?;
    let keys: HashSet<OwnedRow> = keys.iter().map(|row| row.owned()).collect();
    let keep = |batch: RecordBatch| {
        let tuples = converter.convert_columns(fitted(&batch, &nullable(&key_schema))?.columns())?;
        let keep: BooleanArray = tuples.iter().map(|tuple| Some(!keys.contains(&tuple.owned()))).collect();
        filter_record_batch(&batch, &keep)
    };
    Ok(rows.into_iter().map(keep).collect::<Result<_, _>>()?)
}

/// The rows in the order of those columns, equal ones as they were.
pub(crate) fn sorted(
    table: &str,
    rows: Vec<RecordBatch>,
    schema: &SchemaRef,
    by: &[String],
) -> Result<Vec<RecordBatch>, LakeError> {
    if by.is_empty() || !any(&rows) {
        return Ok(rows);
    }
    let all = concat_batches(schema, &rows)?;
    drop(rows);
    let mut columns = Vec::new();
    for column in by {
        let no_column = || LakeError::NoColumn { table: table.to_owned(), column: column.clone() };
        columns.push(Arc::clone(all.column_by_name(column).ok_or_else(no_column)?));
    }
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone()));
    let tuples = RowConverter::new(fields.collect())?.convert_columns(&columns)?;
    let count = u32::try_from(all.num_rows()).map_err(|_| ArrowError::ComputeError("too many rows to sort".into()))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by(|a, b| tuples.row(*a as usize).cmp(&tuples.row(*b as usize)));
    let all = take_record_batch(&all, &UInt32Array::from(order))?;
    let slices = (0..all.num_rows()).step_by(SLICE).map(|from| all.slice(from, SLICE.min(all.num_rows() - from)));
    Ok(slices.collect())
}

/// Whether a column holds text.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// A column as text.
pub(crate) fn as_text(column: &ArrayRef) -> Result<StringArray, ArrowError> {
    let text = cast(column, &DataType::Utf8)?;
    let text = text.as_any().downcast_ref::<StringArray>().cloned();
    text.ok_or_else(|| ArrowError::CastError(format!("{} has no text", column.data_type())))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Int64Array;
    use datafusion::arrow::datatypes::Field;

    use super::*;

    fn rows(students: &[Option<&str>], years: &[Option<i64>]) -> RecordBatch {
        let schema =
            Schema::new(vec![Field::new("student", DataType::Utf8, true), Field::new("year", DataType::Int64, true)]);
        let columns: Vec<ArrayRef> =
            vec![Arc::new(StringArray::from(students.to_vec())), Arc::new(Int64Array::from(years.to_vec()))];
        RecordBatch::try_new(Arc::new(schema), columns).unwrap()
    }

    #[test]
    fn null_keys_match_nulls_only() {
        let stored = rows(&[Some("a"), None, None, Some("")], &[Some(1), Some(1), None, Some(1)]);
        let keys = rows(&[None], &[Some(1)]);
        let kept = without_matching("t", vec![stored], &keys).unwrap();
        assert_eq!(kept, [rows(&[Some("a"), None, Some("")], &[Some(1), None, Some(1)])]);
    }

    #[test]
    fn keys_need_their_columns() {
        let keys = RecordBatch::try_from_iter([("grade", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
        let error = without_matching("t", vec![rows(&[None], &[None])], &keys).unwrap_err();
        assert_eq!(error.to_string(), "table `t` has no column `grade`");
    }

    #[test]
    fn sorting_keeps_the_order_of_equals() {
        let stored = rows(&[Some("b"), Some("a"), None, Some("a")], &[Some(1), Some(3), Some(4), Some(2)]);
        let schema = stored.schema();
        let sorted = sorted("t", vec![stored], &schema, &["student".to_owned()]).unwrap();
        assert_eq!(sorted, [rows(&[None, Some("a"), Some("a"), Some("b")], &[Some(4), Some(3), Some(2), Some(1)])]);
    }

    #[test]
    fn gained_columns_go_behind() {
        let stored = rows(&[], &[]).schema();
        let new =
            Schema::new(vec![Field::new("grade", DataType::Utf8, false), Field::new("year", DataType::Int64, true)]);
        let merged = merged("t", &stored, &new).unwrap();
        let names: Vec<&str> = merged.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(names, ["student", "year", "grade"]);
        assert!(merged.field(2).is_nullable());
    }

    #[test]
    fn types_stay() {
        let stored = rows(&[], &[]).schema();
        let new = Schema::new(vec![Field::new("year", DataType::Utf8, true)]);
        let error = merged("t", &stored, &new).unwrap_err();
        assert_eq!(error.to_string(), "column `year` of table `t` holds `Int64`, not `Utf8`");
    }
}
