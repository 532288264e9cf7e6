use super::{About, Value};
use crate::{Target, Verdict};

/// Rates with their intervals, each beside its level where one is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dots {
    /// What it is about.
    pub about: About,
    /// The rates, in a stated order.
    pub rows: Vec<Dot>,
    /// A rate that all are seen against, with its name: everybody's.
    pub reference: Option<(String, Value)>,
    /// What share of a level is enough, in percent (20 U.S.C. 2343(b): 90).
    pub line_percent: u32,
}

/// One of [`Dots`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dot {
    /// The heading under which it stands; rows of one section follow one another. Empty without sections.
    pub section: String,
    /// What it is called.
    pub name: String,
    /// The rate.
    pub value: Value,
    /// The level, and the line from which it is met.
    pub target: Option<Target>,
    /// Whether it differs from the others by more than chance, where that was asked.
    pub verdict: Option<Verdict>,
}
