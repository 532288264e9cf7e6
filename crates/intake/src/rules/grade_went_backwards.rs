use super::{Dataset, Report, Rule, Severity};
use crate::dataset::consecutive_years;

/// # What is wrong
/// A student is in a lower grade than in an earlier school year.
///
/// # Why it matters
/// One of the two rows has the wrong grade or the wrong student; a grade below 09 is not counted at all.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,11,2023-08-15,,
/// 1001,HS,2024-25,10,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,11,2023-08-15,,
/// 1001,HS,2024-25,12,2024-08-15,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "grade_went_backwards",
    page: page!("grade_went_backwards"),
    severity: Severity::Warning,
    help: "correct the grade that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.enrollments.groups() {
        for (before, after) in consecutive_years(rows) {
            if after.grade_level < before.grade_level {
                report.row(after.at, "grade_level", || {
                    let (was, year) = (before.grade_level, before.school_year);
                    format!("grade {} after grade {was} in {year}", after.grade_level)
                });
            }
        }
    }
}
