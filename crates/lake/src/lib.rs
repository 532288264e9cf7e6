//! Versioned tables in one data folder.
//!
//! A [`Lake`] holds tables of rows and does not know what their columns mean. Whatever changes it is a [`Batch`]: all of
//! it or none of it, with who, when and what, listed by [`Lake::batches`]. Every batch makes a [`Snapshot`], and each can
//! be read again. [`Lake::undo`] takes the newest import back, [`Lake::erase`] removes somebody from every table and, when
//! a retention period is over, from every older snapshot, and proves it.
//!
//! On the disk it is a `DuckLake`: Parquet files and a `SQLite` catalog, which `DuckDB` can attach as well. See
//! `docs/adr/0001-ducklake.md`.
//!
//! ```text
//! DIR/waymark.ducklake         the catalog
//! DIR/data/main/TABLE/*.parquet
//! DIR/staging/                 files being made
//! DIR/waymark.lock             locked while somebody writes
//! DIR/waymark.writing.json     what is being written; left behind by a writer that was killed
//! DIR/waymark.reading.N.json   an import that process N is reading; left behind if it was killed
//! DIR/waymark.erasures.json    erasures that wait for their retention period, and proofs of those that are done
//! ```

mod batch;
mod catalog;
mod change;
mod commit;
mod erase;
mod error;
mod folder;
mod lake;
mod lock;
mod preparation;
mod proof;
mod record;
mod shape;
mod snapshot;
mod undo;

pub use batch::{Batch, Kind, NewBatch};
pub use change::{Replaces, TableChange};
pub use erase::Erased;
pub use error::LakeError;
pub use lake::{Lake, Notice};
pub use preparation::Preparation;
pub use proof::{ErasureProof, Search};
pub use snapshot::{At, SessionOptions, Snapshot, select};
