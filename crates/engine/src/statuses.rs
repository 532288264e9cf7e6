use waymark_rulebook::{Plan, definition::Scope};
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    text::{booleans, is_true, strings},
};

/// A student's level, in a program or (`*`) as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatusRow {
    /// The student.
    pub student_id: String,
    /// The program, or `*` for the highest of all.
    pub program_id: String,
    /// The name of the level; `none` where no level is met.
    pub level: String,
    /// The State's code, or empty.
    pub code: String,
}

impl Engine {
    /// The level of every student who is enrolled in the year, as of its last day: as a whole, and in every program in
    /// which a level that belongs to programs is met.
    ///
    /// # Errors
    /// A stage that cannot be run.
    pub async fn statuses(&self, year: SchoolYear) -> Result<Vec<StatusRow>, EngineError> {
        let plan = Plan::statuses(self.book(), year);
        let session = self.session().await?;
        self.run(&session, &plan).await?;
        let mut rows = Vec::new();
        for batch in
            session.sql(&format!("SELECT * FROM {} WHERE enrolled", Plan::STUDENT_STATUSES)).await?.collect().await?
        {
            let students = strings(&batch, "student_id")?;
            for row in 0..batch.num_rows() {
                let (level, code) = self.highest(&batch, row, |_| true)?.unwrap_or_else(|| self.no_level());
                rows.push(StatusRow {
                    student_id: students.value(row).to_owned(),
                    program_id: "*".to_owned(),
                    level,
                    code,
                });
            }
        }
        let in_programs = format!(
            "SELECT p.* FROM {} AS p JOIN {} AS s ON s.student_id = p.student_id WHERE s.enrolled",
            Plan::PROGRAM_STATUSES,
            Plan::STUDENT_STATUSES
        );
        for batch in session.sql(&in_programs).await?.collect().await? {
            let (students, programs) = (strings(&batch, "student_id")?, strings(&batch, "program_id")?);
            for row in 0..batch.num_rows() {
                if let Some((level, code)) = self.highest(&batch, row, |scope| scope != Scope::Student)? {
                    let (student_id, program_id) = (students.value(row).to_owned(), programs.value(row).to_owned());
                    rows.push(StatusRow { student_id, program_id, level, code });
                }
            }
        }
        rows.sort();
        Ok(rows)
    }

    fn highest(
        &self,
        batch: &datafusion::arrow::record_batch::RecordBatch,
        row: usize,
        of: impl Fn(Scope) -> bool,
    ) -> Result<Option<(String, String)>, EngineError> {
        for level in self.book().levels.iter().rev().filter(|level| of(level.scope)) {
            if is_true(booleans(batch, &level.name)?, row) {
                return Ok(Some((level.name.clone(), level.code.clone())));
            }
        }
        Ok(None)
    }

    fn no_level(&self) -> (String, String) {
        ("none".to_owned(), self.book().none.code.clone())
    }
}
