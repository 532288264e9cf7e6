//! How a column of a batch becomes a field of a row.

use std::{collections::HashMap, fmt};

use arrow_array::RecordBatch;
use chrono::NaiveDate;
use waymark_terms::SchoolYear;

use crate::rows::{Booleans, Coordinates, Dates, Decimals, Integers, Texts};

/// An identifier of the data, as a number: the text of each stands once in [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(u32);

/// The texts of identifiers.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    texts: Vec<&'a str>,
    ids: HashMap<&'a str, Id>,
}

impl<'a> Names<'a> {
    pub(crate) fn id(&mut self, text: &'a str) -> Id {
        *self.ids.entry(text).or_insert_with(|| {
            self.texts.push(text);
            Id(u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX))
        })
    }

    pub(crate) fn text(&self, id: Id) -> &'a str {
        self.texts.get(id.0 as usize).copied().unwrap_or_default()
    }
}

/// An exact decimal, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(i64);

impl Decimal {
    pub(crate) const ZERO: Self = Self(0);

    pub(crate) const fn whole(number: i64) -> Self {
        Self(number * 1_000_000)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(f, "{sign}{whole}.{}", format!("{fraction:06}").trim_end_matches('0'))
    }
}

/// A grade, 6 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Grade(pub(crate) u8);

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// A type of field: which column it reads, and how.
pub(super) trait FromColumn<'a>: Sized {
    type Column;
    fn column(batch: &'a RecordBatch, name: &str) -> Self::Column;
    fn get(column: &Self::Column, row: usize, names: &mut Names<'a>) -> Self;
}

macro_rules! from_column {
    ($($field:ty: $column:ident, |$source:ident, $row:ident, $names:ident| $value:expr;)*) => {$(
        impl<'a> FromColumn<'a> for $field {
            type Column = $column<'a>;

            fn column(batch: &'a RecordBatch, name: &str) -> Self::Column {
                $column::of(batch, name)
            }

            #[allow(unused_variables, reason = "only identifiers need the names")]
            fn get($source: &Self::Column, $row: usize, $names: &mut Names<'a>) -> Self {
                $value
            }
        }
    )*};
}

from_column! {
    Id: Texts, |column, row, names| names.id(column.must(row));
    Option<Id>: Texts, |column, row, names| column.get(row).map(|text| names.id(text));
    &'a str: Texts, |column, row, names| column.must(row);
    Option<&'a str>: Texts, |column, row, names| column.get(row);
    SchoolYear: Texts, |column, row, names| year(column.must(row));
    Option<SchoolYear>: Texts, |column, row, names| column.get(row).map(year);
    Grade: Texts, |column, row, names| Grade(column.must(row).parse().unwrap_or_default());
    NaiveDate: Dates, |column, row, names| column.must(row);
    Option<NaiveDate>: Dates, |column, row, names| column.get(row);
    Option<bool>: Booleans, |column, row, names| column.get(row);
    Option<i64>: Integers, |column, row, names| column.get(row);
    Option<Decimal>: Decimals, |column, row, names| column.get(row).map(Decimal);
    Option<f64>: Coordinates, |column, row, names| column.get(row);
}

/// The year of a text that was found to be one when it was read.
fn year(text: &str) -> SchoolYear {
    let first = text.get(..4).and_then(|first| first.parse().ok()).unwrap_or(*SchoolYear::RANGE.start());
    match SchoolYear::starting(first) {
        Some(year) => year,
        None => unreachable!("`{text}` was read as a school year"),
    }
}
