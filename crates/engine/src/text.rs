//! Results as text: reading columns of whatever string type the engine chose.

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, StringViewArray},
    compute::cast,
    datatypes::DataType,
    util::display::{ArrayFormatter, FormatOptions},
};

use crate::EngineError;

/// The column of that name as text; everything has a text.
pub(crate) fn strings(batch: &RecordBatch, name: &str) -> Result<StringArray, EngineError> {
    Ok(cast(column(batch, name)?, &DataType::Utf8)
        .map_err(datafusion::error::DataFusionError::from)?
        .as_string()
        .clone())
}

/// The same without copying text that is long.
pub(crate) fn views(batch: &RecordBatch, name: &str) -> Result<StringViewArray, EngineError> {
    Ok(cast(column(batch, name)?, &DataType::Utf8View)
        .map_err(datafusion::error::DataFusionError::from)?
        .as_string_view()
        .clone())
}

/// The boolean column of that name.
pub(crate) fn booleans<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a BooleanArray, EngineError> {
    let array = column(batch, name)?;
    array.as_boolean_opt().ok_or_else(|| EngineError::Impossible(format!("`{name}` is {}", array.data_type())))
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, EngineError> {
    batch.column_by_name(name).ok_or_else(|| EngineError::Impossible(format!("no column `{name}` in a result")))
}

/// Whether the value is known to be true.
pub(crate) fn is_true(array: &BooleanArray, row: usize) -> bool {
    array.is_valid(row) && array.value(row)
}

/// The text, if there is one.
pub(crate) fn optional(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

/// The value of a column as people write it; none where it is null. Decimals lose the zeros at their end.
pub(crate) fn shown(batch: &RecordBatch, column: usize, row: usize) -> Option<String> {
    let array = batch.column(column);
    if array.is_null(row) {
        return None;
    }
    let options = FormatOptions::default();
    let text = ArrayFormatter::try_new(array, &options).ok()?.value(row).try_to_string().ok()?;
    if matches!(array.data_type(), DataType::Decimal128(..)) && text.contains('.') {
        return Some(text.trim_end_matches('0').trim_end_matches('.').to_owned());
    }
    Some(text)
}

/// A number for a text (FNV-1a): the same everywhere, and hardly ever that of another one.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
