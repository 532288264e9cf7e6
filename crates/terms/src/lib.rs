//! The words of the field: school years, the tables and columns of the bundle, and their code sets.
//!
//! No input or output. Every other room takes its names from here, so that a column is spelled, typed and
//! documented once.

pub mod bundle;
pub mod clusters;
mod reference;
mod school_year;

pub use school_year::{SchoolYear, SchoolYearError};
