use waymark_engine::{Counts, Gap, MeasureRow, gap};

use crate::{MeasuresRow, Released};

/// A row of the measures table and how far it is from all concentrators of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRow {
    /// The row.
    pub row: MeasuresRow,
    /// Its rate less that of everybody in the organization; none where either has nobody.
    pub gap: Option<Gap>,
}

/// The parts of an organization's number, each beside the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapsTable {
    pub(crate) rows: Vec<GapRow>,
    pub(crate) wholes: Vec<MeasuresRow>,
}

impl GapsTable {
    /// The parts: other organizations, then programs, then subgroups of the organization, each by itself.
    pub fn rows(&self) -> &[GapRow] {
        &self.rows
    }

    /// What they are compared with: everybody in the organization, one row for each variant.
    pub fn wholes(&self) -> &[MeasuresRow] {
        &self.wholes
    }

    pub(crate) fn new(counts: Counts, organization: &str, parts: &[String]) -> Self {
        let is_whole =
            |row: &MeasureRow| row.organization_id == organization && row.program_id == "*" && row.subgroup == "all";
        let wholes: Vec<MeasureRow> = counts.rows.iter().filter(|row| is_whole(row)).cloned().collect();
        let is_part = |row: &MeasureRow| {
            if row.organization_id == organization {
                (row.program_id == "*") != (row.subgroup == "all")
            } else {
                row.program_id == "*" && row.subgroup == "all" && parts.contains(&row.organization_id)
            }
        };
        let with_gap = |row: MeasureRow| {
            let whole = wholes.iter().find(|whole| whole.variant == row.variant);
            let gap = whole.and_then(|whole| gap(&row, whole));
            GapRow { row: MeasuresRow::shown(row), gap }
        };
        let mut rows: Vec<GapRow> = counts.rows.into_iter().filter(is_part).map(with_gap).collect();
        rows.sort_by_key(|part| (part.row.organization_id == organization, part.row.subgroup != "all"));
        Self { rows, wholes: wholes.into_iter().map(MeasuresRow::shown).collect() }
    }
}

impl Released<GapsTable> {
    /// Those of its rows that are wanted, beside the same whole.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&MeasuresRow) -> bool) -> Self {
        let rows = self.content().rows.iter().filter(|part| wanted(&part.row)).cloned().collect();
        let wholes = self.content().wholes.clone();
        self.narrowed(GapsTable { rows, wholes })
    }
}
