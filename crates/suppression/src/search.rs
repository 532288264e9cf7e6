//! Looks for a circuit: a few cells that can move together, each by one, without changing any sum.
//!
//! A partial circuit leaves equations open. The most promising one is extended first: by a cell of that open equation
//! which the fewest hidden cells could close.

use std::{cmp::Reverse, collections::BinaryHeap};

use rustc_hash::FxHashMap;

use crate::{
    pattern::{Pattern, Slot},
    system::{CellId, EquationId, Incidence, Role, UNBOUNDED, id},
};

/// How hard to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// What the cells that would have to be hidden may cost.
    pub(crate) budget: u32,
    /// How many partial circuits to extend.
    pub(crate) extensions: u32,
    /// How many ways to extend each.
    pub(crate) breadth: usize,
    /// How much more than its cost a partial circuit is judged by what is still open: more finds a dearer one sooner.
    pub(crate) greed: u32,
}

/// What to look for.
pub(crate) struct Wanted<'a> {
    /// The cell that has to move, upwards in the circuit.
    pub(crate) cell: CellId,
    /// The steps back and forth that have to be possible in all.
    pub(crate) width: i64,
    /// Only steps forth count, and only upwards (1) or downwards (-1).
    pub(crate) one_way: Option<i8>,
    /// Cells that must stay as they are.
    pub(crate) still: [Option<CellId>; 2],
    /// How far cells are from the truth already.
    pub(crate) moved: &'a FxHashMap<CellId, i64>,
}

/// Cells with the direction in which each moves, and how many steps forth are possible.
#[derive(Clone, Debug)]
pub(crate) struct Circuit {
    pub(crate) steps: Vec<(CellId, i8)>,
    pub(crate) forth: i64,
}

/// A partial circuit.
#[derive(Clone, Copy)]
struct Node {
    before: u32,
    cell: CellId,
    step: i8,
    size: u32,
    back: i64,
    forth: i64,
    cost: u32,
    /// Its open equations, as a stretch of [`Search::open`].
    open: (u32, u32),
}

/// Work space of searches, kept between them.
#[derive(Default)]
pub(crate) struct Search {
    nodes: Vec<Node>,
    open: Vec<(EquationId, i8)>,
    heap: BinaryHeap<Reverse<(u32, u32)>>,
    path: Vec<CellId>,
    ways: Vec<(u32, CellId, i8)>,
    next: Vec<(EquationId, i8)>,
}

/// What an open equation adds to the guess of what a circuit will cost: one that hidden cells may close...
const OPEN: u32 = 130;
/// ... and one that only a shown cell could.
const DEAD: u32 = 500;
/// What each cell of a circuit adds, so that short ones are preferred.
const LENGTH: u32 = 25;
/// The most cells of a circuit.
const LONGEST: u32 = 160;
/// How many cells of a long equation are looked at.
const LOOK: usize = 48;

impl Wanted<'_> {
    /// How many steps back and forth a cell has room for if it moves by `step`.
    fn room(&self, pattern: &Pattern, cell: CellId, step: i8) -> (i64, i64) {
        let variable = pattern.system().cell(cell);
        let value = variable.value + self.moved.get(&cell).copied().unwrap_or(0);
        let (down, up) = (value - variable.lower, (variable.upper - value).min(UNBOUNDED));
        if step > 0 { (down, up) } else { (up, down) }
    }

    fn enough(&self, back: i64, forth: i64) -> bool {
        if self.one_way.is_some() { forth >= self.width } else { back + forth >= self.width }
    }
}

impl Search {
    /// A circuit as wanted, or none that was found with this effort.
    pub(crate) fn circuit(&mut self, pattern: &Pattern, wanted: &Wanted, effort: Effort) -> Option<Circuit> {
        self.nodes.clear();
        self.open.clear();
        self.heap.clear();
        let step = wanted.one_way.unwrap_or(1);
        let (back, forth) = wanted.room(pattern, wanted.cell, step);
        let equations = pattern.system().equations_of(wanted.cell);
        // A cell that is twice in an equation is left to others.
        let twice = equations.windows(2).any(|pair| pair[0].equation == pair[1].equation);
        if twice || !wanted.enough(back, forth) {
            return None;
        }
        self.open.extend(equations.iter().map(|at| (at.equation, at.sign * step)));
        let open = (0, id(self.open.len()));
        self.nodes.push(Node { before: u32::MAX, cell: wanted.cell, step, size: 1, back, forth, cost: 0, open });
        self.heap.push(Reverse((0, 0)));
        let mut left = effort.extensions;
        while let Some(Reverse((_, at))) = self.heap.pop() {
            let node = self.nodes[at as usize];
            if node.open.0 == node.open.1 {
                return Some(self.found(at));
            }
            if node.size < LONGEST {
                left = left.checked_sub(1)?;
                self.extend(pattern, at, wanted, effort);
            }
        }
        None
    }

    fn found(&self, at: u32) -> Circuit {
        let Node { forth, .. } = self.nodes[at as usize];
        let mut steps = Vec::new();
        let mut on = at;
        while let Some(node) = self.nodes.get(on as usize) {
            steps.push((node.cell, node.step));
            on = node.before;
        }
        Circuit { steps, forth }
    }

    fn extend(&mut self, pattern: &Pattern, at: u32, wanted: &Wanted, effort: Effort) {
        let system = pattern.system();
        let node = self.nodes[at as usize];
        self.path.clear();
        let mut on = at;
        while let Some(node) = self.nodes.get(on as usize) {
            self.path.push(node.cell);
            on = node.before;
        }
        let open = &self.open[node.open.0 as usize..node.open.1 as usize];
        let ways = |equation: EquationId| {
            let hidden = pattern.hidden_in(equation);
            if effort.budget == 0 { hidden } else { id(system.terms(equation).len()) + hidden }
        };
        let fewest = open.iter().min_by_key(|(equation, _)| (ways(*equation), *equation));
        let Some(&(equation, residual)) = fewest else { return };
        let mut ways = std::mem::take(&mut self.ways);
        ways.clear();
        let consider = |slot: &Slot, hidden: bool, ways: &mut Vec<(u32, CellId, i8)>| {
            let cell = slot.cell;
            if wanted.still.contains(&Some(cell)) || self.path.contains(&cell) {
                return;
            }
            let variable = system.cell(cell);
            let mut cost = node.cost;
            if !hidden {
                cost = cost.saturating_add(variable.cost);
                if variable.role != Role::Ordinary || cost > effort.budget {
                    return;
                }
            }
            let step = if (residual > 0) == (slot.sign > 0) { -1 } else { 1 };
            let (back, forth) = wanted.room(pattern, cell, step);
            if !wanted.enough(node.back.min(back), node.forth.min(forth)) {
                return;
            }
            let mut score = cost + OPEN * 16;
            for Incidence { equation, sign } in system.equations_of(cell) {
                let before = open.iter().find(|(other, _)| other == equation).map_or(0, |found| found.1);
                let after = before + sign * step;
                if after == 0 {
                    score = score.saturating_sub(OPEN);
                } else if after.abs() > before.abs() {
                    // Who else could move in it?
                    let others = pattern.hidden_in(*equation) - u32::from(hidden);
                    if others == 0 && effort.budget == 0 {
                        return;
                    }
                    score += if others == 0 { OPEN + DEAD } else { OPEN };
                }
            }
            ways.push((score, cell, step));
        };
        looked(pattern.hidden_slots(equation), at, |slot| consider(slot, true, &mut ways));
        if effort.budget > node.cost {
            looked(pattern.shown_slots(equation), at, |slot| consider(slot, false, &mut ways));
        }
        ways.sort_unstable();
        for (_, cell, step) in ways.iter().take(effort.breadth) {
            self.push(pattern, at, wanted, effort, *cell, *step);
        }
        self.ways = ways;
    }

    fn push(&mut self, pattern: &Pattern, at: u32, wanted: &Wanted, effort: Effort, cell: CellId, step: i8) {
        let system = pattern.system();
        let node = self.nodes[at as usize];
        self.next.clear();
        self.next.extend_from_slice(&self.open[node.open.0 as usize..node.open.1 as usize]);
        for incidence in system.equations_of(cell) {
            match self.next.iter_mut().find(|(equation, _)| *equation == incidence.equation) {
                Some(found) => found.1 += incidence.sign * step,
                None => self.next.push((incidence.equation, incidence.sign * step)),
            }
        }
        self.next.retain(|(_, residual)| *residual != 0);
        let (back, forth) = wanted.room(pattern, cell, step);
        let more = if pattern.is_hidden(cell) { 0 } else { system.cell(cell).cost };
        let cost = node.cost + more;
        let start = id(self.open.len());
        self.open.extend_from_slice(&self.next);
        let open = |(equation, _): &(EquationId, i8)| if pattern.hidden_in(*equation) > 1 { OPEN } else { DEAD };
        let guess = cost + LENGTH * node.size + effort.greed * self.next.iter().map(open).sum::<u32>();
        self.heap.push(Reverse((guess, id(self.nodes.len()))));
        self.nodes.push(Node {
            before: at,
            cell,
            step,
            size: node.size + 1,
            back: node.back.min(back),
            forth: node.forth.min(forth),
            cost,
            open: (start, id(self.open.len())),
        });
    }
}

/// Looks at all of a short list, and at a stretch of a long one that depends on where the search is.
fn looked<'s>(slots: &'s [Slot], at: u32, mut each: impl FnMut(&'s Slot)) {
    let start = if slots.len() <= LOOK { 0 } else { (at as usize).wrapping_mul(7919) % slots.len() };
    slots.iter().cycle().skip(start).take(slots.len().min(LOOK)).for_each(&mut each);
}
