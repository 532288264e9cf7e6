//! Figures before they are released, and after.

use serde::Serialize;

/// An organization as the public knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its identifier.
    pub organization_id: String,
    /// The organization that it belongs to.
    pub parent_organization_id: Option<String>,
    /// Its name.
    pub name: String,
    /// `state`, `district`, `school` and so on.
    pub kind: String,
}

/// A program as the public knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its identifier.
    pub program_id: String,
    /// Its cluster, without the `cluster:`.
    pub cluster: Option<String>,
    /// Its title.
    pub title: String,
}

/// A row of the measures table as it was counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure {
    /// The report year.
    pub report_year: String,
    /// The measure.
    pub measure: String,
    /// The variant, or empty.
    pub variant: String,
    /// The organization.
    pub organization_id: String,
    /// `*`, `cluster:NN` or a program.
    pub program_id: String,
    /// `all`, a group, or two joined with `+`.
    pub subgroup: String,
    /// Students.
    pub denominator: u64,
    /// Students of the denominator.
    pub numerator: u64,
}

/// Why a count is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is small itself.
    Small,
    /// What is missing to the denominator is small.
    Complement,
    /// It is of a small group, whose outcomes are not told.
    SmallGroup,
    /// The rate is low or high, and told as "at most" or "at least".
    Tail,
    /// Others could be worked out from it.
    ProtectsOthers,
}

/// A row as it is released.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleasedFigure {
    /// The place of its figure among those that were given.
    pub figure: usize,
    /// The denominator, or why it is not shown.
    pub denominator: Result<u64, Why>,
    /// The numerator, or why it is not shown.
    pub numerator: Result<u64, Why>,
    /// What the rate is between, both included, where that is told in place of the numerator; in percent.
    pub rate_percent: Option<(u32, u32)>,
}

impl ReleasedFigure {
    /// The word in the column `disclosure`.
    pub fn disclosure(&self) -> &'static str {
        match (self.denominator, self.numerator, self.rate_percent) {
            (Ok(_), Ok(_), _) => "shown",
            (_, _, Some(_)) => "rounded",
            _ => "suppressed",
        }
    }
}
