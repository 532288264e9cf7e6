use std::collections::{BTreeMap, BTreeSet};

use datafusion::prelude::SessionContext;

use crate::{
    EngineError,
    text::{optional, strings},
};

/// Organizations by name, and what is above them.
pub(crate) struct Organizations {
    pub(crate) names: Vec<String>,
    above: Vec<Vec<u32>>,
}

impl Organizations {
    pub(crate) async fn read(session: &SessionContext) -> Result<Self, EngineError> {
        let rows = session.sql("SELECT organization_id, parent_organization_id FROM organizations").await?;
        let mut parents = BTreeMap::new();
        for batch in rows.collect().await? {
            let (own, parent) = (strings(&batch, "organization_id")?, strings(&batch, "parent_organization_id")?);
            for row in 0..batch.num_rows() {
                if let Some(own) = optional(&own, row) {
                    parents.insert(own.to_owned(), optional(&parent, row).map(str::to_owned));
                }
            }
        }
        let names: Vec<String> = parents.keys().cloned().collect();
        let place = |name: &str| names.binary_search_by(|other| other.as_str().cmp(name)).ok();
        let mut above = Vec::with_capacity(names.len());
        for name in &names {
            let mut chain = BTreeSet::new();
            let mut next = place(name);
            while let Some(at) = next {
                // A cycle ends where it began; import refuses one, but a snapshot may be older than the rule.
                if !chain
                    .insert(u32::try_from(at).map_err(|_| EngineError::Impossible("too many organizations".into()))?)
                {
                    break;
                }
                next = parents[&names[at]].as_deref().and_then(place);
            }
            above.push(chain.into_iter().collect());
        }
        Ok(Self { names, above })
    }

    pub(crate) fn place(&self, name: &str) -> Option<u32> {
        self.names.binary_search_by(|other| other.as_str().cmp(name)).ok().and_then(|at| u32::try_from(at).ok())
    }

    /// The organization of that name and all below it, by name.
    pub(crate) fn within(&self, name: &str) -> Vec<String> {
        let Some(place) = self.place(name) else { return Vec::new() };
        let own = self.names.iter().zip(&self.above);
        own.filter(|(_, above)| above.contains(&place)).map(|(own, _)| own.clone()).collect()
    }

    /// The organization and all above it.
    pub(crate) fn with_above(&self, place: u32) -> &[u32] {
        &self.above[place as usize]
    }
}
