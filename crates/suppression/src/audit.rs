//! The exact linear audit: which hidden cells are linear functions of the shown ones.
//!
//! One sparse elimination over a prime field of the equations, restricted to the hidden cells, and from it a vector of
//! random differences that keeps all equations. A cell is determined if and only if its entry is 0: for a cell that is
//! not, the chance of a 0 is 2^-61. It shares nothing with the proofs, and so checks them.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    dice::Dice,
    field::{PRIME, add, inverse, negative, of, times},
    pattern::Pattern,
    system::{CellId, System, id},
};

type Row = Vec<(CellId, u64)>;

/// The equations of the hidden cells, eliminated.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Rows in the order of elimination, each solved for its pivot.
    solved: Vec<(CellId, Row)>,
    hidden: Vec<CellId>,
    cells: usize,
}

impl Audit {
    /// Eliminates.
    pub fn new(pattern: &Pattern) -> Self {
        let system: &System = pattern.system();
        let mut rows: Vec<Row> = Vec::new();
        let mut in_column: Vec<Vec<u32>> = vec![Vec::new(); system.cells() as usize];
        for equation in 0..system.equations() {
            let mut row: Row = Vec::with_capacity(pattern.hidden_in(equation) as usize);
            for slot in pattern.hidden_slots(equation) {
                row.push((slot.cell, of(i64::from(slot.sign))));
            }
            row.sort_unstable();
            // The same cell twice in an equation is one entry.
            row.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 = add(kept.1, next.1);
                }
                same
            });
            for (cell, _) in &row {
                in_column[*cell as usize].push(id(rows.len()));
            }
            rows.push(row);
        }
        let mut queue: BinaryHeap<Reverse<(usize, u32)>> =
            rows.iter().enumerate().map(|(at, row)| Reverse((row.len(), id(at)))).collect();
        let mut solved = Vec::new();
        while let Some(Reverse((length, at))) = queue.pop() {
            // Entries of rows that have changed since are out of date.
            if rows[at as usize].len() != length || length == 0 {
                continue;
            }
            let row = std::mem::take(&mut rows[at as usize]);
            let Some(&(pivot, lead)) = row.iter().min_by_key(|(cell, _)| (in_column[*cell as usize].len(), *cell))
            else {
                continue;
            };
            let scale = negative(inverse(lead));
            for other in std::mem::take(&mut in_column[pivot as usize]) {
                let target = &rows[other as usize];
                let Ok(place) = target.binary_search_by_key(&pivot, |entry| entry.0) else { continue };
                let factor = times(target[place].1, scale);
                let new = combined(target, &row, factor, |cell| in_column[cell as usize].push(other));
                rows[other as usize] = new;
                queue.push(Reverse((rows[other as usize].len(), other)));
            }
            let rest =
                row.into_iter().filter(|entry| entry.0 != pivot).map(|(cell, value)| (cell, times(value, scale)));
            solved.push((pivot, rest.collect()));
        }
        Self { solved, hidden: pattern.hidden().collect(), cells: system.cells() as usize }
    }

    /// Random differences that keep all equations, cell by cell; 0 for shown cells and for those that are determined.
    pub fn differences(&self, seed: u64) -> Vec<u64> {
        let mut dice = Dice::new(seed);
        let mut values = vec![0; self.cells];
        for cell in &self.hidden {
            values[*cell as usize] = 1 + dice.next() % (PRIME - 1);
        }
        for (pivot, row) in self.solved.iter().rev() {
            values[*pivot as usize] =
                row.iter().fold(0, |sum, (cell, value)| add(sum, times(*value, values[*cell as usize])));
        }
        values
    }

    /// The hidden cells that can be worked out from the shown ones by sums and differences alone.
    pub fn determined(&self) -> Vec<CellId> {
        let values = self.differences(1);
        self.hidden.iter().copied().filter(|cell| values[*cell as usize] == 0).collect()
    }

    /// Hidden cells of which each gives away the others: whoever knows one of a group knows all of it.
    pub fn bound_together(&self) -> Vec<Vec<CellId>> {
        let (one, other) = (self.differences(1), self.differences(2));
        let ratio = |cell: CellId| times(one[cell as usize], inverse(other[cell as usize]));
        let mut by_ratio: Vec<(u64, CellId)> =
            self.hidden.iter().filter(|cell| one[**cell as usize] != 0).map(|cell| (ratio(*cell), *cell)).collect();
        by_ratio.sort_unstable();
        let groups = by_ratio.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
        groups.map(|group| group.iter().map(|entry| entry.1).collect()).collect()
    }
}

/// `target + factor * row`; `filled` is told of each cell that is new in it.
fn combined(target: &Row, row: &Row, factor: u64, mut filled: impl FnMut(CellId)) -> Row {
    let mut new = Vec::with_capacity(target.len() + row.len());
    let (mut a, mut b) = (0, 0);
    while a < target.len() || b < row.len() {
        let next = |list: &Row, at: usize| list.get(at).map_or(CellId::MAX, |entry| entry.0);
        let (left, right) = (next(target, a), next(row, b));
        let mut value = 0;
        if left <= right {
            value = target[a].1;
            a += 1;
        }
        if right <= left {
            value = add(value, times(row[b].1, factor));
            b += 1;
        }
        if right < left {
            filled(right);
        }
        if value != 0 {
            new.push((left.min(right), value));
        }
    }
    new
}
