//! The counts of a report year, every measure in one table, and the rows of the measures table that it stands for.

use std::collections::BTreeMap;

use waymark_rulebook::Rulebook;
use waymark_terms::SchoolYear;

use crate::{
    EngineError, MeasureRow, Selection,
    count::{Slots, Tally},
    packed::{pack, unpack_into},
};

/// A cell of all measures: the measure, the organization, the program's code.
pub(crate) type Key = (u32, u32, u32);

/// Names that the codes of cells stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// Measure and variant, in the rulebook's order.
    pub(crate) measures: Vec<(String, String)>,
    /// By name.
    pub(crate) organizations: Vec<String>,
    /// By name; a program's code is its place and 1, and 0 what holds in every program without a cell of its own.
    pub(crate) programs: Vec<String>,
    /// `all`, subgroups, pairs.
    pub(crate) slots: Vec<String>,
    /// How many of the slots come before the pairs.
    pub(crate) singles: usize,
}

impl Names {
    pub(crate) fn new(book: &Rulebook, slots: &Slots, organizations: &[String], programs: &[String]) -> Self {
        let variants = book
            .measures
            .iter()
            .flat_map(|measure| measure.variants.iter().map(|variant| (measure.name.clone(), variant.name.clone())));
        Self {
            measures: variants.collect(),
            organizations: organizations.to_vec(),
            programs: programs.to_vec(),
            slots: slots.names.clone(),
            singles: 1 + slots.scheme.groups(),
        }
    }

    pub(crate) fn measure(&self, measure: &str, variant: &str) -> Option<u32> {
        let place = self.measures.iter().position(|(m, v)| m == measure && v == variant)?;
        u32::try_from(place).ok()
    }
}

/// The counts of a year: by cell, packed, the denominators by slot and then the numerators. A program's cell holds by how
/// much it differs from the cell of code 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YearCounts {
    pub(crate) names: Names,
    pub(crate) cells: BTreeMap<Key, Box<[u8]>>,
}

impl YearCounts {
    pub(crate) fn new(names: Names) -> Self {
        Self { names, cells: BTreeMap::new() }
    }

    pub(crate) fn insert(&mut self, key: Key, tally: &Tally) {
        self.cells.insert(key, pack(tally));
    }

    /// The rows of the measures table that a selection takes, in its order.
    pub(crate) fn rows(&self, year: SchoolYear, selection: &Selection) -> Result<Vec<MeasureRow>, EngineError> {
        let mut rows = Vec::new();
        let slots = self.names.wanted_slots(selection);
        for (measure, (name, _)) in self.names.measures.iter().enumerate() {
            if !Selection::takes(selection.measure.as_ref(), name) {
                continue;
            }
            for (organization, name) in self.names.organizations.iter().enumerate() {
                if !Selection::takes(selection.organization.as_ref(), name) {
                    continue;
                }
                let (Ok(measure), Ok(organization)) = (u32::try_from(measure), u32::try_from(organization)) else {
                    continue;
                };
                let cells = self.cells.range((measure, organization, 0)..=(measure, organization, u32::MAX));
                let cells = cells.map(|((_, _, program), cell)| (*program, &cell[..]));
                self.names.rows_of(year, measure, organization, cells, selection, &slots, &mut rows)?;
            }
        }
        Ok(rows)
    }
}

impl Names {
    /// The slots that a selection takes, in the order of their rows: `all` first, then single subgroups, then pairs.
    pub(crate) fn wanted_slots(&self, selection: &Selection) -> Vec<usize> {
        let pairs = selection.with_pairs();
        let takes = |slot: &usize| {
            (pairs || *slot < self.singles) && Selection::takes(selection.subgroup.as_ref(), &self.slots[*slot])
        };
        let mut wanted: Vec<usize> = (0..self.slots.len()).filter(takes).collect();
        wanted.sort_by(|a, b| {
            let order = |slot: usize| (slot != 0, slot >= self.singles, &self.slots[slot]);
            order(*a).cmp(&order(*b))
        });
        wanted
    }

    /// The rows of one measure and organization, from its cells by program.
    #[expect(clippy::too_many_arguments, reason = "what a row is made of")]
    pub(crate) fn rows_of<'a>(
        &self,
        year: SchoolYear,
        measure: u32,
        organization: u32,
        cells: impl Iterator<Item = (u32, &'a [u8])>,
        selection: &Selection,
        slots: &[usize],
        rows: &mut Vec<MeasureRow>,
    ) -> Result<(), EngineError> {
        let of_program: BTreeMap<u32, &[u8]> = cells.collect();
        if of_program.is_empty() {
            return Ok(());
        }
        let size = self.slots.len();
        let mut everywhere = vec![0; 2 * size];
        if let Some(cell) = of_program.get(&0) {
            unpack_into(cell, &mut everywhere)?;
        }
        let somebody = everywhere.iter().any(|count| *count != 0);
        let (measure_name, variant) = &self.measures[measure as usize];
        for (place, program) in self.programs.iter().enumerate() {
            if !Selection::takes(selection.program.as_ref(), program) {
                continue;
            }
            let cell = u32::try_from(place + 1).ok().and_then(|code| of_program.get(&code));
            if cell.is_none() && !somebody {
                continue;
            }
            let mut counts = everywhere.clone();
            if let Some(cell) = cell {
                unpack_into(cell, &mut counts)?;
            }
            for slot in slots {
                let (denominator, numerator) = (counts[*slot], counts[size + slot]);
                if denominator == 0 && numerator == 0 {
                    continue;
                }
                let count = |count: i32| {
                    let impossible = || {
                        let organization = &self.organizations[organization as usize];
                        EngineError::Impossible(format!(
                            "{count} students in {organization}, {program}, {}",
                            self.slots[*slot]
                        ))
                    };
                    u64::try_from(count).map_err(|_| impossible())
                };
                rows.push(MeasureRow {
                    report_year: year,
                    measure: measure_name.clone(),
                    variant: variant.clone(),
                    organization_id: self.organizations[organization as usize].clone(),
                    program_id: program.clone(),
                    subgroup: self.slots[*slot].clone(),
                    denominator: count(denominator)?,
                    numerator: count(numerator)?,
                });
            }
        }
        Ok(())
    }
}
