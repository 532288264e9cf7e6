use std::{collections::BTreeSet, sync::Arc};

use waymark_rulebook::{Plan, definition::PopulationYear};
use waymark_terms::SchoolYear;

use crate::{Engine, EngineError, count};

/// How many report years an engine keeps the counts of.
const YEARS_KEPT: usize = 4;

/// A row of the measures table: a raw count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRow {
    /// The report year.
    pub report_year: SchoolYear,
    /// The measure.
    pub measure: String,
    /// The variant, or empty where there is one way only.
    pub variant: String,
    /// The State, a district or a school.
    pub organization_id: String,
    /// A program, `cluster:NN`, or `*` for all programs.
    pub program_id: String,
    /// `all`, a subgroup, or two joined with `+`.
    pub subgroup: String,
    /// Students, unduplicated.
    pub denominator: u64,
    /// Students of the denominator, unduplicated.
    pub numerator: u64,
}

impl MeasureRow {
    /// The double nearest to numerator over denominator.
    pub fn rate(&self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

/// Which rows of the measures table are wanted; what is not said is not narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this measure.
    pub measure: Option<String>,
    /// Only this organization.
    pub organization: Option<String>,
    /// Only this program, `cluster:NN` or `*`.
    pub program: Option<String>,
    /// Only this subgroup; one with `+` asks for pairs.
    pub subgroup: Option<String>,
    /// Pairs of subgroups too.
    pub pairs: bool,
}

impl Selection {
    pub(crate) fn with_pairs(&self) -> bool {
        self.pairs || self.subgroup.as_ref().is_some_and(|subgroup| subgroup.contains('+'))
    }

    fn takes_row(&self, row: &MeasureRow) -> bool {
        Self::takes(self.measure.as_ref(), &row.measure)
            && Self::takes(self.organization.as_ref(), &row.organization_id)
            && Self::takes(self.program.as_ref(), &row.program_id)
            && Self::takes(self.subgroup.as_ref(), &row.subgroup)
    }

    pub(crate) fn takes(selected: Option<&String>, value: &str) -> bool {
        selected.is_none_or(|selected| selected == value)
    }
}

/// Raw counts of a report year, as one rulebook makes them: not for anybody's eyes before `disclosure` has released them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Name and version of the rulebook.
    pub rulebook: String,
    /// The report year.
    pub report_year: SchoolYear,
    /// The rows: measures in the rulebook's order, then organizations, programs and subgroups by name.
    pub rows: Vec<MeasureRow>,
}

impl Engine {
    /// Counts the measures of a report year.
    ///
    /// # Errors
    /// A measure, organization, program or subgroup that is not there; a stage that cannot be run.
    pub async fn measures(&self, year: SchoolYear, selection: &Selection) -> Result<Counts, EngineError> {
        if let Some(name) = &selection.measure {
            known("measure", name, &self.book().measures.iter().map(|m| m.name.clone()).collect())?;
        }
        for name in selection.subgroup.iter().flat_map(|names| names.split('+')).filter(|name| *name != "all") {
            known("subgroup", name, &self.book().subgroups.iter().map(|s| s.name.clone()).collect())?;
        }
        if selection.with_pairs() {
            return self.count(year, selection).await;
        }
        // Whatever part of a year is asked for, its other parts are asked for next: the work is all but the same.
        let mut counted = self.counted.lock().await;
        let all = if let Some(all) = counted.get(&year) {
            Arc::clone(all)
        } else {
            if counted.len() >= YEARS_KEPT {
                counted.clear();
            }
            let all = Arc::new(self.count(year, &Selection::default()).await?);
            counted.insert(year, Arc::clone(&all));
            all
        };
        drop(counted);
        let rows = all.rows.iter().filter(|row| selection.takes_row(row)).cloned().collect();
        Ok(Counts { rulebook: all.rulebook.clone(), report_year: year, rows })
    }

    async fn count(&self, year: SchoolYear, selection: &Selection) -> Result<Counts, EngineError> {
        let mut rows = Vec::new();
        for population in [PopulationYear::ReportYear, PopulationYear::YearBefore] {
            let wanted = |name: &str| Selection::takes(selection.measure.as_ref(), name);
            let Some(plan) = Plan::measures(self.book(), year, population, &wanted) else { continue };
            let session = self.session().await?;
            self.run(&session, &plan).await?;
            rows.extend(count::count(&session, &plan, self.book(), selection).await?);
        }
        let order = |row: &MeasureRow| {
            let of = self.book().measures.iter().position(|m| m.name == row.measure);
            let variant = of.and_then(|m| self.book().measures[m].variants.iter().position(|v| v.name == row.variant));
            (of, variant)
        };
        rows.sort_by(|a, b| {
            order(a)
                .cmp(&order(b))
                .then_with(|| a.organization_id.cmp(&b.organization_id))
                .then_with(|| a.program_id.cmp(&b.program_id))
                .then_with(|| subgroup_order(&a.subgroup).cmp(&subgroup_order(&b.subgroup)))
        });
        Ok(Counts { rulebook: self.book().identity(), report_year: year, rows })
    }
}

/// Whether a name is among `names`; the error suggests one that is nearly it.
pub(crate) fn known(what: &'static str, name: &str, names: &BTreeSet<String>) -> Result<(), EngineError> {
    if names.contains(name) {
        return Ok(());
    }
    let near = |known: &&String| known.eq_ignore_ascii_case(name) || known.ends_with(name) || known.starts_with(name);
    Err(EngineError::Unknown { what, name: name.to_owned(), hint: names.iter().find(near).cloned() })
}

/// `all` first, then single subgroups, then pairs.
fn subgroup_order(name: &str) -> (bool, bool, &str) {
    (name != "all", name.contains('+'), name)
}
