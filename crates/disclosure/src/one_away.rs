use std::{collections::BTreeSet, io};

use waymark_engine::OneAway;
use waymark_terms::SchoolYear;

use crate::{Audience, Door, DoorError, Released};

/// Who is one completed course away from the level that the rulebook's pathway leads to, and could take it in the year
/// after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneAwayTable {
    /// The year at whose end it is so.
    pub report_year: SchoolYear,
    pub(crate) rows: Vec<OneAway>,
}

impl OneAwayTable {
    /// The rows: a student in each program, by program and name.
    pub fn rows(&self) -> &[OneAway] {
        &self.rows
    }

    /// How many students there are; one who is so in two programs counts once.
    pub fn students(&self) -> usize {
        self.rows.iter().map(|row| &row.student_id).collect::<BTreeSet<_>>().len()
    }

    /// Writes it as CSV. The courses that would do are separated by semicolons, parts of one course joined by `+`.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        let columns = [
            "program_id",
            "student_id",
            "last_name",
            "first_name",
            "organization_id",
            "grade_level",
            "missing",
            "concentrates_elsewhere",
            "next_courses",
        ];
        writer.write_record(columns)?;
        for row in &self.rows {
            let course = |next: &waymark_engine::NextCourse| {
                next.courses.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join("+")
            };
            writer.write_record([
                row.program_id.as_str(),
                &row.student_id,
                row.last_name.as_deref().unwrap_or_default(),
                row.first_name.as_deref().unwrap_or_default(),
                &row.organization_id,
                row.grade_level.as_deref().unwrap_or_default(),
                &row.missing.join("; "),
                if row.elsewhere { "true" } else { "false" },
                &row.next.iter().map(course).collect::<Vec<_>>().join("; "),
            ])?;
        }
        writer.flush()
    }
}

impl Door {
    /// Who is one course away at the end of a year, in an organization, in one program or in all.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn one_away(
        &self,
        audience: &Audience,
        year: SchoolYear,
        organization: &str,
        program: Option<&str>,
        subgroup: &str,
    ) -> Result<Released<OneAwayTable>, DoorError> {
        let engine = self.engine_for(audience);
        engine.reaches(Some(organization), program).await?;
        let rows = engine.one_away(year, Some(organization), program, subgroup).await?;
        let seen: BTreeSet<String> = rows.iter().map(|row| row.student_id.clone()).collect();
        let table = OneAwayTable { report_year: year, rows };
        let what =
            format!("one course away, {year}, {organization}, {}, {subgroup}", program.unwrap_or("all programs"));
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        self.release(audience, what, 0, &seen, table).await
    }
}
