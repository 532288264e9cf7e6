use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use datafusion::prelude::{col, lit};
use waymark_rulebook::Plan;
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    measures::{TableNames, known},
    standings::{ATTRIBUTIONS, Standings},
    text::{optional, strings},
};

/// A number of the measures table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The measure.
    pub measure: String,
    /// The variant; none for the first.
    pub variant: Option<String>,
    /// The organization; none for everybody.
    pub organization: Option<String>,
    /// The program, `cluster:NN`, or `*`.
    pub program: String,
    /// `all`, a subgroup, or two joined with `+`.
    pub subgroup: String,
}

/// Which side of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Everybody in the denominator.
    Denominator,
    /// Those in the numerator.
    Numerator,
    /// Those in the denominator who are not in the numerator.
    NotNumerator,
}

/// A student behind a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StudentLine {
    /// The student.
    pub student_id: String,
    /// Family name, if known.
    pub last_name: Option<String>,
    /// Given name, if known.
    pub first_name: Option<String>,
    /// Where the student counts.
    pub organization_id: String,
    /// Grade in the population year, if enrolled in it.
    pub grade_level: Option<String>,
    /// Whether the student is in the numerator.
    pub in_numerator: bool,
}

impl Engine {
    /// Who makes up a number, by student identifier.
    ///
    /// # Errors
    /// A measure, variant, organization or subgroup that is not there; a stage that cannot be run.
    pub async fn students(&self, year: SchoolYear, cell: &Cell, side: Side) -> Result<Vec<StudentLine>, EngineError> {
        let names = self.book().measures.iter().map(|m| m.name.clone()).collect();
        known("measure", &cell.measure, &names)?;
        let Some(measure) = self.book().measure(&cell.measure) else { return Ok(Vec::new()) };
        let variant = match &cell.variant {
            None => measure.variants.first().map_or("", |variant| variant.name.as_str()),
            Some(variant) => {
                known("variant", variant, &measure.variants.iter().map(|v| v.name.clone()).collect())?;
                variant
            }
        };
        let subgroups = self.book().subgroups.iter().map(|s| s.name.clone()).collect::<std::collections::BTreeSet<_>>();
        let wanted: Vec<&str> = cell.subgroup.split('+').filter(|name| *name != "all").collect();
        for name in &wanted {
            known("subgroup", name, &subgroups)?;
        }
        let TableNames { organizations, programs } = self.table().await?;
        let reached = self.reached().await?;
        if let Some(name) = &cell.organization {
            let all = || organizations.names.iter().cloned().collect();
            known("organization", name, &reached.clone().unwrap_or_else(all))?;
        }
        self.program_is_reached(&cell.program)?;
        let within = cell.organization.as_deref().and_then(|name| organizations.place(name));
        let Some(plan) = Plan::measures(self.book(), year, measure.population_year, &|_| true) else {
            return Ok(Vec::new());
        };
        let planned = plan.measures.iter().position(|m| m.measure == cell.measure && m.variant == variant);
        let Some(planned) = planned else { return Ok(Vec::new()) };
        let attribution = ATTRIBUTIONS.iter().position(|one| *one == plan.measures[planned].attribution).unwrap_or(0);
        let group = |name: &&str| plan.subgroups.iter().position(|(group, _)| group == name);
        let groups: Vec<usize> = wanted.iter().filter_map(group).collect();
        // A student without a row of his or her own in the program stands there as in the row ''.
        let program = programs.code(&cell.program).unwrap_or(0);
        let found: Arc<Mutex<Vec<StudentLine>>> = Arc::default();
        let into = Arc::clone(&found);
        let organizations = Arc::new(organizations);
        let take = move |standings: &Standings| {
            let own: HashMap<u32, usize> = (0..standings.rows())
                .filter(|row| program != 0 && standings.program[*row] == program)
                .map(|row| (standings.student[row], row))
                .collect();
            let mut lines = Vec::new();
            for usual in standings.usual_rows() {
                let row = own.get(&standings.student[usual]).copied().unwrap_or(usual);
                let Some(place) = standings.place(attribution, row).filter(|_| standings.in_denominator(row, planned))
                else {
                    continue;
                };
                let in_place = within.is_none_or(|within| organizations.with_above(place).contains(&within));
                let in_numerator = standings.in_numerator(row, planned);
                let on_side = match side {
                    Side::Denominator => true,
                    Side::Numerator => in_numerator,
                    Side::NotNumerator => !in_numerator,
                };
                if in_place && on_side && groups.iter().all(|group| standings.in_group(row, *group)) {
                    lines.push(StudentLine {
                        student_id: standings.students[standings.student[row] as usize].to_string(),
                        last_name: None,
                        first_name: None,
                        organization_id: organizations.names[place as usize].clone(),
                        grade_level: standings.grade(row).map(str::to_owned),
                        in_numerator,
                    });
                }
            }
            into.lock().unwrap_or_else(PoisonError::into_inner).append(&mut lines);
        };
        self.standings(year, measure.population_year, take).await?;
        let mut lines = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        lines.retain(|line| reached.as_ref().is_none_or(|reached| reached.contains(&line.organization_id)));
        self.name(&mut lines).await?;
        lines.sort();
        Ok(lines)
    }

    /// Puts the names of the students in.
    async fn name(&self, lines: &mut [StudentLine]) -> Result<(), EngineError> {
        let session = self.session().await?;
        let mut places: HashMap<String, usize> = HashMap::with_capacity(lines.len());
        places.extend(lines.iter().enumerate().map(|(place, line)| (line.student_id.clone(), place)));
        let mut rows = session.sql("SELECT student_id, first_name, last_name FROM students").await?;
        // The stored tables lie in the order of the students: a short list is a small part of them.
        if let (Some(first), Some(last)) =
            (lines.iter().map(|line| &line.student_id).min(), lines.iter().map(|line| &line.student_id).max())
        {
            rows = rows.filter(col("student_id").between(lit(first), lit(last)))?;
        }
        for batch in rows.collect().await? {
            let students = strings(&batch, "student_id")?;
            let (first, last) = (strings(&batch, "first_name")?, strings(&batch, "last_name")?);
            for row in 0..batch.num_rows() {
                if let Some(place) = optional(&students, row).and_then(|student| places.get(student)) {
                    lines[*place].last_name = optional(&last, row).map(str::to_owned);
                    lines[*place].first_name = optional(&first, row).map(str::to_owned);
                }
            }
        }
        Ok(())
    }
}
