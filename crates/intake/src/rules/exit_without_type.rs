use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// An enrollment has an exit date and no exit type.
///
/// # Why it matters
/// Only certain ways of leaving make a leaver (20 U.S.C. 2323(b)). Without the type the student is not counted as
/// one.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-06-05,
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
    name: "exit_without_type",
    page: page!("exit_without_type"),
    severity: Severity::Warning,
    help: "fill in how the enrollment ended; `unknown` is a type too",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        if let (Some(exit), None) = (enrollment.exit_date, enrollment.exit_type) {
            report.row(enrollment.at, "exit_type", || format!("nothing says how the enrollment ended on {exit}"));
        }
    }
}
