use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// An enrollment ended as `graduated`, and the student has no diploma.
///
/// # Why it matters
/// Graduates are counted by their diplomas (20 U.S.C. 7801(25)): this student counts as a leaver, and not as a
/// graduate.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-06-05,graduated
/// ```
///
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1002,regular,2025-06-05
/// ```
///
/// # Set right
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2025-06-05
/// 1002,regular,2025-06-05
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "graduated_without_diploma",
    page: page!("graduated_without_diploma"),
    severity: Severity::Warning,
    help: "add the diploma, or correct the exit type",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    // Without any diplomas the file is missing, not those of single students.
    if data.diplomas.is_empty() {
        return;
    }
    for enrollment in data.enrollments.iter().filter(|row| row.exit_type == Some("graduated")) {
        if data.diplomas.of(enrollment.student_id).is_empty() {
            report.row(enrollment.at, "exit_type", || "the student graduated, and no diploma is recorded".to_owned());
        }
    }
}
