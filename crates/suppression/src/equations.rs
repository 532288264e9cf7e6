//! All equations that hold among the cells of a release, by the scheme and the public hierarchy.
//!
//! What is only known to be less than something is an equation too, with a latent rest: the students of a cluster who are
//! in none of one program, the English learners' complement. Sums that are not known to be complete have a latent rest of
//! those in none of the parts. Where that rest is nobody it is left out: an attacker may guess that, and be right.

use std::collections::BTreeSet;

use crate::{
    cells::{Cells, FiguresError, Found, Key, sum},
    names::Grain,
    scheme::Programs,
    system::{Term, UNBOUNDED, Variable},
};

/// Which sums have somebody in none of their parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Incomplete {
    /// Organizations, by number.
    pub(crate) organizations: BTreeSet<u32>,
    /// Dimensions, by number.
    pub(crate) dimensions: BTreeSet<u32>,
}

/// Writes them all.
pub(crate) fn write(cells: &mut Cells) -> Result<Incomplete, FiguresError> {
    let mut incomplete = Incomplete::default();
    for place in 0..cells.keys.len() {
        let Some(key) = cells.keys[place] else { continue };
        let whole = crate::system::id(place);
        organizations(cells, key, whole, &mut incomplete)?;
        programs(cells, key, whole)?;
        groups(cells, key, whole, &mut incomplete)?;
        neither(cells, key, whole)?;
        within(cells, key, whole)?;
        years(cells, key, whole)?;
    }
    Ok(incomplete)
}

/// The parts of a whole, as far as the release speaks of them.
#[derive(Default)]
struct Parts {
    cells: Vec<u32>,
    unknown: bool,
}

/// The whole is the parts and a rest, which is left out where it is nobody. Says how many that is.
fn add(cells: &mut Cells, what: &str, parts: &[u32], whole: u32, protected: bool) -> Result<i64, FiguresError> {
    let value = |cell: u32| cells.variables[cell as usize].value;
    let in_parts: i64 = parts.iter().map(|part| value(*part)).sum();
    let rest = value(whole) - in_parts;
    if rest < 0 {
        return Err(FiguresError::DoesNotAddUp { what: what.to_owned(), whole: value(whole), parts: in_parts });
    }
    // Of a whole without parts nothing is known: nobody's race need be.
    if parts.is_empty() {
        return Ok(rest);
    }
    let mut all = parts.to_vec();
    if rest > 0 {
        let role = cells.rest_role(rest, protected);
        all.push(cells.latent(Variable { value: rest, lower: 0, upper: UNBOUNDED, role, cost: 0, cells: 0 }));
    }
    cells.equations.push(sum(&all, whole));
    Ok(rest)
}

/// The whole is at least this part. Only a rest of nobody that anybody may count on is left out.
fn at_least(cells: &mut Cells, what: &str, part: u32, whole: u32, protected: bool) -> Result<(), FiguresError> {
    let value = |cell: u32| cells.variables[cell as usize].value;
    let rest = value(whole) - value(part);
    if rest < 0 {
        return Err(FiguresError::DoesNotAddUp { what: what.to_owned(), whole: value(whole), parts: value(part) });
    }
    let role = cells.rest_role(rest, protected);
    let rest = cells.latent(Variable { value: rest, lower: 0, upper: UNBOUNDED, role, cost: 0, cells: 0 });
    cells.equations.push(sum(&[part, rest], whole));
    Ok(())
}

fn organizations(cells: &mut Cells, key: Key, whole: u32, incomplete: &mut Incomplete) -> Result<(), FiguresError> {
    if cells.organizations.below[key.organization as usize].is_empty() {
        return Ok(());
    }
    let mut parts = Parts::default();
    organizations_below(cells, key, &mut parts);
    if parts.cells.is_empty() && parts.unknown {
        return Ok(());
    }
    let rest = add(cells, "an organization and those below it", &parts.cells, whole, true)?;
    if rest > 0 && !parts.unknown {
        incomplete.organizations.insert(key.organization);
    }
    Ok(())
}

fn organizations_below(cells: &Cells, key: Key, parts: &mut Parts) {
    for below in &cells.organizations.below[key.organization as usize] {
        let key = Key { organization: *below, ..key };
        match cells.find(key) {
            Found::Cell(cell) => parts.cells.push(cell),
            Found::Zero => {}
            Found::Unknown if cells.organizations.below[*below as usize].is_empty() => parts.unknown = true,
            Found::Unknown => organizations_below(cells, key, parts),
        }
    }
}

fn programs(cells: &mut Cells, key: Key, whole: u32) -> Result<(), FiguresError> {
    let none_below = cells.programs.below[key.program as usize].is_empty();
    if cells.grains[key.program as usize] == Grain::Program || none_below || cells.same_programs(key) {
        return Ok(());
    }
    let mut parts = Parts::default();
    programs_below(cells, key, &mut parts);
    let count = &cells.scheme.counts[key.count as usize];
    let what = "all programs, or a cluster, and its programs";
    if count.programs == Programs::Partition {
        if !(parts.cells.is_empty() && parts.unknown) {
            add(cells, what, &parts.cells, whole, true)?;
        }
        return Ok(());
    }
    // Who counts in one program may be in the group for another.
    let covered = count.covered && !parts.unknown && !cells.by_program(key);
    // A cluster with one program that covers it is the program.
    if let ([only], true) = (&parts.cells[..], covered) {
        add(cells, what, &[*only], whole, false)?;
        return Ok(());
    }
    for part in &parts.cells {
        at_least(cells, what, *part, whole, false)?;
    }
    if covered && !parts.cells.is_empty() {
        let value = |cell: u32| cells.variables[cell as usize].value;
        let twice = parts.cells.iter().map(|part| value(*part)).sum::<i64>() - value(whole);
        if twice < 0 {
            return Err(FiguresError::DoesNotAddUp { what: what.to_owned(), whole: value(whole), parts: twice });
        }
        let role = cells.rest_role(twice, false);
        let twice = cells.latent(Variable { value: twice, lower: 0, upper: UNBOUNDED, role, cost: 0, cells: 0 });
        let mut terms = sum(&parts.cells, whole);
        terms.push(Term { cell: twice, sign: -1 });
        cells.equations.push(terms);
    }
    Ok(())
}

fn programs_below(cells: &Cells, key: Key, parts: &mut Parts) {
    for below in &cells.programs.below[key.program as usize] {
        let key = Key { program: *below, ..key };
        match cells.find(key) {
            Found::Cell(cell) => parts.cells.push(cell),
            Found::Zero => {}
            Found::Unknown if cells.programs.below[*below as usize].is_empty() => parts.unknown = true,
            Found::Unknown => programs_below(cells, key, parts),
        }
    }
}

fn groups(cells: &mut Cells, key: Key, whole: u32, incomplete: &mut Incomplete) -> Result<(), FiguresError> {
    let has = cells.groups.dimensions(key.combination);
    for number in 0..crate::system::id(cells.scheme.dimensions.len()) {
        let dimension = &cells.scheme.dimensions[number as usize];
        let overlap = dimension.overlap;
        if !overlap && has.contains(&number) {
            continue;
        }
        let Some(parts) = cells.refined(key, number) else { continue };
        if overlap {
            for part in parts {
                at_least(cells, "a group and everybody", part, whole, true)?;
            }
        } else if add(cells, "the groups of a dimension and everybody", &parts, whole, false)? > 0 {
            incomplete.dimensions.insert(number);
        }
    }
    Ok(())
}

/// Those in neither of two groups, one of which is of an overlapping dimension, are not fewer than none.
fn neither(cells: &mut Cells, key: Key, both: u32) -> Result<(), FiguresError> {
    let groups = cells.groups.combinations[key.combination as usize].clone();
    let [a, b] = groups[..] else { return Ok(()) };
    let overlap = |group: u32| cells.scheme.dimensions[cells.groups.dimension[group as usize] as usize].overlap;
    if !overlap(a) && !overlap(b) {
        return Ok(());
    }
    let cell = |of: Vec<u32>| {
        let combination = cells.groups.known(of)?;
        let Found::Cell(cell) = cells.find(Key { combination, ..key }) else { return None };
        Some(cell)
    };
    let (Some(all), Some(a), Some(b)) = (cell(vec![]), cell(vec![a]), cell(vec![b])) else { return Ok(()) };
    let value = |cell: u32| cells.variables[cell as usize].value;
    let rest = value(all) + value(both) - value(a) - value(b);
    if rest < 0 {
        let what = "two groups and both".to_owned();
        return Err(FiguresError::DoesNotAddUp { what, whole: value(all), parts: value(a) + value(b) - value(both) });
    }
    let role = cells.rest_role(rest, false);
    let rest = cells.latent(Variable { value: rest, lower: 0, upper: UNBOUNDED, role, cost: 0, cells: 0 });
    let terms = [(a, 1), (b, 1), (rest, 1), (all, -1), (both, -1)];
    cells.equations.push(terms.into_iter().map(|(cell, sign)| Term { cell, sign }).collect());
    Ok(())
}

fn within(cells: &mut Cells, key: Key, part: u32) -> Result<(), FiguresError> {
    for name in &cells.scheme.counts[key.count as usize].within {
        let Some(count) = cells.counts.get(name) else { continue };
        if let Found::Cell(whole) = cells.find(Key { count, ..key }) {
            at_least(cells, "a count within another", part, whole, false)?;
        }
    }
    Ok(())
}

fn years(cells: &mut Cells, key: Key, whole: u32) -> Result<(), FiguresError> {
    for pooled in &cells.scheme.pooled_years {
        if cells.years.get(&pooled.name) != Some(key.year) {
            continue;
        }
        let mut parts = Parts::default();
        for year in &pooled.of {
            match cells.years.get(year).map(|year| cells.find(Key { year, ..key })) {
                Some(Found::Cell(cell)) => parts.cells.push(cell),
                Some(Found::Zero) => {}
                Some(Found::Unknown) | None => parts.unknown = true,
            }
        }
        if !parts.cells.is_empty() {
            add(cells, "pooled years and their years", &parts.cells, whole, false)?;
        }
    }
    Ok(())
}
