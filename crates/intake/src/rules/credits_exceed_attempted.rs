use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A course earned more credits than were attempted.
///
/// # Why it matters
/// Levels that ask for credits, such as those of Texas, count what was earned.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,completed,0.5,1,,
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,completed,1,1,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "credits_exceed_attempted",
    page: page!("credits_exceed_attempted"),
    severity: Severity::Warning,
    help: "correct the one that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcome in data.course_outcomes.iter() {
        if let (Some(attempted), Some(earned)) = (outcome.credits_attempted, outcome.credits_earned)
            && earned > attempted
        {
            report.row(outcome.at, "credits_earned", || format!("earned {earned}, of {attempted} attempted"));
        }
    }
}
