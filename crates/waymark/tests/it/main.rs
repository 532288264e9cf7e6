//! The binary from outside: what it is asked, what it answers, how it ends.

mod answers;
mod attacks;
mod errors;
mod exports;
mod imports;
mod mappings;
mod releases;
mod specifications;
mod support;
