use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student is enrolled in a school year that begins after the award of a regular diploma.
///
/// # Why it matters
/// A graduate has left. The enrollment makes the student count in the denominators of a further year.
///
/// # Worked example
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2024-06-05
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2025-06-05
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "enrolled_after_graduation",
    page: page!("enrolled_after_graduation"),
    severity: Severity::Warning,
    help: "correct the day of the award, or remove the enrollment",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        let awards = data.diplomas.of(enrollment.student_id).iter().filter(|diploma| diploma.kind == "regular");
        let earlier = awards.map(|diploma| diploma.awarded_on).find(|day| *day < enrollment.school_year.begin());
        if let Some(day) = earlier {
            report.row(enrollment.at, "school_year", || format!("the student had a regular diploma on {day}"));
        }
    }
}
