use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

/// Something that was released: an entry of the access log. It never identifies a student.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// When; RFC 3339 where it is written.
    #[serde(serialize_with = "instant")]
    pub at: DateTime<Utc>,
    /// To whom.
    pub who: String,
    /// What, by the names of measures, organizations, programs and subgroups.
    pub what: String,
    /// Why, as they said; empty where nobody asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// How many cells with counts.
    pub cells: u64,
    /// How many students by name or identifier.
    pub students: u64,
    /// Name and version of the rulebook.
    pub rulebook: String,
    /// The snapshot of the data.
    pub snapshot: i64,
}

fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// Where accesses are written down.
#[async_trait]
pub trait AccessLog: Send + Sync {
    /// Writes an access down. What cannot be logged is not released. `students` are those who were seen, by identifier:
    /// for a log that has to answer who saw a student, and can forget one.
    ///
    /// # Errors
    /// The log cannot be written.
    async fn record(&self, access: Access, students: &[&str]) -> Result<(), AccessLogError>;
}

/// The access log cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the access log: {0}")]
pub struct AccessLogError(#[from] pub Box<dyn std::error::Error + Send + Sync>);
