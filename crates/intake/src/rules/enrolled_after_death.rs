use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student is enrolled on a day after an exit of type `deceased`.
///
/// # Why it matters
/// One of the two rows is wrong, and a family may be written to.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,10,2023-08-15,2024-03-01,deceased
/// 1001,HS,2024-25,11,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,10,2023-08-15,2024-03-01,transferred_documented
/// 1001,HS,2024-25,11,2024-08-15,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "enrolled_after_death",
    page: page!("enrolled_after_death"),
    severity: Severity::Warning,
    help: "correct the exit type, or remove the later enrollment",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.enrollments.groups() {
        let deaths = rows.iter().filter(|row| row.exit_type == Some("deceased")).filter_map(|row| row.exit_date);
        let Some(day) = deaths.min() else { continue };
        for enrollment in rows.iter().filter(|row| row.entry_date > day) {
            report.row(enrollment.at, "entry_date", || format!("an earlier enrollment ended with death on {day}"));
        }
    }
}
