//! What an import has to know of what is stored.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use waymark_intake::{Known, Summary};
use waymark_lake::{At, Kind, Lake, SessionOptions};
use waymark_terms::bundle::TABLES;

use super::districts::Districts;
use crate::{data_folder::texts, failure::Failure};

/// Where a batch's detail has the [`Summary`] that the next import is compared with.
pub(super) const SUMMARY: &str = "summary";

/// What is stored.
pub(super) struct Stored {
    /// The number of the snapshot that it was read from.
    pub(super) snapshot: i64,
    pub(super) known: Keys,
    pub(super) districts: Districts,
    /// The tables that there are.
    pub(super) tables: HashSet<String>,
    pub(super) previous: Option<Previous>,
}

/// The newest import that stands.
pub(crate) struct Previous {
    pub(crate) batch: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) summary: Summary,
}

/// The keys of the stored rows, by table.
pub(super) struct Keys(BTreeMap<&'static str, HashSet<String>>);

impl Known for Keys {
    fn has(&self, table: &str, key: &str) -> bool {
        self.0.get(table).is_some_and(|keys| keys.contains(key))
    }

    fn each(&self, table: &str, take: &mut dyn FnMut(&str)) {
        for key in self.0.get(table).into_iter().flatten() {
            take(key);
        }
    }
}

impl Stored {
    pub(super) async fn read(lake: &Lake) -> Result<Self, Failure> {
        let snapshot = lake.snapshot(At::Latest).await?;
        let tables: HashSet<String> = snapshot.tables()?.into_iter().collect();
        let session = snapshot.session(&SessionOptions::default())?;
        let mut keys = BTreeMap::new();
        for table in TABLES.iter().filter(|table| tables.contains(table.name)) {
            if let Some(key) = table.key {
                let values = texts(&session, &format!("SELECT {key} FROM {}", table.name)).await?;
                keys.insert(table.name, values.into_iter().collect());
            }
        }
        let mut districts = Districts::default();
        if tables.contains("organizations") {
            add_stored(&mut districts, &session).await?;
        }
        let previous = previous(lake).await?;
        Ok(Self { snapshot: snapshot.number, known: Keys(keys), districts, tables, previous })
    }
}

async fn add_stored(districts: &mut Districts, session: &SessionContext) -> Result<(), Failure> {
    let sql = "SELECT organization_id, parent_organization_id, kind FROM organizations";
    let rows = waymark_lake::select(session, sql).await?;
    for batch in rows.collect().await.map_err(waymark_lake::LakeError::from)? {
        districts.add(&batch)?;
    }
    Ok(())
}

async fn previous(lake: &Lake) -> Result<Option<Previous>, Failure> {
    let batches = lake.batches().await?;
    let standing = batches
        .into_iter()
        .rfind(|batch| batch.kind == Kind::Import && batch.undone_by.is_none() && batch.detail.get(SUMMARY).is_some());
    Ok(standing.and_then(|batch| {
        let summary = serde_json::from_value(batch.detail.get(SUMMARY)?.clone()).ok()?;
        Some(Previous { batch: batch.number, at: batch.at, summary })
    }))
}
