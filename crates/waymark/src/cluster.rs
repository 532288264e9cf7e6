//! This program as a part of a cluster.

use std::{collections::BTreeMap, sync::Arc};

use waymark_cluster::{Asked, Cluster, Identity};
use waymark_engine::Engine;
use waymark_lake::Snapshot;
use waymark_terms::bundle::TABLES;

use crate::{failure::Failure, rulebooks};

/// What this program says of itself to the others.
pub(crate) fn identity() -> Result<Identity, Failure> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Failure::bug(format!("this program does not find its own file: {error}")))?;
    Ok(Identity::of(env!("CARGO_PKG_VERSION"), &program)?)
}

/// The engine, with measures that are counted by the cluster of that scheduler.
pub(crate) async fn counted_by(
    engine: Engine,
    address: &str,
    rulebook: &str,
    snapshot: &Snapshot,
) -> Result<Engine, Failure> {
    let source = rulebooks::source(rulebook)?;
    let asked = Asked {
        snapshot: snapshot.number,
        at: snapshot.at.map(|at| at.to_rfc3339()),
        rulebook: (source.name, source.text),
    };
    let cluster = Cluster::connect(address, identity()?, asked).await?;
    let mut rows = BTreeMap::new();
    for table in TABLES {
        rows.insert(table.name.to_owned(), u64::try_from(snapshot.row_count(table.name)?).unwrap_or_default());
    }
    Ok(engine.with_workers(Arc::new(cluster), rows))
}
