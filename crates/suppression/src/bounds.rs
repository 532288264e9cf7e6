//! What an attacker learns from bounds: every hidden cell of a sum lies between what the others leave over.

use std::collections::VecDeque;

use crate::{
    pattern::Pattern,
    system::{CellId, System, UNBOUNDED},
};

/// The least and the greatest value of every cell that follow, equation by equation, from what is shown and from the
/// bounds that are known of each cell. Shown cells are what they are. It need not be all that can be known, but whatever
/// it says is known.
pub fn bounds(pattern: &Pattern) -> Vec<(i64, i64)> {
    let system: &System = pattern.system();
    let of = |cell: CellId| {
        let variable = system.cell(cell);
        if pattern.is_hidden(cell) { (variable.lower, variable.upper) } else { (variable.value, variable.value) }
    };
    let mut bounds: Vec<(i64, i64)> = (0..system.cells()).map(of).collect();
    let mut queue: VecDeque<u32> = (0..system.equations()).collect();
    let mut queued = vec![true; system.equations() as usize];
    // Bounds that creep by one student at a time are not worth an hour.
    let mut left = 40 * system.equations() as usize;
    while let Some(equation) = queue.pop_front() {
        queued[equation as usize] = false;
        let Some(fewer) = left.checked_sub(1) else { break };
        left = fewer;
        let terms = system.terms(equation);
        // The range of each signed term, and of their sum.
        let range = |cell: CellId, sign: i8, bounds: &[(i64, i64)]| {
            let (lower, upper) = bounds[cell as usize];
            if sign > 0 { (lower, upper) } else { (-upper, -lower) }
        };
        let (mut least, mut greatest, mut open_below, mut open_above) = (0_i64, 0_i64, 0, 0);
        for term in terms {
            let (lower, upper) = range(term.cell, term.sign, &bounds);
            if lower <= -UNBOUNDED {
                open_below += 1;
            } else {
                least += lower;
            }
            if upper >= UNBOUNDED {
                open_above += 1;
            } else {
                greatest += upper;
            }
        }
        for term in terms {
            if !pattern.is_hidden(term.cell) {
                continue;
            }
            let (lower, upper) = range(term.cell, term.sign, &bounds);
            // The term is the negative of all the others.
            let others_open_below = open_below - i32::from(lower <= -UNBOUNDED);
            let others_open_above = open_above - i32::from(upper >= UNBOUNDED);
            let others_least = if lower <= -UNBOUNDED { least } else { least - lower };
            let others_greatest = if upper >= UNBOUNDED { greatest } else { greatest - upper };
            let new_upper = if others_open_below == 0 { upper.min(-others_least) } else { upper };
            let new_lower = if others_open_above == 0 { lower.max(-others_greatest) } else { lower };
            if (new_lower, new_upper) != (lower, upper) {
                bounds[term.cell as usize] =
                    if term.sign > 0 { (new_lower, new_upper) } else { (-new_upper, -new_lower) };
                for at in system.equations_of(term.cell) {
                    if !std::mem::replace(&mut queued[at.equation as usize], true) {
                        queue.push_back(at.equation);
                    }
                }
                // The sums above are those of the old bounds.
                if lower > -UNBOUNDED {
                    least += new_lower - lower;
                } else if new_lower > -UNBOUNDED {
                    open_below -= 1;
                    least += new_lower;
                }
                if upper < UNBOUNDED {
                    greatest += new_upper - upper;
                } else if new_upper < UNBOUNDED {
                    open_above -= 1;
                    greatest += new_upper;
                }
            }
        }
    }
    bounds
}
