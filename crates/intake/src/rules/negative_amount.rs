use super::{Dataset, Report, Rule, Severity};
use crate::dataset::{At, Decimal};

/// # What is wrong
/// Credits or hours are below zero.
///
/// # Why it matters
/// Credits are added up for the levels that ask for them; a negative one takes away what was earned.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,completed,1,-1,,
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
    name: "negative_amount",
    page: page!("negative_amount"),
    severity: Severity::Warning,
    help: "correct the amount",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.courses.iter() {
        amount(report, row.at, "credits", row.credits);
        amount(report, row.at, "hours", row.hours);
    }
    for row in data.course_outcomes.iter() {
        amount(report, row.at, "credits_attempted", row.credits_attempted);
        amount(report, row.at, "credits_earned", row.credits_earned);
    }
    for row in data.postsecondary_credits.iter() {
        amount(report, row.at, "credits", row.credits);
    }
}

fn amount(report: &mut Report<'_>, at: At, column: &str, amount: Option<Decimal>) {
    if let Some(amount) = amount.filter(|amount| *amount < Decimal::ZERO) {
        report.row(at, column, || format!("`{column}` is {amount}"));
    }
}
