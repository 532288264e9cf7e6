use waymark_rulebook::Plan;
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError, Selection,
    count::{Organizations, place_column},
    measures::known,
    text::{booleans, is_true, optional, strings},
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
        let takes = |name: &str| Selection::takes(Some(&cell.measure), name);
        let Some(plan) = Plan::measures(self.book(), year, measure.population_year, &takes) else {
            return Ok(Vec::new());
        };
        let session = self.session().await?;
        self.run(&session, &plan).await?;
        let organizations = Organizations::read(&session).await?;
        if let Some(name) = &cell.organization {
            known("organization", name, &organizations.names.iter().cloned().collect())?;
        }
        let within = cell.organization.as_deref().and_then(|name| organizations.place(name));
        let planned = plan.measures.iter().find(|planned| planned.variant == variant);
        let Some(planned) = planned else { return Ok(Vec::new()) };
        let place = place_column(planned.attribution);
        let columns: Vec<&str> = plan
            .subgroups
            .iter()
            .filter(|(name, _)| wanted.contains(&name.as_str()))
            .map(|(_, column)| column.as_str())
            .collect();
        // A student without a row of his or her own in the program stands there as in the row ''.
        let program = cell.program.replace('\'', "''");
        let sql = format!(
            "SELECT c.*, s.first_name, s.last_name, y.grade_level FROM (SELECT *, row_number() OVER (PARTITION BY student_id \
             ORDER BY scope DESC) AS place FROM {} WHERE scope IN ('', '{program}')) AS c JOIN students AS s ON s.student_id \
             = c.student_id JOIN {} AS y ON y.student_id = c.student_id WHERE c.place = 1 AND c.{}",
            Plan::CELLS,
            Plan::STUDENTS,
            planned.denominator
        );
        let mut lines = Vec::new();
        for batch in session.sql(&sql).await?.collect().await? {
            let students = strings(&batch, "student_id")?;
            let (first, last) = (strings(&batch, "first_name")?, strings(&batch, "last_name")?);
            let (places, grades) = (strings(&batch, place)?, strings(&batch, "grade_level")?);
            let numerator = booleans(&batch, &planned.numerator)?;
            let groups = columns.iter().map(|name| booleans(&batch, name)).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let Some(own) = optional(&places, row).and_then(|name| organizations.place(name)) else { continue };
                let in_place = within.is_none_or(|within| organizations.with_above(own).contains(&within));
                let in_numerator = is_true(numerator, row);
                let on_side = match side {
                    Side::Denominator => true,
                    Side::Numerator => in_numerator,
                    Side::NotNumerator => !in_numerator,
                };
                if in_place && on_side && groups.iter().all(|group| is_true(group, row)) {
                    lines.push(StudentLine {
                        student_id: students.value(row).to_owned(),
                        last_name: optional(&last, row).map(str::to_owned),
                        first_name: optional(&first, row).map(str::to_owned),
                        organization_id: organizations.names[own as usize].clone(),
                        grade_level: optional(&grades, row).map(str::to_owned),
                        in_numerator,
                    });
                }
            }
        }
        lines.sort();
        Ok(lines)
    }
}
