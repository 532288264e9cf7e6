//! The way through a program, checked.

use crate::Expression;

/// A checked way through a program.
#[derive(Clone, Debug)]
pub struct Pathway {
    /// The level that students are on the way to.
    pub goal: String,
    /// Who has left for good.
    pub left: Expression,
    /// Who can take another course in the year after.
    pub returns: Expression,
    /// The same in words.
    pub returns_words: String,
    /// The source of the rule.
    pub source: String,
    /// The steps, in order; each comes behind the one that it follows.
    pub steps: Vec<Step>,
}

/// A checked step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What those who reached it have done, in words.
    pub words: String,
    /// The place of the step before it; none where it follows the start.
    pub after: Option<usize>,
    /// How many years after the step before it a student is asked whether it was reached; none where leaving decides.
    pub within_years: Option<u8>,
    /// Whether it is something that comes of the program.
    pub outcome: bool,
    /// When it is reached.
    pub when: Expression,
    /// When it is known that it was not reached; none where that is known at all times.
    pub observed: Option<Expression>,
    /// The source of the rule.
    pub source: String,
}

impl Pathway {
    /// Every condition of it.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Expression> {
        let steps = self.steps.iter().flat_map(|step| std::iter::once(&step.when).chain(&step.observed));
        [&self.left, &self.returns].into_iter().chain(steps)
    }
}
