//! The kernel counts what the plain version counts, by itself and as an aggregate.

mod aggregate;
mod kernel;
