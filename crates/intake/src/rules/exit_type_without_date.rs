use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// An enrollment has an exit type and no exit date.
///
/// # Why it matters
/// A leaver is counted in the year of the exit date. Without the date the enrollment is open, and the student has
/// not left.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,,dropped_out
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-02-14,dropped_out
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "exit_type_without_date",
    page: page!("exit_type_without_date"),
    severity: Severity::Warning,
    help: "fill in the day of the exit, or remove the type",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        if let (None, Some(kind)) = (enrollment.exit_date, enrollment.exit_type) {
            report.row(enrollment.at, "exit_date", || format!("the enrollment ended as `{kind}`, but no day is given"));
        }
    }
}
