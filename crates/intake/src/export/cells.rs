//! Values as text.

use arrow_array::RecordBatch;
use waymark_terms::bundle::{Column, Kind};

use crate::{
    rows::{Booleans, Coordinates, Dates, Decimals, Integers, Texts},
    value,
};

/// A column of a batch that follows its table's schema.
pub(super) enum Cells<'a> {
    Text(Texts<'a>),
    Date(Dates<'a>),
    Boolean(Booleans<'a>),
    Integer(Integers<'a>),
    Decimal(Decimals<'a>),
    Coordinate(Coordinates<'a>),
}

impl<'a> Cells<'a> {
    pub(super) fn of(batch: &'a RecordBatch, column: &'static Column) -> Self {
        match column.kind {
            Kind::Text | Kind::SchoolYear | Kind::Code(_) => Self::Text(Texts::of(batch, column.name)),
            Kind::Date => Self::Date(Dates::of(batch, column.name)),
            Kind::Boolean => Self::Boolean(Booleans::of(batch, column.name)),
            Kind::Integer => Self::Integer(Integers::of(batch, column.name)),
            Kind::Decimal => Self::Decimal(Decimals::of(batch, column.name)),
            Kind::Coordinate => Self::Coordinate(Coordinates::of(batch, column.name)),
        }
    }

    /// The value as the bundle writes it; empty where it is not known.
    pub(super) fn text(&self, row: usize) -> String {
        match self {
            Self::Text(texts) => texts.get(row).map(str::to_owned),
            Self::Date(dates) => dates.get(row).map(|day| day.to_string()),
            Self::Boolean(booleans) => booleans.get(row).map(|value| value.to_string()),
            Self::Integer(integers) => integers.get(row).map(|value| value.to_string()),
            Self::Decimal(decimals) => decimals.get(row).map(decimal),
            Self::Coordinate(coordinates) => coordinates.get(row).map(|degrees| degrees.to_string()),
        }
        .unwrap_or_default()
    }
}

/// A number of millionths in its shortest form.
fn decimal(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let text = format!("{sign}{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A field of a CSV file: safe to open, and in quotes where it needs them.
pub(super) fn push_field(line: &mut String, value: &str) {
    let formula = value::is_formula(value.trim_start());
    let quoted = value.contains(['"', ',', '\r', '\n']);
    if quoted {
        line.push('"');
    }
    if formula {
        line.push('\'');
    }
    if quoted {
        line.push_str(&value.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_short() {
        for (millionths, text) in
            [(0, "0"), (1_500_000, "1.5"), (-250_000, "-0.25"), (1, "0.000001"), (100_000_000, "100")]
        {
            assert_eq!(decimal(millionths), text);
        }
    }

    #[test]
    fn fields_are_quoted_and_made_safe() {
        for (value, field) in [
            ("Ann", "Ann"),
            ("a, b", "\"a, b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            (" =SUM(A1,A2)", "\"' =SUM(A1,A2)\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-5", "-5"),
            ("A-", "A-"),
        ] {
            let mut line = String::new();
            push_field(&mut line, value);
            assert_eq!(line, field);
        }
    }
}
