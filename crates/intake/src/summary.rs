//! What an import held, in a few numbers, for the next one to be compared with.

use std::collections::BTreeMap;

use arrow_array::{Array, RecordBatch};
use serde::{Deserialize, Serialize};
use waymark_terms::bundle::Table;

use crate::{draft::Part, rows::Texts};

/// What an import held, in a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Rows of each table for each organization, by `organization_id`, where the table has that column.
    pub rows_by_organization: BTreeMap<String, BTreeMap<String, u64>>,
    /// Spells of each population.
    pub populations: BTreeMap<String, u64>,
    /// Rows in which a column is filled, by table and column.
    pub filled: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Summary {
    pub(crate) fn of(parts: &BTreeMap<&'static str, Vec<Part>>) -> Self {
        let mut summary = Self::default();
        for (name, parts) in parts {
            let Some(table) = Table::named(name) else { continue };
            for part in parts {
                summary.add(table, &part.batch);
            }
        }
        summary
    }

    fn add(&mut self, table: &'static Table, batch: &RecordBatch) {
        *self.rows.entry(table.name.to_owned()).or_default() += batch.num_rows() as u64;
        let filled = self.filled.entry(table.name.to_owned()).or_default();
        for (column, array) in table.columns.iter().zip(batch.columns()) {
            *filled.entry(column.name.to_owned()).or_default() += (array.len() - array.null_count()) as u64;
        }
        if table.column("organization_id").is_some() && table.key.is_none() {
            let counts = self.rows_by_organization.entry(table.name.to_owned()).or_default();
            count(counts, Texts::of(batch, "organization_id"), batch.num_rows());
        }
        if table.column("population").is_some() {
            count(&mut self.populations, Texts::of(batch, "population"), batch.num_rows());
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, texts: Texts<'_>, rows: usize) {
    for text in (0..rows).filter_map(|row| texts.get(row)) {
        if let Some(count) = counts.get_mut(text) {
            *count += 1;
        } else {
            counts.insert(text.to_owned(), 1);
        }
    }
}
