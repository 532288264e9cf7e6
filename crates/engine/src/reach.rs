//! How far somebody may look: the rows of some organizations, of some programs.

use std::{collections::BTreeSet, sync::Arc};

use datafusion::prelude::SessionContext;

use crate::{Engine, EngineError, MeasureRow, StudentTrace, organizations::Organizations, text::strings};

/// Which rows may come out, whatever is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Those of these organizations and of what is below them; none: of every one.
    pub organizations: Option<BTreeSet<String>>,
    /// Those of these programs, and not those of clusters or of all programs together; none: of every one.
    pub programs: Option<BTreeSet<String>>,
}

impl Reach {
    /// Nothing comes out.
    pub fn nothing() -> Self {
        Self { organizations: Some(BTreeSet::new()), programs: Some(BTreeSet::new()) }
    }

    fn has_program(&self, program: &str) -> bool {
        self.programs.as_ref().is_none_or(|programs| programs.contains(program))
    }
}

impl Engine {
    /// The same engine, of which only that much comes out. What it has counted already is shared.
    #[must_use]
    pub fn within(&self, reach: Reach) -> Self {
        let mut engine = self.clone();
        engine.reach = Arc::new(reach);
        engine
    }

    /// The organizations that are reached, with all that is below them; none: every one.
    pub(crate) async fn reached(&self) -> Result<Option<BTreeSet<String>>, EngineError> {
        let Some(own) = &self.reach.organizations else { return Ok(None) };
        let organizations = Organizations::read(&self.session().await?).await?;
        let is_reached = |place: &usize| {
            let above = u32::try_from(*place).map(|place| organizations.with_above(place)).unwrap_or_default();
            above.iter().any(|above| own.contains(&organizations.names[*above as usize]))
        };
        let places = (0..organizations.names.len()).filter(is_reached);
        Ok(Some(places.map(|place| organizations.names[place].clone()).collect()))
    }

    /// Leaves the rows that are reached.
    pub(crate) async fn keep_reached(&self, rows: &mut Vec<MeasureRow>) -> Result<(), EngineError> {
        let organizations = self.reached().await?;
        rows.retain(|row| {
            organizations.as_ref().is_none_or(|reached| reached.contains(&row.organization_id))
                && self.reach.has_program(&row.program_id)
        });
        Ok(())
    }

    /// That a program is reached; what is not reached is not there.
    pub(crate) fn program_is_reached(&self, program: &str) -> Result<(), EngineError> {
        if self.reach.has_program(program) {
            return Ok(());
        }
        Err(EngineError::Unknown { what: "program", name: program.to_owned(), hint: None })
    }

    /// That an organization and a program are reached: for what is computed of one organization or program as a whole. Without
    /// a name, everybody or all programs are meant. What is not reached is not there.
    ///
    /// # Errors
    /// An organization or a program that is not reached.
    pub async fn reaches(&self, organization: Option<&str>, program: Option<&str>) -> Result<(), EngineError> {
        self.program_is_reached(program.unwrap_or("*"))?;
        let Some(reached) = self.reached().await? else { return Ok(()) };
        if organization.is_some_and(|organization| reached.contains(organization)) {
            return Ok(());
        }
        let name = organization.unwrap_or("everybody").to_owned();
        Err(EngineError::Unknown { what: "organization", name, hint: None })
    }

    /// The students of the session who are reached: who were ever enrolled or taught at an organization, and took a course
    /// of a program; none: every one.
    pub(crate) async fn students_reached(
        &self,
        session: &SessionContext,
    ) -> Result<Option<BTreeSet<String>>, EngineError> {
        let mut reached: Option<BTreeSet<String>> = None;
        if let Some(organizations) = self.reached().await? {
            let among = among("organization_id", &organizations);
            let sql = format!(
                "SELECT student_id FROM enrollments WHERE {among} UNION SELECT student_id FROM course_outcomes WHERE {among}"
            );
            reached = Some(students(session, &sql).await?);
        }
        if let Some(programs) = &self.reach.programs {
            let among = among("program_id", programs);
            let sql = format!(
                "SELECT DISTINCT student_id FROM course_outcomes WHERE course_id IN (SELECT course_id FROM program_courses \
                 WHERE {among})"
            );
            let in_programs = students(session, &sql).await?;
            reached = Some(match reached {
                Some(reached) => reached.intersection(&in_programs).cloned().collect(),
                None => in_programs,
            });
        }
        Ok(reached)
    }

    /// Leaves of a student's explanation what belongs to the programs that are reached.
    pub(crate) fn keep_programs(&self, trace: &mut StudentTrace) {
        if self.reach.programs.is_none() {
            return;
        }
        trace.programs.retain(|program| self.reach.has_program(&program.program_id));
        trace.untied.clear();
        trace.facts.clear();
        trace.measures.clear();
        trace.levels.clear();
        let is_met = |name: &str| {
            trace.programs.iter().flat_map(|program| &program.levels).any(|level| level.met && level.name == name)
        };
        let highest = self.book().levels.iter().rev().find(|level| is_met(&level.name));
        trace.level = highest.map_or_else(
            || ("none".to_owned(), self.book().none.code.clone()),
            |level| (level.name.clone(), level.code.clone()),
        );
    }
}

/// A condition that the column has one of the names.
fn among(column: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "FALSE".to_owned();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    format!("{column} IN ({})", quoted.join(", "))
}

async fn students(session: &SessionContext, sql: &str) -> Result<BTreeSet<String>, EngineError> {
    let mut found = BTreeSet::new();
    for batch in session.sql(sql).await?.collect().await? {
        let students = strings(&batch, "student_id")?;
        found.extend(students.iter().flatten().map(str::to_owned));
    }
    Ok(found)
}
