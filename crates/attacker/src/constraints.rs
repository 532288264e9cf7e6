//! What is known to hold: sums of cells between two numbers.

use rustc_hash::FxHashSet;

/// A number that nothing reaches.
pub(crate) const UNBOUNDED: i64 = i64::MAX / 8;

/// Why something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// A parent is the sum of its children.
    Organizations,
    /// All programs, or a cluster, are the sum of their programs.
    Programs,
    /// Nobody counts in a program who does not count in its cluster.
    InProgram,
    /// Everybody counts in a program.
    SomeProgram,
    /// A subgroup is the sum of its refinements.
    Groups,
    /// A group is part of everybody.
    InGroup,
    /// Those in neither of two groups.
    Neither,
    /// Pooled years are the sum of their years.
    Years,
    /// A count is within another.
    Within,
    /// A rate is shown.
    Rate,
    /// The rows are sorted by size.
    Sorted,
}

/// Constraints in rows, and the rows of each cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constraints {
    starts: Vec<u32>,
    cells: Vec<u32>,
    factors: Vec<i64>,
    pub(crate) low: Vec<i64>,
    pub(crate) high: Vec<i64>,
    pub(crate) why: Vec<Why>,
    known: FxHashSet<u64>,
    of_cell_starts: Vec<u32>,
    of_cell: Vec<u32>,
    of_cell_factors: Vec<i64>,
}

impl Constraints {
    /// Adds `low <= sum of factor * cell <= high`; a second time it says nothing new.
    pub(crate) fn add(&mut self, why: Why, terms: &[(u32, i64)], low: i64, high: i64) {
        if terms.is_empty() || !self.known.insert(fingerprint(terms, low, high)) {
            return;
        }
        self.push(why, terms.iter().copied(), low, high);
    }

    pub(crate) fn push(&mut self, why: Why, terms: impl Iterator<Item = (u32, i64)>, low: i64, high: i64) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        for (cell, factor) in terms {
            self.cells.push(cell);
            self.factors.push(factor);
        }
        self.starts.push(u32::try_from(self.cells.len()).unwrap_or(u32::MAX));
        self.low.push(low);
        self.high.push(high);
        self.why.push(why);
    }

    pub(crate) fn len(&self) -> usize {
        self.low.len()
    }

    pub(crate) fn is_equation(&self, row: usize) -> bool {
        self.low[row] == self.high[row]
    }

    pub(crate) fn terms(&self, row: usize) -> impl ExactSizeIterator<Item = (usize, i64)> + Clone + '_ {
        let (start, end) = (self.starts[row] as usize, self.starts[row + 1] as usize);
        self.cells[start..end].iter().map(|&cell| cell as usize).zip(self.factors[start..end].iter().copied())
    }

    pub(crate) fn length(&self, row: usize) -> usize {
        (self.starts[row + 1] - self.starts[row]) as usize
    }

    /// The `place`th term of a row.
    pub(crate) fn term(&self, row: usize, place: usize) -> (usize, i64) {
        let at = self.starts[row] as usize + place;
        (self.cells[at] as usize, self.factors[at])
    }

    /// Finds the rows of each of so many cells.
    pub(crate) fn index(&mut self, cells: usize) {
        self.known = FxHashSet::default();
        let mut starts = vec![0_u32; cells + 1];
        for &cell in &self.cells {
            starts[cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            starts[cell + 1] += starts[cell];
        }
        let mut next = starts.clone();
        self.of_cell = vec![0; self.cells.len()];
        self.of_cell_factors = vec![0; self.cells.len()];
        for row in 0..self.len() {
            for at in self.starts[row] as usize..self.starts[row + 1] as usize {
                let cell = self.cells[at] as usize;
                self.of_cell[next[cell] as usize] = u32::try_from(row).unwrap_or(u32::MAX);
                self.of_cell_factors[next[cell] as usize] = self.factors[at];
                next[cell] += 1;
            }
        }
        self.of_cell_starts = starts;
    }

    /// The rows in which a cell stands.
    pub(crate) fn of(&self, cell: usize) -> &[u32] {
        &self.of_cell[self.of_cell_starts[cell] as usize..self.of_cell_starts[cell + 1] as usize]
    }

    /// The rows in which a cell stands, each with its factor there.
    pub(crate) fn factors_of(&self, cell: usize) -> impl Iterator<Item = (usize, i64)> + '_ {
        let range = self.of_cell_starts[cell] as usize..self.of_cell_starts[cell + 1] as usize;
        self.of(cell).iter().map(|&row| row as usize).zip(self.of_cell_factors[range].iter().copied())
    }
}

fn fingerprint(terms: &[(u32, i64)], low: i64, high: i64) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut sorted = terms.to_vec();
    sorted.sort_unstable();
    // The first factor positive, so that an equation and its negative are one.
    let flip = low == 0 && high == 0 && sorted[0].1 < 0;
    let mut hasher = rustc_hash::FxHasher::default();
    for (cell, factor) in sorted {
        (cell, if flip { -factor } else { factor }).hash(&mut hasher);
    }
    (low, high).hash(&mut hasher);
    hasher.finish()
}
