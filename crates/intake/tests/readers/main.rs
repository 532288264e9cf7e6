//! The readers of other formats, from outside.

mod chance;
mod ed_fi_rest;
