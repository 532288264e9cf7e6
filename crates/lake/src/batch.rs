//! Batches: what was done to the lake, by whom and when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a batch did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Stored rows from a source.
    Import,
    /// Took back an import.
    Undo,
    /// Removed every row of somebody.
    Erase,
}

impl Kind {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Undo => "undo",
            Self::Erase => "erase",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// What is to be remembered of an import. It is kept when students are erased: it must not identify any.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewBatch {
    /// Who imports.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Where the rows come from: the name of a file or folder.
    pub source: String,
    /// A remark.
    pub note: String,
    /// Rows by table, or whatever else was counted.
    pub counts: BTreeMap<String, u64>,
    /// Anything else that the caller wants back.
    pub detail: serde_json::Value,
}

/// A batch: one change of the lake, all of it or none of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Its number, the first being 1.
    pub number: u64,
    /// The snapshot that it made.
    pub snapshot: i64,
    /// What it did.
    pub kind: Kind,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Where the rows came from; empty where there are none.
    pub source: String,
    /// A remark.
    pub note: String,
    /// What was counted: of an import what its maker said, of an undo and an erasure rows by table.
    pub counts: BTreeMap<String, u64>,
    /// Anything else that its maker wanted to be kept.
    pub detail: serde_json::Value,
    /// The import that this undo took back.
    pub undoes: Option<u64>,
    /// The undo that took this import back.
    pub undone_by: Option<u64>,
    /// Whether the data as of this batch can still be read; an erasure ends that for everything before it.
    pub readable: bool,
}

/// A batch as it stands in the catalog, in the extra information of its snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) batch: u64,
    pub(crate) kind: Kind,
    pub(crate) by: String,
    #[serde(with = "rfc3339")]
    pub(crate) at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) counts: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub(crate) detail: serde_json::Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) undoes: Option<u64>,
}

impl Record {
    /// An import.
    pub(crate) fn import(batch: u64, new: NewBatch) -> Self {
        let NewBatch { by, at, source, note, counts, detail } = new;
        Self { batch, kind: Kind::Import, by, at, source, note, counts, detail, undoes: None }
    }

    /// An undo or an erasure, nothing counted yet.
    pub(crate) fn own(batch: u64, kind: Kind, by: &str, at: DateTime<Utc>) -> Self {
        let detail = serde_json::Value::Null;
        let (source, note) = (String::new(), String::new());
        Self { batch, kind, by: by.to_owned(), at, source, note, counts: BTreeMap::new(), detail, undoes: None }
    }

    /// One line for readers of the catalog that do not know batches.
    pub(crate) fn message(&self) -> String {
        match (self.undoes, self.source.as_str()) {
            (Some(import), _) => format!("batch {}: undo of batch {import}", self.batch),
            (None, "") => format!("batch {}: {}", self.batch, self.kind),
            (None, source) => format!("batch {}: {} of {source}", self.batch, self.kind),
        }
    }
}

/// Batches from what the catalog holds, `readable` being asked for each.
pub(crate) fn batches(records: &[(i64, Record)], readable: impl Fn(u64) -> bool) -> Vec<Batch> {
    let undone: BTreeMap<u64, u64> = records.iter().filter_map(|(_, r)| Some((r.undoes?, r.batch))).collect();
    let batch = |(snapshot, record): &(i64, Record)| {
        let Record { batch, kind, by, at, source, note, counts, detail, undoes } = record.clone();
        let (undone_by, readable) = (undone.get(&batch).copied(), readable(batch));
        let snapshot = *snapshot;
        Batch { number: batch, snapshot, kind, by, at, source, note, counts, detail, undoes, undone_by, readable }
    };
    records.iter().map(batch).collect()
}

/// Instants as text, to the nanosecond.
pub(crate) mod rfc3339 {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(|at| at.with_timezone(&Utc)).map_err(D::Error::custom)
    }
}
