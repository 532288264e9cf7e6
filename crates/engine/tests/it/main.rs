//! Tests of the engine: one binary.

mod plans;
mod specifications;
mod support;
