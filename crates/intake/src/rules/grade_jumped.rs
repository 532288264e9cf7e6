use super::{Dataset, Report, Rule, Severity};
use crate::dataset::consecutive_years;

/// # What is wrong
/// A student rose by more grades than years went by.
///
/// # Why it matters
/// A row with the wrong grade, or the rows of two students under one identifier, whose courses then add up to a
/// concentrator.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,09,2023-08-15,,
/// 1001,HS,2024-25,12,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,09,2023-08-15,,
/// 1001,HS,2024-25,10,2024-08-15,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "grade_jumped",
    page: page!("grade_jumped"),
    severity: Severity::Warning,
    help: "correct the grade, or tell the two students apart",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.enrollments.groups() {
        for (before, after) in consecutive_years(rows) {
            let years = after.school_year.first() - before.school_year.first();
            let grades = after.grade_level.0.saturating_sub(before.grade_level.0);
            // One grade skipped happens.
            if u16::from(grades) > years + 1 {
                report.row(after.at, "grade_level", || {
                    let (was, year) = (before.grade_level, before.school_year);
                    format!("grade {} after grade {was} in {year}", after.grade_level)
                });
            }
        }
    }
}
