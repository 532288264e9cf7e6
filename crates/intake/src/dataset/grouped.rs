//! Rows in the order of whom they are about.

use std::ops::Deref;

use super::Id;

/// A row that is about somebody or something.
pub(crate) trait Keyed {
    /// Whom or what.
    fn key(&self) -> Id;
}

/// Rows in the order of their keys; rows of one key in the order in which they were read.
pub(crate) struct Grouped<T>(Vec<T>);

impl<T: Keyed> Grouped<T> {
    pub(crate) fn new(mut rows: Vec<T>) -> Self {
        rows.sort_by_key(Keyed::key);
        Self(rows)
    }

    /// The rows of a key.
    pub(crate) fn of(&self, key: Id) -> &[T] {
        let start = self.0.partition_point(|row| row.key() < key);
        let length = self.0[start..].iter().take_while(|row| row.key() == key).count();
        &self.0[start..start + length]
    }

    /// The row of a key, where a key has one.
    pub(crate) fn get(&self, key: Id) -> Option<&T> {
        self.of(key).first()
    }

    /// The rows of one key after those of another.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[T]> {
        self.0.chunk_by(|a, b| a.key() == b.key())
    }
}

impl<T> Deref for Grouped<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}
