use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A work-based learning opportunity ends before it begins.
///
/// # Why it matters
/// It is offered on no day, and is matched with nobody.
///
/// # Worked example
/// ```csv opportunities.csv
/// opportunity_id,employer_id,kind,begin_date,end_date
/// O1,ACME,paid_internship,2025-06-01,2024-08-15
/// ```
///
/// # Set right
/// ```csv opportunities.csv
/// opportunity_id,employer_id,kind,begin_date,end_date
/// O1,ACME,paid_internship,2025-06-01,2025-08-15
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "opportunity_dates_reversed",
    page: page!("opportunity_dates_reversed"),
    severity: Severity::Warning,
    help: "correct the date that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.opportunities.iter() {
        if let (Some(begin), Some(end)) = (row.begin_date, row.end_date)
            && end < begin
        {
            report.row(row.at, "end_date", || format!("it ends on {end} and begins on {begin}"));
        }
    }
}
