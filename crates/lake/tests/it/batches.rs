//! The list of batches, undo, and time travel.

use std::collections::BTreeMap;

use waymark_lake::{At, Kind, LakeError, NewBatch, Replaces};

use crate::support::{change, count, import, minute, open, query, rows, students, texts};

#[tokio::test(flavor = "multi_thread")]
async fn batches_say_who_when_what() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let new = NewBatch {
        by: "José".into(),
        at: minute(3),
        source: "fall \"2024\".zip".into(),
        note: "again".into(),
        counts: BTreeMap::from([("students".into(), 2)]),
        detail: serde_json::json!({ "columns": ["a"] }),
    };
    let rows = students(&[(Some("a"), Some(1)), (Some("b"), Some(2))]);
    let stored = lake.commit(new.clone(), vec![change("students", rows, Replaces::Nothing)]).await.unwrap();
    assert_eq!(stored, open(dir.path()).await.batches().await.unwrap()[0]);
    assert_eq!((stored.number, stored.kind, stored.undone_by, stored.readable), (1, Kind::Import, None, true));
    let kept = NewBatch {
        by: stored.by,
        at: stored.at,
        source: stored.source,
        note: stored.note,
        counts: stored.counts,
        detail: stored.detail,
    };
    assert_eq!(kept, new);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_snapshot_can_be_read_by_number_batch_and_time() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    for (at, id) in [(1, "a"), (5, "b"), (9, "c")] {
        let new = change("students", students(&[(Some(id), Some(at))]), Replaces::Nothing);
        import(&lake, at, vec![new]).await.unwrap();
    }
    let batches = lake.batches().await.unwrap();
    assert_eq!(rows(&lake, At::Batch(2)).await, ["a 1", "b 5"]);
    assert_eq!(rows(&lake, At::Number(batches[0].snapshot)).await, ["a 1"]);
    assert_eq!(rows(&lake, At::Time(minute(5))).await, ["a 1", "b 5"]);
    assert_eq!(rows(&lake, At::Time(minute(4))).await, ["a 1"]);
    assert_eq!(rows(&lake, At::Time(minute(99))).await, ["a 1", "b 5", "c 9"]);
    let latest = lake.snapshot(At::Latest).await.unwrap();
    assert_eq!((latest.number, latest.batch, latest.at), (batches[2].snapshot, Some(3), Some(minute(9))));

    assert!(matches!(lake.snapshot(At::Time(minute(0))).await, Err(LakeError::NothingBy(_))));
    assert!(matches!(lake.snapshot(At::Batch(4)).await, Err(LakeError::NoBatch(4))));
    assert!(matches!(lake.snapshot(At::Number(999)).await, Err(LakeError::NoSnapshot(999))));
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_goes_back_batch_by_batch_to_empty_tables() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let first = vec![
        change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing),
        change("courses", texts("course_id", &["C1"]), Replaces::Nothing),
    ];
    import(&lake, 1, first).await.unwrap();
    let second = vec![
        change("students", students(&[(Some("b"), Some(2))]), Replaces::Everything),
        change("programs", texts("program_id", &["P1"]), Replaces::Nothing),
    ];
    import(&lake, 2, second).await.unwrap();

    let undo = lake.undo("ben", minute(3)).await.unwrap();
    assert_eq!((undo.kind, undo.undoes, undo.by.as_str(), undo.at), (Kind::Undo, Some(2), "ben", minute(3)));
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
    assert_eq!((count(&lake, "courses").await, count(&lake, "programs").await), (1, 0));
    assert_eq!(rows(&lake, At::Batch(2)).await, ["b 2"]);

    assert_eq!(lake.undo("ben", minute(4)).await.unwrap().undoes, Some(1));
    for table in ["students", "courses", "programs"] {
        assert_eq!(count(&lake, table).await, 0, "{table}");
    }
    assert!(matches!(lake.undo("ben", minute(5)).await, Err(LakeError::NothingToUndo)));

    let seen: Vec<_> = lake.batches().await.unwrap().into_iter().map(|b| (b.kind, b.undone_by)).collect();
    let imports = [(Kind::Import, Some(4)), (Kind::Import, Some(3))];
    assert_eq!(seen, [imports[0], imports[1], (Kind::Undo, None), (Kind::Undo, None)]);

    import(&lake, 6, vec![change("students", students(&[(Some("c"), Some(3))]), Replaces::Nothing)]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["c 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_skips_imports_that_are_undone() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let add = async |at, id| {
        let new = students(&[(Some(id), Some(at))]);
        import(&lake, at, vec![change("students", new, Replaces::Nothing)]).await.unwrap();
    };
    add(1, "a").await;
    add(2, "b").await;
    lake.undo("ben", minute(3)).await.unwrap();
    add(4, "c").await;
    assert_eq!(lake.undo("ben", minute(5)).await.unwrap().undoes, Some(4));
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
    assert_eq!(lake.undo("ben", minute(6)).await.unwrap().undoes, Some(1));
    assert_eq!(count(&lake, "students").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_keeps_the_order_of_rows_and_the_columns() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let unsorted = students(&[(Some("z"), Some(1)), (Some("a"), Some(2)), (Some("m"), None)]);
    import(&lake, 1, vec![change("students", unsorted, Replaces::Nothing)]).await.unwrap();
    import(&lake, 2, vec![change("students", texts("grade", &["12"]), Replaces::Nothing)]).await.unwrap();
    lake.undo("ben", minute(3)).await.unwrap();
    let latest = lake.snapshot(At::Latest).await.unwrap();
    assert_eq!(query(&latest, "SELECT * FROM students").await, ["z 1 null", "a 2 null", "m null null"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_changes_nothing_is_a_batch_and_can_be_undone() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing)]).await.unwrap();
    let idle = import(&lake, 2, Vec::new()).await.unwrap();
    assert_eq!(lake.snapshot(At::Latest).await.unwrap().number, idle.snapshot);
    assert_eq!(lake.undo("ben", minute(3)).await.unwrap().undoes, Some(2));
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_does_not_change_while_others_import() {
    let dir = tempfile::tempdir().unwrap();
    let (lake, other) = (open(dir.path()).await, open(dir.path()).await);
    let some = |id| vec![change("students", students(&[(Some(id), Some(1))]), Replaces::Everything)];
    import(&lake, 1, some("a")).await.unwrap();
    let snapshot = lake.snapshot(At::Latest).await.unwrap();
    import(&other, 2, some("b")).await.unwrap();
    assert_eq!(query(&snapshot, "SELECT student_id FROM students").await, ["a"]);
    assert_eq!(rows(&lake, At::Latest).await, ["b 1"]);
}
