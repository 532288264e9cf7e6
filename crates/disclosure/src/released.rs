use chrono::{DateTime, Utc};

use crate::Audience;

/// Which data: a snapshot and the batch that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// The number of the snapshot.
    pub number: i64,
    /// The number of the batch; none where nothing was imported yet.
    pub batch: Option<u64>,
}

/// Where released content comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Name and version of the rulebook.
    pub rulebook: String,
    /// The data.
    pub snapshot: SnapshotInfo,
    /// When it was released.
    pub at: DateTime<Utc>,
}

/// Content that was released for an audience. Only a [`Door`](crate::Door) makes one.
///
/// ```compile_fail
/// let forged = waymark_disclosure::Released { content: 1, audience: todo!(), provenance: todo!() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released<T> {
    content: T,
    audience: Audience,
    provenance: Provenance,
}

impl<T> Released<T> {
    pub(crate) fn new(content: T, audience: Audience, provenance: Provenance) -> Self {
        Self { content, audience, provenance }
    }

    /// What was released.
    pub fn content(&self) -> &T {
        &self.content
    }

    /// For whom.
    pub fn audience(&self) -> &Audience {
        &self.audience
    }

    /// From what, and when.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The same for another audience: only who made it for that audience says so.
    pub(crate) fn for_audience(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// Less of it: what was released may be shown in part.
    pub(crate) fn narrowed<U>(&self, content: U) -> Released<U> {
        Released { content, audience: self.audience.clone(), provenance: self.provenance.clone() }
    }
}
