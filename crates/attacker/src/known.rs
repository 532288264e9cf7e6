//! A table with all of its counts: the publisher's own.

use std::path::Path;

use crate::read::{ReadError, Sheet, Texts};

/// The counts behind a publication. The attack draws no conclusion from it: it is a table from which to look for others,
/// and what the attack concludes is held against it.
#[derive(Clone, Debug, Default)]
pub struct KnownTable {
    pub(crate) texts: Texts,
    pub(crate) rows: Vec<([u32; 6], i64, i64)>,
}

impl KnownTable {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row of the measures table: report year, measure, variant, organization, program and subgroup; then the
    /// denominator and the numerator.
    pub fn add(&mut self, row: [&str; 6], denominator: i64, numerator: i64) {
        let row = row.map(|text| self.texts.number(text));
        self.rows.push((row, denominator, numerator));
    }

    /// Reads the measures table from a CSV file in which nothing is hidden.
    ///
    /// # Errors
    /// What cannot be read, or has no counts.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let mut sheet = Sheet::open(path)?;
        let names = ["report_year", "measure", "variant", "organization_id", "program_id", "subgroup"];
        let mut places = [0; 6];
        for (place, name) in places.iter_mut().zip(names) {
            *place = sheet.column(name)?;
        }
        let columns = [sheet.column("denominator")?, sheet.column("numerator")?];
        let mut table = Self::new();
        while sheet.next()? {
            let row = places.map(|place| table.texts.number(sheet.cell(place)));
            let mut counts = [0; 2];
            for (count, column) in counts.iter_mut().zip(columns) {
                let text = sheet.cell(column);
                *count = text.parse().map_err(|_| sheet.wrong(format!("`{text}` is not a count")))?;
            }
            table.rows.push((row, counts[0], counts[1]));
        }
        Ok(table)
    }
}
