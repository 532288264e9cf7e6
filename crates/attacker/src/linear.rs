//! Which hidden cells the equations determine, all at once: sparse elimination over a prime field, then random vectors of
//! the null space. A cell is determined if and only if its entry is 0 (wrong with a chance of 2^-59).

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    bounds::Bounds,
    field,
    problem::{Problem, number},
    random::Random,
};

/// What the equations say of the hidden cells.
#[derive(Debug)]
pub(crate) struct Linear {
    /// A solution modulo the prime; the value itself where a cell is determined.
    pub(crate) solution: Vec<u64>,
    /// Two random ways in which the cells can change together.
    pub(crate) changes: [Vec<u64>; 2],
    /// No numbers at all satisfy the equations.
    pub(crate) contradiction: bool,
}

impl Linear {
    pub(crate) fn of(problem: &Problem, bounds: &Bounds) -> Self {
        let mut matrix = Matrix::of(problem, bounds);
        matrix.eliminate();
        matrix.solve(problem.len(), bounds)
    }

    /// The value that the equations give a cell.
    pub(crate) fn determined(&self, cell: usize) -> Option<i64> {
        let fixed = self.changes.iter().all(|change| change[cell] == 0);
        if fixed { field::small(self.solution[cell]) } else { None }
    }

    /// What two cells have in common that can only change together.
    pub(crate) fn ratio(&self, cell: usize) -> Option<u64> {
        let [first, second] = [self.changes[0][cell], self.changes[1][cell]];
        (second != 0).then(|| field::times(first, field::inverse(second)))
    }

    /// `cell = constant + factor * other`, of two cells with one ratio, where both are small.
    pub(crate) fn relation(&self, cell: usize, other: usize) -> Option<(i64, i64)> {
        let factor = field::times(self.changes[0][cell], field::inverse(self.changes[0][other]));
        let constant = field::add(self.solution[cell], field::negative(field::times(factor, self.solution[other])));
        Some((field::small(constant)?, field::small(factor)?))
    }
}

/// The terms of a row, by cell.
type Row = Vec<(u32, u64)>;

struct Matrix {
    rows: Vec<Row>,
    constants: Vec<u64>,
    gone: Vec<bool>,
    /// Rows in which a cell stood at some time, and in how many it stands.
    rows_of: Vec<Vec<u32>>,
    count: Vec<u32>,
    /// Cells that stand in one row only.
    single: Vec<u32>,
    shortest: BinaryHeap<Reverse<(u32, u32)>>,
    pivots: Vec<(u32, u32)>,
    contradiction: bool,
}

impl Matrix {
    fn of(problem: &Problem, bounds: &Bounds) -> Self {
        let cells = problem.len();
        let mut matrix = Self {
            rows: Vec::new(),
            constants: Vec::new(),
            gone: Vec::new(),
            rows_of: vec![Vec::new(); cells],
            count: vec![0; cells],
            single: Vec::new(),
            shortest: BinaryHeap::new(),
            pivots: Vec::new(),
            contradiction: false,
        };
        for equation in (0..problem.constraints.len()).filter(|&row| problem.constraints.is_equation(row)) {
            let mut constant = problem.constraints.low[equation];
            let mut row = Row::with_capacity(problem.constraints.length(equation));
            for (cell, factor) in problem.constraints.terms(equation) {
                if bounds.low[cell] == bounds.high[cell] {
                    constant -= factor * bounds.low[cell];
                } else {
                    row.push((number(cell), field::of(factor)));
                }
            }
            if row.is_empty() {
                matrix.contradiction |= constant != 0;
                continue;
            }
            row.sort_unstable();
            let place = number(matrix.rows.len());
            for &(cell, _) in &row {
                matrix.rows_of[cell as usize].push(place);
                matrix.count[cell as usize] += 1;
            }
            matrix.shortest.push(Reverse((number(row.len()), place)));
            matrix.rows.push(row);
            matrix.constants.push(field::of(constant));
            matrix.gone.push(false);
        }
        matrix.single = (0..cells).filter(|&cell| matrix.count[cell] == 1).map(number).collect();
        matrix
    }

    fn eliminate(&mut self) {
        loop {
            while let Some(cell) = self.single.pop() {
                if self.count[cell as usize] == 1
                    && let Some(row) = self.live_row_of(cell)
                {
                    self.retire(row, cell);
                }
            }
            let Some(Reverse((length, row))) = self.shortest.pop() else { return };
            let terms = &self.rows[row as usize];
            if self.gone[row as usize] || terms.len() != length as usize {
                continue;
            }
            let Some(&(cell, _)) = terms.iter().min_by_key(|(cell, _)| (self.count[*cell as usize], *cell)) else {
                continue;
            };
            self.clear(row, cell);
            self.retire(row, cell);
        }
    }

    fn live_row_of(&self, cell: u32) -> Option<u32> {
        self.rows_of[cell as usize]
            .iter()
            .copied()
            .find(|&row| !self.gone[row as usize] && self.has(row, cell).is_some())
    }

    fn has(&self, row: u32, cell: u32) -> Option<u64> {
        let terms = &self.rows[row as usize];
        terms.binary_search_by_key(&cell, |&(cell, _)| cell).ok().map(|place| terms[place].1)
    }

    /// The row says what `cell` is, and is of no more use for the others.
    fn retire(&mut self, row: u32, cell: u32) {
        self.gone[row as usize] = true;
        self.pivots.push((row, cell));
        for &(other, _) in &self.rows[row as usize] {
            self.count[other as usize] -= 1;
            if self.count[other as usize] == 1 {
                self.single.push(other);
            }
        }
    }

    /// Takes `cell` out of every other row.
    fn clear(&mut self, pivot: u32, cell: u32) {
        let Some(factor) = self.has(pivot, cell) else { return };
        let scale = field::inverse(factor);
        let mut others = std::mem::take(&mut self.rows_of[cell as usize]);
        others.sort_unstable();
        others.dedup();
        for row in others {
            if row == pivot || self.gone[row as usize] {
                continue;
            }
            let Some(own) = self.has(row, cell) else { continue };
            let by = field::negative(field::times(own, scale));
            self.subtract(row, pivot, by);
        }
        self.rows_of[cell as usize].push(pivot);
    }

    /// Adds `by` times a row to another.
    fn subtract(&mut self, row: u32, pivot: u32, by: u64) {
        let old = std::mem::take(&mut self.rows[row as usize]);
        let added = &self.rows[pivot as usize];
        let mut new = Row::with_capacity(old.len() + added.len());
        let (mut left, mut right) = (old.iter().peekable(), added.iter().peekable());
        loop {
            match (left.peek().copied(), right.peek().copied()) {
                (Some(&(a, value)), Some(&(b, _))) if a < b => {
                    new.push((a, value));
                    left.next();
                }
                (Some(&(a, _)), Some(&(b, value))) if a > b => {
                    new.push((b, field::times(value, by)));
                    self.rows_of[b as usize].push(row);
                    self.count[b as usize] += 1;
                    right.next();
                }
                (Some(&(cell, own)), Some(&(_, value))) => {
                    let sum = field::add(own, field::times(value, by));
                    if sum == 0 {
                        self.count[cell as usize] -= 1;
                        if self.count[cell as usize] == 1 {
                            self.single.push(cell);
                        }
                    } else {
                        new.push((cell, sum));
                    }
                    left.next();
                    right.next();
                }
                (Some(&(a, value)), None) => {
                    new.push((a, value));
                    left.next();
                }
                (None, Some(&(b, value))) => {
                    new.push((b, field::times(value, by)));
                    self.rows_of[b as usize].push(row);
                    self.count[b as usize] += 1;
                    right.next();
                }
                (None, None) => break,
            }
        }
        let constant = field::times(self.constants[pivot as usize], by);
        self.constants[row as usize] = field::add(self.constants[row as usize], constant);
        if new.is_empty() {
            self.gone[row as usize] = true;
            self.contradiction |= self.constants[row as usize] != 0;
        } else {
            self.shortest.push(Reverse((number(new.len()), row)));
        }
        self.rows[row as usize] = new;
    }

    /// Back-substitution, of the solution and of two random changes at once.
    fn solve(self, cells: usize, bounds: &Bounds) -> Linear {
        let mut random = Random(0x5741_594d_4152_4b00);
        let mut known = vec![[0_u64; 3]; cells];
        for (cell, known) in known.iter_mut().enumerate() {
            *known = if bounds.low[cell] == bounds.high[cell] {
                [field::of(bounds.low[cell]), 0, 0]
            } else {
                [0, random.next() % field::PRIME, random.next() % field::PRIME]
            };
        }
        for &(row, cell) in self.pivots.iter().rev() {
            let mut sums = [self.constants[row as usize], 0, 0];
            let mut own = 1;
            for &(other, factor) in &self.rows[row as usize] {
                if other == cell {
                    own = factor;
                    continue;
                }
                for (sum, value) in sums.iter_mut().zip(known[other as usize]) {
                    *sum = field::add(*sum, field::negative(field::times(factor, value)));
                }
            }
            let scale = if own == 1 { 1 } else { field::inverse(own) };
            known[cell as usize] = sums.map(|sum| field::times(sum, scale));
        }
        let column = |place: usize| known.iter().map(|values| values[place]).collect::<Vec<u64>>();
        Linear { solution: column(0), changes: [column(1), column(2)], contradiction: self.contradiction }
    }
}
