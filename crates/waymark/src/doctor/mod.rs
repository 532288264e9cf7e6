//! Files that the import page takes: looked at, asked about, checked and stored, in the background.

mod case;
mod told;
mod upload;
mod work;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use chrono::Utc;
use waymark_lake::Lake;
use waymark_web::{DeskError, Imports, Upload};

use self::{
    case::{Case, Cases, State},
    upload::Received,
};
use crate::{data_folder::staged, failure::Failure};

/// The most bytes of one upload.
const LIMIT: u64 = 4 << 30;
/// The most cases at a time; the oldest is forgotten for a new one.
const CASES: usize = 20;

/// Files on their way into a data folder.
pub(crate) struct Doctor {
    shared: Arc<Shared>,
    next: AtomicU64,
}

/// What the work in the background needs.
struct Shared {
    lake: Arc<Lake>,
    cases: Mutex<Cases>,
    /// One import at a time.
    importing: tokio::sync::Mutex<()>,
}

impl Shared {
    fn cases(&self) -> std::sync::MutexGuard<'_, Cases> {
        // Whoever panicked left a case in a state of its own, and the others as they were.
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, id: &str, work: impl FnOnce(&mut Case) -> T) -> Option<T> {
        self.cases().get_mut(id).map(work)
    }
}

impl Doctor {
    /// For the files of that data folder.
    pub(crate) fn new(lake: Arc<Lake>) -> Self {
        let shared = Shared { lake, cases: Mutex::new(Cases::new()), importing: tokio::sync::Mutex::new(()) };
        Self { shared: Arc::new(shared), next: AtomicU64::new(1) }
    }
}

/// A name that nobody can guess.
fn random_name() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::bug(format!("no random numbers: {error}")))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

#[async_trait]
impl Imports for Doctor {
    fn limit(&self) -> u64 {
        LIMIT
    }

    async fn begin(&self) -> Result<Box<dyn Upload>, DeskError> {
        let id = random_name().map_err(refused)?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let received = Received::new(Arc::clone(&self.shared), id, number, None)?;
        Ok(Box::new(received))
    }

    async fn add_to(&self, case: &str) -> Result<Option<Box<dyn Upload>>, DeskError> {
        let Some((folder, number)) = self.shared.with(case, |own| (Arc::clone(&own.folder), own.number)) else {
            return Ok(None);
        };
        let received = Received::new(Arc::clone(&self.shared), case.to_owned(), number, Some(folder))?;
        Ok(Some(Box::new(received)))
    }

    fn cases(&self) -> Vec<waymark_web::Case> {
        let cases = self.shared.cases();
        let mut all: Vec<&Case> = cases.values().collect();
        all.sort_by_key(|case| std::cmp::Reverse(case.number));
        all.into_iter().map(Case::shown).collect()
    }

    fn case(&self, case: &str) -> Option<waymark_web::Case> {
        self.shared.cases().get(case).map(Case::shown)
    }

    fn answer(&self, case: &str, answers: Vec<(String, String)>) {
        let ready = self.shared.with(case, |own| own.answer(&answers)).unwrap_or(false);
        if ready {
            work::check(Arc::clone(&self.shared), case.to_owned());
        }
    }

    fn ask_again(&self, case: &str) {
        self.shared.with(case, Case::ask_again);
    }

    fn store(&self, case: &str, by: &str) {
        let ready = self.shared.with(case, |own| matches!(own.state, State::Checked(_)));
        if ready == Some(true) {
            work::store(Arc::clone(&self.shared), case.to_owned(), by.to_owned());
        }
    }

    fn forget(&self, case: &str) {
        self.shared.cases().remove(case);
    }

    async fn undo(&self, batch: u64, by: &str) -> Result<(), DeskError> {
        let _one_at_a_time = self.shared.importing.lock().await;
        staged(&self.shared.lake).map_err(refused)?;
        let batches = self.shared.lake.batches().await.map_err(|error| refused(error.into()))?;
        let newest = batches.iter().rfind(|own| own.kind == waymark_lake::Kind::Import && own.undone_by.is_none());
        if newest.is_none_or(|newest| newest.number != batch) {
            return Err(DeskError::Refused(format!(
                "Batch {batch} is not the newest import any more; nothing was undone."
            )));
        }
        self.shared.lake.undo(by, Utc::now()).await.map_err(|error| refused(error.into()))?;
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn refused(failure: Failure) -> DeskError {
    DeskError::Refused(failure.to_string())
}
