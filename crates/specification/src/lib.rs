//! Literate specifications: Markdown documents that are at once a page of the documentation and a test.
//!
//! A document is one case: prose for people, and in it tables with the rows of a bundle and with what Waymark must make
//! of them. `docs/specifications/README.md` describes the format. This crate reads a document into a
//! [`Specification`] and writes its bundle to a folder; running it is the business of those who test the engine.

mod document;
mod error;
mod expected;
mod range;
mod specification;
mod table;

pub use error::{Problem, SpecificationError};
pub use expected::{ExpectedGap, ExpectedLevel, ExpectedMeasure, ExpectedStatus, MeasureKey};
pub use specification::{Specification, Status};
pub use table::Table;
