//! Which equations give a cell away.

use rustc_hash::FxHashMap;

use crate::{
    bounds::{BY_NOTHING, Bounds},
    field,
    problem::{Problem, number},
    program::around,
};

/// Steps that are told.
const STEPS: usize = 6;

/// The constraints from which the bounds of a cell come, the last first.
pub(crate) fn by_bounds(problem: &Problem, bounds: &Bounds, cell: usize) -> Vec<u32> {
    let mut rows = Vec::new();
    let mut cells = vec![cell];
    let mut next = 0;
    while next < cells.len() && rows.len() < STEPS {
        let cell = cells[next];
        next += 1;
        for row in [bounds.low_by[cell], bounds.high_by[cell]] {
            if row == BY_NOTHING || rows.contains(&row) {
                continue;
            }
            rows.push(row);
            let others = problem.constraints.terms(row as usize).map(|(other, _)| other);
            // Only what was narrowed has a story of its own, and only what is known now tells much.
            let told = others.filter(|&other| bounds.low[other] == bounds.high[other]);
            let new: Vec<usize> = told.filter(|other| !cells.contains(other)).collect();
            cells.extend(new);
        }
    }
    rows.truncate(STEPS);
    rows
}

/// Equations that together leave one cell alone, with what is known by now taken out; none where it takes too many.
pub(crate) fn by_equations(problem: &Problem, bounds: &Bounds, cell: usize) -> Vec<u32> {
    for size in [6, 20, 60, 200, 600] {
        let (cells, all) = around(problem, bounds, cell, size);
        if let Some(rows) = combination(problem, bounds, &cells, cell) {
            return rows;
        }
        if all {
            break;
        }
    }
    Vec::new()
}

/// A row, and which rows it was made of.
type Row = (FxHashMap<u32, u64>, FxHashMap<u32, u64>);

/// The rows among some cells that add up to the one cell.
fn combination(problem: &Problem, bounds: &Bounds, cells: &[u32], target: usize) -> Option<Vec<u32>> {
    let mut inside: Vec<bool> = vec![false; problem.len()];
    for &cell in cells {
        inside[cell as usize] = true;
    }
    let known = |cell: usize| bounds.low[cell] == bounds.high[cell];
    let mut candidates: Vec<u32> =
        cells.iter().flat_map(|&cell| problem.constraints.of(cell as usize)).copied().collect();
    candidates.sort_unstable();
    candidates.dedup();
    candidates.retain(|&row| {
        problem.constraints.is_equation(row as usize)
            && problem.constraints.terms(row as usize).all(|(cell, _)| inside[cell] || known(cell))
    });
    let mut rows: Vec<Row> = candidates
        .iter()
        .map(|&row| {
            let terms = problem.constraints.terms(row as usize).filter(|&(cell, _)| !known(cell));
            (terms.map(|(cell, factor)| (number(cell), field::of(factor))).collect(), FxHashMap::from_iter([(row, 1)]))
        })
        .collect();
    for &cell in cells.iter().filter(|&&cell| cell as usize != target) {
        let Some(pivot) =
            (0..rows.len()).filter(|&row| rows[row].0.contains_key(&cell)).min_by_key(|&row| rows[row].0.len())
        else {
            continue;
        };
        let (pivot_terms, pivot_made) = rows.swap_remove(pivot);
        let scale = field::inverse(pivot_terms[&cell]);
        for (terms, made) in &mut rows {
            if let Some(&own) = terms.get(&cell) {
                let by = field::negative(field::times(own, scale));
                add(terms, &pivot_terms, by);
                add(made, &pivot_made, by);
            }
        }
    }
    let (_, made) = rows.into_iter().find(|(terms, _)| terms.len() == 1 && terms.contains_key(&number(target)))?;
    let mut made: Vec<u32> = made.into_keys().collect();
    made.sort_unstable();
    Some(made)
}

#[expect(clippy::iter_over_hash_type, reason = "a sum is the same in any order")]
fn add(to: &mut FxHashMap<u32, u64>, what: &FxHashMap<u32, u64>, by: u64) {
    for (&key, &value) in what {
        let sum = field::add(to.get(&key).copied().unwrap_or(0), field::times(value, by));
        if sum == 0 {
            to.remove(&key);
        } else {
            to.insert(key, sum);
        }
    }
}
