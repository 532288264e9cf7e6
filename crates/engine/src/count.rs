//! From how students stand to a count for every organization, program, subgroup and pair.
//!
//! The row `''` of a student says how the student stands where no program's courses or credits set the student apart: it
//! is added to every program once for all (the program's code 0), and where a student has a row of his or her own in a
//! program, the difference is added there. So the work grows with the rows that there are, not with students times
//! programs. A student is added where he or she counts, and what is above an organization is summed up at the end: in one
//! row of the table a student has one place.

use std::collections::BTreeMap;

use waymark_cube::{Kernel, Rows, Scheme};
use waymark_rulebook::{Plan, Rulebook};

use crate::{
    organizations::Organizations,
    standings::{ATTRIBUTIONS, Standings},
};

/// Subgroups by bit, and the names of all slots.
pub(crate) struct Slots {
    pub(crate) scheme: Scheme,
    /// `all`, the subgroups, the pairs.
    pub(crate) names: Vec<String>,
}

impl Slots {
    pub(crate) fn new(book: &Rulebook) -> Self {
        let groups = &book.subgroups;
        let mut names: Vec<String> =
            std::iter::once("all".to_owned()).chain(groups.iter().map(|group| group.name.clone())).collect();
        let mut pairs = Vec::new();
        for (i, a) in groups.iter().enumerate() {
            for (j, b) in groups.iter().enumerate().skip(i + 1) {
                if a.dimension != b.dimension || a.overlapping {
                    pairs.push((i, j));
                    names.push(format!("{}+{}", a.name, b.name));
                }
            }
        }
        Self { scheme: Scheme::new(groups.len(), pairs), names }
    }
}

/// The counts of one measure: the denominators by slot, then the numerators.
pub(crate) type Tally = Box<[i32]>;

/// A cell of a measure: the program's code, the organization's place, the measure's place in its plan.
pub(crate) type Place = (u32, u32, u32);

/// The counts of a plan, organization by organization without those below it.
pub(crate) struct Tallies {
    slots: usize,
    measures: usize,
    kernel: Kernel,
    /// By attribution, the denominators and numerators of its measures.
    sides_of: [Vec<u64>; 3],
    /// By program and place, the measures of the plan.
    cells: BTreeMap<(u32, u32), Vec<Option<Tally>>>,
    entries: Vec<Entry>,
}

/// A row that is to be added to a cell, or taken away from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    program: u32,
    place: u32,
    taken_away: bool,
    row: u32,
}

impl Tallies {
    pub(crate) fn new(plan: &Plan, slots: &Slots) -> Self {
        let words = plan.measures.len().div_ceil(64);
        let sides_of = ATTRIBUTIONS.map(|attribution| {
            let mut sides = vec![0; 2 * words];
            for (place, _) in plan.measures.iter().enumerate().filter(|(_, m)| m.attribution == attribution) {
                sides[place / 64] |= 1 << (place % 64);
                sides[words + place / 64] |= 1 << (place % 64);
            }
            sides
        });
        Self {
            slots: slots.names.len(),
            measures: plan.measures.len(),
            kernel: Kernel::new(slots.scheme.clone()),
            sides_of,
            cells: BTreeMap::new(),
            entries: Vec::new(),
        }
    }

    /// Adds students; with a `sign` of -1 it takes them away.
    pub(crate) fn add(&mut self, standings: &Standings, sign: i32) {
        let words = 2 * standings.measure_words;
        let (mut groups, mut sides) = (Vec::new(), Vec::new());
        for (attribution, of_attribution) in self.sides_of.iter().enumerate() {
            if of_attribution.iter().all(|word| *word == 0) {
                continue;
            }
            let entries = &mut self.entries;
            entries.clear();
            let mut push = |program: u32, row: usize, taken_away: bool| {
                let counts = standings.sides(row).iter().zip(of_attribution).any(|(sides, of)| sides & of != 0);
                if let Some(place) = standings.place(attribution, row).filter(|_| counts) {
                    // A row's place fits: `Standings` has checked it.
                    entries.push(Entry { program, place, taken_away, row: u32::try_from(row).unwrap_or(u32::MAX) });
                }
            };
            for (row, program) in standings.program.iter().enumerate() {
                if *program == 0 {
                    push(0, row, false);
                    continue;
                }
                match standings.usual(row) {
                    Some(usual) if standings.same(row, usual) => {}
                    usual => {
                        push(*program, row, false);
                        if let Some(usual) = usual {
                            push(*program, usual, true);
                        }
                    }
                }
            }
            entries.sort_unstable();
            for of_cell in
                entries.chunk_by(|a, b| (a.program, a.place, a.taken_away) == (b.program, b.place, b.taken_away))
            {
                groups.clear();
                sides.clear();
                for entry in of_cell {
                    groups.extend_from_slice(standings.groups(entry.row as usize));
                    let of_row = standings.sides(entry.row as usize);
                    sides.extend(of_row.iter().zip(of_attribution).map(|(sides, of)| sides & of));
                }
                let first = of_cell[0];
                let measures =
                    self.cells.entry((first.program, first.place)).or_insert_with(|| vec![None; self.measures]);
                let rows = Rows { groups: &groups, sides: &sides, side_words: words };
                let sign = if first.taken_away { -sign } else { sign };
                self.kernel.add(rows, sign, &mut Cell { measures, slots: self.slots, half: 32 * words });
            }
        }
    }

    /// The counts, organization by organization without those below it.
    pub(crate) fn into_cells(self) -> impl Iterator<Item = (Place, Tally)> {
        self.cells.into_iter().flat_map(|((program, place), measures)| {
            measures.into_iter().enumerate().filter_map(move |(measure, tally)| {
                let tally = tally.filter(|tally| tally.iter().any(|count| *count != 0))?;
                Some(((program, place, u32::try_from(measure).unwrap_or(u32::MAX)), tally))
            })
        })
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn add_cell(&mut self, (program, place, measure): Place, counts: Tally) {
        let measures = self.cells.entry((program, place)).or_insert_with(|| vec![None; self.measures]);
        match &mut measures[measure as usize] {
            Some(sum) => sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count),
            none => *none = Some(counts),
        }
    }

    /// All counts, each organization with what is below it. Differences that came to nothing are left out.
    pub(crate) fn finish(self, organizations: &Organizations) -> BTreeMap<Place, Tally> {
        let mut all: BTreeMap<Place, Tally> = BTreeMap::new();
        for ((program, place), measures) in self.cells {
            for (measure, own) in measures.into_iter().enumerate() {
                let Some(own) = own.filter(|own| own.iter().any(|count| *count != 0)) else { continue };
                for organization in organizations.with_above(place) {
                    let key = (program, *organization, u32::try_from(measure).unwrap_or(u32::MAX));
                    let sum = all.entry(key).or_insert_with(|| vec![0; own.len()].into());
                    sum.iter_mut().zip(&own).for_each(|(sum, count)| *sum += count);
                }
            }
        }
        all.retain(|_, counts| counts.iter().any(|count| *count != 0));
        all
    }
}

/// The measures of a cell as the kernel fills them.
struct Cell<'a> {
    measures: &'a mut [Option<Tally>],
    slots: usize,
    /// The first side that is a numerator.
    half: usize,
}

impl waymark_cube::Counts for Cell<'_> {
    fn side(&mut self, side: usize) -> &mut [i32] {
        let (measure, first) = if side < self.half { (side, 0) } else { (side - self.half, self.slots) };
        let tally = self.measures[measure].get_or_insert_with(|| vec![0; 2 * self.slots].into());
        &mut tally[first..first + self.slots]
    }
}
