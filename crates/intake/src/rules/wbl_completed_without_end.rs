use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// Work-based learning is completed, and its last day is not given.
///
/// # Why it matters
/// 5S3 counts what ended by the graduation day. Without the day it does not count.
///
/// # Worked example
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,,120,completed
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
    name: "wbl_completed_without_end",
    page: page!("wbl_completed_without_end"),
    severity: Severity::Warning,
    help: "fill in the last day",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.work_based_learning.iter() {
        if row.status == Some("completed") && row.end_date.is_none() {
            report.row(row.at, "end_date", || "it is completed, and no last day is given".to_owned());
        }
    }
}
