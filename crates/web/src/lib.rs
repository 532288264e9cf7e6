//! The pages: HTML made here, that works without script and asks no other server for anything.
//!
//! A page shows what a [`Door`](waymark_disclosure::Door) has released. What it needs beside that (what is loaded, what is
//! wrong with it, what things are called) comes from a [`Desk`], which the binary implements.

mod desk;

pub use desk::{Batch, Desk, DeskError, Finding, Loaded, Organization, Program, RulebookName, SetAsideRow};
