use chrono::Months;

use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A course was completed before its school year, or more than two months after it.
///
/// # Why it matters
/// The `school_year` decides where the course counts, not the date. Where they differ, the year may be wrong.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,completed_on
/// 1001,HS,WELD1,2024-25,completed,2024-06-05
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,completed_on
/// 1001,HS,WELD1,2024-25,completed,2025-06-05
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "completed_outside_school_year",
    page: page!("completed_outside_school_year"),
    severity: Severity::Note,
    help: "correct the year or the date",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcome in data.course_outcomes.iter() {
        let (Some(day), year) = (outcome.completed_on, outcome.school_year) else { continue };
        // Summer courses end in the weeks after 30 June.
        if day < year.begin() || day > year.end() + Months::new(2) {
            report.row(outcome.at, "completed_on", || format!("{day} does not lie in {year}"));
        }
    }
}
