//! How a table of somebody else is laid out: told in a small TOML file, or guessed.

use serde::Deserialize;

/// How a table is laid out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    /// Columns with labels.
    #[serde(default)]
    pub(super) labels: Vec<Label>,
    /// Columns with counts.
    #[serde(default)]
    pub(super) counts: Vec<CountColumn>,
    /// Columns with percentages or shares.
    #[serde(default)]
    pub(super) rates: Vec<RateColumn>,
    /// What stands in a cell that is hidden.
    pub(super) hidden: Option<Vec<String>>,
    /// Whether a hidden count may be 0.
    #[serde(default)]
    pub(super) hidden_zeros: bool,
    /// Whether what is left of a count, less the part that is shown, is somebody to be protected too.
    #[serde(default)]
    pub(super) complements: bool,
    /// Counts below this should be hidden.
    pub(super) minimum: Option<i64>,
}

/// A column of labels.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    pub(super) column: String,
    /// The label of the rows that sum the others up.
    pub(super) total: Option<String>,
    /// The column that this one splits up: schools within districts.
    pub(super) within: Option<String>,
    /// Whether somebody may be under several labels.
    #[serde(default)]
    pub(super) overlap: bool,
    /// Whether everybody of the total is under one.
    #[serde(default = "yes")]
    pub(super) complete: bool,
    /// That its labels are report years.
    #[serde(default)]
    pub(super) years: bool,
    /// Labels that are sums of others, as rolling years are.
    #[serde(default)]
    pub(super) sums: std::collections::BTreeMap<String, Vec<String>>,
}

/// A column of counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CountColumn {
    pub(super) column: String,
    /// The column that counts those among whom these are.
    pub(super) within: Option<String>,
    /// The column that is the sum of this one and its like.
    pub(super) part_of: Option<String>,
}

/// A column of percentages or shares.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RateColumn {
    pub(super) column: String,
    /// The column of the denominator.
    pub(super) of: String,
    /// The column of the numerator, where there is one.
    pub(super) numerator: Option<String>,
    /// 100 for percentages, 1 for shares.
    #[serde(default = "hundred")]
    pub(super) whole: i64,
}

fn yes() -> bool {
    true
}

fn hundred() -> i64 {
    100
}
