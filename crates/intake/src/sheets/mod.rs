//! Spreadsheets and text files with columns of a district's own.
//!
//! `open` lists the sheets of a place and hands over their rows as cells, whatever the format; `convert` reads a cell for
//! a column of the bundle; `read` makes rows of tables by a [`Mapping`](crate::mapping::Mapping). `look` tells what the
//! columns hold, for somebody who has no mapping yet.

pub(crate) mod cell;
pub(crate) mod convert;
pub(crate) mod decode;
pub(crate) mod delimited;
pub(crate) mod header;
pub(crate) mod look;
pub(crate) mod open;
mod read;
mod target;
pub(crate) mod workbook;

pub(crate) use read::read;
