use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A course that was failed or withdrawn from is said to be passed.
///
/// # Why it matters
/// Only the status `completed` counts; if the course was passed, a completed course is missing.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,failed,1,0,,true
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,completed,1,1,,true
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "failed_but_passed",
    page: page!("failed_but_passed"),
    severity: Severity::Warning,
    help: "correct the status, or say `false` in `passed`",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcome in data.course_outcomes.iter() {
        if outcome.passed == Some(true) && matches!(outcome.status, "failed" | "withdrawn") {
            report.row(outcome.at, "passed", || format!("passed, and yet `{}`", outcome.status));
        }
    }
}
