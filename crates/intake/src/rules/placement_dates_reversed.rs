use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A placement ends before it begins.
///
/// # Why it matters
/// 3S1 counts a placement whose days touch the window. Reversed, they touch none.
///
/// # Worked example
/// ```csv placements.csv
/// student_id,kind,begin_date,end_date,observed_on
/// 1001,employment,2025-10-01,2024-12-31,2025-12-15
/// ```
///
/// # Set right
/// ```csv placements.csv
/// student_id,kind,begin_date,end_date,observed_on
/// 1001,employment,2025-10-01,2025-12-31,2025-12-15
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "placement_dates_reversed",
    page: page!("placement_dates_reversed"),
    severity: Severity::Warning,
    help: "correct the date that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.placements.iter() {
        if let (Some(begin), Some(end)) = (row.begin_date, row.end_date)
            && end < begin
        {
            report.row(row.at, "end_date", || format!("it ends on {end} and begins on {begin}"));
        }
    }
}
