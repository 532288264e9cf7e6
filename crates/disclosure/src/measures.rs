use std::{io, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use serde::Serialize;
use waymark_engine::{Counts, MeasureRow};
use waymark_terms::SchoolYear;

use crate::{Rate, Released};

/// What became of a cell on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Disclosure {
    /// It is as it was counted.
    Shown,
}

impl Disclosure {
    /// Its name in the column `disclosure`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
        }
    }
}

/// A row of the measures table, released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuresRow {
    /// The report year.
    pub report_year: SchoolYear,
    /// The measure.
    pub measure: String,
    /// The variant, or empty where there is one way only.
    pub variant: String,
    /// The State, a district or a school.
    pub organization_id: String,
    /// A program, `cluster:NN`, or `*` for all programs.
    pub program_id: String,
    /// `all`, a subgroup, or two joined with `+`.
    pub subgroup: String,
    /// Students, unduplicated.
    pub denominator: u64,
    /// Students of the denominator, unduplicated.
    pub numerator: u64,
    /// What became of the cell.
    pub disclosure: Disclosure,
}

impl MeasuresRow {
    /// Numerator and denominator.
    pub fn rate(&self) -> Rate {
        Rate { numerator: self.numerator, denominator: self.denominator }
    }

    pub(crate) fn shown(row: MeasureRow) -> Self {
        Self {
            report_year: row.report_year,
            measure: row.measure,
            variant: row.variant,
            organization_id: row.organization_id,
            program_id: row.program_id,
            subgroup: row.subgroup,
            denominator: row.denominator,
            numerator: row.numerator,
            disclosure: Disclosure::Shown,
        }
    }

    fn texts(&self) -> [String; 6] {
        let year = self.report_year.to_string();
        let [measure, variant] = [&self.measure, &self.variant].map(String::clone);
        let [organization, program, subgroup] =
            [&self.organization_id, &self.program_id, &self.subgroup].map(String::clone);
        [year, measure, variant, organization, program, subgroup]
    }
}

/// The columns of the measures table that are text, in the order of the contract.
const TEXTS: [&str; 6] = ["report_year", "measure", "variant", "organization_id", "program_id", "subgroup"];

/// Rows of the measures table (`docs/bundle.md`): measures in the rulebook's order, then organizations, programs and
/// subgroups by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuresTable {
    pub(crate) rows: Vec<MeasuresRow>,
}

#[derive(Serialize)]
struct JsonRow<'a> {
    report_year: String,
    measure: &'a str,
    variant: &'a str,
    organization_id: &'a str,
    program_id: &'a str,
    subgroup: &'a str,
    denominator: u64,
    numerator: u64,
    rate: Option<f64>,
    disclosure: Disclosure,
}

impl MeasuresTable {
    pub(crate) fn shown(counts: Counts) -> Self {
        Self { rows: counts.rows.into_iter().map(MeasuresRow::shown).collect() }
    }

    /// The rows.
    pub fn rows(&self) -> &[MeasuresRow] {
        &self.rows
    }

    /// Writes it as CSV: the columns of the contract without `disclosure`, for staff from whom nothing is hidden. A rate
    /// is the shortest decimal that reads back as the same double, and empty where the denominator is 0.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(TEXTS.iter().chain(&["denominator", "numerator", "rate"]))?;
        for row in &self.rows {
            let rate = row.rate().quotient().map(|rate| rate.to_string()).unwrap_or_default();
            let numbers = [row.denominator.to_string(), row.numerator.to_string(), rate];
            writer.write_record(row.texts().iter().chain(&numbers))?;
        }
        writer.flush()
    }

    /// One JSON array of objects with the columns of the contract; `rate` is null where the denominator is 0.
    ///
    /// # Panics
    /// Never: every row has a JSON form.
    pub fn json(&self) -> String {
        let rows: Vec<_> = self.rows.iter().map(JsonRow::from).collect();
        serde_json::to_string(&rows).expect("rows have a JSON form")
    }

    /// Columns as Arrow has them, with the types of the contract and `disclosure` at the end.
    ///
    /// # Panics
    /// Never: all columns are as long as the table.
    pub fn record_batch(&self) -> RecordBatch {
        let texts: Vec<_> = self.rows.iter().map(MeasuresRow::texts).collect();
        let text = |column: usize| StringArray::from_iter_values(texts.iter().map(|texts| &texts[column]));
        let count = |of: fn(&MeasuresRow) -> u64| UInt64Array::from_iter_values(self.rows.iter().map(of));
        let rates: Float64Array = self.rows.iter().map(|row| row.rate().quotient()).collect();
        let disclosure = StringArray::from_iter_values(self.rows.iter().map(|row| row.disclosure.name()));
        let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
        for (at, name) in TEXTS.into_iter().enumerate() {
            columns.push((name, Arc::new(text(at)), false));
        }
        columns.push(("denominator", Arc::new(count(|row| row.denominator)), false));
        columns.push(("numerator", Arc::new(count(|row| row.numerator)), false));
        columns.push(("rate", Arc::new(rates), true));
        columns.push(("disclosure", Arc::new(disclosure), false));
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one table")
    }
}

impl Released<MeasuresTable> {
    /// Those of its rows that are wanted.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&MeasuresRow) -> bool) -> Self {
        let rows = self.content().rows.iter().filter(|row| wanted(row)).cloned().collect();
        self.narrowed(MeasuresTable { rows })
    }
}

impl<'a> From<&'a MeasuresRow> for JsonRow<'a> {
    fn from(row: &'a MeasuresRow) -> Self {
        Self {
            report_year: row.report_year.to_string(),
            measure: &row.measure,
            variant: &row.variant,
            organization_id: &row.organization_id,
            program_id: &row.program_id,
            subgroup: &row.subgroup,
            denominator: row.denominator,
            numerator: row.numerator,
            rate: row.rate().quotient(),
            disclosure: row.disclosure,
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{Array, cast::AsArray, types::Float64Type};

    use super::*;

    fn table() -> MeasuresTable {
        let row = |numerator, denominator| MeasuresRow {
            report_year: "2024-25".parse().unwrap(),
            measure: "2S1".into(),
            variant: "leavers".into(),
            organization_id: "D,1".into(),
            program_id: "*".into(),
            subgroup: "all".into(),
            denominator,
            numerator,
            disclosure: Disclosure::Shown,
        };
        MeasuresTable { rows: vec![row(1, 3), row(2, 2), row(0, 0)] }
    }

    #[test]
    fn csv_has_the_columns_of_the_contract() {
        let mut text = Vec::new();
        table().write_csv(&mut text).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "report_year,measure,variant,organization_id,program_id,subgroup,denominator,numerator,rate\n\
             2024-25,2S1,leavers,\"D,1\",*,all,3,1,0.3333333333333333\n\
             2024-25,2S1,leavers,\"D,1\",*,all,2,2,1\n\
             2024-25,2S1,leavers,\"D,1\",*,all,0,0,\n"
        );
    }

    #[test]
    fn json_and_arrow_tell_an_empty_rate_from_zero() {
        let json: serde_json::Value = serde_json::from_str(&table().json()).unwrap();
        assert_eq!(json[0]["rate"], 1.0 / 3.0);
        assert!(json[2]["rate"].is_null());
        assert_eq!(json[0]["disclosure"], "shown");
        let batch = table().record_batch();
        assert_eq!(batch.num_columns(), 10);
        let rates = batch.column_by_name("rate").unwrap().as_primitive::<Float64Type>();
        assert!(rates.is_null(2) && rates.is_valid(1));
    }
}
