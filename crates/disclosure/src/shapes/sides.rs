use super::{About, Value};

/// Answers that lean to one side or the other: shares of those who answered, laid out from a middle line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// What it is about.
    pub about: About,
    /// The answers left of the middle, the outermost first: `Strongly disagree`, `Disagree`.
    pub left: Vec<String>,
    /// The answers right of the middle, the outermost last: `Agree`, `Strongly agree`.
    pub right: Vec<String>,
    /// What was asked, in a stated order.
    pub rows: Vec<SideRow>,
}

/// A row of [`Sides`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideRow {
    /// What was asked.
    pub name: String,
    /// The share of each answer, those of the left before those of the right; [`Value::Hidden`] for all of them or none.
    pub shares: Vec<Value>,
}
