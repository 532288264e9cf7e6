use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A work-based learning opportunity has no seat, or fewer than none.
///
/// # Why it matters
/// Seats are compared with the students who look for one.
///
/// # Worked example
/// ```csv opportunities.csv
/// opportunity_id,employer_id,kind,seats
/// O1,ACME,paid_internship,0
/// ```
///
/// # Set right
/// ```csv opportunities.csv
/// opportunity_id,employer_id,kind,seats
/// O1,ACME,paid_internship,4
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "opportunity_without_seats",
    page: page!("opportunity_without_seats"),
    severity: Severity::Note,
    help: "fill in how many students it can take, or leave it empty where that is not known",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.opportunities.iter() {
        if let Some(seats) = row.seats.filter(|seats| *seats <= 0) {
            report.row(row.at, "seats", || format!("it has {seats} seats"));
        }
    }
}
