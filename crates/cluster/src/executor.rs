//! An executor: Ballista's own, which counts buckets of one lake.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use tokio::{runtime::Handle, time::Instant};
use waymark_lake::Lake;

use crate::{ClusterError, Identity, client::scheduler_of, handshake::shake_hands, plan::Codec, worker::Worker};

/// How long a scheduler is waited for: services of a cluster begin in no order.
const PATIENCE: Duration = Duration::from_secs(20);

/// What an executor is told.
#[derive(Clone, Debug)]
pub struct Executor {
    /// The program.
    pub identity: Identity,
    /// The folder of the lake, as this machine has it.
    pub lake: PathBuf,
    /// `ballista://HOST:PORT` of the scheduler.
    pub scheduler: String,
    /// Where what was counted is fetched; a port of 0 takes any that is free.
    pub address: SocketAddr,
    /// How many buckets are counted at a time.
    pub cores: usize,
    /// Bytes that they may hold together; without it as many as they want.
    pub memory: Option<usize>,
    /// A folder for what was counted and not yet fetched. In it each port has one, which is emptied first.
    pub scratch: PathBuf,
}

/// Counts buckets until it is told to stop.
///
/// # Errors
/// A lake that is not there; a scheduler that is not there, or is another program; what Ballista cannot do.
pub async fn run_executor(executor: Executor) -> Result<(), ClusterError> {
    let Executor { identity, lake, scheduler, address, cores, memory, scratch } = executor;
    Lake::open_read_only(&lake).await?;
    let (host, port) = scheduler_of(&scheduler)?;
    let (together, begun) = (format!("{host}:{port}"), Instant::now());
    loop {
        match shake_hands(&together, &identity).await {
            Err(ClusterError::Unreachable { .. }) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            shaken => break shaken?,
        }
    }
    let own = free(address)?;
    let scratch = emptied(scratch.join(own.port().to_string()))?;
    let worker = Arc::new(Worker::new(identity.clone(), lake, memory, Handle::current()));
    let config = ExecutorProcessConfig {
        bind_host: own.ip().to_string(),
        // Without a name of its own it is found where it calls from.
        external_host: (!own.ip().is_unspecified()).then(|| own.ip().to_string()),
        port: own.port(),
        scheduler_host: host,
        scheduler_port: port,
        vcores: cores.max(1),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(scratch.display().to_string()),
        // Buckets have their own bound.
        memory_pool_size: Some(0),
        override_physical_codec: Some(Arc::new(Codec::of_executor(worker))),
        override_create_grpc_client_endpoint: Some(identity.on_endpoints()),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await.map_err(|error| ClusterError::Ballista(error.to_string()))
}

/// The address, with a port that is free where none is said.
fn free(address: SocketAddr) -> Result<SocketAddr, ClusterError> {
    TcpListener::bind(address)
        .and_then(|listener| listener.local_addr())
        .map_err(|source| ClusterError::Io { what: address.to_string(), source })
}

/// The folder without what an executor that was killed has left in it, for nobody else's eyes.
fn emptied(folder: PathBuf) -> Result<PathBuf, ClusterError> {
    let unusable = |source| ClusterError::Io { what: folder.display().to_string(), source };
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unusable(error)),
        _ => {}
    }
    let mut maker = std::fs::DirBuilder::new();
    maker.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.create(&folder).map_err(unusable)?;
    Ok(folder)
}
