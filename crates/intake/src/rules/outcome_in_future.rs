use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A course was completed after the day of the import, or in a school year that has not begun.
///
/// # Why it matters
/// It counts as completed in a year that is still to come; usually the year or the date is mistyped, or a planned
/// course was exported.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,completed_on
/// 1001,HS,WELD1,2027-28,completed,
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,completed_on
/// 1001,HS,WELD1,2025-26,completed,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "outcome_in_future",
    page: page!("outcome_in_future"),
    severity: Severity::Warning,
    help: "correct the year or the date; a course under way is `in_progress`",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcome in data.course_outcomes.iter().filter(|row| row.status != "in_progress") {
        let year = outcome.school_year;
        if year.begin() > data.today {
            report.row(outcome.at, "school_year", || format!("{year} has not begun"));
        } else if let Some(day) = outcome.completed_on.filter(|day| *day > data.today) {
            report.row(outcome.at, "completed_on", || format!("{day} has not come"));
        }
    }
}
