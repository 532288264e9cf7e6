//! Small tables, and what is in them.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::display::array_value_to_string;
use waymark_lake::{At, Batch, Lake, LakeError, NewBatch, Replaces, SessionOptions, Snapshot, TableChange, select};

/// The instant of minute `minute` of the tests' day.
pub(crate) fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).unwrap() + TimeDelta::minutes(minute)
}

/// Rows of `student_id` and `year`.
pub(crate) fn students(rows: &[(Option<&str>, Option<i64>)]) -> RecordBatch {
    let schema =
        Schema::new(vec![Field::new("student_id", DataType::Utf8, true), Field::new("year", DataType::Int64, true)]);
    let ids: StringArray = rows.iter().map(|row| row.0).collect();
    let years: Int64Array = rows.iter().map(|row| row.1).collect();
    RecordBatch::try_new(Arc::new(schema), vec![Arc::new(ids), Arc::new(years)]).unwrap()
}

/// Rows of one text column.
pub(crate) fn texts(column: &str, values: &[&str]) -> RecordBatch {
    RecordBatch::try_from_iter([(column, Arc::new(StringArray::from(values.to_vec())) as ArrayRef)]).unwrap()
}

/// A change that stores these rows.
pub(crate) fn change(table: &str, rows: RecordBatch, replaces: Replaces) -> TableChange {
    TableChange { table: table.to_owned(), schema: rows.schema(), rows: vec![rows], replaces, sort: Vec::new() }
}

pub(crate) async fn open(dir: &Path) -> Lake {
    let (lake, notices) = Lake::open(dir, minute(0)).await.unwrap();
    assert_eq!(notices, []);
    lake
}

/// Imports by `ana` at that minute.
pub(crate) async fn import(lake: &Lake, at: i64, changes: Vec<TableChange>) -> Result<Batch, LakeError> {
    let batch =
        NewBatch { by: "ana".into(), at: minute(at), source: format!("export-{at}.zip"), ..NewBatch::default() };
    lake.commit(batch, changes).await
}

/// Every row that the query gives, its values joined by spaces.
pub(crate) async fn query(snapshot: &Snapshot, sql: &str) -> Vec<String> {
    let context = snapshot.session(&SessionOptions::default()).unwrap();
    let batches = select(&context, sql).await.unwrap().collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let value = |column| array_value_to_string(column, row).unwrap();
            let values =
                batch.columns().iter().map(|column| if column.is_null(row) { "null".into() } else { value(column) });
            rows.push(values.collect::<Vec<String>>().join(" "));
        }
    }
    rows
}

/// Every row of `students`, sorted.
pub(crate) async fn rows(lake: &Lake, at: At) -> Vec<String> {
    let mut rows = query(&lake.snapshot(at).await.unwrap(), "SELECT * FROM students").await;
    rows.sort();
    rows
}

/// How many rows a table has now, and by the way whether the catalog agrees with the files.
pub(crate) async fn count(lake: &Lake, table: &str) -> u64 {
    let snapshot = lake.snapshot(At::Latest).await.unwrap();
    let counted = query(&snapshot, &format!("SELECT count(*) FROM {table}")).await;
    let (_, read) = snapshot.read(table).await.unwrap();
    let read: usize = read.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(counted, [read.to_string()]);
    read as u64
}

/// Every file below a folder, relative to it.
pub(crate) fn files(dir: &Path) -> Vec<String> {
    let mut files: Vec<String> = walkdir::WalkDir::new(dir)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(dir).unwrap().display().to_string())
        .collect();
    files.sort();
    files
}
