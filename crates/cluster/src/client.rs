//! The side that asks.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use ballista_core::{config::BallistaConfig, execution_plans::execute_physical_plan, extension::SessionConfigExt};
use datafusion::{arrow::record_batch::RecordBatch, error::DataFusionError, prelude::SessionConfig};
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::TryStreamExt;
use tokio::time::Instant;
use waymark_engine::{Bucket, BucketCounts, NotCounted, Workers};

use crate::{
    ClusterError, Identity, batches,
    handshake::shake_hands,
    plan::{Codec, CountBucket, Task, Work},
};

/// Buckets that are asked for at a time.
const AT_ONCE: usize = 32;
/// How long it may take until some bucket comes back.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between an attempt that failed and the next.
const PAUSE: Duration = Duration::from_millis(500);

/// What is counted: a snapshot and a rulebook.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The snapshot's number in the catalog.
    pub snapshot: i64,
    /// When its batch was made, as RFC 3339 has it.
    pub at: Option<String>,
    /// The rulebook's name and text.
    pub rulebook: (String, String),
}

/// A scheduler with its executors.
pub struct Cluster {
    identity: Identity,
    address: String,
    asked: Asked,
    patience: Duration,
    /// When a bucket came back last.
    heard: Mutex<Option<Instant>>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Cluster {
    /// The cluster of the scheduler at `ballista://HOST:PORT`.
    ///
    /// # Errors
    /// No such address; nobody there; another program.
    pub async fn connect(engine: &str, identity: Identity, asked: Asked) -> Result<Self, ClusterError> {
        let (host, port) = scheduler_of(engine)?;
        let address = format!("{host}:{port}");
        shake_hands(&address, &identity).await?;
        Ok(Self { identity, address, asked, patience: PATIENCE, heard: Mutex::default() })
    }

    /// The same, waiting that long for some bucket to come back, instead of two minutes.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    async fn job(&self, bucket: &Bucket) -> Result<Vec<RecordBatch>, DataFusionError> {
        let task = Task {
            identity: self.identity.to_string(),
            work: Work {
                snapshot: (self.asked.snapshot, self.asked.at.clone()),
                rulebook: self.asked.rulebook.clone(),
                year: bucket.year.to_string(),
            },
            from: bucket.from.clone(),
            before: bucket.before.clone(),
        };
        let config = SessionConfig::new_with_ballista()
            .with_ballista_override_create_grpc_client_endpoint(self.identity.on_endpoints())
            .with_ballista_grpc_metadata(HashMap::new());
        let (ballista, codec) = (BallistaConfig::default(), Codec::default());
        let rows = execute_physical_plan::<PhysicalPlanNode>(
            format!("http://{}", self.address),
            &ballista,
            Arc::new(CountBucket::new(task, None)),
            &codec,
            format!("waymark-{}", self.identity),
            config,
        );
        rows.await?.try_collect().await
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Workers for Cluster {
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    async fn count(&self, bucket: &Bucket) -> Result<BucketCounts, NotCounted> {
        let begun = Instant::now();
        let job = self.job(bucket);
        tokio::pin!(job);
        let counted = loop {
            tokio::select! {
                done = &mut job => break done,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
            let heard = self.heard().unwrap_or(begun).max(begun);
            if heard.elapsed() > self.patience {
                return Err(NotCounted::Refused(format!(
                    "nothing came from the executors of `{}` for {} seconds; are there any?",
                    self.address,
                    self.patience.as_secs()
                )));
            }
        };
        let counts = counted.map_err(|error| error.to_string()).and_then(|rows| batches::counts(&rows));
        match counts {
            Ok(counts) => {
                *self.heard() = Some(Instant::now());
                Ok(counts)
            }
            Err(why) => {
                tokio::time::sleep(PAUSE).await;
                Err(NotCounted::Lost(why))
            }
        }
    }
}

/// The host and port of `ballista://HOST:PORT`.
pub(crate) fn scheduler_of(engine: &str) -> Result<(String, u16), ClusterError> {
    let wrong = || ClusterError::Address(engine.to_owned());
    let rest = engine.strip_prefix("ballista://").ok_or_else(wrong)?;
    let (host, port) = rest.trim_end_matches('/').rsplit_once(':').ok_or_else(wrong)?;
    if host.is_empty() || host.contains('/') {
        return Err(wrong());
    }
    Ok((host.to_owned(), port.parse().map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port() {
        assert_eq!(scheduler_of("ballista://state.example:50050").unwrap(), ("state.example".to_owned(), 50050));
        assert_eq!(scheduler_of("ballista://[::1]:7/").unwrap(), ("[::1]".to_owned(), 7));
        for wrong in ["", "ballista://", "ballista://host", "ballista://:1", "http://host:1", "ballista://a/b:1"] {
            assert!(scheduler_of(wrong).is_err(), "{wrong}");
        }
    }
}
