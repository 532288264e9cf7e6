//! What is left to find out: the cells that are not told, and the constraints on them.

use crate::{
    constraints::Constraints,
    system::{ShownRate, System},
};

/// The hidden cells, numbered anew, and the constraints with what is shown taken out.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The cell of the system for each hidden one.
    pub(crate) cells: Vec<u32>,
    pub(crate) constraints: Constraints,
    /// The constraint of the system that each was made of.
    pub(crate) origin: Vec<u32>,
    pub(crate) low: Vec<i64>,
    pub(crate) high: Vec<i64>,
    /// Rates whose denominator is hidden.
    pub(crate) rates: Vec<ShownRate>,
    /// A constraint of the system that what is shown breaks by itself.
    pub(crate) broken: Option<u32>,
}

impl Problem {
    /// With what a system knows of its cells by now.
    pub(crate) fn of(system: &System, low: &[i64], high: &[i64]) -> Self {
        let mut numbers = vec![u32::MAX; system.cells()];
        let mut problem = Self {
            cells: Vec::new(),
            constraints: Constraints::default(),
            origin: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            rates: Vec::new(),
            broken: None,
        };
        for cell in 0..system.cells() {
            if low[cell] != high[cell] {
                numbers[cell] = number(problem.cells.len());
                problem.cells.push(number(cell));
                problem.low.push(low[cell]);
                problem.high.push(high[cell]);
            }
        }
        let mut terms = Vec::new();
        for row in 0..system.constraints.len() {
            terms.clear();
            let mut known = 0;
            for (cell, factor) in system.constraints.terms(row) {
                if numbers[cell] == u32::MAX {
                    known += factor * low[cell];
                } else {
                    terms.push((numbers[cell], factor));
                }
            }
            let (least, most) = (system.constraints.low[row], system.constraints.high[row]);
            let most = if most >= crate::constraints::UNBOUNDED { most } else { most - known };
            if terms.is_empty() {
                if least - known > 0 || most < 0 {
                    problem.broken.get_or_insert(number(row));
                }
                continue;
            }
            let why = system.constraints.why[row];
            problem.constraints.push(why, terms.iter().copied(), least - known, most);
            problem.origin.push(number(row));
        }
        problem.constraints.index(problem.cells.len());
        for rate in &system.rates {
            let [denominator, numerator] = [rate.denominator, rate.numerator].map(|cell| numbers[cell as usize]);
            if denominator != u32::MAX && numerator != u32::MAX {
                problem.rates.push(ShownRate { denominator, numerator, share: rate.share });
            }
        }
        problem
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether whole numbers agree with everything that was published.
    pub(crate) fn agrees(&self, table: &[i64]) -> bool {
        let within = |low: i64, value: i64, high: i64| low <= value && value <= high;
        (0..self.len()).all(|cell| within(self.low[cell], table[cell], self.high[cell]))
            && (0..self.constraints.len())
                .all(|row| within(self.constraints.low[row], self.sum(row, table), self.constraints.high[row]))
    }

    pub(crate) fn sum(&self, row: usize, table: &[i64]) -> i64 {
        self.constraints.terms(row).map(|(cell, factor)| factor * table[cell]).sum()
    }
}

pub(crate) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
