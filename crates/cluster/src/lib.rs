//! Counting on several machines, by Apache Ballista.
//!
//! A `Cluster` counts buckets of students for an engine: each is a job of its own with one task, which some executor runs as
//! the engine would run it here, on the same snapshot of the same lake. `serve_scheduler` hands the tasks out,
//! `run_executor` runs them. What comes back has control totals, and the engine believes nothing without them; see
//! `docs/adr/0004-clusters.md`.
//!
//! All of it must be the same program: an `Identity` is exchanged before anything else, and what differs is refused.
//!
//! Without the feature `ballista` the room is empty.

#[cfg(feature = "ballista")]
mod batches;
#[cfg(feature = "ballista")]
mod client;
#[cfg(feature = "ballista")]
mod error;
#[cfg(feature = "ballista")]
mod executor;
#[cfg(feature = "ballista")]
mod handshake;
#[cfg(feature = "ballista")]
mod plan;
#[cfg(feature = "ballista")]
mod scheduler;
#[cfg(feature = "ballista")]
mod worker;

#[cfg(feature = "ballista")]
pub use crate::{
    client::{Asked, Cluster},
    error::ClusterError,
    executor::{Executor, run_executor},
    handshake::Identity,
    scheduler::serve_scheduler,
};
