//! Tests of the engine: one binary.

mod everything;
mod plans;
mod specifications;
mod store;
mod support;
mod workers;
