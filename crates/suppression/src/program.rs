//! The last resort where no circuit is found: a linear program over the surroundings of one cell.

use std::cmp::Reverse;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use rustc_hash::FxHashMap;

use crate::{
    pattern::Pattern,
    system::{CellId, Role, UNBOUNDED},
};

/// How many cells of a long equation belong to the surroundings.
const LOOK: usize = 10;

/// The differences of the least costly table around `cell` in which it is `step` more than it is: what hidden cells move
/// costs next to nothing, what shown ones move costs their loss, student by student; the cell `still` stays as it is. None where the nearest `size` cells
/// have no such table, or none in whole numbers comes of it.
pub(crate) fn table(
    pattern: &Pattern,
    cell: CellId,
    step: i64,
    size: usize,
    still: Option<CellId>,
) -> Option<Vec<(CellId, i64)>> {
    let system = pattern.system();
    let mut around = around(pattern, cell, size);
    around.retain(|other| still != Some(*other));
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut sums: FxHashMap<u32, Vec<(Variable, f64)>> = FxHashMap::default();
    let mut order = Vec::new();
    let mut variables = Vec::with_capacity(around.len());
    for other in &around {
        let variable = system.cell(*other);
        let cost = if pattern.is_hidden(*other) { 1.0 } else { f64::from(variable.cost) };
        let (down, up) = (variable.value - variable.lower, (variable.upper - variable.value).min(UNBOUNDED));
        let range = |most: i64| (0.0, most.min(64) as f64);
        let (more, less) = if *other == cell {
            let exactly = |amount: i64| (amount as f64, amount as f64);
            if step > up || -step > down {
                return None;
            }
            (problem.add_var(0.0, exactly(step.max(0))), problem.add_var(0.0, exactly((-step).max(0))))
        } else {
            (problem.add_var(cost, range(up)), problem.add_var(cost, range(down)))
        };
        variables.push((*other, more, less));
        for at in system.equations_of(*other) {
            let terms = sums.entry(at.equation).or_insert_with(|| {
                order.push(at.equation);
                Vec::new()
            });
            terms.extend([(more, f64::from(at.sign)), (less, -f64::from(at.sign))]);
        }
    }
    for equation in order {
        problem.add_constraint(&sums[&equation][..], ComparisonOp::Eq, 0.0);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let mut differences = Vec::new();
    for (other, more, less) in variables {
        let difference = solution.var_value(more) - solution.var_value(less);
        let whole = difference.round();
        if (difference - whole).abs() > 1e-6 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "between -64 and 64")]
        differences.push((other, whole as i64));
    }
    Some(differences)
}

/// The cells nearest to a cell by equations; of a long equation, those with the most students to move.
fn around(pattern: &Pattern, cell: CellId, size: usize) -> Vec<CellId> {
    let system = pattern.system();
    let mut found = vec![cell];
    let mut known: rustc_hash::FxHashSet<CellId> = std::iter::once(cell).collect();
    let mut at = 0;
    while let Some(next) = found.get(at).copied() {
        at += 1;
        for incidence in system.equations_of(next) {
            let hidden = pattern.hidden_slots(incidence.equation).iter();
            let mut slots: Vec<CellId> =
                hidden.chain(pattern.shown_slots(incidence.equation)).map(|slot| slot.cell).collect();
            slots.sort_by_key(|cell| (Reverse(system.cell(*cell).value), *cell));
            for other in slots.into_iter().take(LOOK) {
                if found.len() >= size {
                    return found;
                }
                let free = pattern.is_hidden(other) || system.cell(other).role == Role::Ordinary;
                if free && known.insert(other) {
                    found.push(other);
                }
            }
        }
    }
    found
}
