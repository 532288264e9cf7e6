//! How the figures of a release hang together: `scheme.json` (`docs/release-format.md`).

use serde::{Deserialize, Serialize};

/// What anybody may know who reads how the figures are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// 1.
    pub format: u32,
    /// Which rows there could be.
    pub tables: Vec<Table>,
    /// How organizations add up.
    pub organizations: Sums,
    /// The dimensions of subgroups.
    pub dimensions: Vec<Dimension>,
    /// Years that are added up.
    pub pooled_years: Vec<PooledYears>,
    /// What is counted.
    pub counts: Vec<Count>,
    /// Which counts the columns of a measure are.
    pub measures: Vec<Measure>,
    /// What the public is told of the rules.
    pub policy: PublicPolicy,
}

/// Every combination of what is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Measures by name, in all of their variants.
    pub measures: Vec<String>,
    /// Report years, or names of pooled ones.
    pub report_years: Vec<String>,
    /// Kinds of organizations.
    pub organizations: Vec<String>,
    /// `*`, `cluster`, `program`.
    pub programs: Vec<String>,
    /// Lists of dimensions: none for everybody, two for pairs.
    pub subgroups: Vec<Vec<String>>,
}

/// Whether parents are the sums of their children.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Whoever counts in a parent counts in one of its children.
    pub complete: bool,
    /// But for these parents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete_in: Vec<String>,
}

/// A dimension of subgroups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Its name, which its groups begin with.
    pub name: String,
    /// Its groups as they stand in the column `subgroup`.
    pub groups: Vec<String>,
    /// Whether somebody may be in two of its groups.
    pub overlap: bool,
    /// Whether everybody is in one.
    pub complete: bool,
    /// Whether its groups depend on the program.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_program: bool,
}

/// Years that are added up under one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PooledYears {
    /// The name.
    pub name: String,
    /// The years.
    pub of: Vec<String>,
}

/// How the programs of a cluster, and the clusters, make the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Programs {
    /// The same students in every program's row.
    Same,
    /// Each student in one program.
    Partition,
    /// Some in several.
    Overlap,
}

/// Something that is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Its name.
    pub name: String,
    /// How programs make the whole.
    pub programs: Programs,
    /// Whether all who count in the whole count in a part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub covered: bool,
    /// Counts that these students are among, in the same row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
}

/// Which counts a measure's columns are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The measure.
    pub measure: String,
    /// The variant, or empty.
    pub variant: String,
    /// The count in `denominator`.
    pub denominator: String,
    /// The count in `numerator`.
    pub numerator: String,
}

/// Whether zeros are hidden like small counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zeros {
    /// A missing row is a zero.
    Absent,
    /// A hidden count is not zero.
    Shown,
    /// A hidden count may be zero.
    Hidden,
}

/// What the public is told of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPolicy {
    /// Counts from 1 to below this are hidden.
    pub minimum: u32,
    /// Of denominators.
    pub zero_denominators: Zeros,
    /// Of numerators.
    pub zero_numerators: Zeros,
    /// Denominators less numerators are protected like counts.
    pub complements: bool,
    /// Decimals of rates whose counts are not both shown: there are no such rates.
    pub rate_decimals: Option<u32>,
    /// Counts are not rounded.
    pub rounding: Option<u32>,
}
