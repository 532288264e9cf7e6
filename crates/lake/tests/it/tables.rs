//! Rows come out as they went in.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::datatypes::Schema;
use waymark_lake::{At, LakeError, Replaces, SessionOptions, TableChange, select};

use crate::support::{change, count, import, open, query, rows, students, texts};

#[tokio::test(flavor = "multi_thread")]
async fn every_type_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("text", Arc::new(StringArray::from(vec![Some("007"), Some(""), None, Some("ñ, \"x\"\n=1+1")]))),
        ("whole", Arc::new(Int64Array::from(vec![Some(i64::MIN), Some(0), None, Some(i64::MAX)]))),
        ("degrees", Arc::new(Float64Array::from(vec![Some(-97.743_061), Some(0.0), None, Some(1e-300)]))),
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]))),
        ("day", Arc::new(Date32Array::from(vec![Some(-719_162), Some(0), None, Some(2_932_896)]))),
        (
            "credits",
            Arc::new(
                Decimal128Array::from(vec![Some(500_000), Some(-1), None, Some(999_999_999_999_999_999)])
                    .with_precision_and_scale(18, 6)
                    .unwrap(),
            ),
        ),
    ];
    let stored =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, c)| (name, c, true))).unwrap();
    import(&lake, 1, vec![change("mixed", stored.clone(), Replaces::Nothing)]).await.unwrap();
    let (schema, read) = lake.snapshot(At::Latest).await.unwrap().read("mixed").await.unwrap();
    assert_eq!((schema, read), (stored.schema(), vec![stored]));
}

#[tokio::test(flavor = "multi_thread")]
async fn matching_rows_are_replaced_and_null_equals_null() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let first = students(&[(Some("a"), Some(1)), (None, Some(1)), (None, None), (Some("b"), Some(2))]);
    import(&lake, 1, vec![change("students", first, Replaces::Nothing)]).await.unwrap();
    let keys = students(&[(None, None), (Some("a"), Some(1)), (Some("c"), None)]);
    let new = students(&[(Some("c"), None)]);
    import(&lake, 2, vec![change("students", new, Replaces::Matching { keys })]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["b 2", "c null", "null 1"]);

    let keys = texts("student_id", &["b", "nobody"]);
    import(&lake, 3, vec![change("students", students(&[]), Replaces::Matching { keys })]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["c null", "null 1"]);
    assert_eq!(rows(&lake, At::Batch(1)).await, ["a 1", "b 2", "null 1", "null null"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_replaced_by_nothing_and_filled_again() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let import_all =
        async |at, new| import(&lake, at, vec![change("students", new, Replaces::Everything)]).await.unwrap();
    import_all(1, students(&[(Some("a"), Some(1)), (Some("b"), Some(2))])).await;
    import_all(2, students(&[])).await;
    assert_eq!(count(&lake, "students").await, 0);
    import_all(3, students(&[(Some("c"), Some(3))])).await;
    assert_eq!(rows(&lake, At::Latest).await, ["c 3"]);
    assert_eq!(rows(&lake, At::Batch(1)).await, ["a 1", "b 2"]);
    assert_eq!(rows(&lake, At::Batch(2)).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_may_be_made_empty() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![change("students", students(&[]), Replaces::Everything)]).await.unwrap();
    let snapshot = lake.snapshot(At::Latest).await.unwrap();
    assert_eq!(snapshot.tables().unwrap(), ["students"]);
    assert_eq!(query(&snapshot, "SELECT count(*) FROM students").await, ["0"]);
    assert_eq!(snapshot.batch, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn gained_columns_are_null_in_older_rows() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing)]).await.unwrap();
    let grades = RecordBatch::try_from_iter([
        ("grade", Arc::new(StringArray::from(vec!["12"])) as ArrayRef),
        ("student_id", Arc::new(StringArray::from(vec!["b"]))),
    ])
    .unwrap();
    import(&lake, 2, vec![change("students", grades, Replaces::Nothing)]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["a 1 null", "b null 12"]);
    assert_eq!(rows(&lake, At::Batch(1)).await, ["a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_stored_in_the_order_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let sorted = |new: RecordBatch, replaces| TableChange {
        sort: vec!["student_id".into(), "year".into()],
        ..change("students", new, replaces)
    };
    let first = students(&[(Some("c"), Some(1)), (Some("a"), Some(2)), (Some("a"), Some(1))]);
    import(&lake, 1, vec![sorted(first, Replaces::Nothing)]).await.unwrap();
    let second = students(&[(Some("b"), Some(9))]);
    let keys = students(&[(Some("a"), Some(2))]);
    import(&lake, 2, vec![sorted(second, Replaces::Matching { keys })]).await.unwrap();
    let (_, read) = lake.snapshot(At::Latest).await.unwrap().read("students").await.unwrap();
    assert_eq!(read, [students(&[(Some("a"), Some(1)), (Some("b"), Some(9)), (Some("c"), Some(1))])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_only_read() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing)]).await.unwrap();
    let context = lake.snapshot(At::Latest).await.unwrap().session(&SessionOptions::default()).unwrap();
    let target = dir.path().join("data").join("out.csv");
    let copy = format!("COPY students TO '{}' STORED AS CSV", target.display());
    let writes = [
        "DROP TABLE students",
        "CREATE TABLE other AS SELECT * FROM students",
        "CREATE VIEW other AS SELECT 1",
        "INSERT INTO students VALUES ('x', 1)",
        "DELETE FROM students",
        "UPDATE students SET year = 2",
        "SET datafusion.execution.target_partitions = 1",
        copy.as_str(),
    ];
    for sql in writes {
        assert!(matches!(select(&context, sql).await, Err(LakeError::Query(_))), "{sql}");
    }
    // Even without `select`, what the session itself would do has nowhere to go.
    for sql in writes.iter().filter(|sql| !sql.starts_with("SET")) {
        let done = match context.sql(sql).await {
            Ok(frame) => frame.collect().await,
            Err(error) => Err(error),
        };
        assert!(done.is_err(), "{sql}");
    }
    assert!(!target.exists());
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_can_be_given_only_once() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let one = || change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing);
    assert!(matches!(import(&lake, 1, vec![one(), one()]).await, Err(LakeError::Tables(_))));
    assert_eq!(lake.batches().await.unwrap(), []);
    assert_eq!(lake.snapshot(At::Latest).await.unwrap().tables().unwrap(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_without_columns_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let none = change("students", RecordBatch::new_empty(Arc::new(Schema::empty())), Replaces::Nothing);
    assert!(matches!(import(&lake, 1, vec![none]).await, Err(LakeError::Tables(_))));
}
