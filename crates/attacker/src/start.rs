//! A first table: cell by cell a fair share of what is left, with the bounds narrowed after each.

use crate::{
    bounds::{Bounds, Queue},
    constraints::{UNBOUNDED, Why},
    problem::{Problem, number},
};

/// A cell that nothing bounds from above gets this much more than it needs.
const ROOM: i64 = 20;

/// A table within the bounds, which agrees with what was published or is close to it.
pub(crate) fn table(problem: &Problem, bounds: &Bounds) -> Vec<i64> {
    let mut bounds = Bounds { trail: Some(Vec::new()), ..bounds.clone() };
    let mut queue = Queue::new(problem.constraints.len());
    let mut order: Vec<usize> = (0..problem.len()).collect();
    // Where there is least choice first.
    order.sort_by_key(|&cell| (bounds.high[cell] - bounds.low[cell], cell));
    let mut table = bounds.low.clone();
    for cell in order {
        let (low, high) = (bounds.low[cell], bounds.high[cell]);
        let share = fair_share(problem, &bounds, cell);
        table[cell] = share;
        if low == high {
            continue;
        }
        for value in [share, share + 1, share - 1, low, low + 1, high.min(low + ROOM)] {
            if (low..=high).contains(&value) && settle(problem, &mut bounds, &mut queue, cell, value) {
                table[cell] = value;
                break;
            }
        }
    }
    // What could not be settled stays where it was put, and is mended with the others.
    (0..problem.len())
        .map(|cell| if bounds.low[cell] == bounds.high[cell] { bounds.low[cell] } else { table[cell] })
        .collect()
}

/// Gives a cell a value, or leaves everything as it was where that breaks a sum.
fn settle(problem: &Problem, bounds: &mut Bounds, queue: &mut Queue, cell: usize, value: i64) -> bool {
    let before = (number(cell), bounds.low[cell], bounds.high[cell]);
    (bounds.low[cell], bounds.high[cell]) = (value, value);
    problem.constraints.of(cell).iter().for_each(|&row| queue.push(row as usize));
    bounds.narrow_from(problem, queue);
    let trail = bounds.trail.replace(Vec::new()).unwrap_or_default();
    if bounds.broken.take().is_none() {
        return true;
    }
    while queue.pop().is_some() {}
    for (cell, low, high) in trail.into_iter().rev().chain([before]) {
        (bounds.low[cell as usize], bounds.high[cell as usize]) = (low, high);
    }
    false
}

/// What a cell gets when each sum in which it is a part is shared out among its hidden parts; the least of these.
fn fair_share(problem: &Problem, bounds: &Bounds, cell: usize) -> i64 {
    let (low, high) = (bounds.low[cell], bounds.high[cell]);
    let constraints = &problem.constraints;
    let mut share = if high < UNBOUNDED { high } else { low + ROOM };
    for &row in constraints.of(cell) {
        let row = row as usize;
        if !constraints.is_equation(row) || constraints.why[row] == Why::Rate {
            continue;
        }
        // The parts have the factor -1; a hidden whole is on the other side.
        let (mut left, mut parts, mut is_part, mut open) = (-constraints.high[row], 0, false, false);
        for (other, factor) in constraints.terms(row) {
            if factor > 0 {
                open |= bounds.high[other] >= UNBOUNDED;
                left += factor * i64::midpoint(bounds.low[other], bounds.high[other].min(UNBOUNDED / 4));
            } else {
                left -= bounds.low[other];
                parts += i64::from(bounds.low[other] < bounds.high[other]);
                is_part |= other == cell;
            }
        }
        if is_part && parts > 0 && !open {
            share = share.min(low + (left / parts).max(0));
        }
    }
    share.clamp(low, high)
}
