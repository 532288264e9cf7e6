//! Seeded districts with plausible life in them, for demonstration, tests and load.
//!
//! [`write_bundle`] writes a bundle of made-up students: enrollments, courses in sequence, flags, diplomas, credentials,
//! work and what came after. The same [`Parameters`] give the same bytes on any machine. Every student is lived alone,
//! from random numbers of his or her own, and written before the next begins, so that memory does not grow with the
//! number of students.
//!
//! Nothing is known from before the first school year: who is in grade 12 then has no courses of grades 9 to 11, so that
//! concentrators and graduates are few in the first three years.
//!
//! How many stay in a program is a parameter, by program and by group ([`RetentionEffect`]); [`Parameters::planted`]
//! says what was planted, so that it can be asked whether it is found.

mod after;
mod calendar;
mod catalog;
mod credentials;
mod dice;
mod flaws;
mod names;
mod organizations;
mod outcomes;
mod parameters;
mod people;
mod populations;
mod programs;
mod rows;
mod schooling;
mod targets;
mod work;
mod write;

pub use parameters::{Parameters, Planted, RetentionEffect};
pub use write::{MARKER, Summary, SyntheticError, write_bundle};
