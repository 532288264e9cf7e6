//! The least and the most of one cell by an integer program, over the cells around it.

use microlp::{ComparisonOp, OptimizationDirection, Problem as Model, SolutionStatus, SolveOptions, SolveOutcome};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    bounds::Bounds,
    constraints::UNBOUNDED,
    problem::{Problem, number},
};

/// Branches before a program is given up.
const BRANCHES: u64 = 60;
/// A bound where there is none.
pub(crate) const LARGE: i64 = 100_000_000;

/// What is said of the cells that are not around.
#[derive(Clone, Copy)]
pub(crate) enum Outside<'a> {
    /// They stay as in this table: what is found is a table, and there may be more.
    Stays(&'a [i64]),
    /// They may be anything between their bounds: what is found is a bound, and there may be less.
    Varies,
}

/// The end of a cell's interval.
pub(crate) struct Extreme {
    pub(crate) value: i64,
    /// No better one exists, in this program.
    pub(crate) best: bool,
    pub(crate) table: Vec<(u32, i64)>,
}

/// The cells around one that are not known, nearest first, and whether they are all that it is connected with.
pub(crate) fn around(problem: &Problem, bounds: &Bounds, center: usize, most: usize) -> (Vec<u32>, bool) {
    let mut met = FxHashSet::default();
    let mut found = vec![number(center)];
    met.insert(number(center));
    let mut rows = FxHashSet::default();
    let mut next = 0;
    while next < found.len() {
        let cell = found[next] as usize;
        next += 1;
        for &row in problem.constraints.of(cell) {
            if !rows.insert(row) {
                continue;
            }
            for (other, _) in problem.constraints.terms(row as usize) {
                if bounds.low[other] < bounds.high[other] && met.insert(number(other)) {
                    if found.len() == most {
                        return (found, false);
                    }
                    found.push(number(other));
                }
            }
        }
    }
    (found, true)
}

/// The most (or the least) of a cell.
pub(crate) fn extreme(
    problem: &Problem,
    bounds: &Bounds,
    cells: &[u32],
    target: usize,
    most: bool,
    outside: Outside<'_>,
) -> Option<Extreme> {
    let objective = |cell: u32| match (cell as usize == target, most) {
        (false, _) => 0.0,
        (true, true) => 1.0,
        (true, false) => -1.0,
    };
    let (best, table) = solve(problem, bounds, cells, objective, outside, BRANCHES)?;
    let value = table.iter().find(|(cell, _)| *cell as usize == target).map(|&(_, value)| value)?;
    Some(Extreme { value, best, table })
}

/// A table that has the most of an objective over some cells, as far as so many branches find it, and whether they did.
pub(crate) fn solve(
    problem: &Problem,
    bounds: &Bounds,
    cells: &[u32],
    objective: impl Fn(u32) -> f64,
    outside: Outside<'_>,
    branches: u64,
) -> Option<(bool, Vec<(u32, i64)>)> {
    let mut model = Model::new(OptimizationDirection::Maximize);
    let mut variables = FxHashMap::default();
    for &cell in cells {
        let (low, high) = (bounds.low[cell as usize], bounds.high[cell as usize].min(LARGE));
        let [low, high] = [low, high].map(|end| i32::try_from(end).unwrap_or(i32::MAX));
        variables.insert(cell, model.add_integer_var(objective(cell), (low, high)));
    }
    let mut rows: Vec<u32> = cells.iter().flat_map(|&cell| problem.constraints.of(cell as usize)).copied().collect();
    rows.sort_unstable();
    rows.dedup();
    for row in rows {
        let row = row as usize;
        let mut terms = Vec::new();
        // What the cells outside add, at the least and at the most.
        let (mut least, mut most) = (0_i64, Some(0_i64));
        let mut least_known = true;
        for (cell, factor) in problem.constraints.terms(row) {
            if let Some(&variable) = variables.get(&number(cell)) {
                terms.push((variable, factor as f64));
                continue;
            }
            let (low, high) = match outside {
                Outside::Stays(table) => (table[cell], table[cell]),
                Outside::Varies => (bounds.low[cell], bounds.high[cell]),
            };
            let (low, high) = if factor > 0 { (low, high) } else { (high, low) };
            if low >= UNBOUNDED {
                least_known = false;
            } else {
                least += factor * low;
            }
            most = if high >= UNBOUNDED { None } else { most.map(|most| most + factor * high) };
        }
        let (floor, ceiling) = (problem.constraints.low[row], problem.constraints.high[row]);
        let floor = most.map(|most| floor - most);
        let ceiling = (ceiling < UNBOUNDED && least_known).then(|| ceiling - least);
        match (floor, ceiling) {
            (Some(floor), Some(ceiling)) if floor == ceiling => {
                model.add_constraint(&terms, ComparisonOp::Eq, floor as f64);
            }
            (floor, ceiling) => {
                if let Some(floor) = floor {
                    model.add_constraint(&terms, ComparisonOp::Ge, floor as f64);
                }
                if let Some(ceiling) = ceiling {
                    model.add_constraint(&terms, ComparisonOp::Le, ceiling as f64);
                }
            }
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(branches);
    if let Outside::Stays(table) = outside {
        // What is known to agree is where it starts from.
        options.warm_start = Some(cells.iter().map(|cell| (variables[cell], table[*cell as usize] as f64)).collect());
    }
    let Ok(SolveOutcome::Solution(solution)) = model.solve_with(options) else { return None };
    let table = cells.iter().map(|&cell| (cell, whole(solution.var_value(variables[&cell])))).collect();
    Some((solution.status() == SolutionStatus::Optimal, table))
}

#[expect(clippy::cast_possible_truncation, reason = "between two 32-bit bounds")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}
