//! Somebody is erased, and it is proven.

use std::fs;

use chrono::TimeDelta;
use waymark_lake::{At, Erased, Kind, Lake, LakeError, Notice, Replaces, TableChange};

use crate::support::{change, count, import, minute, open, query, rows, students, texts};

const ANN: &str = "ID-940017";

fn ann() -> Erased {
    let text_columns = vec![("quarantine".to_owned(), "row".to_owned())];
    Erased { column: "student_id".into(), value: ANN.into(), text_columns }
}

fn district() -> Vec<TableChange> {
    let raw = [format!("{ANN},x,2025"), "ID-9400171,x,2025".to_owned(), format!("[\"{ANN}\"]")];
    let raw: Vec<&str> = raw.iter().map(String::as_str).collect();
    vec![
        change("students", students(&[(Some("ID-1"), Some(1)), (Some(ANN), Some(2))]), Replaces::Nothing),
        change("diplomas", texts("student_id", &[ANN]), Replaces::Nothing),
        change("quarantine", texts("row", &raw), Replaces::Nothing),
        change("courses", texts("course_id", &["C1"]), Replaces::Nothing),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_removes_every_row_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    let batch = lake.erase(ann(), "ben", minute(2), TimeDelta::days(30)).await.unwrap();
    let removed: Vec<_> = batch.counts.iter().map(|(table, rows)| (table.as_str(), *rows)).collect();
    assert_eq!((batch.kind, removed), (Kind::Erase, vec![("diplomas", 1), ("quarantine", 2), ("students", 1)]));
    assert!(!format!("{batch:?}").contains(ANN));

    assert_eq!(rows(&lake, At::Latest).await, ["ID-1 1"]);
    assert_eq!((count(&lake, "diplomas").await, count(&lake, "courses").await), (0, 1));
    let latest = lake.snapshot(At::Latest).await.unwrap();
    assert_eq!(query(&latest, "SELECT * FROM quarantine").await, ["ID-9400171,x,2025"]);
    assert_eq!(rows(&lake, At::Batch(1)).await, ["ID-1 1", "ID-940017 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_retention_period_nothing_is_left_and_that_is_proven() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    let more = students(&[(Some("ID-3"), Some(3))]);
    import(&lake, 2, vec![change("students", more, Replaces::Nothing)]).await.unwrap();
    lake.erase(ann(), "ben", minute(3), TimeDelta::minutes(10)).await.unwrap();
    import(&lake, 4, vec![change("students", students(&[(Some("ID-4"), Some(4))]), Replaces::Nothing)]).await.unwrap();
    assert_eq!(lake.purge(minute(12)).await.unwrap(), []);
    assert!(!lake.search(&ann()).await.unwrap().found.is_empty());

    let proofs = lake.purge(minute(13)).await.unwrap();
    let [proof] = proofs.as_slice() else { panic!("{proofs:?}") };
    assert_eq!((proof.batch, proof.occurrences, proof.at, proof.elsewhere.len()), (3, 0, minute(13), 0));
    assert!(proof.searched_files >= 5 && proof.bytes > 10_000, "{proof:?}");
    // A search that knows nothing of tables: the bytes of the value are in no file, but as the start of `ID-9400171`.
    for file in crate::support::files(dir.path()) {
        let bytes = fs::read(dir.path().join(&file)).unwrap();
        let left = memchr::memmem::find_iter(&bytes, ANN).filter(|at| bytes.get(at + ANN.len()) != Some(&b'1'));
        assert_eq!(left.count(), 0, "{file}");
    }

    assert_eq!(rows(&lake, At::Latest).await, ["ID-1 1", "ID-3 3", "ID-4 4"]);
    assert_eq!(rows(&lake, At::Batch(3)).await, ["ID-1 1", "ID-3 3"]);
    assert!(matches!(lake.snapshot(At::Batch(2)).await, Err(LakeError::Expired(2))));
    let listed: Vec<_> = lake.batches().await.unwrap().into_iter().map(|b| (b.number, b.readable)).collect();
    assert_eq!(listed, [(1, false), (2, false), (3, true), (4, true)]);
    assert_eq!(lake.purge(minute(99)).await.unwrap(), []);

    assert_eq!(lake.undo("ben", minute(14)).await.unwrap().undoes, Some(4));
    assert_eq!(rows(&lake, At::Latest).await, ["ID-1 1", "ID-3 3"]);
    assert!(matches!(lake.undo("ben", minute(15)).await, Err(LakeError::Expired(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_value_is_found_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    lake.erase(ann(), "ben", minute(2), TimeDelta::zero()).await.unwrap();

    let note = dir.path().join("notes.txt");
    fs::write(&note, format!("call {ANN}")).unwrap();
    let Err(LakeError::Unproven { batch: 2, found }) = lake.purge(minute(3)).await else { panic!("proven") };
    assert_eq!(found, ["`notes.txt`"]);
    fs::remove_file(note).unwrap();

    let employers = change("employers", texts("name", &["Ann", ANN]), Replaces::Nothing);
    import(&lake, 4, vec![employers]).await.unwrap();
    let Err(LakeError::Unproven { found, .. }) = lake.purge(minute(5)).await else { panic!("proven") };
    let places = found.join("; ");
    assert!(places.contains("column `name` in `data/main/employers/"), "{places}");
    assert!(places.contains("`max_value` of `ducklake_file_column_stats` in the catalog"), "{places}");
    assert!(!places.contains(ANN), "{places}");

    // Once it is gone for good, the erasure that waited is proven.
    lake.undo("ben", minute(6)).await.unwrap();
    assert!(lake.purge(minute(7)).await.is_err());
    lake.erase(ann(), "ben", minute(8), TimeDelta::zero()).await.unwrap();
    let proven: Vec<u64> = lake.purge(minute(9)).await.unwrap().iter().map(|proof| proof.batch).collect();
    assert_eq!(proven, [2, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn leftovers_in_the_free_space_of_the_catalog_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, vec![change("courses", texts("course_id", &["C1"]), Replaces::Nothing)]).await.unwrap();
    assert_eq!(lake.search(&ann()).await.unwrap().found, [""; 0]);
    let catalog = dir.path().join("waymark.ducklake");
    let mut bytes = fs::read(&catalog).unwrap();
    // The middle of the last free stretch of some page: zeroes that no cell owns.
    let zeroes = memchr::memmem::rfind(&bytes, &[0; 64]).unwrap() + 20;
    bytes[zeroes..zeroes + ANN.len()].copy_from_slice(ANN.as_bytes());
    fs::write(&catalog, bytes).unwrap();
    assert_eq!(lake.search(&ann()).await.unwrap().found, ["free space of the catalog"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_may_mean_something_else() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let organizations = change("organizations", texts("organization_id", &["12", "7"]), Replaces::Nothing);
    let enrolled = change("students", students(&[(Some("12"), Some(1)), (Some("3"), Some(12))]), Replaces::Nothing);
    import(&lake, 1, vec![organizations, enrolled]).await.unwrap();
    let twelve = Erased { column: "student_id".into(), value: "12".into(), text_columns: Vec::new() };
    lake.erase(twelve, "ben", minute(2), TimeDelta::zero()).await.unwrap();
    let proofs = lake.purge(minute(3)).await.unwrap();
    assert_eq!(proofs[0].elsewhere, [("organizations".to_owned(), "organization_id".to_owned())]);
    assert_eq!(rows(&lake, At::Latest).await, ["3 12"]);
    assert_eq!(count(&lake, "organizations").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_must_be_erased_again() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    lake.erase(ann(), "ben", minute(2), TimeDelta::zero()).await.unwrap();
    import(&lake, 3, district()).await.unwrap();
    assert!(matches!(lake.purge(minute(4)).await, Err(LakeError::Unproven { batch: 2, .. })));
    assert_eq!(rows(&lake, At::Latest).await, ["ID-1 1", "ID-1 1", "ID-940017 2"]);
    lake.erase(ann(), "ben", minute(5), TimeDelta::zero()).await.unwrap();
    let proven: Vec<u64> = lake.purge(minute(6)).await.unwrap().iter().map(|proof| proof.batch).collect();
    assert_eq!(proven, [2, 4]);
    assert_eq!(rows(&lake, At::Latest).await, ["ID-1 1", "ID-1 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasures_may_be_due_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    lake.erase(ann(), "ben", minute(2), TimeDelta::minutes(30)).await.unwrap();
    let other = Erased { value: "ID-1".into(), ..ann() };
    lake.erase(other, "ben", minute(3), TimeDelta::minutes(10)).await.unwrap();
    let proven = async |at| lake.purge(minute(at)).await.unwrap().iter().map(|proof| proof.batch).collect::<Vec<_>>();
    assert_eq!(proven(20).await, [3]);
    assert_eq!(proven(40).await, [2]);
    assert_eq!(count(&lake, "students").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_brings_nobody_back_who_was_erased() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    import(&lake, 2, vec![change("students", students(&[]), Replaces::Everything)]).await.unwrap();
    lake.erase(ann(), "ben", minute(3), TimeDelta::days(1)).await.unwrap();
    assert_eq!(lake.undo("ben", minute(4)).await.unwrap().undoes, Some(2));
    assert_eq!(rows(&lake, At::Latest).await, ["ID-1 1"]);
    assert_eq!(count(&lake, "diplomas").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_ends_what_is_due() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    import(&lake, 1, district()).await.unwrap();
    lake.erase(ann(), "ben", minute(2), TimeDelta::minutes(1)).await.unwrap();
    drop(lake);
    let (lake, notices) = Lake::open(dir.path(), minute(4)).await.unwrap();
    let [Notice::Erased(proof)] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!(proof.batch, 2);
    assert!(notices[0].to_string().starts_with("the erasure of batch 2 is complete: nothing found in "));
    let everything = Erased { column: "student_id".into(), ..ann() };
    assert_eq!(lake.search(&everything).await.unwrap().found, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_needs_a_value() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path()).await;
    let nobody = Erased { value: String::new(), ..ann() };
    assert!(matches!(lake.erase(nobody, "ben", minute(1), TimeDelta::zero()).await, Err(LakeError::EmptyValue)));
    let unknown = Erased { value: "nobody".into(), ..ann() };
    let empty = lake.erase(unknown, "ben", minute(2), TimeDelta::zero()).await.unwrap();
    assert_eq!((empty.number, empty.counts.len()), (1, 0));
}
