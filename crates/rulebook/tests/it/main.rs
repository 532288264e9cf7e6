//! Tests of the rulebook: one binary.

mod check;
mod files;
mod stages;
