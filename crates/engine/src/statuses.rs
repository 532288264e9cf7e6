use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use waymark_rulebook::{Plan, definition::Scope};
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    prepare::{Prepared, one_stream},
    slot::Bound,
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
        let plan = Plan::levels(self.book(), year);
        let levels: Vec<&str> = self.book().levels.iter().map(|level| level.name.as_str()).collect();
        let columns = |own: [&'static str; 2]| own.into_iter().chain(levels.iter().copied()).collect::<Vec<_>>();
        let (of_students, of_programs) = (columns(["student_id", "enrolled"]), columns(["student_id", "program_id"]));
        let outputs =
            [(Plan::STUDENT_STATUSES, Some(&of_students[..])), (Plan::PROGRAM_STATUSES, Some(&of_programs[..]))];
        let tables = self.tables(None).await?;
        let prepared = Prepared::new(&tables, &plan, &outputs, one_stream(self.snapshot())).await?;
        let found: Arc<Mutex<Vec<StatusRow>>> = Arc::default();
        let (into, engine) = (Arc::clone(&found), self.clone());
        let take = move |_: usize, results: &Bound| {
            let mut rows = engine.statuses_of(results)?;
            into.lock().unwrap_or_else(PoisonError::into_inner).append(&mut rows);
            Ok(())
        };
        self.each_bucket(vec![prepared], None, take).await?;
        let mut rows = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(reached) = self.students_reached(&self.session().await?).await? {
            rows.retain(|row| reached.contains(&row.student_id) && self.program_is_reached(&row.program_id).is_ok());
        }
        rows.sort();
        Ok(rows)
    }

    fn statuses_of(&self, results: &Bound) -> Result<Vec<StatusRow>, EngineError> {
        let mut rows = Vec::new();
        let mut enrolled = HashSet::new();
        for batch in results.get(Plan::STUDENT_STATUSES)?.iter() {
            let (students, is_enrolled) = (strings(batch, "student_id")?, booleans(batch, "enrolled")?);
            for row in (0..batch.num_rows()).filter(|row| is_true(is_enrolled, *row)) {
                let (level, code) = self.highest(batch, row, |_| true)?.unwrap_or_else(|| self.no_level());
                let student_id = students.value(row).to_owned();
                enrolled.insert(student_id.clone());
                rows.push(StatusRow { student_id, program_id: "*".to_owned(), level, code });
            }
        }
        for batch in results.get(Plan::PROGRAM_STATUSES)?.iter() {
            let (students, programs) = (strings(batch, "student_id")?, strings(batch, "program_id")?);
            for row in (0..batch.num_rows()).filter(|row| enrolled.contains(students.value(*row))) {
                if let Some((level, code)) = self.highest(batch, row, |scope| scope != Scope::Student)? {
                    let (student_id, program_id) = (students.value(row).to_owned(), programs.value(row).to_owned());
                    rows.push(StatusRow { student_id, program_id, level, code });
                }
            }
        }
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
