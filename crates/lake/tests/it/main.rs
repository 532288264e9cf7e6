//! The lake as its callers see it: only its public interface, on folders of their own.

mod batches;
mod disk;
mod erasure;
mod interruption;
mod support;
mod tables;
