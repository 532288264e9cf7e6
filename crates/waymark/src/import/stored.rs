//! What an import has to know of what is stored.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use waymark_intake::{Known, Summary};
use waymark_lake::{At, Kind, Lake, SessionOptions};
use waymark_terms::bundle::{TABLES, Table};

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

/// What a reading may ask of the stored rows.
#[derive(Default)]
pub(super) struct Keys {
    /// The keys of the rows, by table.
    by_table: BTreeMap<&'static str, HashSet<String>>,
    /// Whose rows of which school year there are, by table: the organization's and the year.
    years: BTreeMap<&'static str, Vec<(String, String)>>,
    districts: Districts,
    /// The tables that have rows.
    filled: HashSet<&'static str>,
}

impl Known for Keys {
    fn has(&self, table: &str, key: &str) -> bool {
        self.by_table.get(table).is_some_and(|keys| keys.contains(key))
    }

    fn any(&self, table: &str) -> bool {
        self.filled.contains(table)
    }

    fn has_year(&self, table: &str, organization_id: &str, school_year: &str) -> bool {
        let district = self.districts.district_of(organization_id);
        // Of an organization that is not stored nobody knows yet whose it is.
        let own = |organization: &String| {
            !self.districts.has(organization_id) || self.districts.district_of(organization) == district
        };
        let years = self.years.get(table).into_iter().flatten();
        years.into_iter().any(|(organization, year)| year == school_year && own(organization))
    }

    fn each(&self, table: &str, take: &mut dyn FnMut(&str)) {
        for key in self.by_table.get(table).into_iter().flatten() {
            take(key);
        }
    }
}

impl Stored {
    pub(super) async fn read(lake: &Lake) -> Result<Self, Failure> {
        let snapshot = lake.snapshot(At::Latest).await?;
        let tables: HashSet<String> = snapshot.tables()?.into_iter().collect();
        let session = snapshot.session(&SessionOptions::default())?;
        let mut known = Keys::default();
        for table in TABLES.iter().filter(|table| tables.contains(table.name)) {
            if let Some(key) = table.key {
                let values = texts(&session, &format!("SELECT {key} FROM {}", table.name)).await?;
                known.by_table.insert(table.name, values.into_iter().collect());
            } else if table.column("school_year").is_some() {
                known.years.insert(table.name, years(&session, table.name).await?);
            }
            if texts(&session, &format!("SELECT count(*) FROM {}", table.name)).await?.iter().any(|rows| rows != "0") {
                known.filled.insert(table.name);
            }
        }
        let mut districts = Districts::default();
        if tables.contains("organizations") {
            add_stored(&mut districts, &session).await?;
        }
        known.districts = districts.clone();
        let previous = previous(lake).await?;
        Ok(Self { snapshot: snapshot.number, known, districts, tables, previous })
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

/// The organizations and school years of a table's rows.
async fn years(session: &SessionContext, table: &str) -> Result<Vec<(String, String)>, Failure> {
    // Assessments have a year and no organization.
    let organization = if Table::named(table).is_some_and(|own| own.column("organization_id").is_some()) {
        "organization_id"
    } else {
        "''"
    };
    let sql = format!("SELECT DISTINCT concat({organization}, '\u{1f}', school_year) FROM {table}");
    let pairs = texts(session, &sql).await?.into_iter();
    Ok(pairs.filter_map(|pair| pair.split_once('\u{1f}').map(|(a, b)| (a.to_owned(), b.to_owned()))).collect())
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
