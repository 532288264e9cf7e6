use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student has a regular diploma, and left the school of that year in another way than by graduating.
///
/// # Why it matters
/// The student counts as a graduate by the diploma, and as a dropout or transfer by the exit.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-06-05,dropped_out
/// ```
///
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2025-06-05
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
    name: "diploma_without_graduation",
    page: page!("diploma_without_graduation"),
    severity: Severity::Warning,
    help: "correct the exit type, or remove the diploma",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for diploma in data.diplomas.iter().filter(|diploma| diploma.kind == "regular") {
        let enrollments = data.enrollments.of(diploma.student_id).iter();
        let year = enrollments.filter(|row| row.school_year.contains(diploma.awarded_on));
        let last = year.max_by_key(|row| row.entry_date);
        if let Some((at, exit)) =
            last.and_then(|row| Some((row.at, row.exit_type?))).filter(|(_, exit)| *exit != "graduated")
        {
            report.row(diploma.at, "awarded_on", || format!("the student left as `{exit}` by {}", data.place(at)));
        }
    }
}
