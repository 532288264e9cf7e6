//! `scheme.json`, as `docs/release-format.md` has it.

use serde::Deserialize;

/// How the figures of a publication hang together.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Scheme {
    pub(crate) format: u32,
    pub(crate) tables: Vec<Design>,
    #[serde(default)]
    pub(crate) organizations: Belonging,
    #[serde(default)]
    pub(crate) dimensions: Vec<Dimension>,
    #[serde(default)]
    pub(crate) pooled_years: Vec<PooledYears>,
    pub(crate) counts: Vec<Count>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) policy: Policy,
}

/// Which rows there could be.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Design {
    pub(crate) measures: Vec<String>,
    pub(crate) report_years: Vec<String>,
    pub(crate) organizations: Vec<String>,
    pub(crate) programs: Vec<String>,
    pub(crate) subgroups: Vec<Vec<String>>,
}

/// Whether whoever counts in a parent counts in one of its children.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Belonging {
    #[serde(default)]
    pub(crate) complete: bool,
    #[serde(default)]
    pub(crate) incomplete_in: Vec<String>,
}

/// Groups that split students up, or that a student may be in beside others.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) overlap: bool,
    #[serde(default)]
    pub(crate) complete: bool,
    #[serde(default)]
    pub(crate) by_program: bool,
}

/// Years that are shown as one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PooledYears {
    pub(crate) name: String,
    pub(crate) of: Vec<String>,
}

/// What is counted.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Count {
    pub(crate) name: String,
    pub(crate) programs: Programs,
    #[serde(default)]
    pub(crate) covered: bool,
    #[serde(default)]
    pub(crate) within: Vec<String>,
}

/// How a count of a program relates to that of its cluster and of all programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Programs {
    Same,
    Partition,
    Overlap,
}

/// Which counts stand in the two columns of a measure.
#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the file")]
pub(crate) struct Measure {
    pub(crate) measure: String,
    #[serde(default)]
    pub(crate) variant: String,
    pub(crate) denominator: String,
    #[serde(default)]
    pub(crate) numerator: Option<String>,
}

/// What the public is told of the rules.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Policy {
    pub(crate) minimum: i64,
    #[serde(default)]
    pub(crate) zero_denominators: Zeros,
    #[serde(default)]
    pub(crate) zero_numerators: Zeros,
    #[serde(default)]
    pub(crate) complements: bool,
    #[serde(default)]
    pub(crate) extremes: Zeros,
    #[serde(default)]
    pub(crate) rounding: Option<Rounding>,
}

/// Whether a zero would be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Zeros {
    /// It would, as a 0 or as a row that is missing.
    #[default]
    #[serde(alias = "absent")]
    Shown,
    /// It is hidden like a small count.
    Hidden,
}

/// Counts of `rounded` rows are multiples of a base.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Rounding {
    pub(crate) base: i64,
    pub(crate) to: RoundedTo,
}

/// Which multiple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoundedTo {
    Nearest,
    Down,
    Random,
}

impl Rounding {
    /// The counts that are shown as `multiple`.
    pub(crate) fn counts(self, multiple: i64) -> (i64, i64) {
        let (below, above) = match self.to {
            // Halves go up: of base 10, 15 to 24 are 20; of base 5, 18 to 22.
            RoundedTo::Nearest => (self.base / 2, (self.base - 1) / 2),
            RoundedTo::Down => (0, self.base - 1),
            RoundedTo::Random => (self.base - 1, self.base - 1),
        };
        ((multiple - below).max(0), multiple + above)
    }
}
