//! How a number comes about, clause by clause, and what it would be by another choice.

use std::{fmt::Write, sync::Arc};

use waymark_rulebook::{Measure, Plan, Variant, definition::Setting};
use waymark_terms::SchoolYear;

use crate::{
    Cell, Engine, EngineError, MeasureRow, Selection,
    measures::known,
    organizations::Organizations,
    standings::place_column,
    text::{optional, strings},
};

/// A clause, and how many are left after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseCount {
    /// The clause as the rulebook has it; none for those one begins with.
    pub text: Option<String>,
    /// Whether it belongs to the numerator.
    pub of_numerator: bool,
    /// Students for whom it and all clauses before it hold.
    pub left: u64,
}

/// A setting as it would be otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The setting.
    pub setting: String,
    /// Its value in the rulebook.
    pub usual: String,
    /// Another.
    pub value: String,
    /// The number by it; none where nobody is in the denominator.
    pub row: Option<MeasureRow>,
}

impl Engine {
    /// The clauses of a number in the order in which the rulebook has them, each with how many are left: first those of
    /// the denominator, of everybody who counts in that place, then those of the numerator.
    ///
    /// # Errors
    /// A name that is not there; a stage that cannot be run.
    pub async fn clauses(&self, year: SchoolYear, cell: &Cell) -> Result<Vec<ClauseCount>, EngineError> {
        let (measure, variant) = self.variant_of(cell)?;
        let takes = |name: &str| name == measure.name;
        let Some(plan) = Plan::measures(self.book(), year, measure.population_year, &takes) else {
            return Ok(Vec::new());
        };
        let session = self.session().await?;
        self.run(&session, &plan).await?;
        let organizations = Organizations::read(&session).await?;
        let place = place_column(measure.attribution);
        let within = match &cell.organization {
            None => format!("w.{place} IS NOT NULL"),
            Some(name) => {
                known("organization", name, &organizations.names.iter().cloned().collect())?;
                format!("w.{place} IN ({})", quoted(&organizations.within(name)))
            }
        };
        let mut filter = within;
        for name in cell.subgroup.split('+').filter(|name| *name != "all") {
            known("subgroup", name, &self.book().subgroups.iter().map(|known| known.name.clone()).collect())?;
            if let Some(subgroup) = self.book().subgroups.iter().find(|known| known.name == name) {
                let _ = write!(filter, " AND ({})", plan.condition(&subgroup.when));
            }
        }
        let denominator = variant.denominator_clauses.iter().map(|clause| (clause, false));
        let clauses: Vec<_> =
            denominator.chain(variant.numerator_clauses.iter().map(|clause| (clause, true))).collect();
        let mut columns = "count(*) AS left_0".to_owned();
        let mut holds = "true".to_owned();
        for (number, (clause, _)) in clauses.iter().enumerate() {
            let _ = write!(holds, " AND coalesce({}, false)", plan.condition(clause));
            let _ = write!(columns, ", count(CASE WHEN {holds} THEN 1 END) AS left_{}", number + 1);
        }
        // A student without a row of his or her own in the program stands there as in the row ''.
        let sql = format!(
            "SELECT {columns} FROM (SELECT *, row_number() OVER (PARTITION BY student_id ORDER BY scope DESC) AS row_place FROM \
             {} WHERE scope IN ('', {})) AS w WHERE w.row_place = 1 AND {filter}",
            Plan::ROWS,
            quoted(std::slice::from_ref(&cell.program))
        );
        let mut counts = Vec::new();
        for batch in session.sql(&sql).await?.collect().await? {
            if batch.num_rows() == 0 {
                continue;
            }
            for number in 0..=clauses.len() {
                let column = strings(&batch, &format!("left_{number}"))?;
                let left = optional(&column, 0).and_then(|left| left.parse().ok()).unwrap_or(0);
                let clause = number.checked_sub(1).map(|at| clauses[at]);
                counts.push(ClauseCount {
                    text: clause.map(|(clause, _)| clause.text.clone()),
                    of_numerator: clause.is_some_and(|(_, of_numerator)| of_numerator),
                    left,
                });
            }
        }
        Ok(counts)
    }

    /// What a number would be with other values of the settings that it rests on, as the rulebook lists them.
    ///
    /// # Errors
    /// A name that is not there; a stage that cannot be run.
    pub async fn choices(&self, year: SchoolYear, cell: &Cell) -> Result<Vec<Choice>, EngineError> {
        let (measure, variant) = self.variant_of(cell)?;
        let named = self.book().names_behind(measure);
        let mut choices = Vec::new();
        for (setting, values) in self.book().alternatives.iter().filter(|(name, _)| named.contains(*name)) {
            let Some(usual) = self.book().settings.get(setting) else { continue };
            for value in values {
                let mut book = self.book().clone();
                book.settings.insert(setting.clone(), value.clone());
                // The number's own measure is all that has to be counted.
                book.measures.retain(|other| other.name == measure.name);
                let other = self.by(Arc::new(book));
                let selection = Selection {
                    measure: Some(measure.name.clone()),
                    organization: cell.organization.clone(),
                    program: Some(cell.program.clone()),
                    subgroup: Some(cell.subgroup.clone()),
                    pairs: false,
                };
                let rows = other.measures(year, &selection).await?.rows;
                choices.push(Choice {
                    setting: setting.clone(),
                    usual: shown(usual),
                    value: shown(value),
                    row: rows.into_iter().find(|row| row.variant == variant.name),
                });
            }
        }
        Ok(choices)
    }

    fn variant_of(&self, cell: &Cell) -> Result<(&Measure, &Variant), EngineError> {
        let unknown = |what, name: &str| EngineError::Unknown { what, name: name.to_owned(), hint: None };
        let measure = self.book().measure(&cell.measure).ok_or_else(|| unknown("measure", &cell.measure))?;
        let found = match &cell.variant {
            None => measure.variants.first(),
            Some(name) => measure.variants.iter().find(|variant| variant.name == *name),
        };
        found.map(|variant| (measure, variant)).ok_or_else(|| unknown("variant", cell.variant.as_deref().unwrap_or("")))
    }
}

fn shown(setting: &Setting) -> String {
    match setting {
        Setting::Boolean(value) => value.to_string(),
        Setting::Integer(value) => value.to_string(),
        Setting::Text(value) => value.clone(),
    }
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect::<Vec<_>>().join(", ")
}
