//! The attack on a release before it is one, together with all that is known already.

use std::path::{Path, PathBuf};

use waymark_attacker::{Assumptions, Publication, ReadError, attack};

use super::Published;

/// What an attack on a release came to.
#[derive(Clone, Debug)]
pub struct Attacked {
    /// Whether anything was worked out that should be hidden.
    pub broken: bool,
    /// What was worked out, which number first, then how, then what would close it.
    pub findings: Vec<Found>,
    /// The attack in numbers, as `release.json` has it.
    pub summary: serde_json::Value,
    /// Hidden numbers that are protected for certain, and all hidden ones that could be small.
    pub certain: (u64, u64),
}

/// Something that was worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which number.
    pub cell: String,
    /// The way there, step by step.
    pub how: Vec<String>,
    /// What would close it.
    pub fix: String,
}

impl Published {
    /// Attacks the release in `folder` together with `earlier` ones, as they lie there.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn attack(&self, folder: &Path, earlier: &[PathBuf]) -> Result<Attacked, ReadError> {
        let all = earlier.iter().map(PathBuf::as_path).chain([folder]);
        let publications = all.map(Publication::read).collect::<Result<Vec<_>, _>>()?;
        let assumptions = Assumptions {
            minimum: Some(self.policy.minimum.into()),
            width: self.policy.possible_values.into(),
            known: Some(self.truth.clone()),
            ..Assumptions::default()
        };
        let report = attack(&publications, &assumptions);
        let found = |finding: &waymark_attacker::Finding| Found {
            cell: finding.cell.clone(),
            how: finding.how.clone(),
            fix: finding.fix.clone(),
        };
        let certain = (report.summary.witnessed + report.summary.programmed) as u64;
        Ok(Attacked {
            broken: report.broken(),
            findings: report.findings.iter().map(found).collect(),
            certain: (certain, certain + report.summary.undecided as u64),
            summary: serde_json::to_value(&report.summary).unwrap_or_default(),
        })
    }
}
