//! Definitions as data: what counts as a participant, a concentrator, a measure, and by whose rule.
//!
//! A rulebook goes through visible stages. A [`definition::Definition`] is what its author wrote in TOML;
//! [`Rulebook`] is checked, so that every condition names only what is there; a [`Plan`] is the queries that
//! compute a report year, each with its purpose in words. Running them is the engine's business.

mod check;
pub mod definition;
mod difference;
mod expression;
mod load;
mod pathway;
mod plan;
mod vocabulary;
mod words;

pub use check::{Facts, Level, Measure, Rulebook, SourceFile, Subgroup, Tally, Variant, check};
pub use difference::{Difference, difference};
pub use expression::{ColumnReference, Columns, Expression, ExpressionError, FUNCTIONS};
pub use load::{BUILT_IN, built_in, load, schema};
pub use pathway::{Pathway, Step};
pub use plan::{NumberColumn, Plan, PlannedMeasure, Stage};
pub use words::{explain_measure, in_words, vocabulary_in_words};
