use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The catalog recognizes a credential until a day before the one from which on it does.
///
/// # Why it matters
/// It is never recognized, and nobody who earned it counts for 5S1.
///
/// # Worked example
/// ```csv credential_catalog.csv
/// credential_id,title,recognized_from,recognized_to
/// AWS,Certified Welder,2024-07-01,2023-06-30
/// ```
///
/// # Set right
/// ```csv credential_catalog.csv
/// credential_id,title,recognized_from,recognized_to
/// AWS,Certified Welder,2023-07-01,2024-06-30
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "credential_recognition_reversed",
    page: page!("credential_recognition_reversed"),
    severity: Severity::Warning,
    help: "exchange or correct the dates",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for listed in data.credential_catalog.iter() {
        if let (Some(from), Some(to)) = (listed.recognized_from, listed.recognized_to)
            && to < from
        {
            report.row(listed.at, "recognized_to", || format!("recognized from {from} to {to}"));
        }
    }
}
