use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// An enrollment ends before it begins.
///
/// # Why it matters
/// A leaver is counted in the year of the exit date. A date typed wrong moves the student to another year, or to
/// none.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2024-06-05,graduated
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-06-05,graduated
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "exit_before_entry",
    page: page!("exit_before_entry"),
    severity: Severity::Warning,
    help: "correct the date that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        let entry = enrollment.entry_date;
        if let Some(exit) = enrollment.exit_date.filter(|exit| *exit < entry) {
            report.row(enrollment.at, "exit_date", || format!("the exit on {exit} comes before the entry on {entry}"));
        }
    }
}
