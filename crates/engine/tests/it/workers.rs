//! What others count is the same to the byte, and is believed only with the totals that it must have.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use datafusion::prelude::SessionContext;
use waymark_engine::{
    Bucket, BucketCounter, BucketCounts, Counts, Engine, EngineError, NotCounted, Selection, Workers,
};
use waymark_specification::Specification;
use waymark_terms::{SchoolYear, bundle::TABLES};

use crate::support;

/// What goes wrong with a bucket.
type Fault = fn(&mut BucketCounts);

/// Who counts as told, but for what goes wrong: so often, beginning with the second bucket.
struct Faulty {
    counter: Arc<BucketCounter>,
    wrong: Fault,
    times: usize,
    asked: AtomicUsize,
}

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Faulty")
    }
}

#[async_trait]
impl Workers for Faulty {
    fn at_once(&self) -> usize {
        2
    }

    async fn count(&self, bucket: &Bucket) -> Result<BucketCounts, NotCounted> {
        let counts = self.counter.count(bucket.from.as_deref(), bucket.before.as_deref()).await;
        let mut counts = counts.map_err(|error| NotCounted::Refused(error.to_string()))?;
        if (1..=self.times).contains(&self.asked.fetch_add(1, Ordering::SeqCst)) {
            (self.wrong)(&mut counts);
        }
        // As a transport does that loses all.
        if counts.meaning == 0 { Err(NotCounted::Lost("it is gone".to_owned())) } else { Ok(counts) }
    }
}

async fn rows(session: &SessionContext) -> BTreeMap<String, u64> {
    let mut rows = BTreeMap::new();
    for table in TABLES {
        if session.table_exist(table.name).unwrap() {
            let count = session.table(table.name).await.unwrap().count().await.unwrap();
            rows.insert(table.name.to_owned(), count as u64);
        }
    }
    rows
}

fn engine(session: &SessionContext) -> Engine {
    Engine::new(session.clone(), Arc::new(waymark_rulebook::built_in("federal").unwrap()))
}

struct Trial {
    session: SessionContext,
    year: SchoolYear,
    rows: BTreeMap<String, u64>,
    counter: Arc<BucketCounter>,
}

impl Trial {
    fn engine(&self) -> Engine {
        engine(&self.session)
    }

    /// How many students make three buckets.
    fn a_third(&self) -> usize {
        usize::try_from(self.rows["students"]).unwrap().div_ceil(3)
    }

    async fn counted(&self, wrong: Fault, times: usize) -> Result<(Counts, usize), EngineError> {
        let counter = Arc::clone(&self.counter);
        let workers = Arc::new(Faulty { counter, wrong, times, asked: AtomicUsize::new(0) });
        let asked = Arc::clone(&workers);
        let engine = self.engine().with_bucket(self.a_third()).with_workers(workers, self.rows.clone());
        let counts = engine.measures(self.year, &Selection { pairs: true, ..Selection::default() }).await?;
        Ok((counts, asked.asked.load(Ordering::SeqCst)))
    }
}

#[tokio::test]
async fn what_has_not_its_totals_is_asked_for_again_or_is_an_error() {
    let specifications = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/specifications");
    let document = Specification::read_folder(&specifications).unwrap().into_iter().find(|document| {
        document.rulebook == "federal" && document.expected.iter().any(|row| row.key.program_id.starts_with("cluster:"))
    });
    let document = document.expect("a document with a cluster");
    let folder = tempfile::tempdir().unwrap();
    document.write_bundle(folder.path()).unwrap();
    let session = support::snapshot(folder.path());
    let rows = rows(&session).await;
    let year = document.expected[0].key.report_year;
    let counter = Arc::new(engine(&session).bucket_counter(year).await.unwrap());
    let trial = Trial { session, year, rows, counter };

    let alone = trial.engine().measures(trial.year, &Selection { pairs: true, ..Selection::default() }).await.unwrap();
    let (counts, buckets) = trial.counted(|_| (), 0).await.unwrap();
    assert_eq!(counts, alone);
    assert_eq!(buckets, 3);

    let faults: [(Fault, &str); 7] = [
        (|counts| counts.meaning = 0, "it is gone"),
        (|counts| counts.meaning += 1, "it was counted by other plans"),
        (|counts| counts.students -= 1, "students were found, and there are"),
        (|counts| *counts.rows.get_mut("courses").unwrap() -= 1, "rows of `courses` were read"),
        (|counts| counts.cells.retain(|cell| cell.program != 0), "the students in its cells are not as many"),
        (|counts| counts.cells[0].counts = [0x80; 6].into(), "the stored counts of a cell are broken"),
        (|counts| counts.cells[0].measure = 1000, "there is no measure 1000"),
    ];
    for (wrong, words) in faults {
        let (counts, asked) = trial.counted(wrong, 1).await.unwrap();
        assert_eq!((counts, asked), (alone.clone(), buckets + 1), "{words}, once");
        let error = trial.counted(wrong, usize::MAX - 1).await.unwrap_err().to_string();
        assert!(error.contains(words) && error.contains("5 times"), "{error}");
    }

    // Which bucket has not read a row cannot be told: all are asked for again.
    let fewer: Fault = |counts| *counts.rows.get_mut("enrollments").unwrap() -= 1;
    assert_eq!(trial.counted(fewer, 1).await.unwrap(), (alone, 2 * buckets));
    let error = trial.counted(fewer, usize::MAX - 1).await.unwrap_err().to_string();
    assert!(error.contains("rows of `enrollments` were read, and the snapshot has"), "{error}");
}
