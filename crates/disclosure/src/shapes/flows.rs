use super::{About, Value};

/// Where people go from stage to stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flows {
    /// What it is about.
    pub about: About,
    /// What the stages are called, from the first on.
    pub stages: Vec<String>,
    /// The states in which people are, those of a stage from top to bottom.
    pub nodes: Vec<Node>,
    /// The ways between states of one stage and the next.
    pub flows: Vec<Flow>,
}

/// A state of [`Flows`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub name: String,
    /// Its stage, counted from 0.
    pub stage: usize,
    /// How many are in it.
    pub value: Value,
    /// Whether it is the state of those of whom nothing is known (drawn apart: not observed is not "no").
    pub not_observed: bool,
}

/// A way of [`Flows`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The state that it leaves, by its place in `nodes`.
    pub from: usize,
    /// The state that it leads to.
    pub to: usize,
    /// How many take it.
    pub value: Value,
}
