use super::{About, Value};
use crate::Verdict;

/// Two rates for each of several things, and the gap between them: the second less the first, in percentage points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs {
    /// What it is about.
    pub about: About,
    /// What the first and the second of each pair are: `Students without a disability`, `Students with a disability`.
    pub sides: [String; 2],
    /// The pairs, in a stated order.
    pub rows: Vec<Pair>,
}

/// One of [`Pairs`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The heading under which it stands; rows of one section follow one another. Empty without sections.
    pub section: String,
    /// What it is called.
    pub name: String,
    /// The two rates.
    pub values: [Value; 2],
    /// Whether the gap is more than chance, where that was asked: a sentence then names no gap that is not.
    pub verdict: Option<Verdict>,
}
