use super::{Dataset, Report, Rule, Severity};
use crate::dataset::Decimal;

/// # What is wrong
/// The verified hours of work-based learning are below zero, or more than 2,000, which is a year of full-time work.
///
/// # Why it matters
/// Hours are added up for 5S3; one wrong row makes a student pass the threshold, or fail it.
///
/// # Worked example
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,2025-05-15,12000,completed
/// ```
///
/// # Set right
/// ```csv work_based_learning.csv
/// student_id,kind,begin_date,end_date,verified_hours,status
/// 1001,paid_internship,2025-01-15,2025-05-15,120.00,completed
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "wbl_hours_implausible",
    page: page!("wbl_hours_implausible"),
    severity: Severity::Warning,
    help: "correct the hours",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let most = Decimal::whole(2_000);
    for row in data.work_based_learning.iter() {
        if let Some(hours) = row.verified_hours.filter(|hours| !(Decimal::ZERO..=most).contains(hours)) {
            report.row(row.at, "verified_hours", || format!("{hours} verified hours"));
        }
    }
}
