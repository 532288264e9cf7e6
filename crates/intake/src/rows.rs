//! Typed views of the columns of a batch that follows the bundle's schema.

use arrow_array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    cast::AsArray,
    types::{Date32Type, Decimal128Type, Float64Type, Int64Type},
};
use chrono::NaiveDate;
use waymark_terms::bundle::LINE;

use crate::value;

/// The lines of the file that the rows were read from.
pub(crate) fn lines(batch: &RecordBatch) -> &Int64Array {
    column(batch, LINE).as_primitive::<Int64Type>()
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a dyn Array {
    match batch.column_by_name(name) {
        Some(column) => column.as_ref(),
        None => unreachable!("a batch follows its table's schema, which has `{name}`"),
    }
}

/// A column of text.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a>(&'a StringArray);

impl<'a> Texts<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(column(batch, name).as_string::<i32>())
    }

    pub(crate) fn get(self, row: usize) -> Option<&'a str> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }

    /// The value of a required column.
    pub(crate) fn must(self, row: usize) -> &'a str {
        self.0.value(row)
    }
}

/// A column of days.
#[derive(Clone, Copy)]
pub(crate) struct Dates<'a>(&'a Date32Array);

impl<'a> Dates<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(column(batch, name).as_primitive::<Date32Type>())
    }

    pub(crate) fn get(self, row: usize) -> Option<NaiveDate> {
        self.0.is_valid(row).then(|| value::day(self.0.value(row))).flatten()
    }

    /// The value of a required column.
    pub(crate) fn must(self, row: usize) -> NaiveDate {
        value::day(self.0.value(row)).unwrap_or_default()
    }
}

/// A column of true and false.
#[derive(Clone, Copy)]
pub(crate) struct Booleans<'a>(&'a BooleanArray);

impl<'a> Booleans<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(column(batch, name).as_boolean())
    }

    pub(crate) fn get(self, row: usize) -> Option<bool> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

/// A column of whole numbers.
#[derive(Clone, Copy)]
pub(crate) struct Integers<'a>(&'a Int64Array);

impl<'a> Integers<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(column(batch, name).as_primitive::<Int64Type>())
    }

    pub(crate) fn get(self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

/// A column of decimals.
#[derive(Clone, Copy)]
pub(crate) struct Decimals<'a>(&'a Decimal128Array);

impl<'a> Decimals<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(column(batch, name).as_primitive::<Decimal128Type>())
    }

    /// Millionths.
    pub(crate) fn get(self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| i64::try_from(self.0.value(row)).ok()).flatten()
    }
}

/// A column of degrees.
#[derive(Clone, Copy)]
pub(crate) struct Coordinates<'a>(&'a Float64Array);

impl<'a> Coordinates<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(column(batch, name).as_primitive::<Float64Type>())
    }

    pub(crate) fn get(self, row: usize) -> Option<f64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}
