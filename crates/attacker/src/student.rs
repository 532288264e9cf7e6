//! What one student learns: whoever is alone in a hidden cell knows that it is 1, and with it every cell that can only
//! change together with it.

use rustc_hash::FxHashMap;

use crate::{
    bounds::Bounds,
    linear::Linear,
    problem::Problem,
    read::Publication,
    report::{Finding, FindingKind, HiddenCell, Verdict},
    system::{System, Target},
    universe::{ALL_PROGRAMS, Key, Universe},
};

/// What is looked at.
pub(crate) struct View<'a> {
    pub(crate) publications: &'a [Publication],
    pub(crate) system: &'a System,
    pub(crate) problem: &'a Problem,
    pub(crate) bounds: &'a Bounds,
    pub(crate) linear: &'a Linear,
    pub(crate) numbers: &'a [u32],
    pub(crate) minimum: i64,
    pub(crate) known: Option<&'a [Option<i64>]>,
}

/// Each hidden cell that somebody alone in another could work out; with the known table, only where somebody is alone.
pub(crate) fn findings(view: &View<'_>) -> Vec<Finding> {
    let mut together: FxHashMap<u64, Vec<&Target>> = FxHashMap::default();
    let mut order = Vec::new();
    for target in &view.system.targets {
        let place = view.numbers[target.cell as usize];
        if place == u32::MAX || view.bounds.low[place as usize] == view.bounds.high[place as usize] {
            continue;
        }
        let Some(ratio) = view.linear.ratio(place as usize) else { continue };
        let group = together.entry(ratio).or_default();
        if group.is_empty() {
            order.push(ratio);
        }
        group.push(target);
    }
    let mut found = Vec::new();
    for ratio in order {
        let group = &together[&ratio];
        for &target in group {
            if let Some(finding) = group.iter().find_map(|alone| exposed(view, target, alone)) {
                found.push(finding);
            }
        }
    }
    found
}

fn exposed(view: &View<'_>, target: &Target, alone: &Target) -> Option<Finding> {
    if target.cell == alone.cell {
        return None;
    }
    let [place, other] = [target.cell, alone.cell].map(|cell| view.numbers[cell as usize] as usize);
    let could_be = view.bounds.low[other] <= 1 && 1 <= view.bounds.high[other];
    let is = view.known.is_none_or(|known| known[alone.cell as usize].is_none_or(|count| count == 1));
    if !could_be || !is {
        return None;
    }
    let (constant, factor) = view.linear.relation(place, other)?;
    let value = constant + factor;
    let possible = view.bounds.low[place] <= value && value <= view.bounds.high[place];
    let [key, other_key] = [target.cell, alone.cell].map(|cell| view.system.keys[cell as usize]);
    let universe = &view.system.universe;
    // The same student, by another name.
    let same =
        (constant, factor) == (0, 1) && (contains(universe, key, other_key) || contains(universe, other_key, key));
    if !possible || same || value < 1 || value >= view.minimum {
        return None;
    }
    let _ = view.problem;
    let name = |target: &Target| {
        let cell = HiddenCell {
            publication: target.publication,
            row: target.row,
            column: target.column,
            low: 0,
            high: None,
            exact: false,
            verdict: Verdict::Undecided,
        };
        cell.name(view.publications).to_string()
    };
    Some(Finding {
        kind: FindingKind::OneStudent,
        cell: name(target),
        low: value,
        high: Some(value),
        how: vec![format!(
            "a student who is the only one in {} knows that it is 1, and so that this is {value}",
            name(alone)
        )],
        fix: "hide a third cell of the sums that tie the two".to_owned(),
    })
}

/// Whether whoever is in `part` is in `whole`.
fn contains(universe: &Universe, whole: Key, part: Key) -> bool {
    let mut organization = Some(part.organization);
    while organization.is_some_and(|organization| organization != whole.organization) {
        organization = organization.and_then(|organization| universe.orgs[organization as usize].parent);
    }
    let program = whole.program == ALL_PROGRAMS
        || whole.program == part.program
        || universe.cluster_of[part.program as usize] == whole.program;
    let [groups, of_part] =
        [whole.combination, part.combination].map(|combination| &universe.combinations[combination as usize]);
    let count = whole.count == part.count || universe.counts[part.count as usize].within.contains(&whole.count);
    let year =
        whole.year == part.year || universe.pooled.get(&whole.year).is_some_and(|years| years.contains(&part.year));
    organization.is_some() && program && groups.iter().all(|group| of_part.contains(group)) && count && year
}
