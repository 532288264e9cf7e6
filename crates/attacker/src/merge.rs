//! Hidden cells that are the same number: a cluster with one program at a school, a district with one school. Tables are
//! looked for among what is left when each is one cell, and when what is known is taken out.

use crate::{
    bounds::Bounds,
    constraints::UNBOUNDED,
    problem::{Problem, number},
};

/// A smaller problem with the same tables.
pub(crate) struct Merged {
    pub(crate) problem: Problem,
    pub(crate) bounds: Bounds,
    places: Vec<Place>,
}

/// What a cell of the problem is in the smaller one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Known.
    Known(i64),
    /// A cell, and how much more than it.
    Cell(usize, i64),
}

/// Cells that are the same but for a constant, as trees: of each cell its parent, and how much more it is.
struct Same {
    parents: Vec<(u32, i64)>,
}

impl Same {
    fn root(&mut self, cell: usize) -> (usize, i64) {
        let (mut at, mut more) = (cell, 0);
        while self.parents[at].0 as usize != at {
            more += self.parents[at].1;
            at = self.parents[at].0 as usize;
        }
        self.parents[cell] = (number(at), more);
        (at, more)
    }
}

impl Merged {
    pub(crate) fn of(problem: &Problem, bounds: &Bounds) -> Self {
        let cells = problem.len();
        let mut same = Same { parents: (0..cells).map(|cell| (number(cell), 0)).collect() };
        let mut terms = Vec::new();
        loop {
            let mut merged = false;
            for row in (0..problem.constraints.len()).filter(|&row| problem.constraints.is_equation(row)) {
                let known = collect(problem, bounds, &mut same, row, &mut terms);
                if let [(a, 1), (b, -1)] | [(b, -1), (a, 1)] = terms[..] {
                    // a - b = low - known
                    same.parents[a as usize] = (b, problem.constraints.low[row] - known);
                    merged = true;
                }
            }
            if !merged {
                break;
            }
        }
        let mut numbers = vec![usize::MAX; cells];
        let mut small = Problem {
            cells: Vec::new(),
            constraints: crate::constraints::Constraints::default(),
            origin: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            rates: Vec::new(),
            broken: None,
        };
        let mut places = vec![Place::Known(0); cells];
        for (cell, place) in places.iter_mut().enumerate() {
            if bounds.low[cell] == bounds.high[cell] {
                *place = Place::Known(bounds.low[cell]);
                continue;
            }
            let (root, more) = same.root(cell);
            if numbers[root] == usize::MAX {
                numbers[root] = small.cells.len();
                small.cells.push(problem.cells[cell]);
                small.low.push(0);
                small.high.push(UNBOUNDED);
            }
            let at = numbers[root];
            *place = Place::Cell(at, more);
            small.low[at] = small.low[at].max(bounds.low[cell] - more);
            if bounds.high[cell] < UNBOUNDED {
                small.high[at] = small.high[at].min(bounds.high[cell] - more);
            }
        }
        for row in 0..problem.constraints.len() {
            let known = collect(problem, bounds, &mut same, row, &mut terms);
            for term in &mut terms {
                term.0 = number(numbers[term.0 as usize]);
            }
            let (low, high) = (problem.constraints.low[row], problem.constraints.high[row]);
            let high = if high >= UNBOUNDED { high } else { high - known };
            small.constraints.add(problem.constraints.why[row], &terms, low - known, high);
        }
        small.constraints.index(small.cells.len());
        let bounds = Bounds::of(&small);
        Self { problem: small, bounds, places }
    }

    pub(crate) fn place(&self, cell: usize) -> Place {
        self.places[cell]
    }
}

/// The terms of a row by the roots of its cells, and what is known of it.
fn collect(problem: &Problem, bounds: &Bounds, same: &mut Same, row: usize, terms: &mut Vec<(u32, i64)>) -> i64 {
    terms.clear();
    let mut known = 0;
    for (cell, factor) in problem.constraints.terms(row) {
        if bounds.low[cell] == bounds.high[cell] {
            known += factor * bounds.low[cell];
            continue;
        }
        let (root, more) = same.root(cell);
        known += factor * more;
        terms.push((number(root), factor));
    }
    terms.sort_unstable();
    terms.dedup_by(|next, kept| {
        let equal = next.0 == kept.0;
        if equal {
            kept.1 += next.1;
        }
        equal
    });
    terms.retain(|&(_, factor)| factor != 0);
    known
}
