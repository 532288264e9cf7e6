//! The counts of a bucket as rows, and back. The last row holds the totals: rows that end before it are no bucket.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, BinaryBuilder, RecordBatch, UInt32Builder},
        datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type},
        error::ArrowError,
    },
    error::DataFusionError,
};
use serde::{Deserialize, Serialize};
use waymark_engine::{BucketCell, BucketCounts};

/// Bytes of counts in a batch: far below what a message may hold.
const BYTES: usize = 1 << 20;
/// In place of a plan in the row of the totals.
const TOTALS: u32 = u32::MAX;

#[derive(Serialize, Deserialize)]
struct Totals {
    meaning: u64,
    students: u64,
    rows: BTreeMap<String, u64>,
    counted: Vec<(u64, u64)>,
    /// How many cells there are.
    cells: usize,
}

/// The columns.
pub(crate) fn schema() -> SchemaRef {
    let mut fields: Vec<Field> =
        ["plan", "program", "organization", "measure"].map(|name| Field::new(name, DataType::UInt32, false)).into();
    fields.push(Field::new("counts", DataType::Binary, false));
    Arc::new(Schema::new(fields))
}

/// The rows of a bucket.
///
/// # Errors
/// None that can be thought of.
pub(crate) fn rows(counts: BucketCounts) -> Result<Vec<RecordBatch>, DataFusionError> {
    let BucketCounts { meaning, students, rows, counted, cells } = counts;
    let totals = Totals { meaning, students, rows, counted, cells: cells.len() };
    let totals = serde_json::to_vec(&totals).map_err(|error| DataFusionError::External(Box::new(error)))?;
    let mut batches = Vec::new();
    let mut batch = Rows::default();
    for cell in cells {
        batch.push([cell.plan, cell.program, cell.organization, cell.measure], &cell.counts);
        if batch.bytes >= BYTES {
            batches.push(batch.finish()?);
        }
    }
    batch.push([TOTALS; 4], &totals);
    batches.push(batch.finish()?);
    Ok(batches)
}

#[derive(Default)]
struct Rows {
    codes: [UInt32Builder; 4],
    counts: BinaryBuilder,
    bytes: usize,
}

impl Rows {
    fn push(&mut self, codes: [u32; 4], counts: &[u8]) {
        self.codes.iter_mut().zip(codes).for_each(|(builder, code)| builder.append_value(code));
        self.counts.append_value(counts);
        self.bytes += counts.len();
    }

    fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.bytes = 0;
        let mut columns: Vec<ArrayRef> =
            self.codes.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        columns.push(Arc::new(self.counts.finish()));
        RecordBatch::try_new(schema(), columns)
    }
}

/// The bucket of these rows.
///
/// # Errors
/// Rows without totals or with others behind them, and such as are not as many as the totals say.
pub(crate) fn counts(batches: &[RecordBatch]) -> Result<BucketCounts, String> {
    let mut totals: Option<Totals> = None;
    let mut cells = Vec::new();
    for batch in batches {
        if batch.schema().fields() != schema().fields() {
            return Err("what came back is no bucket".to_owned());
        }
        let codes: Vec<_> = (0..4).map(|column| batch.column(column).as_primitive::<UInt32Type>()).collect();
        let counts = batch.column(4).as_binary::<i32>();
        for row in 0..batch.num_rows() {
            if totals.is_some() {
                return Err("rows came behind the totals of a bucket".to_owned());
            }
            if codes[0].value(row) == TOTALS {
                totals = serde_json::from_slice(counts.value(row)).map_err(|error| error.to_string())?;
                continue;
            }
            cells.push(BucketCell {
                plan: codes[0].value(row),
                program: codes[1].value(row),
                organization: codes[2].value(row),
                measure: codes[3].value(row),
                counts: counts.value(row).into(),
            });
        }
    }
    let Some(totals) = totals else { return Err("a bucket came without its totals".to_owned()) };
    if totals.cells != cells.len() {
        return Err(format!("{} cells of a bucket came, and it has {}", cells.len(), totals.cells));
    }
    let Totals { meaning, students, rows, counted, .. } = totals;
    Ok(BucketCounts { meaning, students, rows, counted, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(cells: u32) -> BucketCounts {
        let cell = |place| BucketCell {
            plan: place % 2,
            program: place,
            organization: 7,
            measure: 3,
            counts: vec![5; 600].into(),
        };
        BucketCounts {
            meaning: 12,
            students: 40,
            rows: BTreeMap::from([("enrollments".to_owned(), 99)]),
            counted: vec![(3, 2), (1, 0)],
            cells: (0..cells).map(cell).collect(),
        }
    }

    #[test]
    fn a_bucket_comes_back_as_it_was() {
        for cells in [0, 1, 5000] {
            let batches = rows(bucket(cells)).unwrap();
            assert_eq!(counts(&batches).unwrap(), bucket(cells));
        }
        assert_eq!(rows(bucket(5000)).unwrap().len(), 3);
    }

    #[test]
    fn a_bucket_that_is_not_whole_is_none() {
        let batches = rows(bucket(5000)).unwrap();
        assert_eq!(counts(&batches[..2]).unwrap_err(), "a bucket came without its totals");
        assert_eq!(counts(&batches[1..]).unwrap_err(), "3252 cells of a bucket came, and it has 5000");
        assert_eq!(counts(&[]).unwrap_err(), "a bucket came without its totals");
        let twice = [&batches[..], &batches[..]].concat();
        assert_eq!(counts(&twice).unwrap_err(), "rows came behind the totals of a bucket");
    }
}
