//! Other tables that agree with everything that was published. Each is a witness for all the cells in which it differs from
//! another: nobody can tell which of the two is true.
//!
//! From one table, cells are moved along chains: a cell changes, the sums that it breaks are mended one by one by changing
//! other hidden cells, until none is broken. All of it is whole numbers, and a table counts only when no sum is broken.

use crate::{
    bounds::Bounds,
    problem::{Problem, number},
    random::Random,
};

/// Changes of a chain before it is given up.
const CHAIN: usize = 200;
/// Sums broken at once before it is given up.
const BROKEN: usize = 60;
/// Changes for which a cell that was changed stays as it is, at the least.
const HELD: usize = 4;
/// Terms of a long sum that are weighed for a change.
const WEIGHED: usize = 40;
/// Attempts at a cell, in each direction.
const ATTEMPTS: usize = 10;

const NOWHERE: u32 = u32::MAX;

/// A table, and the least and the most of each cell over all tables seen.
pub(crate) struct Witnesses<'a> {
    problem: &'a Problem,
    bounds: &'a Bounds,
    pub(crate) table: Vec<i64>,
    sums: Vec<i64>,
    /// What it costs to break each constraint: the fewer its cells, the fewer ways there are to mend it.
    costs: Vec<i64>,
    /// Broken constraints, and where each stands among them.
    broken: Vec<u32>,
    broken_at: Vec<u32>,
    pub(crate) least: Vec<i64>,
    pub(crate) most: Vec<i64>,
    /// How far each cell has moved in this chain, and the cells that have.
    moved: Vec<i64>,
    path: Vec<u32>,
    /// Changes so far, and until which a cell is held.
    clock: u64,
    held: Vec<u64>,
    random: Random,
    /// Tables seen.
    pub(crate) tables: u64,
}

impl<'a> Witnesses<'a> {
    /// From a table, which need not agree yet; none where no way was found to one that does.
    pub(crate) fn from(
        problem: &'a Problem,
        bounds: &'a Bounds,
        table: Vec<i64>,
        free: &[bool],
        patience: usize,
    ) -> Option<Self> {
        let mut witnesses = Self {
            sums: (0..problem.constraints.len()).map(|row| problem.sum(row, &table)).collect(),
            costs: (0..problem.constraints.len()).map(|row| cost(problem.constraints.length(row))).collect(),
            broken: Vec::new(),
            broken_at: vec![NOWHERE; problem.constraints.len()],
            least: Vec::new(),
            most: Vec::new(),
            moved: vec![0; table.len()],
            path: Vec::new(),
            clock: 0,
            held: vec![0; table.len()],
            random: Random(1),
            tables: 0,
            problem,
            bounds,
            table,
        };
        for row in 0..problem.constraints.len() {
            witnesses.judge(row);
        }
        if !witnesses.mend(free, patience) || !problem.agrees(&witnesses.table) {
            return None;
        }
        witnesses.least = witnesses.table.clone();
        witnesses.most = witnesses.table.clone();
        witnesses.tables = 1;
        Some(witnesses)
    }

    /// How far a sum is above what it may be, or below it.
    fn excess(&self, row: usize, sum: i64) -> i64 {
        let (low, high) = (self.problem.constraints.low[row], self.problem.constraints.high[row]);
        if sum > high { sum - high } else { (sum - low).min(0) }
    }

    fn judge(&mut self, row: usize) {
        let is_broken = self.excess(row, self.sums[row]) != 0;
        let at = self.broken_at[row];
        if is_broken && at == NOWHERE {
            self.broken_at[row] = number(self.broken.len());
            self.broken.push(number(row));
        } else if !is_broken && at != NOWHERE {
            self.broken.swap_remove(at as usize);
            if let Some(&other) = self.broken.get(at as usize) {
                self.broken_at[other as usize] = at;
            }
            self.broken_at[row] = NOWHERE;
        }
    }

    fn shift(&mut self, cell: usize, by: i64) {
        self.table[cell] += by;
        let problem = self.problem;
        for (row, factor) in problem.constraints.factors_of(cell) {
            self.sums[row] += factor * by;
            self.judge(row);
        }
    }

    /// The change of a cell that mends most of a broken constraint for the least that it breaks elsewhere.
    fn best(&mut self, row: usize, allowed: impl Fn(&Self, usize, i64) -> bool) -> Option<(usize, i64)> {
        let problem = self.problem;
        let constraints = &problem.constraints;
        let excess = self.excess(row, self.sums[row]);
        let length = constraints.length(row);
        let start = self.random.below(length);
        let mut best: Option<(i64, usize, i64)> = None;
        for place in 0..length.min(WEIGHED) {
            let (cell, factor) = constraints.term(row, (start + place) % length);
            // Rounded away from zero: a factor that is not 1 has to mend all of it.
            let wanted = -excess;
            let by = wanted / factor + if wanted % factor == 0 { 0 } else { wanted.signum() * factor.signum() };
            let by = by.clamp(self.bounds.low[cell] - self.table[cell], self.bounds.high[cell] - self.table[cell]);
            if by == 0 || by.signum() != wanted.signum() * factor.signum() || !allowed(self, cell, by) {
                continue;
            }
            let mut cost = 0;
            for (other, factor) in constraints.factors_of(cell) {
                let sum = self.sums[other];
                let change = self.excess(other, sum + factor * by).abs() - self.excess(other, sum).abs();
                cost += change * self.costs[other];
            }
            // Among equals any, so that the next attempt is another one.
            let cost = cost * 8 + i64::try_from(self.random.below(64)).unwrap_or(0);
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, cell, by));
            }
        }
        best.map(|(_, cell, by)| (cell, by))
    }

    /// Mends what is broken by changing cells that are free.
    fn mend(&mut self, free: &[bool], patience: usize) -> bool {
        for _ in 0..patience {
            if self.broken.is_empty() {
                return true;
            }
            let row = self.broken[self.random.below(self.broken.len())] as usize;
            // Now and then any change will do, so that two cells do not take turns for ever.
            let change =
                if self.random.below(8) == 0 { self.any(row, free) } else { self.best(row, |_, cell, _| free[cell]) };
            if let Some((cell, by)) = change {
                self.shift(cell, by);
            }
        }
        self.broken.is_empty()
    }

    fn any(&mut self, row: usize, free: &[bool]) -> Option<(usize, i64)> {
        let constraints = &self.problem.constraints;
        let (cell, factor) = constraints.term(row, self.random.below(constraints.length(row)));
        let by = -self.excess(row, self.sums[row]).signum() * factor.signum();
        let value = self.table[cell] + by;
        (free[cell] && self.bounds.low[cell] <= value && value <= self.bounds.high[cell]).then_some((cell, by))
    }

    /// Looks for tables in which a cell is so far apart, and remembers what else they are witnesses for.
    pub(crate) fn spread(&mut self, cell: usize, wanted: i64) -> bool {
        for attempt in 0..ATTEMPTS {
            if self.most[cell] - self.least[cell] >= wanted {
                return true;
            }
            // By one, and all the way.
            let up = (self.least[cell] + wanted - self.table[cell]).min(self.bounds.high[cell] - self.table[cell]);
            let down = (self.most[cell] - wanted - self.table[cell]).max(self.bounds.low[cell] - self.table[cell]);
            let step = |by: i64| if attempt % 2 == 0 { by.signum() } else { by };
            if up > 0 {
                self.chain(cell, step(up));
            }
            if self.most[cell] - self.least[cell] < wanted && down < 0 {
                self.chain(cell, step(down));
            }
        }
        self.most[cell] - self.least[cell] >= wanted
    }

    fn chain(&mut self, cell: usize, by: i64) -> bool {
        self.path.push(number(cell));
        self.moved[cell] = by;
        self.shift(cell, by);
        let mut steps = 0;
        while !self.broken.is_empty() && self.broken.len() < BROKEN && steps < CHAIN {
            steps += 1;
            let row = self.broken[self.random.below(self.broken.len())] as usize;
            // What was just done is not undone at once.
            let change = self.best(row, |own, other, _| other != cell && own.held[other] <= own.clock);
            let Some((other, by)) = change else { continue };
            self.clock += 1;
            self.held[other] = self.clock + (HELD + self.random.below(2 * HELD)) as u64;
            if self.moved[other] == 0 {
                self.path.push(number(other));
            }
            self.moved[other] += by;
            self.shift(other, by);
        }
        let done = self.broken.is_empty();
        let mut path = std::mem::take(&mut self.path);
        // One that was moved back to where it was may have come here twice.
        path.sort_unstable();
        path.dedup();
        path.retain(|&other| self.moved[other as usize] != 0);
        if done {
            self.along(&path);
        } else {
            for &other in &path {
                let by = self.moved[other as usize];
                self.shift(other as usize, -by);
            }
        }
        for &other in &path {
            self.moved[other as usize] = 0;
        }
        self.path = path;
        self.path.clear();
        done
    }

    /// A chain that closed can be gone again, and backwards, as far as nothing breaks: all of these are tables.
    fn along(&mut self, path: &[u32]) {
        let problem = self.problem;
        let (mut back, mut on) = (i64::MIN, i64::MAX);
        let mut limit = |value: i64, per_step: i64, low: i64, high: i64| {
            if per_step == 0 {
                return;
            }
            let (to_low, to_high) = ((low - value) / per_step, (high - value) / per_step);
            on = on.min(to_low.max(to_high));
            back = back.max(to_low.min(to_high));
        };
        let mut rows: Vec<(u32, i64)> = Vec::new();
        for &cell in path {
            let cell = cell as usize;
            limit(self.table[cell], self.moved[cell], self.bounds.low[cell], self.bounds.high[cell]);
            for (row, factor) in problem.constraints.factors_of(cell) {
                if !problem.constraints.is_equation(row) {
                    rows.push((number(row), factor * self.moved[cell]));
                }
            }
        }
        rows.sort_unstable();
        for same in rows.chunk_by(|a, b| a.0 == b.0) {
            let row = same[0].0 as usize;
            let change = same.iter().map(|(_, change)| change).sum();
            limit(self.sums[row], change, problem.constraints.low[row], problem.constraints.high[row]);
        }
        if on < 0 || back > 0 {
            return;
        }
        for &cell in path {
            let cell = cell as usize;
            let ends = [on, back].map(|steps| self.table[cell] + steps * self.moved[cell]);
            self.least[cell] = self.least[cell].min(ends[0].min(ends[1]));
            self.most[cell] = self.most[cell].max(ends[0].max(ends[1]));
        }
        self.tables += 2;
        // Go on from the middle, where there is most room for others.
        let steps = (on + back).div_euclid(2);
        if steps != 0 {
            for &cell in path {
                self.shift(cell as usize, steps * self.moved[cell as usize]);
            }
        }
    }
}

fn cost(length: usize) -> i64 {
    match length {
        0..=3 => 12,
        4 => 8,
        5..=6 => 6,
        7..=12 => 5,
        _ => 4,
    }
}
