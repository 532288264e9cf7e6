//! What a reading may take for granted, and how far it may go.

use chrono::NaiveDate;

use crate::{mapping::Mapping, summary::Summary};

/// What is already stored, so that a later import of only new rows may refer to earlier ones.
pub trait Known {
    /// Whether `table` has a stored row whose key is `key`.
    fn has(&self, table: &str, key: &str) -> bool;

    /// Whether `table` has any stored row.
    fn any(&self, _table: &str) -> bool {
        false
    }

    /// Whether `table` has stored rows of that school year, of the organization or of others in its district: an import
    /// of some would replace them all.
    fn has_year(&self, _table: &str, _organization_id: &str, _school_year: &str) -> bool {
        false
    }

    /// Hands the key of every stored row of `table` to `take`, in no order.
    fn each(&self, _table: &str, _take: &mut dyn FnMut(&str)) {}
}

/// Nothing is stored yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingKnown;

impl Known for NothingKnown {
    fn has(&self, _table: &str, _key: &str) -> bool {
        false
    }
}

/// How much a source may ask of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one field; a longer one sets its row aside.
    pub field_bytes: usize,
    /// Rows set aside in one import; above it the source is refused as a whole.
    pub rows_set_aside: usize,
    /// Files in a folder or archive.
    pub files: usize,
    /// Bytes that an archive may unpack to.
    pub unpacked_bytes: u64,
    /// How many times larger than packed a file of an archive may be, where it is larger than
    /// [`Limits::RATIO_FROM_BYTES`].
    pub unpacked_ratio: u64,
}

impl Limits {
    /// Unpacked size from which on [`Limits::unpacked_ratio`] is asked: small files of one value repeated are honest.
    pub const RATIO_FROM_BYTES: u64 = 16 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            field_bytes: 64 << 10,
            rows_set_aside: 250_000,
            files: 1_000,
            unpacked_bytes: 32 << 30,
            unpacked_ratio: 250,
        }
    }
}

/// What [`crate::read`] needs to know beside the path.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The day of the import; what is dated later is in the future.
    pub today: NaiveDate,
    /// What is stored already.
    pub known: &'a dyn Known,
    /// What the import before this one held, if there was one.
    pub previous: Option<&'a Summary>,
    /// How far to go.
    pub limits: Limits,
    /// What the columns mean, where the source is spreadsheets or text files of the district's own.
    pub mapping: Option<&'a Mapping>,
}

impl Options<'_> {
    /// For a first import on that day.
    pub fn new(today: NaiveDate) -> Self {
        Self { today, known: &NothingKnown, previous: None, limits: Limits::default(), mapping: None }
    }
}

/// How far a reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A file is being read.
    Reading {
        /// The file.
        file: &'a str,
        /// Bytes read so far.
        bytes: u64,
        /// Size of the file.
        of: u64,
    },
    /// A data-quality rule is being checked.
    Checking {
        /// The rule.
        rule: &'a str,
        /// Rules done.
        done: usize,
        /// Rules in all.
        of: usize,
    },
}
