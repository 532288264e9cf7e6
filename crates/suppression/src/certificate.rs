//! What is certain of a pattern, worked out again from the pattern and the witnesses alone.

use crate::{
    audit::Audit,
    bounds::bounds,
    pattern::Pattern,
    protect::Protection,
    system::{CellId, Role, System},
    witness::Proof,
};

/// What is certain of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Certificate {
    /// Published cells.
    pub cells: u64,
    /// Of these, hidden because of their own count.
    pub sensitive: u64,
    /// Of these, hidden to protect others.
    pub secondary: u64,
    /// The greatest possible value less the least that every sensitive cell must have.
    pub width: i64,
    /// Other tables that agree with all that is shown, each checked in whole numbers.
    pub witnesses: u64,
    /// Sensitive cells, published or not, for which the witnesses show that width. Cells that are equal by an equation
    /// are one here.
    pub proven: u64,
    /// Sensitive cells for which they do not.
    pub unproven: Vec<CellId>,
    /// Hidden cells that sums and differences of shown ones determine.
    pub determined: Vec<CellId>,
    /// Sensitive cells for which bounds leave less than the width.
    pub narrow: Vec<CellId>,
    /// Sensitive cells that somebody knows who is alone in another hidden cell.
    pub known_to_one: Vec<CellId>,
}

impl Certificate {
    /// Certifies a protection.
    pub fn of(protection: &Protection) -> Self {
        Self::new(protection.pattern(), &protection.proofs().collect::<Vec<_>>(), protection.width())
    }

    /// Certifies a pattern with these proofs. Nothing is believed of a proof: what it says is tried against every
    /// equation and every shown cell.
    pub fn new(pattern: &Pattern, proofs: &[&Proof], width: i64) -> Self {
        let system = pattern.system();
        let mut range = vec![(0_i64, 0_i64); system.cells() as usize];
        let mut witnesses = 0;
        let mut sums = vec![0_i64; system.equations() as usize];
        for witness in proofs.iter().flat_map(|proof| &proof.witnesses) {
            if agrees(pattern, witness.differences(), &mut sums) {
                witnesses += 1;
                for (cell, difference) in witness.differences() {
                    let range = &mut range[*cell as usize];
                    *range = (range.0.min(*difference), range.1.max(*difference));
                }
            }
        }
        let sensitive: Vec<CellId> =
            (0..system.cells()).filter(|cell| system.cell(*cell).role.is_sensitive()).collect();
        let proven = |cell: &CellId| {
            let (least, greatest) = range[*cell as usize];
            pattern.is_hidden(*cell) && greatest - least >= width
        };
        let unproven: Vec<CellId> = sensitive.iter().copied().filter(|cell| !proven(cell)).collect();
        let bounds = bounds(pattern);
        let narrow = |cell: &CellId| bounds[*cell as usize].1.saturating_sub(bounds[*cell as usize].0) < width;
        let audit = Audit::new(pattern);
        let count = |role: Role| {
            let of_role = pattern.hidden().map(|cell| system.cell(cell)).filter(|cell| cell.role == role);
            of_role.map(|cell| u64::from(cell.cells)).sum()
        };
        Self {
            cells: published(system),
            sensitive: count(Role::Sensitive),
            secondary: count(Role::Ordinary),
            width,
            witnesses,
            proven: (sensitive.len() - unproven.len()) as u64,
            unproven,
            determined: audit.determined().into_iter().filter(|cell| system.cell(*cell).role != Role::Latent).collect(),
            narrow: sensitive.iter().copied().filter(narrow).collect(),
            known_to_one: known_to_one(system, &audit).into_iter().map(|(cell, _)| cell).collect(),
        }
    }

    /// Whether every check holds.
    pub fn holds(&self) -> bool {
        let Self { unproven, determined, narrow, known_to_one, .. } = self;
        [unproven, determined, narrow, known_to_one].into_iter().all(Vec::is_empty)
    }
}

/// Sensitive cells that somebody knows who is alone in another hidden cell, each with that other cell. Two that are never
/// published are not held against each other: they are mostly the same students, once as what a program leaves of its
/// denominator and once as what its cluster does.
pub(crate) fn known_to_one(system: &System, audit: &Audit) -> Vec<(CellId, CellId)> {
    let mut known = Vec::new();
    for group in audit.bound_together() {
        let alone = |cell: &CellId| system.cell(*cell).value == 1 && system.cell(*cell).role.is_sensitive();
        for cell in group.iter().filter(|cell| system.cell(**cell).role.is_sensitive()) {
            let latent = |cell: CellId| system.cell(cell).role == Role::LatentSensitive;
            let other = |one: &&CellId| *one != cell && alone(one) && !(latent(*cell) && latent(**one));
            if let Some(one) = group.iter().find(other) {
                known.push((*cell, *one));
            }
        }
    }
    known
}

fn published(system: &System) -> u64 {
    let cells = (0..system.cells()).map(|cell| system.cell(cell)).filter(|cell| !cell.role.is_latent());
    cells.map(|cell| u64::from(cell.cells)).sum()
}

/// Whether a table with these differences agrees with all that is shown. `sums` is 0 before and after.
fn agrees(pattern: &Pattern, differences: &[(CellId, i64)], sums: &mut [i64]) -> bool {
    let system = pattern.system();
    let possible = differences.iter().all(|(cell, difference)| {
        let variable = system.cell(*cell);
        pattern.is_hidden(*cell) && (variable.lower..=variable.upper).contains(&(variable.value + difference))
    });
    let incidences = |(cell, difference): &(CellId, i64)| {
        let difference = *difference;
        system.equations_of(*cell).iter().map(move |at| (at.equation as usize, i64::from(at.sign) * difference))
    };
    for (equation, amount) in differences.iter().flat_map(incidences) {
        sums[equation] += amount;
    }
    let mut holds = true;
    for (equation, _) in differences.iter().flat_map(incidences) {
        holds &= std::mem::take(&mut sums[equation]) == 0;
    }
    possible && holds
}
