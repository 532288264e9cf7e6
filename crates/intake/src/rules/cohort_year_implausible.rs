use chrono::Datelike;

use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The year of a cohort is before 1990 or more than six years ahead.
///
/// # Why it matters
/// The year is the spring of the fourth year of high school, `2025`. Something else was meant, such as the year of
/// entry or a short form.
///
/// # Worked example
/// ```csv cohorts.csv
/// student_id,cohort_year,removed
/// 1001,25,
/// ```
///
/// # Set right
/// ```csv cohorts.csv
/// student_id,cohort_year,removed
/// 1001,2025,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "cohort_year_implausible",
    page: page!("cohort_year_implausible"),
    severity: Severity::Warning,
    help: "write the year in which the cohort is to graduate",
    check,
};

const EARLIEST: i64 = 1990;
const AHEAD: i64 = 6;

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let latest = i64::from(data.today.year()) + AHEAD;
    for cohort in data.cohorts.iter() {
        if let Some(year) = cohort.cohort_year.filter(|year| !(EARLIEST..=latest).contains(year)) {
            report.row(cohort.at, "cohort_year", || format!("no cohort graduates in {year}"));
        }
    }
}
