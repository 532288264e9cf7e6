use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A credential was earned on a day on which the State did not recognize it.
///
/// # Why it matters
/// It does not count for 5S1. Often the days of recognition in the catalog are out of date.
///
/// # Worked example
/// ```csv credential_catalog.csv
/// credential_id,title,recognized_from,recognized_to
/// AWS,Certified Welder,2024-07-01,
/// ```
///
/// ```csv credentials.csv
/// student_id,credential_id,earned_on
/// 1001,AWS,2024-05-20
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
    name: "credential_outside_recognition",
    page: page!("credential_outside_recognition"),
    severity: Severity::Warning,
    help: "check the days of recognition in the catalog, and the day on which it was earned",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for credential in data.credentials.iter() {
        let Some(listed) = data.credential_catalog.get(credential.credential_id) else { continue };
        let day = credential.earned_on;
        let early = listed.recognized_from.is_some_and(|from| day < from);
        let late = listed.recognized_to.is_some_and(|to| day > to);
        if early || late {
            let when = if early { "before it was recognized" } else { "after it was last recognized" };
            report.row(credential.at, "earned_on", || format!("earned on {day}, {when}"));
        }
    }
}
