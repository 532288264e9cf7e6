//! Rows with the key of an earlier row.

use std::collections::{HashMap, hash_map::Entry};

use arrow_array::Array;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::{TABLES, Table};

use crate::{
    draft::{Draft, Part, Withdrawal, Withdrawals},
    rows::{Texts, lines},
};

/// Keeps the first row of each key. A later row that says the same is passed over; one that says something else is
/// set aside, for nobody can tell which of them is right.
pub(super) fn check(draft: &mut Draft<'_>) {
    for table in TABLES {
        let (Some(key), Some(parts)) = (table.key, draft.parts.get(table.name)) else { continue };
        let repeated = repeated_keys(table, key, parts);
        if !repeated.is_empty() {
            draft.withdraw(table, repeated);
        }
    }
}

fn repeated_keys(table: &'static Table, key: &str, parts: &[Part]) -> Withdrawals {
    let mut first: HashMap<&str, (usize, usize)> = HashMap::new();
    let mut repeated = Withdrawals::new();
    for (index, part) in parts.iter().enumerate() {
        let keys = Texts::of(&part.batch, key);
        for row in 0..part.batch.num_rows() {
            let here = (index, row);
            match first.entry(keys.must(row)) {
                Entry::Vacant(vacant) => {
                    vacant.insert(here);
                }
                Entry::Occupied(occupied) => {
                    let there = *occupied.get();
                    let different = differing_column(table, parts, there, here);
                    repeated.insert(here, withdrawal(key, keys.must(row), parts, there, here, different));
                }
            }
        }
    }
    repeated
}

fn differing_column(
    table: &'static Table,
    parts: &[Part],
    a: (usize, usize),
    b: (usize, usize),
) -> Option<&'static str> {
    let value = |at: (usize, usize), column: usize| parts[at.0].batch.column(column).slice(at.1, 1).to_data();
    (0..table.columns.len())
        .find(|&column| value(a, column) != value(b, column))
        .map(|column| table.columns[column].name)
}

fn withdrawal(
    key: &str,
    value: &str,
    parts: &[Part],
    there: (usize, usize),
    here: (usize, usize),
    different: Option<&str>,
) -> Withdrawal {
    let place = |at: (usize, usize)| {
        let part = &parts[at.0];
        Place::line(&*part.file, lines(&part.batch).value(at.1).unsigned_abs())
    };
    let first = place(there);
    match different {
        None => Withdrawal::Repeated(
            Diagnostic::new(
                "repeated_row",
                Severity::Note,
                place(here).column(key),
                format!("the row says again what {first} says; it is kept once"),
            )
            .value(value),
        ),
        Some(column) => Withdrawal::SetAside(vec![
            Diagnostic::new(
                "duplicate_key",
                Severity::Error,
                place(here).column(key),
                format!("another row, {first}, has the same `{key}` and a different `{column}`"),
            )
            .value(value)
            .expected("one row for each key"),
        ]),
    }
}
