//! The folder elsewhere, unwritable, or full.

use std::fs;
use std::path::Path;
use std::process::Command;

use waymark_lake::{At, Lake, LakeError, Notice, Replaces};

use crate::support::{change, files, import, minute, open, rows, students, texts};

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(from.join(&file), target).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_opens_as_before() {
    let parent = tempfile::tempdir().unwrap();
    let (old, new) = (parent.path().join("old"), parent.path().join("new"));
    let lake = open(&old).await;
    import(&lake, 1, vec![change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing)]).await.unwrap();
    drop(lake);
    fs::rename(&old, &new).unwrap();

    let reader = Lake::open_read_only(&new).await.unwrap();
    assert_eq!(rows(&reader, At::Latest).await, ["a 1"]);
    assert!(matches!(import(&reader, 2, Vec::new()).await, Err(LakeError::ReadOnly(_))));

    let (lake, notices) = Lake::open(&new, minute(2)).await.unwrap();
    let from = format!("{}/", fs::canonicalize(parent.path()).unwrap().join("old/data").display());
    assert_eq!(notices, [Notice::Moved { from }]);
    import(&lake, 2, vec![change("students", students(&[(Some("b"), Some(2))]), Replaces::Nothing)]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["a 1", "b 2"]);
    assert!(!old.exists());
    // Whoever had it open for reading sees it still.
    assert_eq!(rows(&reader, At::Latest).await, ["a 1", "b 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_a_lake_of_its_own() {
    let parent = tempfile::tempdir().unwrap();
    let (original, copied) = (parent.path().join("original"), parent.path().join("copy"));
    let lake = open(&original).await;
    import(&lake, 1, vec![change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing)]).await.unwrap();
    copy(&original, &copied);
    let (other, _) = Lake::open(&copied, minute(2)).await.unwrap();
    import(&other, 2, vec![change("students", students(&[(Some("b"), Some(2))]), Replaces::Everything)]).await.unwrap();
    assert_eq!(
        (rows(&lake, At::Latest).await, rows(&other, At::Latest).await),
        (vec!["a 1".into()], vec!["b 2".into()])
    );
    fs::remove_dir_all(&original).unwrap();
    assert_eq!(rows(&other, At::Batch(1)).await, ["a 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_and_tables_may_have_unusual_names() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("años ~1 #2 100% [x] {y} ?*");
    let lake = open(&dir).await;
    import(&lake, 1, vec![change("Ünïcode table", texts("x", &["1"]), Replaces::Nothing)]).await.unwrap();
    let (_, read) = lake.snapshot(At::Latest).await.unwrap().read("Ünïcode table").await.unwrap();
    assert_eq!(read[0].num_rows(), 1);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    assert_eq!(files(&dir).iter().filter(|file| file.ends_with(".parquet")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_no_lake() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Lake::open_read_only(dir.path()).await, Err(LakeError::Missing(_))));
    assert_eq!(files(dir.path()), [""; 0]);
}

/// A file system of one megabyte, where the tests may make one: only root may.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "small"]).arg(dir.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_leaves_the_last_good_snapshot() {
    let Some(disk) = SmallDisk::new() else { return };
    let dir = disk.0.path().join("lake");
    let lake = open(&dir).await;
    import(&lake, 1, vec![change("students", students(&[(Some("a"), Some(1))]), Replaces::Nothing)]).await.unwrap();
    // Text that does not compress: the bits of a multiplicative sequence.
    let word = |n: u64| format!("{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let words: Vec<String> = (1..400_000).map(word).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let failed = import(&lake, 2, vec![change("words", texts("word", &words), Replaces::Nothing)]).await;
    assert!(matches!(failed, Err(LakeError::Tables(_))), "{failed:?}");
    drop(lake);
    let (lake, _) = Lake::open(&dir, minute(3)).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["a 1"]);
    import(&lake, 4, vec![change("students", students(&[(Some("b"), Some(2))]), Replaces::Nothing)]).await.unwrap();
    assert_eq!(rows(&lake, At::Latest).await, ["a 1", "b 2"]);
}
