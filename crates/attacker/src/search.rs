//! The search for tables that show how wide hidden cells are, and for the ends of those that are left.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    attack::Assumptions,
    merge::{Merged, Place},
    problem::number,
    program::{self, Extreme, Outside},
    random::Random,
    start,
    witness::Witnesses,
};

/// Sizes of the neighborhoods of an integer program of one cell.
const AROUND: [usize; 5] = [40, 120, 300, 1_000, 4_000];
/// Rounds of looking for tables: from one to the next there is more room.
const ROUNDS: usize = 3;
/// Cells of an integer program for many at once.
const SHARED: [usize; 2] = [200, 700];
/// Such programs that may help nobody, one after the other.
const IN_VAIN: usize = 3;
/// Branches of each.
const BRANCHES: u64 = 3;

/// What was found among the merged cells.
pub(crate) struct Search<'a> {
    pub(crate) merged: Merged,
    assumptions: &'a Assumptions,
    minimum: i64,
    /// The least and the most of each cell in the tables that were found; none where no table was.
    least: Vec<i64>,
    most: Vec<i64>,
    /// Whether an integer program found tables far enough apart, and whether one narrowed the bounds.
    programmed: Vec<bool>,
    narrowed: Vec<bool>,
    /// Tables that were found.
    pub(crate) found: u64,
}

impl<'a> Search<'a> {
    pub(crate) fn new(merged: Merged, assumptions: &'a Assumptions, minimum: i64) -> Self {
        let cells = merged.problem.len();
        Self {
            merged,
            assumptions,
            minimum,
            least: Vec::new(),
            most: Vec::new(),
            programmed: vec![false; cells],
            narrowed: vec![false; cells],
            found: 0,
        }
    }

    /// Looks for tables in which the wanted cells are far enough apart; for the exact ends of all cells where `exactly`.
    /// `known` has what the publisher's table has for the cells before they were merged.
    pub(crate) fn run(mut self, wanted: &[usize], known: Option<&[Option<i64>]>, exactly: bool) -> Self {
        let apart = self.assumptions.width - 1;
        let mut left = wanted.to_vec();
        let mut start = None;
        if let Some(table) = self.first_table(known) {
            let free = vec![false; table.len()];
            if let Some(mut witnesses) = Witnesses::from(&self.merged.problem, &self.merged.bounds, table, &free, 0) {
                for _ in 0..ROUNDS {
                    left.retain(|&cell| !witnesses.spread(cell, apart));
                }
                if self.assumptions.beyond_minimum {
                    for &cell in wanted {
                        let reach = self.minimum - witnesses.least[cell];
                        if witnesses.most[cell] < self.minimum
                            && !witnesses.spread(cell, reach)
                            && !left.contains(&cell)
                        {
                            left.push(cell);
                        }
                    }
                }
                // In whole numbers, once more and from the beginning.
                if self.merged.problem.agrees(&witnesses.table) {
                    self.least.clone_from(&witnesses.least);
                    self.most.clone_from(&witnesses.most);
                    self.found = witnesses.tables;
                    start = Some(witnesses.table.clone());
                }
            }
        }
        if let Some(table) = &start {
            self.share(&mut left, table);
        } else {
            left = wanted.to_vec();
        }
        if exactly {
            left = (0..self.merged.problem.len()).collect();
        }
        for cell in left.into_iter().take(if exactly { usize::MAX } else { self.assumptions.programs }) {
            self.program(cell, start.as_deref(), exactly);
        }
        self
    }

    /// Integer programs for many cells at once: the cells around one that is left, pushed apart at random. Where that does
    /// not help, more cells around it.
    fn share(&mut self, left: &mut Vec<usize>, start: &[i64]) {
        let mut random = Random(7);
        let mut table = start.to_vec();
        for size in SHARED {
            let mut tried = FxHashSet::default();
            let mut in_vain = 0;
            while in_vain < IN_VAIN {
                let Some(&seed) = left.iter().find(|cell| !tried.contains(*cell)) else { break };
                tried.insert(seed);
                let (cells, _) = program::around(&self.merged.problem, &self.merged.bounds, seed, size);
                let open: FxHashSet<u32> = left.iter().map(|&cell| number(cell)).collect();
                let pushed = cells.iter().filter(|cell| open.contains(cell));
                let ways: FxHashMap<u32, f64> =
                    pushed.map(|&cell| (cell, if random.below(2) == 0 { 1.0 } else { -1.0 })).collect();
                for sign in [1.0, -1.0] {
                    let (problem, bounds) = (&self.merged.problem, &self.merged.bounds);
                    let objective = |cell: u32| ways.get(&cell).map_or(0.0, |way| way * sign);
                    let found = program::solve(problem, bounds, &cells, objective, Outside::Stays(&table), BRANCHES);
                    if let Some((best, found)) = found {
                        let end = Extreme { value: 0, best, table: found };
                        table = self.believe(&end, Some(&table)).unwrap_or(table);
                    }
                }
                let before = left.len();
                left.retain(|&cell| self.seen_values(cell) < self.assumptions.width);
                in_vain = if left.len() < before { 0 } else { in_vain + 1 };
            }
        }
    }

    /// A table that agrees with everything published: the known one, or one that is found.
    fn first_table(&self, known: Option<&[Option<i64>]>) -> Option<Vec<i64>> {
        let (problem, bounds) = (&self.merged.problem, &self.merged.bounds);
        let cells = problem.len();
        if let Some(known) = known {
            let mut free = vec![true; cells];
            let mut table = bounds.low.clone();
            for (cell, value) in known.iter().enumerate() {
                if let (Some(value), Place::Cell(at, more)) = (value, self.merged.place(cell)) {
                    table[at] = value - more;
                    free[at] = false;
                }
            }
            let patience = free.iter().filter(|&&free| free).count() * 20;
            if let Some(witnesses) = Witnesses::from(problem, bounds, table, &free, patience) {
                return Some(witnesses.table);
            }
        }
        let patience = (cells * 60).min(20_000_000);
        let start = start::table(problem, bounds);
        Witnesses::from(problem, bounds, start, &vec![true; cells], patience).map(|witnesses| witnesses.table)
    }

    /// The interval of one cell by integer programs over the cells around it.
    fn program(&mut self, cell: usize, start: Option<&[i64]>, exactly: bool) {
        let merged = &self.merged;
        if merged.bounds.low[cell] == merged.bounds.high[cell] {
            return;
        }
        let everything = merged.problem.len();
        for size in AROUND {
            let size = if exactly { everything } else { size };
            let (cells, all) = program::around(&self.merged.problem, &self.merged.bounds, cell, size);
            if let Some(table) = start.filter(|_| !all) {
                let ends = self.ends(&cells, cell, Outside::Stays(table));
                for end in ends.iter().flatten() {
                    self.believe(end, Some(table));
                }
                if self.seen_values(cell) >= self.assumptions.width {
                    self.programmed[cell] = true;
                    return;
                }
            }
            // Of the cells that are not around nothing is said: the interval can only be too wide.
            let ends = self.ends(&cells, cell, Outside::Varies);
            if let [Some(low), Some(high)] = &ends {
                if low.best && low.value > self.merged.bounds.low[cell] {
                    self.merged.bounds.low[cell] = low.value;
                    self.narrowed[cell] = true;
                }
                if high.best && high.value < self.merged.bounds.high[cell] && high.value < program::LARGE {
                    self.merged.bounds.high[cell] = high.value;
                    self.narrowed[cell] = true;
                }
            }
            if all {
                for end in ends.iter().flatten() {
                    self.believe(end, start);
                }
                self.programmed[cell] = true;
                return;
            }
            if self.merged.bounds.high[cell] - self.merged.bounds.low[cell] + 1 < self.assumptions.width {
                return;
            }
        }
    }

    fn ends(&self, cells: &[u32], cell: usize, outside: Outside<'_>) -> [Option<Extreme>; 2] {
        let end = |most| program::extreme(&self.merged.problem, &self.merged.bounds, cells, cell, most, outside);
        [end(false), end(true)]
    }

    /// Takes the table of a program as a witness, if whole numbers agree with everything published. Cells that it does
    /// not have are as in the table from which it started.
    fn believe(&mut self, end: &Extreme, start: Option<&[i64]>) -> Option<Vec<i64>> {
        let problem = &self.merged.problem;
        let mut table = match start {
            Some(start) => start.to_vec(),
            None if end.table.len() == problem.len() => vec![0; problem.len()],
            None => return None,
        };
        for &(cell, value) in &end.table {
            table[cell as usize] = value;
        }
        if !problem.agrees(&table) {
            return None;
        }
        self.found += 1;
        if self.least.is_empty() {
            (self.least, self.most) = (table.clone(), table.clone());
        }
        for (cell, &value) in table.iter().enumerate() {
            self.least[cell] = self.least[cell].min(value);
            self.most[cell] = self.most[cell].max(value);
        }
        Some(table)
    }

    /// How many values the tables that were found leave a merged cell.
    fn seen_values(&self, cell: usize) -> i64 {
        if self.least.is_empty() { 0 } else { self.most[cell] - self.least[cell] + 1 }
    }

    /// The least and the most of a cell in the tables that were found.
    pub(crate) fn seen(&self, cell: usize) -> Option<(i64, i64)> {
        match self.merged.place(cell) {
            Place::Known(value) => Some((value, value)),
            Place::Cell(..) if self.least.is_empty() => None,
            Place::Cell(at, more) => Some((self.least[at] + more, self.most[at] + more)),
        }
    }

    pub(crate) fn programmed(&self, cell: usize) -> bool {
        matches!(self.merged.place(cell), Place::Cell(at, _) if self.programmed[at])
    }

    pub(crate) fn narrowed(&self, cell: usize) -> bool {
        matches!(self.merged.place(cell), Place::Cell(at, _) if self.narrowed[at])
    }
}
