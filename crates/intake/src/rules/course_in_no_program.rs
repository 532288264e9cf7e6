use std::collections::HashSet;

use super::{Dataset, Report, Rule, Severity, shown};
use crate::dataset::Id;

/// # What is wrong
/// Some courses of the catalog belong to no program.
///
/// # Why it matters
/// Only courses that are tied to a program make participants and concentrators. Mathematics belongs to none; a CTE
/// course that was forgotten does not count.
///
/// # Worked example
/// ```csv courses.csv
/// course_id,title
/// WELD1,Welding I
/// WELD2,Welding II
/// ```
///
/// ```csv program_courses.csv
/// program_id,course_id
/// WELD,WELD1
/// ```
///
/// # Set right
/// ```csv program_courses.csv
/// program_id,course_id
/// WELD,WELD1
/// WELD,WELD2
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "course_in_no_program",
    page: page!("course_in_no_program"),
    severity: Severity::Note,
    help: "look through the courses, and tie those of CTE to their programs",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let tied: HashSet<Id> = data.program_courses.iter().map(|row| row.course_id).collect();
    let free: Vec<_> = data.courses.iter().filter(|course| !tied.contains(&course.course_id)).collect();
    if let [first, ..] = free[..] {
        report.table("courses", || {
            let (free, all, title) = (free.len(), data.courses.len(), shown(first.title));
            format!("{free} of {all} courses belong to no program, such as `{title}`")
        });
    }
}
