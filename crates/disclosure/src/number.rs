use waymark_engine::{Cell, ClauseCount};
use waymark_terms::SchoolYear;

use crate::{Audience, Door, DoorError, Rate, Released};

/// How a number comes about, clause by clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClausesTable {
    pub(crate) rows: Vec<ClauseCount>,
}

impl ClausesTable {
    /// The clauses, those of the denominator before those of the numerator; the first row is those one begins with.
    pub fn rows(&self) -> &[ClauseCount] {
        &self.rows
    }
}

/// A number by another value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceRow {
    /// The setting.
    pub setting: String,
    /// Its value in the rulebook.
    pub usual: String,
    /// Another.
    pub value: String,
    /// The number by it; of nobody where nobody is in the denominator.
    pub rate: Rate,
}

/// What a number would be by other values of the settings that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoicesTable {
    pub(crate) rows: Vec<ChoiceRow>,
}

impl ChoicesTable {
    /// The rows, by setting.
    pub fn rows(&self) -> &[ChoiceRow] {
        &self.rows
    }
}

impl Door {
    /// How a number comes about, clause by clause.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn clauses(
        &self,
        audience: &Audience,
        year: SchoolYear,
        cell: &Cell,
    ) -> Result<Released<ClausesTable>, DoorError> {
        let engine = self.engine_for(audience);
        engine.reaches(cell.organization.as_deref(), Some(&cell.program)).await?;
        let table = ClausesTable { rows: engine.clauses(year, cell).await? };
        let what = format!("clauses of {year}, {}", named(cell));
        self.release(audience, what, table.rows.len(), &[], table).await
    }

    /// What a number would be by other choices.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn choices(
        &self,
        audience: &Audience,
        year: SchoolYear,
        cell: &Cell,
    ) -> Result<Released<ChoicesTable>, DoorError> {
        let nobody = Rate { numerator: 0, denominator: 0 };
        let row = |choice: waymark_engine::Choice| ChoiceRow {
            setting: choice.setting,
            usual: choice.usual,
            value: choice.value,
            rate: choice.row.map_or(nobody, |row| Rate { numerator: row.numerator, denominator: row.denominator }),
        };
        let engine = self.engine_for(audience);
        engine.reaches(cell.organization.as_deref(), Some(&cell.program)).await?;
        let rows: Vec<ChoiceRow> = engine.choices(year, cell).await?.into_iter().map(row).collect();
        let what = format!("other choices of {year}, {}", named(cell));
        self.release(audience, what, rows.len(), &[], ChoicesTable { rows }).await
    }
}

fn named(cell: &Cell) -> String {
    let organization = cell.organization.as_deref().unwrap_or("everybody");
    format!("{}, {organization}, {}, {}", cell.measure, cell.program, cell.subgroup)
}
