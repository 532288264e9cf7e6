//! The equations that hold among cells by the public hierarchy alone: `docs/release-format.md`, "What follows from it".

use crate::{
    constraints::{UNBOUNDED, Why},
    read::Programs,
    system::{Found, System},
    universe::{Grain, Key},
};

/// Writes all of them, or those with a cell that a publication has corrected.
pub(crate) fn write(system: &mut System, corrected: Option<u32>) {
    let mut cell = 0;
    // Cells that nobody publishes are added on the way, and have equations too.
    while cell < system.cells() {
        let number = u32::try_from(cell).unwrap_or(u32::MAX);
        let key = system.keys[cell];
        let mut writer = Writer { system, key, corrected };
        if writer.system.find(key, corrected) == Found::Cell(number) {
            writer.organizations(number);
            writer.programs(number);
            writer.groups(number);
            writer.within(number);
            writer.years(number);
        }
        cell += 1;
    }
}

struct Writer<'a> {
    system: &'a mut System,
    key: Key,
    corrected: Option<u32>,
}

/// The parts of a whole, as far as anything is known of them.
#[derive(Default)]
struct Parts {
    cells: Vec<u32>,
    /// Some of the parts are not known.
    incomplete: bool,
}

impl Writer<'_> {
    fn find(&mut self, key: Key) -> Found {
        self.system.find(key, self.corrected)
    }

    fn add(&mut self, why: Why, terms: &[(u32, i64)], low: i64, high: i64) {
        let concerns = self.corrected.is_none_or(|by| terms.iter().any(|&(cell, _)| self.system.is_again(by, cell)));
        if concerns {
            self.system.constraints.add(why, terms, low, high);
        }
    }

    /// The whole is the sum of the parts, or at least that where some parts are not known.
    fn sum(&mut self, why: Why, whole: u32, parts: &Parts) {
        if parts.incomplete && parts.cells.is_empty() {
            return;
        }
        let mut terms = vec![(whole, 1)];
        terms.extend(parts.cells.iter().map(|&cell| (cell, -1)));
        self.add(why, &terms, 0, if parts.incomplete { UNBOUNDED } else { 0 });
    }

    fn part(&mut self, whole: u32, part: u32, why: Why) {
        if whole != part {
            self.add(why, &[(whole, 1), (part, -1)], 0, UNBOUNDED);
        }
    }

    fn organizations(&mut self, whole: u32) {
        let mut parts = Parts::default();
        if self.system.universe.orgs[self.key.organization as usize].children.is_empty() {
            return;
        }
        self.organizations_below(self.key.organization, &mut parts);
        self.sum(Why::Organizations, whole, &parts);
    }

    fn organizations_below(&mut self, organization: u32, parts: &mut Parts) {
        let children = self.system.universe.orgs[organization as usize].children.clone();
        for child in children {
            match self.find(Key { organization: child, ..self.key }) {
                Found::Cell(cell) => parts.cells.push(cell),
                Found::Zero => {}
                Found::Unknown if self.system.universe.orgs[child as usize].children.is_empty() => {
                    parts.incomplete = true;
                }
                Found::Unknown => self.organizations_below(child, parts),
            }
        }
    }

    fn programs(&mut self, whole: u32) {
        let Key { count, program, .. } = self.key;
        let universe = &self.system.universe;
        if universe.grains[program as usize] == Grain::Program || universe.same_programs(self.key) {
            return;
        }
        let (kind, covered) = (
            universe.counts[count as usize].programs,
            universe.counts[count as usize].covered && !universe.by_program(self.key),
        );
        if universe.programs_of[program as usize].is_empty() {
            return;
        }
        let mut parts = Parts::default();
        self.programs_below(program, &mut parts);
        if kind == Programs::Partition {
            self.sum(Why::Programs, whole, &parts);
            return;
        }
        for &cell in &parts.cells {
            self.part(whole, cell, Why::InProgram);
        }
        if covered && !parts.incomplete {
            let mut terms: Vec<(u32, i64)> = parts.cells.iter().map(|&cell| (cell, 1)).collect();
            terms.push((whole, -1));
            self.add(Why::SomeProgram, &terms, 0, UNBOUNDED);
        }
    }

    fn programs_below(&mut self, program: u32, parts: &mut Parts) {
        let below = self.system.universe.programs_of[program as usize].clone();
        for part in below {
            match self.find(Key { program: part, ..self.key }) {
                Found::Cell(cell) => parts.cells.push(cell),
                Found::Zero => {}
                Found::Unknown if self.system.universe.programs_of[part as usize].is_empty() => parts.incomplete = true,
                Found::Unknown => self.programs_below(part, parts),
            }
        }
    }

    fn groups(&mut self, whole: u32) {
        let Key { combination, .. } = self.key;
        for dim in 0..self.system.universe.dims.len() {
            let dim = u32::try_from(dim).unwrap_or(u32::MAX);
            let overlap = self.system.universe.dims[dim as usize].overlap;
            if !overlap && self.system.universe.has_dim(combination, dim) {
                continue;
            }
            let children = self.system.universe.refinements(combination, dim);
            let mut parts = Parts::default();
            for child in children.iter().copied() {
                match self.find(Key { combination: child, ..self.key }) {
                    Found::Cell(cell) => parts.cells.push(cell),
                    Found::Zero => {}
                    Found::Unknown => parts.incomplete = true,
                }
                // A dimension is shown, or it is not.
                if parts.incomplete && parts.cells.is_empty() {
                    break;
                }
            }
            if overlap {
                for &cell in &parts.cells {
                    self.part(whole, cell, Why::InGroup);
                }
            } else {
                self.sum(Why::Groups, whole, &parts);
            }
        }
        self.neither(whole);
    }

    /// Those in neither of two groups are not fewer than none.
    fn neither(&mut self, both: u32) {
        let groups = self.system.universe.combinations[self.key.combination as usize].clone();
        for (place, &a) in groups.iter().enumerate() {
            for &b in &groups[place + 1..] {
                let universe = &mut self.system.universe;
                let overlap = |group: u32| universe.dims[universe.dim_of[group as usize] as usize].overlap;
                if !overlap(a) && !overlap(b) {
                    continue;
                }
                let without_b = universe.without(self.key.combination, b);
                let without_a = universe.without(self.key.combination, a);
                let without = universe.without(without_a, b);
                let found = [without, without_a, without_b].map(|combination| Key { combination, ..self.key });
                if let [Found::Cell(all), Found::Cell(b), Found::Cell(a)] = found.map(|key| self.find(key)) {
                    self.add(Why::Neither, &[(all, 1), (a, -1), (b, -1), (both, 1)], 0, UNBOUNDED);
                }
            }
        }
    }

    fn within(&mut self, part: u32) {
        let within = self.system.universe.counts[self.key.count as usize].within.clone();
        for count in within {
            match self.find(Key { count, ..self.key }) {
                Found::Cell(whole) => self.part(whole, part, Why::Within),
                Found::Zero => self.add(Why::Within, &[(part, 1)], 0, 0),
                Found::Unknown => {}
            }
        }
    }

    fn years(&mut self, whole: u32) {
        let Some(years) = self.system.universe.pooled.get(&self.key.year).cloned() else { return };
        let mut parts = Parts::default();
        for year in years {
            match self.find(Key { year, ..self.key }) {
                Found::Cell(cell) => parts.cells.push(cell),
                Found::Zero => {}
                Found::Unknown => parts.incomplete = true,
            }
        }
        self.sum(Why::Years, whole, &parts);
    }
}
