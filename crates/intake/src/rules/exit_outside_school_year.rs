use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The exit date of an enrollment lies outside its school year, which runs from 1 July to 30 June.
///
/// # Why it matters
/// A student is a leaver of a year only where the exit lies in that year. With a date outside it the student is
/// missing from the academic and placement indicators.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-07-15,graduated
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
    name: "exit_outside_school_year",
    page: page!("exit_outside_school_year"),
    severity: Severity::Warning,
    help: "correct the year or the date",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        let year = enrollment.school_year;
        if let Some(exit) = enrollment.exit_date.filter(|exit| !year.contains(*exit)) {
            report.row(enrollment.at, "exit_date", || format!("the exit on {exit} does not lie in {year}"));
        }
    }
}
