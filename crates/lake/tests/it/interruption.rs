//! Writers that stop in the middle, and writers at the same time.

use std::fs;
use std::time::Duration;

use waymark_lake::{At, Lake, LakeError, Notice, Replaces, TableChange};

use crate::support::{change, files, import, minute, open, rows, students, texts};

fn some(id: &str) -> TableChange {
    change("students", students(&[(Some(id), Some(1))]), Replaces::Nothing)
}

/// A change that takes long enough to be caught in the middle.
fn many(table: &str) -> TableChange {
    let ids: Vec<String> = (0..20_000).map(|n| format!("{table}-{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    change(table, texts("student_id", &ids), Replaces::Nothing)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_left_in_the_middle_is_removed_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![some("a")]).await.unwrap();
    let (good, kept) = (rows(&lake, At::Latest).await, files(&dir.path().join("data")));

    // Stop as soon as the first file of the batch is there: staged, not committed.
    let changes = (0..8).map(|n| many(&format!("table_{n}"))).collect();
    let data = dir.path().join("data");
    let before = kept.len();
    let appeared = async {
        while files(&data).len() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        stored = import(&lake, 2, changes) => panic!("{stored:?}"),
        () = appeared => {}
    }
    drop(lake);
    assert!(files(&data).len() > before);

    let (lake, notices) = Lake::open(dir.path(), minute(3)).await.unwrap();
    let [Notice::Interrupted { what, files: removed }] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!(what, "`ana` (import of `export-2.zip`, begun 2025-06-15 15:08:40 UTC)");
    assert!(*removed > 0);
    assert_eq!(files(&data), kept);
    assert_eq!(rows(&lake, At::Latest).await, good);
    assert_eq!(lake.batches().await.unwrap().len(), 1);
    assert_eq!(Lake::open(dir.path(), minute(4)).await.unwrap().1, []);

    // The next batch has the number, and none of the tables, of the one that was lost.
    assert_eq!(import(&lake, 5, vec![some("b")]).await.unwrap().number, 2);
    assert_eq!(lake.snapshot(At::Latest).await.unwrap().tables().unwrap(), ["students"]);
}

#[tokio::test]
async fn an_import_that_was_killed_while_it_was_read_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let reading = lake.prepare("ana", minute(1), "export.zip").unwrap();
    let (left, file) = (dir.path().join("waymark.reading.0.json"), lake.staging().join("half"));
    let own = dir.path().join(format!("waymark.reading.{}.json", std::process::id()));
    fs::copy(&own, &left).unwrap();
    fs::write(&file, b"half").unwrap();

    // As long as somebody else reads, files in the making may be that one's.
    let told = "`ana` (import of `export.zip`, begun 2025-06-15 15:07:40 UTC)".to_owned();
    let notices = Lake::open(dir.path(), minute(2)).await.unwrap().1;
    assert_eq!(notices, [Notice::Unfinished { what: told.clone() }]);
    assert!(!left.exists() && file.exists() && own.exists());

    drop(reading);
    assert!(!own.exists());
    fs::write(&left, b"").unwrap();
    assert_eq!(Lake::open(dir.path(), minute(3)).await.unwrap().1, []);
    fs::write(&left, r#"{"batch":0,"kind":"import","by":"ana","at":"2025-06-15T15:07:40Z","source":"export.zip"}"#)
        .unwrap();
    assert_eq!(Lake::open(dir.path(), minute(4)).await.unwrap().1, [Notice::Unfinished { what: told }]);
    assert!(!left.exists() && !file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_after_the_commit_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![some("a")]).await.unwrap();
    let intent = r#"{"batch":1,"kind":"import","by":"ana","at":"2025-06-15T15:07:40Z","source":"x.zip"}"#;
    fs::write(dir.path().join("waymark.writing.json"), intent).unwrap();
    let (lake, notices) = Lake::open(dir.path(), minute(2)).await.unwrap();
    assert_eq!(notices, []);
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_the_lake_is_made_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).await;
    let catalog = dir.path().join("waymark.ducklake");
    fs::write(&catalog, b"").unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![some("a")]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_fails_midway_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![some("a")]).await.unwrap();
    let kept = files(&dir.path().join("data"));
    // A file where the last table's folder has to go.
    fs::write(dir.path().join("data/main/zzz"), b"").unwrap();
    let failed = import(&lake, 2, vec![some("b"), many("zzz")]).await;
    assert!(matches!(failed, Err(LakeError::Tables(_))), "{failed:?}");
    assert_eq!(files(&dir.path().join("data")), kept);
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
    assert_eq!(Lake::open(dir.path(), minute(3)).await.unwrap().1, []);
    assert_eq!(import(&lake, 4, vec![some("b"), many("zzz")]).await.unwrap().number, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_at_once_go_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (open(dir.path()).await, open(dir.path()).await);
    let changes = || vec![some("a"), many("table")];
    let (first, second) = tokio::join!(import(&one, 1, changes()), import(&two, 2, changes()));
    let mut numbers = [first.unwrap().number, second.unwrap().number];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(rows(&one, At::Latest).await, ["a 1", "a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_wait_is_told_who_is_writing() {
    let dir = tempfile::tempdir().unwrap();
    let one = open(dir.path()).await;
    let two = open(dir.path()).await.with_patience(Duration::ZERO);
    let writing = tokio::spawn(async move { import(&one, 1, (0..8).map(|n| many(&format!("t{n}"))).collect()).await });
    while !dir.path().join("waymark.writing.json").exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let error = import(&two, 2, vec![some("b")]).await.unwrap_err();
    let expected =
        "the data folder is being written by `ana` (import of `export-1.zip`, begun 2025-06-15 15:07:40 UTC)";
    assert_eq!(error.to_string(), expected);
    // Somebody who only reads is not kept waiting, nor takes the other's unfinished files for leftovers.
    let (reader, notices) = Lake::open(dir.path(), minute(3)).await.unwrap();
    assert_eq!((notices, reader.batches().await.unwrap().len()), (Vec::new(), 0));
    assert_eq!(writing.await.unwrap().unwrap().number, 1);
}
