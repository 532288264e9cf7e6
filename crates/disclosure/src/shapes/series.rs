use super::{About, Value};
use crate::Target;

/// Values of one kind, all counts or all rates, over periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What it is about.
    pub about: About,
    /// The periods, from the earliest on; a period without data is one with [`Value::Unknown`].
    pub periods: Vec<String>,
    /// The lines, in a stated order; four at most are told apart, more belong into a figure each.
    pub lines: Vec<Line>,
    /// The level of each period and the line from which it is met; empty, or as many as periods.
    pub targets: Vec<Option<Target>>,
    /// Where the definition changed, so that values before and after do not compare.
    pub breaks: Vec<Break>,
    /// What share of a level is enough, in percent (20 U.S.C. 2343(b): 90).
    pub line_percent: u32,
}

/// One of the lines of [`Series`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// A value for each period.
    pub values: Vec<Value>,
}

/// A change of definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The first period of the new definition, counted from 0.
    pub before: usize,
    /// What changed.
    pub why: String,
}
