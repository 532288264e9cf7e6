use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student stands in the cohorts of two years.
///
/// # Why it matters
/// The adjusted cohort holds each student once (20 U.S.C. 7801(25)). Here the student is counted in the graduation
/// rate of both.
///
/// # Worked example
/// ```csv cohorts.csv
/// student_id,cohort_year,removed
/// 1001,2025,
/// 1001,2026,
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
    name: "cohort_twice",
    page: page!("cohort_twice"),
    severity: Severity::Warning,
    help: "keep the cohort of the first ninth grade",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.cohorts.groups() {
        let mut present = rows.iter().filter(|row| row.removed.is_none());
        let Some(first) = present.next() else { continue };
        for row in present.filter(|row| row.cohort_year != first.cohort_year) {
            report.row(row.at, "cohort_year", || format!("{} has the student in another cohort", data.place(first.at)));
        }
    }
}
