//! What another format than a bundle has no place for: it stays as it is stored.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use datafusion::arrow::{
    array::{Array, ArrayRef, RecordBatch},
    compute::{cast, interleave},
};
use waymark_intake::{Extent, Reading};
use waymark_lake::{At, Lake};
use waymark_terms::bundle::{TABLES, Table};

use super::{districts::text, replaces::bug, stored::Stored};
use crate::failure::Failure;

/// The rows of a reading, with what is stored in place of what the reading cannot say.
#[derive(Default)]
pub(super) struct Filled(BTreeMap<&'static str, Vec<RecordBatch>>);

impl Filled {
    /// Fills the rows of tables that have a key from the stored rows of the same keys.
    pub(super) async fn read(lake: &Lake, stored: &Stored, reading: &Reading) -> Result<Self, Failure> {
        let mut filled = Self::default();
        if reading.extent == Extent::Whole {
            return Ok(filled);
        }
        let snapshot = lake.snapshot(At::Number(stored.snapshot)).await?;
        for table in TABLES.iter().filter(|table| stored.tables.contains(table.name)) {
            let (Some(key), Some(rows)) = (table.key, reading.tables.get(table.name)) else { continue };
            let (_, before) = snapshot.read(table.name).await?;
            filled.0.insert(table.name, fill(table, key, rows, &before, reading.extent)?);
        }
        Ok(filled)
    }

    /// The rows to be stored in a table.
    pub(super) fn rows(&self, table: &Table, reading: &Reading) -> Vec<RecordBatch> {
        self.0.get(table.name).or_else(|| reading.tables.get(table.name)).cloned().unwrap_or_default()
    }
}

fn fill(
    table: &'static Table,
    key: &str,
    rows: &[RecordBatch],
    before: &[RecordBatch],
    extent: Extent,
) -> Result<Vec<RecordBatch>, Failure> {
    let mut places: HashMap<String, (usize, usize)> = HashMap::new();
    for (batch, part) in before.iter().enumerate() {
        let keys = text(part, key)?;
        places.extend((0..keys.len()).map(|row| (keys.value(row).to_owned(), (batch + 1, row))));
    }
    let silent = |name: &str| {
        rows.iter().all(|batch| batch.column_by_name(name).is_none_or(|array| array.null_count() == array.len()))
    };
    let wanting: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name)
        // A format that has no place for a column is silent in all rows; of what changed every empty cell is silent.
        .filter(|name| extent == Extent::Changes || silent(name))
        .collect();
    let filled = rows.iter().map(|batch| {
        let keys = text(batch, key)?;
        let place_of = |row: usize| places.get(keys.value(row)).copied();
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).map(|(field, array)| {
            if wanting.contains(&field.name().as_str()) {
                filled_column(field.name(), array, before, place_of)
            } else {
                Ok(Arc::clone(array))
            }
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>, Failure>>()?;
        RecordBatch::try_new(batch.schema(), columns).map_err(bug)
    });
    filled.collect()
}

/// The column with the stored value wherever it is null and there is one.
fn filled_column(
    name: &str,
    array: &ArrayRef,
    before: &[RecordBatch],
    place_of: impl Fn(usize) -> Option<(usize, usize)>,
) -> Result<ArrayRef, Failure> {
    let mut sources = vec![Arc::clone(array)];
    for part in before {
        // A column that is younger than the stored rows.
        let Some(column) = part.column_by_name(name) else { return Ok(Arc::clone(array)) };
        sources.push(cast(column, array.data_type()).map_err(bug)?);
    }
    let own = |row| (0, row);
    let place = |row| if array.is_null(row) { place_of(row).unwrap_or(own(row)) } else { own(row) };
    let places: Vec<(usize, usize)> = (0..array.len()).map(place).collect();
    let sources: Vec<&dyn Array> = sources.iter().map(AsRef::as_ref).collect();
    interleave(&sources, &places).map_err(bug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    fn courses(rows: &[(&str, &str, Option<&str>)]) -> RecordBatch {
        Sheet::new()
            .text("course_id", rows.iter().map(|row| row.0))
            .text("title", rows.iter().map(|row| row.1))
            .optional_text("sced_code", rows.iter().map(|row| row.2))
            .rows()
            .unwrap()
    }

    fn filled(rows: &[(&str, &str, Option<&str>)], extent: Extent) -> Vec<String> {
        let table = Table::named("courses").unwrap();
        let before =
            [courses(&[("a", "Old", Some("13207"))]), courses(&[("b", "Old", Some("13208")), ("d", "Old", None)])];
        let filled = fill(table, "course_id", &[courses(rows)], &before, extent).unwrap();
        let line = |row: usize| {
            let of = |name: &str| text(&filled[0], name).unwrap();
            let code = of("sced_code");
            let code = if code.is_null(row) { "" } else { code.value(row) };
            format!("{},{},{code}", of("course_id").value(row), of("title").value(row))
        };
        (0..filled[0].num_rows()).map(line).collect()
    }

    #[test]
    fn what_a_format_never_says_stays() {
        let silent = [("b", "New", None), ("c", "New", None), ("d", "New", None)];
        assert_eq!(filled(&silent, Extent::Part), ["b,New,13208", "c,New,", "d,New,"]);
        // A format that says it of one says that it is not known of the other.
        let speaking = [("a", "New", None), ("b", "New", Some("99999"))];
        assert_eq!(filled(&speaking, Extent::Part), ["a,New,", "b,New,99999"]);
        assert_eq!(filled(&speaking, Extent::Changes), ["a,New,13207", "b,New,99999"]);
    }
}
