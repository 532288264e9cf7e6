use super::{About, Value};

/// Steps that people take one after another, each by some of those who took the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// What it is about.
    pub about: About,
    /// The steps, from the start on.
    pub steps: Vec<Step>,
}

/// One of [`Steps`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What those who took it are called: `Concentrators`.
    pub name: String,
    /// How many took it.
    pub value: Value,
}
