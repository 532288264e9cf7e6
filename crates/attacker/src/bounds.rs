//! Bounds of every hidden cell, narrowed by each constraint in turn until none narrows them any more.

use std::collections::VecDeque;

use crate::{
    constraints::{Constraints, UNBOUNDED},
    problem::{Problem, number},
};

/// No constraint.
pub(crate) const BY_NOTHING: u32 = u32::MAX;

/// Terms looked at before it is given up; what is found until then holds.
const PATIENCE: u64 = 400_000_000;

/// Denominators tried one by one where only a rate is shown.
const DENOMINATORS: i64 = 4096;

/// What is known of the hidden cells by now.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) low: Vec<i64>,
    pub(crate) high: Vec<i64>,
    /// The constraint that each bound comes from, of the problem.
    pub(crate) low_by: Vec<u32>,
    pub(crate) high_by: Vec<u32>,
    /// A constraint that nothing can meet.
    pub(crate) broken: Option<u32>,
    /// What the bounds were before each change, where that is wanted.
    pub(crate) trail: Option<Vec<(u32, i64, i64)>>,
}

impl Bounds {
    pub(crate) fn of(problem: &Problem) -> Self {
        let cells = problem.len();
        let mut bounds = Self {
            low: problem.low.clone(),
            high: problem.high.clone(),
            low_by: vec![BY_NOTHING; cells],
            high_by: vec![BY_NOTHING; cells],
            broken: None,
            trail: None,
        };
        bounds.narrow(problem, 0..problem.constraints.len());
        bounds
    }

    /// Narrows from these constraints on, and by the rates that are shown without counts.
    pub(crate) fn narrow(&mut self, problem: &Problem, from: impl Iterator<Item = usize>) {
        let mut queue = Queue::new(problem.constraints.len());
        from.for_each(|row| queue.push(row));
        self.narrow_from(problem, &mut queue);
    }

    pub(crate) fn narrow_from(&mut self, problem: &Problem, queue: &mut Queue) {
        let mut looked = 0;
        loop {
            while let Some(row) = queue.pop() {
                looked += problem.constraints.length(row) as u64;
                if looked > PATIENCE || self.broken.is_some() {
                    return;
                }
                self.look(&problem.constraints, row, queue);
            }
            if problem.rates.is_empty() || !self.rates(problem, queue) {
                return;
            }
        }
    }

    fn look(&mut self, constraints: &Constraints, row: usize, queue: &mut Queue) {
        // The least and the most that the sum can be, and how many terms have no end on that side.
        let (mut least, mut least_open, mut most, mut most_open) = (0_i64, 0, 0_i64, 0);
        for (cell, factor) in constraints.terms(row) {
            let (low, high) = self.ends(cell, factor);
            match low {
                Some(low) => least += low,
                None => least_open += 1,
            }
            match high {
                Some(high) => most += high,
                None => most_open += 1,
            }
        }
        let (floor, ceiling) = (constraints.low[row], constraints.high[row]);
        if (least_open == 0 && least > ceiling) || (most_open == 0 && most < floor) {
            self.broken = Some(number(row));
            return;
        }
        for (cell, factor) in constraints.terms(row) {
            let (low, high) = self.ends(cell, factor);
            // What is left for this term when the others are at their least, and at their most.
            let others_least = match low {
                Some(low) if least_open == 0 => Some(least - low),
                None if least_open == 1 => Some(least),
                _ => None,
            };
            let others_most = match high {
                Some(high) if most_open == 0 => Some(most - high),
                None if most_open == 1 => Some(most),
                _ => None,
            };
            let upper = others_least.filter(|_| ceiling < UNBOUNDED).map(|others| ceiling - others);
            let lower = others_most.map(|others| floor - others);
            let (new_low, new_high) = if factor > 0 {
                (lower.map(|value| div_up(value, factor)), upper.map(|value| value.div_euclid(factor)))
            } else {
                (upper.map(|value| div_up(-value, -factor)), lower.map(|value| (-value).div_euclid(-factor)))
            };
            let before = (number(cell), self.low[cell], self.high[cell]);
            let mut changed = false;
            if let Some(new) = new_low
                && new > self.low[cell]
            {
                self.low[cell] = new;
                self.low_by[cell] = number(row);
                changed = true;
            }
            if let Some(new) = new_high
                && new < self.high[cell]
            {
                self.high[cell] = new;
                self.high_by[cell] = number(row);
                changed = true;
            }
            if changed && let Some(trail) = &mut self.trail {
                trail.push(before);
            }
            if self.low[cell] > self.high[cell] {
                self.broken = Some(number(row));
                return;
            }
            if changed {
                constraints.of(cell).iter().filter(|&&other| other as usize != row).for_each(|&other| {
                    queue.push(other as usize);
                });
                if factor.abs() != 1 {
                    queue.push(row);
                }
            }
        }
    }

    /// The least and the most of a term; none where it has no end.
    fn ends(&self, cell: usize, factor: i64) -> (Option<i64>, Option<i64>) {
        let low = Some(self.low[cell] * factor);
        let high = (self.high[cell] < UNBOUNDED).then(|| self.high[cell] * factor);
        if factor > 0 { (low, high) } else { (high, low) }
    }

    /// Few denominators go with a rate in decimals: 33.3 percent is of 3, 6 or 9.
    fn rates(&mut self, problem: &Problem, queue: &mut Queue) -> bool {
        let mut narrowed = false;
        for rate in &problem.rates {
            let (cell, numerator) = (rate.denominator as usize, rate.numerator as usize);
            let (low, high) = (self.low[cell].max(1), self.high[cell].min(self.low[cell] + DENOMINATORS));
            let fits = |&denominator: &i64| {
                let (least, most) = rate.share.numerators(denominator);
                least.max(self.low[numerator]) <= most.min(self.high[numerator])
            };
            let first = (low..=high).find(fits);
            let last = if self.high[cell] == high { (low..=high).rev().find(fits) } else { Some(self.high[cell]) };
            let by = problem
                .constraints
                .of(cell)
                .iter()
                .copied()
                .find(|row| problem.constraints.why[*row as usize] == crate::constraints::Why::Rate);
            let by = by.unwrap_or(BY_NOTHING);
            let (Some(first), Some(last)) = (first, last) else {
                if self.high[cell] == high {
                    self.broken = Some(by);
                    return false;
                }
                continue;
            };
            if first > self.low[cell] || last < self.high[cell] {
                if first > self.low[cell] {
                    self.low_by[cell] = by;
                }
                if last < self.high[cell] {
                    self.high_by[cell] = by;
                }
                if let Some(trail) = &mut self.trail {
                    trail.push((number(cell), self.low[cell], self.high[cell]));
                }
                (self.low[cell], self.high[cell]) = (first.max(self.low[cell]), last.min(self.high[cell]));
                problem.constraints.of(cell).iter().for_each(|&row| queue.push(row as usize));
                narrowed = true;
            }
        }
        narrowed
    }

    /// How many values a denominator can have of which a rate is shown; none where there are too many to try.
    pub(crate) fn denominators(&self, problem: &Problem, rate: usize) -> Option<i64> {
        let rate = &problem.rates[rate];
        let (low, high) = (self.low[rate.denominator as usize], self.high[rate.denominator as usize]);
        let (least_numerator, most_numerator) = (self.low[rate.numerator as usize], self.high[rate.numerator as usize]);
        (high - low <= DENOMINATORS).then(|| {
            let fits = (low.max(1)..=high).filter(|&denominator| {
                let (least, most) = rate.share.numerators(denominator);
                least.max(least_numerator) <= most.min(most_numerator)
            });
            i64::try_from(fits.count()).unwrap_or(i64::MAX)
        })
    }
}

/// Constraints to look at, each once.
pub(crate) struct Queue {
    rows: VecDeque<u32>,
    waiting: Vec<bool>,
}

impl Queue {
    pub(crate) fn new(rows: usize) -> Self {
        Self { rows: VecDeque::new(), waiting: vec![false; rows] }
    }

    pub(crate) fn push(&mut self, row: usize) {
        if !self.waiting[row] {
            self.waiting[row] = true;
            self.rows.push_back(number(row));
        }
    }

    pub(crate) fn pop(&mut self) -> Option<usize> {
        let row = self.rows.pop_front()? as usize;
        self.waiting[row] = false;
        Some(row)
    }
}

fn div_up(value: i64, by: i64) -> i64 {
    value.div_euclid(by) + i64::from(value.rem_euclid(by) > 0)
}
