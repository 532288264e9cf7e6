//! Counting on an executor.

use std::{path::PathBuf, sync::Arc};

use datafusion::{
    arrow::record_batch::RecordBatch,
    error::{DataFusionError, Result},
};
use tokio::{runtime::Handle, sync::Mutex, task::JoinSet};
use waymark_engine::{BucketCounter, Engine};
use waymark_lake::{At, Lake, SessionOptions};
use waymark_rulebook::{SourceFile, load};

use crate::{
    Identity, batches,
    plan::{Task, Work},
};

/// The lake of an executor, and what it counted last, made ready.
#[derive(Debug)]
pub(crate) struct Worker {
    identity: Identity,
    lake: PathBuf,
    memory: Option<usize>,
    /// Ballista's own threads have too small a stack to plan a rulebook on.
    threads: Handle,
    ready: Mutex<Option<(Work, Arc<BucketCounter>)>>,
}

impl Worker {
    pub(crate) fn new(identity: Identity, lake: PathBuf, memory: Option<usize>, threads: Handle) -> Self {
        Self { identity, lake, memory, threads, ready: Mutex::default() }
    }

    /// Counts a bucket. What is given up ends.
    pub(crate) async fn count(self: Arc<Self>, task: Task) -> Result<Vec<RecordBatch>> {
        let mut running = JoinSet::new();
        let threads = self.threads.clone();
        running.spawn_on(async move { self.counted(task).await }, &threads);
        match running.join_next().await {
            Some(Ok(counted)) => counted,
            Some(Err(error)) => Err(DataFusionError::External(Box::new(error))),
            None => Err(DataFusionError::Internal("a bucket was not begun".to_owned())),
        }
    }

    async fn counted(&self, task: Task) -> Result<Vec<RecordBatch>> {
        self.identity.same(Some(&task.identity), "caller of this executor").map_err(DataFusionError::Execution)?;
        let counter = self.counter(task.work).await?;
        let counts = counter.count(task.from.as_deref(), task.before.as_deref()).await;
        batches::rows(counts.map_err(|error| DataFusionError::External(Box::new(error)))?)
    }

    /// What counts the buckets of that work, made once for all of them.
    async fn counter(&self, work: Work) -> Result<Arc<BucketCounter>> {
        let mut ready = self.ready.lock().await;
        if let Some((_, counter)) = ready.as_ref().filter(|(own, _)| *own == work) {
            return Ok(Arc::clone(counter));
        }
        let external = |error: Box<dyn std::error::Error + Send + Sync>| DataFusionError::External(error);
        let lake = Lake::open_read_only(&self.lake).await.map_err(|error| external(error.into()))?;
        let snapshot = lake.snapshot(At::Number(work.snapshot.0)).await.map_err(|error| external(error.into()))?;
        if snapshot.at.map(|at| at.to_rfc3339()) != work.snapshot.1 {
            let what =
                format!("snapshot {} of `{}` is not the one that is asked for", snapshot.number, self.lake.display());
            return Err(DataFusionError::Execution(what));
        }
        let options = SessionOptions { partitions: 1, memory: self.memory, ..SessionOptions::default() };
        let session = snapshot.session(&options).map_err(|error| external(error.into()))?;
        let (name, text) = work.rulebook.clone();
        let book = load(SourceFile { name: name.clone(), text })
            .map_err(|_| DataFusionError::Execution(format!("the rulebook `{name}` does not check out here")))?;
        let year = work.year.parse();
        let year = year.map_err(|_| DataFusionError::Execution(format!("`{}` is no school year", work.year)))?;
        let counter = Engine::new(session, Arc::new(book)).bucket_counter(year).await;
        let counter = Arc::new(counter.map_err(|error| external(error.into()))?);
        *ready = Some((work, Arc::clone(&counter)));
        Ok(counter)
    }
}
