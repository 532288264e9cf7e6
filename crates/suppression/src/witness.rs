//! Witnesses: other tables that agree with everything that is shown.

use crate::system::{CellId, System};

/// Another table of whole numbers that agrees with all that is shown, as its differences from the true one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Cells and by how much they differ, by cell.
    differences: Vec<(CellId, i64)>,
}

impl Witness {
    /// A witness of these differences, checked in whole numbers: `None` unless every equation holds of the other table
    /// and every cell of it is within the bounds that the public knows.
    pub fn checked(system: &System, mut differences: Vec<(CellId, i64)>) -> Option<Self> {
        differences.retain(|(_, difference)| *difference != 0);
        differences.sort_unstable();
        if differences.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let mut sums: Vec<(u32, i64)> = Vec::new();
        for (cell, difference) in &differences {
            let variable = system.cell(*cell);
            let value = variable.value + difference;
            if value < variable.lower || value > variable.upper {
                return None;
            }
            sums.extend(system.equations_of(*cell).iter().map(|at| (at.equation, i64::from(at.sign) * difference)));
        }
        sums.sort_unstable();
        let holds = sums.chunk_by(|a, b| a.0 == b.0).all(|sum| sum.iter().map(|term| term.1).sum::<i64>() == 0);
        holds.then_some(Self { differences })
    }

    /// Cells and by how much they differ from the truth.
    pub fn differences(&self) -> &[(CellId, i64)] {
        &self.differences
    }
}

/// Witnesses that together leave cells room: with the true table, they show what cells could be for all that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The other tables.
    pub witnesses: Vec<Witness>,
    /// Every cell that differs in one of them, with the least and the greatest difference.
    pub ranges: Vec<(CellId, i64, i64)>,
}

impl Proof {
    /// What the witnesses show.
    pub fn new(witnesses: Vec<Witness>) -> Self {
        let mut ranges: Vec<(CellId, i64, i64)> = Vec::new();
        for (cell, difference) in witnesses.iter().flat_map(|witness| &witness.differences) {
            match ranges.iter_mut().find(|range| range.0 == *cell) {
                Some(range) => (range.1, range.2) = (range.1.min(*difference), range.2.max(*difference)),
                None => ranges.push((*cell, 0.min(*difference), 0.max(*difference))),
            }
        }
        ranges.sort_unstable();
        Self { witnesses, ranges }
    }

    /// The cells that it moves.
    pub fn cells(&self) -> impl Iterator<Item = CellId> + '_ {
        self.ranges.iter().map(|range| range.0)
    }

    /// Whether it moves a cell.
    pub fn moves(&self, cell: CellId) -> bool {
        self.ranges.binary_search_by_key(&cell, |range| range.0).is_ok()
    }

    /// How far apart the least and the greatest value are that it shows to be possible for a cell.
    pub fn width(&self, cell: CellId) -> i64 {
        self.ranges.binary_search_by_key(&cell, |range| range.0).map_or(0, |at| self.ranges[at].2 - self.ranges[at].1)
    }
}
