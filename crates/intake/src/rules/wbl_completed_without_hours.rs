use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// Work-based learning other than job shadowing is completed, and nobody verified its hours.
///
/// # Why it matters
/// 5S3 asks for verified hours; empty ones add nothing.
///
/// # Worked example
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,2025-05-15,,completed
/// ```
///
/// # Set right
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,2025-05-15,120,completed
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "wbl_completed_without_hours",
    page: page!("wbl_completed_without_hours"),
    severity: Severity::Note,
    help: "have the hours verified",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.work_based_learning.iter() {
        if row.status == Some("completed") && row.kind != "job_shadowing" && row.verified_hours.is_none() {
            report.row(row.at, "verified_hours", || format!("a completed `{}` without verified hours", row.kind));
        }
    }
}
