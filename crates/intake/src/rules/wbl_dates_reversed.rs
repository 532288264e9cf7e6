use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// Work-based learning ends before it begins.
///
/// # Why it matters
/// The last day decides whether it counts for 5S3.
///
/// # Worked example
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,2024-05-15,120,completed
/// ```
///
/// # Set right
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,2025-05-15,120,completed
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "wbl_dates_reversed",
    page: page!("wbl_dates_reversed"),
    severity: Severity::Warning,
    help: "correct the date that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.work_based_learning.iter() {
        let begin = row.begin_date;
        if let Some(end) = row.end_date.filter(|end| *end < begin) {
            report.row(row.at, "end_date", || format!("it ends on {end} and begins on {begin}"));
        }
    }
}
