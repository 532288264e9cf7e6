//! Tiny tables, for which every table of whole numbers that agrees with what is shown can be written down.

use proptest::prelude::*;
use waymark_suppression::{
    certificate::Certificate,
    pattern::Pattern,
    protect::{Protection, protect},
    system::{Merged, Role, System, Term, UNBOUNDED, Variable},
};

const MINIMUM: i64 = 5;
const WIDTH: i64 = 3;

/// Rows by columns with all sums; zeros are shown.
fn table(counts: &[Vec<i64>]) -> Merged {
    let (rows, columns) = (counts.len(), counts[0].len());
    let at = |row: usize, column: usize| u32::try_from(row * (columns + 1) + column).unwrap();
    let mut cells = Vec::new();
    let mut equations = Vec::new();
    for row in 0..=rows {
        for column in 0..=columns {
            let in_row = |row: usize| if column < columns { counts[row][column] } else { counts[row].iter().sum() };
            let value: i64 = if row < rows { in_row(row) } else { (0..rows).map(in_row).sum() };
            let role = match value {
                0 => Role::Fixed,
                1..MINIMUM => Role::Sensitive,
                _ => Role::Ordinary,
            };
            let lower = value.min(1);
            cells.push(Variable { value, lower, upper: UNBOUNDED, role, cost: 1000, cells: 1 });
        }
    }
    let sum = |parts: Vec<u32>, whole: u32| {
        let mut terms: Vec<Term> = parts.into_iter().map(|cell| Term { cell, sign: 1 }).collect();
        terms.push(Term { cell: whole, sign: -1 });
        terms
    };
    for row in 0..=rows {
        equations.push(sum((0..columns).map(|column| at(row, column)).collect(), at(row, columns)));
    }
    for column in 0..=columns {
        equations.push(sum((0..rows).map(|row| at(row, column)).collect(), at(rows, column)));
    }
    System::merged(&cells, &equations).unwrap()
}

/// All values that each cell has in any table which agrees with the pattern and in which no cell is more than `reach`
/// above the truth.
fn possible(pattern: &Pattern, reach: i64) -> Vec<std::collections::BTreeSet<i64>> {
    let system = pattern.system();
    let domain = |cell: u32| {
        let variable = system.cell(cell);
        if pattern.is_hidden(cell) { variable.lower..=variable.value + reach } else { variable.value..=variable.value }
    };
    let mut values: Vec<Option<i64>> = (0..system.cells()).map(|_| None).collect();
    let mut found = vec![std::collections::BTreeSet::new(); system.cells() as usize];
    go(system, &domain, &mut values, 0, &mut found);
    found
}

fn go(
    system: &System,
    domain: &dyn Fn(u32) -> std::ops::RangeInclusive<i64>,
    values: &mut Vec<Option<i64>>,
    cell: u32,
    found: &mut [std::collections::BTreeSet<i64>],
) {
    if cell == system.cells() {
        for (set, value) in found.iter_mut().zip(values.iter()) {
            set.extend(*value);
        }
        return;
    }
    for value in domain(cell) {
        values[cell as usize] = Some(value);
        let holds = system.equations_of(cell).iter().all(|at| {
            let (mut least, mut greatest) = (0, 0);
            for term in system.terms(at.equation) {
                let range = values[term.cell as usize].map_or_else(|| domain(term.cell), |value| value..=value);
                let ends = [range.start() * i64::from(term.sign), range.end() * i64::from(term.sign)];
                least += ends[0].min(ends[1]);
                greatest += ends[0].max(ends[1]);
            }
            least <= 0 && greatest >= 0
        });
        if holds {
            go(system, domain, values, cell + 1, found);
        }
    }
    values[cell as usize] = None;
}

fn sensitive(system: &System) -> impl Iterator<Item = u32> + '_ {
    (0..system.cells()).filter(|cell| system.cell(*cell).role.is_sensitive())
}

fn counts() -> impl Strategy<Value = Vec<Vec<i64>>> {
    (2..4_usize, 2..4_usize).prop_flat_map(|(rows, columns)| {
        prop::collection::vec(prop::collection::vec(prop_oneof![2 => 0..5_i64, 1 => 5..9_i64], columns), rows)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// What is certified is so in the list of all tables, and what is refused nowhere else could be certified either.
    #[test]
    fn every_sensitive_cell_has_room(counts in counts()) {
        let merged = table(&counts);
        let protection = protect(&merged.system, WIDTH, &mut |_, _| {});
        let certificate = Certificate::of(&protection);
        let possible = possible(protection.pattern(), 2 * WIDTH);
        for cell in sensitive(&merged.system) {
            let set = &possible[cell as usize];
            let truth = merged.system.cell(cell).value;
            prop_assert!(set.contains(&truth));
            if !certificate.unproven.contains(&cell) {
                prop_assert!(set.last().unwrap() - set.first().unwrap() >= WIDTH, "cell {cell}: {set:?}");
            }
        }
        // An unproven cell is one for which hiding everything would not have been enough.
        let mut everything = Pattern::sensitive(&merged.system);
        (0..merged.system.cells()).filter(|cell| merged.system.cell(*cell).role == Role::Ordinary).for_each(|cell| everything.hide(cell));
        if !certificate.unproven.is_empty() {
            let most = self::possible(&everything, 2 * WIDTH);
            for cell in &certificate.unproven {
                let set = &most[*cell as usize];
                prop_assert!(set.last().unwrap() - set.first().unwrap() < WIDTH, "cell {cell} could be any of {set:?}");
            }
        }
    }

    /// Bounds and audit never claim what some table contradicts.
    #[test]
    fn what_is_determined_has_one_value(counts in counts(), shown in prop::collection::vec(any::<bool>(), 16)) {
        let merged = table(&counts);
        let mut pattern = Pattern::sensitive(&merged.system);
        for cell in 0..merged.system.cells() {
            if merged.system.cell(cell).role == Role::Ordinary && !shown[cell as usize % shown.len()] {
                pattern.hide(cell);
            }
        }
        let possible = possible(&pattern, 6);
        for cell in waymark_suppression::audit::Audit::new(&pattern).determined() {
            prop_assert_eq!(possible[cell as usize].len(), 1);
        }
        for (set, (lower, upper)) in possible.iter().zip(waymark_suppression::bounds::bounds(&pattern)) {
            prop_assert!(set.iter().all(|value| (lower..=upper).contains(value)));
        }
    }
}

/// Showing any one of the cells that protect others takes the proof from some sensitive cell.
#[test]
fn a_cell_uncovered_is_noticed() {
    let counts = vec![vec![2, 20, 31], vec![14, 3, 22], vec![17, 25, 40], vec![1, 30, 28]];
    let merged = table(&counts);
    let protection = protect(&merged.system, WIDTH, &mut |_, _| {});
    let proofs: Vec<_> = protection.proofs().collect();
    assert!(Certificate::of(&protection).holds());
    let secondary: Vec<u32> =
        protection.pattern().hidden().filter(|cell| merged.system.cell(*cell).role == Role::Ordinary).collect();
    assert!(!secondary.is_empty());
    for cell in secondary {
        let mut pattern = protection.pattern().clone();
        pattern.show(cell);
        let certificate = Certificate::new(&pattern, &proofs, WIDTH);
        assert!(!certificate.unproven.is_empty(), "cell {cell} was hidden for nothing");
    }
}

/// A witness is believed only if every equation holds of it.
#[test]
fn a_false_witness_proves_nothing() {
    use waymark_suppression::witness::Witness;
    let merged = table(&[vec![2, 20], vec![14, 3]]);
    assert!(Witness::checked(&merged.system, vec![(0, 1)]).is_none(), "its sums do not hold");
    assert!(
        Witness::checked(&merged.system, vec![(0, -2), (1, 2), (3, 2), (4, -2)]).is_none(),
        "a zero would be shown"
    );
    let good = Witness::checked(&merged.system, vec![(0, 3), (1, -3), (3, -3), (4, 3)]).unwrap();
    assert_eq!(good.differences().len(), 4);
}

/// Cells that an equation makes equal are hidden together.
#[test]
fn only_children_are_their_parents() {
    let merged = table(&[vec![2, 0], vec![14, 30]]);
    let protection = protect(&merged.system, WIDTH, &mut |_, _| {});
    let [only, row] = [0, 2].map(|cell: usize| merged.variable[cell]);
    assert_eq!(only, row);
    assert!(protection.pattern().is_hidden(only));
}

/// What cannot be protected is said, not hidden: everything else is known already.
#[test]
fn a_cell_between_fixed_ones_is_unproven() {
    let variable = |value, role| Variable { value, lower: 0, upper: UNBOUNDED, role, cost: 1000, cells: 1 };
    let cells = [
        variable(3, Role::Sensitive),
        variable(20, Role::Fixed),
        variable(23, Role::Fixed),
        variable(9, Role::Ordinary),
    ];
    let terms = [(0, 1), (1, 1), (2, -1)].map(|(cell, sign)| Term { cell, sign });
    let merged = System::merged(&cells, &[terms.to_vec()]).unwrap();
    let protection: Protection = protect(&merged.system, WIDTH, &mut |_, _| {});
    let certificate = Certificate::of(&protection);
    assert_eq!((certificate.unproven, certificate.determined), (vec![0], vec![0]));
}
