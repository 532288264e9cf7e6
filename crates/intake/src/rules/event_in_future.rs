use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// An award, a credential, a credit or an observation is dated after the day of the import.
///
/// # Why it matters
/// What has not happened yet is counted as soon as its year is reported.
///
/// # Worked example
/// ```csv credentials.csv
/// student_id,credential_id,earned_on
/// 1001,AWS,2052-05-20
/// ```
///
/// # Set right
/// ```csv credentials.csv
/// student_id,credential_id,earned_on
/// 1001,AWS,2025-05-20
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "event_in_future",
    page: page!("event_in_future"),
    severity: Severity::Warning,
    help: "correct the date",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let diplomas = data.diplomas.iter().map(|row| (row.at, "awarded_on", row.awarded_on));
    let credentials = data.credentials.iter().map(|row| (row.at, "earned_on", row.earned_on));
    let credits = data.postsecondary_credits.iter().map(|row| (row.at, "earned_on", row.earned_on));
    let placements = data.placements.iter().map(|row| (row.at, "observed_on", row.observed_on));
    for (at, column, day) in diplomas.chain(credentials).chain(credits).chain(placements) {
        if day > data.today {
            report.row(at, column, || format!("{day} has not come"));
        }
    }
}
