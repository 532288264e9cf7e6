use super::{Dataset, Report, Rule, Severity};
use crate::dataset::Decimal;

/// # What is wrong
/// A course that was failed or withdrawn from earned credits.
///
/// # Why it matters
/// Credits are earned by completing a course. Either the status is wrong, and a completed course is missing, or the
/// credits are.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,withdrawn,1,1,,
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,withdrawn,1,0,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "credits_without_course",
    page: page!("credits_without_course"),
    severity: Severity::Warning,
    help: "correct the status or the credits",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcome in data.course_outcomes.iter().filter(|row| matches!(row.status, "failed" | "withdrawn")) {
        if let Some(earned) = outcome.credits_earned.filter(|earned| *earned > Decimal::ZERO) {
            report.row(outcome.at, "credits_earned", || {
                format!("earned {earned} for a course that was `{}`", outcome.status)
            });
        }
    }
}
