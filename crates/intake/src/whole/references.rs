//! References to rows that are not there.

use std::{
    cell::{Cell, OnceCell},
    collections::{BTreeMap, HashMap, HashSet},
};

use arrow_array::{Array, StringArray, cast::AsArray};
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::{Column, TABLES, Table};

use crate::{
    draft::{Draft, Part, Withdrawal, Withdrawals},
    options::Known,
    rows::{Texts, lines},
    suggest,
};

/// How many keys are compared letter by letter for one suggestion.
const COMPARED_KEYS: usize = 5_000;
/// How many suggestions are made letter by letter for one table.
const COMPARED_VALUES: usize = 100;

/// Sets aside every row that refers to a row which is neither in this import nor stored, or, where it holds without,
/// tells of it.
///
/// The contract lists a table after those that it refers to, so that one pass sees all that follows from a row that
/// was set aside.
pub(super) fn check(draft: &mut Draft<'_>) {
    let columns: Vec<OnceCell<Vec<StringArray>>> = TABLES.iter().map(|_| OnceCell::new()).collect();
    let mut keys: BTreeMap<&str, Keys<'_>> = BTreeMap::new();
    for (table, column) in TABLES.iter().zip(&columns) {
        if draft.too_many_set_aside(0) {
            return;
        }
        let outward = table.columns.iter().filter(|column| target(column).is_some_and(|to| to != table.name));
        withdraw_orphans(draft, table, &outward.collect::<Vec<_>>(), &keys);
        let Some(key) = table.key else { continue };
        let inward: Vec<_> = table.columns.iter().filter(|column| target(column) == Some(table.name)).collect();
        // Whoever refers to an orphan becomes one.
        while !inward.is_empty() {
            let own_columns = key_columns(draft, table, key);
            let own = BTreeMap::from([(table.name, Keys::new(draft, table, key, &own_columns))]);
            if !withdraw_orphans(draft, table, &inward, &own) {
                break;
            }
        }
        let arrays = column.get_or_init(|| key_columns(draft, table, key));
        keys.insert(table.name, Keys::new(draft, table, key, arrays));
    }
}

fn target(column: &Column) -> Option<&'static str> {
    column.references.map(|to| to.table)
}

fn key_columns(draft: &Draft<'_>, table: &'static Table, key: &str) -> Vec<StringArray> {
    let parts = draft.parts.get(table.name).map_or(&[][..], Vec::as_slice);
    parts.iter().filter_map(|part| part.batch.column_by_name(key)).map(|array| array.as_string().clone()).collect()
}

/// Whether there were any.
fn withdraw_orphans(
    draft: &mut Draft<'_>,
    table: &'static Table,
    references: &[&'static Column],
    keys: &BTreeMap<&str, Keys<'_>>,
) -> bool {
    let Some(parts) = draft.parts.get(table.name) else { return false };
    let mut told = Vec::new();
    let mut orphans: BTreeMap<(usize, usize), Vec<Diagnostic>> = BTreeMap::new();
    for column in references {
        let Some(to) = column.references else { continue };
        let Some((name, keys)) = keys.get_key_value(to.table) else { continue };
        for (index, part) in parts.iter().enumerate() {
            // An import that will be refused need not be told why in every row.
            if draft.too_many_set_aside(orphans.len()) {
                break;
            }
            let texts = Texts::of(&part.batch, column.name);
            for row in 0..part.batch.num_rows() {
                let Some(text) = texts.get(row).filter(|text| !keys.has(draft.options.known, name, text)) else {
                    continue;
                };
                let severity = if to.binding { Severity::Error } else { Severity::Warning };
                let diagnostic = not_found(column, name, text, keys, part, row, severity);
                if to.binding {
                    orphans.entry((index, row)).or_default().push(diagnostic);
                } else {
                    told.push(diagnostic);
                }
            }
        }
    }
    for diagnostic in &told {
        draft.findings.add(diagnostic);
    }
    let found = !orphans.is_empty();
    if found {
        let withdrawals = orphans.into_iter().map(|(at, reasons)| (at, Withdrawal::SetAside(reasons)));
        draft.withdraw(table, withdrawals.collect::<Withdrawals>());
    }
    found
}

fn not_found(
    column: &Column,
    table: &str,
    text: &str,
    keys: &Keys<'_>,
    part: &Part,
    row: usize,
    severity: Severity,
) -> Diagnostic {
    let place = Place::line(&*part.file, lines(&part.batch).value(row).unsigned_abs()).column(column.name);
    let diagnostic =
        Diagnostic::new("reference_not_found", severity, place, format!("`{}` names no row of `{table}`", column.name))
            .value(text)
            .expected(format!("a value of `{table}.{}`", keys.column));
    match keys.help(text) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The keys of a table that may be referred to.
struct Keys<'a> {
    column: &'static str,
    present: HashSet<&'a str>,
    /// Of rows that were set aside, with their places.
    set_aside: HashMap<String, Place>,
    normalized: OnceCell<HashMap<String, &'a str>>,
    compared: Cell<usize>,
}

impl<'a> Keys<'a> {
    fn new(draft: &Draft<'_>, table: &'static Table, key: &'static str, columns: &'a [StringArray]) -> Self {
        let rows = draft.set_aside_rows().iter().filter(|row| row.table == table.name);
        let lost = rows.filter_map(|row| Some((row.value(key)?.to_owned(), Place::line(&*row.file, row.line))));
        Self {
            column: key,
            present: columns.iter().flat_map(|array| (0..array.len()).map(|row| array.value(row))).collect(),
            set_aside: lost.collect(),
            normalized: OnceCell::new(),
            compared: Cell::new(0),
        }
    }

    fn has(&self, known: &dyn Known, table: &str, key: &str) -> bool {
        self.present.contains(key) || known.has(table, key)
    }

    fn help(&self, text: &str) -> Option<String> {
        if let Some(place) = self.set_aside.get(text) {
            return Some(format!("its row, {place}, was set aside: correct that one first"));
        }
        let likely = self.normalized().get(&suggest::normalized(text)).copied().or_else(|| self.compare(text))?;
        Some(format!("did you mean `{likely}`?"))
    }

    fn normalized(&self) -> &HashMap<String, &'a str> {
        self.normalized.get_or_init(|| {
            let mut sorted: Vec<&str> = self.present.iter().copied().collect();
            sorted.sort_unstable();
            sorted.into_iter().map(|key| (suggest::normalized(key), key)).collect()
        })
    }

    fn compare(&self, text: &str) -> Option<&'a str> {
        if self.present.len() > COMPARED_KEYS || self.compared.get() >= COMPARED_VALUES {
            return None;
        }
        self.compared.set(self.compared.get() + 1);
        let mut sorted: Vec<&str> = self.present.iter().copied().collect();
        sorted.sort_unstable();
        suggest::nearest(text, sorted.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_earlier_tables() {
        for (index, table) in TABLES.iter().enumerate() {
            for to in table.columns.iter().filter_map(target) {
                assert!(TABLES[..=index].iter().any(|earlier| earlier.name == to), "{} refers to {to}", table.name);
            }
        }
    }
}
