//! The counting kernel: how many rows of a cell are in each group and in each pair of groups.
//!
//! A row carries a bit mask of groups and a bit mask of sides (for Waymark: the denominators and numerators that a student
//! is in). [`Kernel::add`] counts, for every side, everybody, every group and every pair of a [`Scheme`] in one pass over
//! the rows. It knows nothing of what a group is called.
//!
//! [`reference::count`] is the same without cleverness.

mod aggregate;
mod kernel;
pub mod reference;
mod scheme;
mod transpose;

pub use aggregate::Cube;
pub use kernel::{Counts, Kernel, Rows};
pub use scheme::Scheme;
