//! Elimination in the order of priority: a cell is published unless that would fix a sensitive one.
//!
//! This is what R's `GaussSuppression` does (Langsrud 2024), and what it hides by default: no sensitive cell is a linear
//! function of the published ones, and, with the singleton rule, none is given away by single students where zeros are
//! shown. It is no proof of safety for small counts, whose whole numbers leave few possibilities; it is what our own
//! loss is measured against, on the same table.

use rustc_hash::FxHashMap;

use crate::{
    dice::Dice,
    field::{PRIME, add, inverse, negative, of, times},
    system::id,
};

/// A table as the elimination takes it: for each inner row the cells that it adds to, and how many students it has.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// Inner rows.
    pub rows: &'a [(Vec<u32>, i64)],
    /// The students of each cell.
    pub counts: &'a [i64],
    /// Cells below this many students must be hidden.
    pub minimum: i64,
    /// Whether rows of one student are treated as students who know themselves.
    pub singletons: bool,
}

type Column = Vec<(u32, u64)>;

/// The cells that are hidden, sensitive ones among them.
pub fn hidden(records: &Records) -> Vec<bool> {
    let cells = records.counts.len();
    let mut columns: Vec<Column> = vec![Vec::new(); cells];
    for (row, (of_row, _)) in records.rows.iter().enumerate() {
        for cell in of_row {
            columns[*cell as usize].push((id(row), 1));
        }
    }
    let single: Vec<bool> = records.rows.iter().map(|(_, count)| *count == 1).collect();
    // Cells with the same rows are one.
    let mut first: FxHashMap<Column, u32> = FxHashMap::default();
    let mut same = vec![0_u32; cells];
    let mut order: Vec<u32> = Vec::new();
    for (cell, column) in columns.iter().enumerate() {
        same[cell] = *first.entry(column.clone()).or_insert_with(|| {
            order.push(id(cell));
            id(cell)
        });
    }
    drop(first);
    let sensitive = |cell: u32| records.counts[cell as usize] < records.minimum;
    let mut hidden: Vec<bool> = (0..id(cells)).map(sensitive).collect();
    let mut candidates: Vec<u32> = order.iter().copied().filter(|cell| !sensitive(*cell)).collect();
    candidates.sort_by_key(|cell| (std::cmp::Reverse(records.counts[*cell as usize]), *cell));
    let mut work = Work::new(columns, records.rows.len(), &order, &sensitive);
    for cell in candidates {
        hidden[cell as usize] = !work.publish(cell, records.singletons.then_some(&single));
    }
    (0..cells).map(|cell| hidden[same[cell] as usize]).collect()
}

struct Work {
    columns: Vec<Column>,
    in_row: Vec<Vec<u32>>,
    live: Vec<u32>,
    random: Vec<u64>,
    /// Directions of what is left of the sensitive columns, and how many have each.
    directions: FxHashMap<(u64, usize), u32>,
    sensitive: Vec<bool>,
    done: Vec<bool>,
    touched_by_singles: Vec<bool>,
}

impl Work {
    fn new(columns: Vec<Column>, rows: usize, order: &[u32], sensitive: &dyn Fn(u32) -> bool) -> Self {
        let mut dice = Dice::new(0x5EED);
        let random = (0..rows).map(|_| dice.next() % PRIME).collect();
        let mut in_row = vec![Vec::new(); rows];
        let mut live = vec![0; rows];
        for cell in order {
            for (row, _) in &columns[*cell as usize] {
                in_row[*row as usize].push(*cell);
                live[*row as usize] += 1;
            }
        }
        let flags = (0..id(columns.len())).map(sensitive).collect::<Vec<_>>();
        let done = vec![false; columns.len()];
        let touched_by_singles = vec![false; rows];
        let directions = FxHashMap::default();
        let mut work = Self { columns, in_row, live, random, directions, sensitive: flags, done, touched_by_singles };
        for cell in order {
            if work.sensitive[*cell as usize] {
                work.note(*cell, true);
            }
        }
        work
    }

    /// Proportional columns have the same direction.
    fn direction(&self, column: &Column) -> (u64, usize) {
        let sum = column.iter().fold(0, |sum, (row, value)| add(sum, times(*value, self.random[*row as usize])));
        (times(sum, inverse(column.first().map_or(0, |entry| entry.1))), column.len())
    }

    fn note(&mut self, cell: u32, add: bool) {
        let direction = self.direction(&self.columns[cell as usize]);
        let count = self.directions.entry(direction).or_default();
        *count = if add { *count + 1 } else { *count - 1 };
        if *count == 0 {
            self.directions.remove(&direction);
        }
    }

    /// Publishes a cell, or says that it must be hidden.
    fn publish(&mut self, cell: u32, singles: Option<&Vec<bool>>) -> bool {
        let column = std::mem::take(&mut self.columns[cell as usize]);
        self.done[cell as usize] = true;
        if column.is_empty() {
            return true;
        }
        let refused = self.directions.contains_key(&self.direction(&column))
            || singles.is_some_and(|single| self.singles_refuse(&column, single));
        if refused {
            for (row, _) in &column {
                self.live[*row as usize] -= 1;
            }
            return false;
        }
        // The pivot: a row of several students where there is one, with the fewest columns left.
        let cost = |row: u32| (singles.is_some_and(|single| single[row as usize]), self.live[row as usize], row);
        let Some(&(pivot, lead)) = column.iter().min_by_key(|(row, _)| cost(*row)) else { return true };
        let scale = inverse(lead);
        for other in std::mem::take(&mut self.in_row[pivot as usize]) {
            if self.done[other as usize] {
                continue;
            }
            let Ok(at) = self.columns[other as usize].binary_search_by_key(&pivot, |entry| entry.0) else { continue };
            let factor = negative(times(self.columns[other as usize][at].1, scale));
            if self.sensitive[other as usize] {
                self.note(other, false);
            }
            self.combine(other, &column, factor);
            if self.sensitive[other as usize] && !self.columns[other as usize].is_empty() {
                self.note(other, true);
            }
        }
        for (row, _) in &column {
            self.live[*row as usize] = self.live[*row as usize].saturating_sub(1);
        }
        true
    }

    fn combine(&mut self, other: u32, column: &Column, factor: u64) {
        let old = std::mem::take(&mut self.columns[other as usize]);
        let mut new = Vec::with_capacity(old.len() + column.len());
        let (mut a, mut b) = (old.iter().peekable(), column.iter().peekable());
        loop {
            match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.0 == y.0 => {
                    let value = add(x.1, times(y.1, factor));
                    if value == 0 {
                        self.live[x.0 as usize] = self.live[x.0 as usize].saturating_sub(1);
                    } else {
                        new.push((x.0, value));
                    }
                    a.next();
                    b.next();
                }
                (Some(x), y) if y.is_none_or(|y| x.0 < y.0) => {
                    new.push(**x);
                    a.next();
                }
                (_, Some(y)) => {
                    new.push((y.0, times(y.1, factor)));
                    self.in_row[y.0 as usize].push(other);
                    self.live[y.0 as usize] += 1;
                    b.next();
                }
                _ => break,
            }
        }
        self.columns[other as usize] = new;
    }

    /// What is left of a column is single students only: of one sign, their sum is known to each of them and to all who
    /// know that none of them is nobody; of both, they are used once.
    fn singles_refuse(&mut self, column: &Column, single: &[bool]) -> bool {
        if !column.iter().all(|(row, _)| single[*row as usize]) {
            return false;
        }
        let lead = column[0].1;
        let one = |value: u64| value == of(1) || value == of(-1);
        if column.iter().all(|(_, value)| *value == lead) || !column.iter().all(|(_, value)| one(*value)) {
            return true;
        }
        if column.iter().any(|(row, _)| self.touched_by_singles[*row as usize]) {
            return true;
        }
        for (row, _) in column {
            self.touched_by_singles[*row as usize] = true;
        }
        false
    }
}
