//! Where students stand on their way through programs at the end of a year.

use std::fmt::Write;

use waymark_terms::SchoolYear;

use super::{Plan, Planner};
use crate::{check::Rulebook, definition::PopulationYear, vocabulary};

impl Plan {
    /// The last stage of a plan of a pathway: a row for every student as such (`program_id` is `*`) and one for every
    /// program in which the student has a course record, with `has_left`, `returns`, a boolean `step_N` and `observed_N`
    /// for every step of the rulebook, and one for every subgroup.
    pub const WAYS: &'static str = "ways";

    /// The queries for where every student stands at the end of `year`; none where the rulebook describes no way through
    /// a program.
    pub fn pathway(book: &Rulebook, year: SchoolYear) -> Option<Self> {
        let pathway = book.pathway.as_ref()?;
        let mut planner = Planner::new(book, year, PopulationYear::ReportYear);
        let conditions = pathway.conditions().chain(book.subgroups.iter().map(|subgroup| &subgroup.when));
        planner.only_facts_for(conditions.flat_map(|condition| condition.names.iter().map(String::as_str)));
        planner.students();
        planner.course_records();
        planner.program_statuses();
        planner.rows();
        let mut columns = String::new();
        let mut subgroups = Vec::new();
        let mut flag = |name: &str, sql: &str| {
            let _ = write!(columns, ",\n  coalesce({sql}, false) AS {name}");
        };
        flag("has_left", &planner.sql(&pathway.left));
        flag("returns", &planner.sql(&pathway.returns));
        for (place, step) in pathway.steps.iter().enumerate() {
            flag(&format!("step_{place}"), &planner.sql(&step.when));
            let observed = step.observed.as_ref().map_or_else(|| "true".to_owned(), |known| planner.sql(known));
            flag(&format!("observed_{place}"), &observed);
        }
        for (place, subgroup) in book.subgroups.iter().enumerate() {
            let column = format!("subgroup_{place}");
            flag(&column, &planner.sql(&subgroup.when));
            subgroups.push((subgroup.name.clone(), column));
        }
        planner.stage(
            Self::WAYS,
            "where every student stands on the way through every program with a course record, and as such",
            format!(
                "SELECT w.student_id, w.scope AS program_id, w.organization_id, w.enrolled{columns}\nFROM {} AS w\nLEFT JOIN {} \
                 AS t ON t.student_id = w.student_id AND t.program_id = w.scope\nWHERE w.scope = '*' OR t.program_id IS NOT \
                 NULL",
                Self::ROWS,
                vocabulary::PROGRAM_STATUSES
            ),
        );
        Some(planner.finish(Vec::new(), subgroups))
    }
}
