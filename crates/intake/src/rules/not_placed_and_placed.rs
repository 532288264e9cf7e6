use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// On one day a student was observed both as not placed and in a placement.
///
/// # Why it matters
/// The student counts as placed. One of the two observations is wrong.
///
/// # Worked example
/// ```csv placements.csv
/// student_id,kind,begin_date,end_date,observed_on
/// 1001,not_placed,,,2025-12-15
/// 1001,employment,2025-10-01,,2025-12-15
/// ```
///
/// # Set right
/// ```csv placements.csv
/// student_id,kind,begin_date,end_date,observed_on
/// 1001,employment,2025-10-01,,2025-12-15
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "not_placed_and_placed",
    page: page!("not_placed_and_placed"),
    severity: Severity::Warning,
    help: "remove the observation that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.placements.groups() {
        for none in rows.iter().filter(|row| row.kind == "not_placed") {
            let mut same_day = rows.iter().filter(|row| row.observed_on == none.observed_on);
            if let Some(other) = same_day.find(|row| !matches!(row.kind, "not_placed" | "no_response")) {
                report
                    .row(none.at, "kind", || format!("{} says `{}` on the same day", data.place(other.at), other.kind));
            }
        }
    }
}
