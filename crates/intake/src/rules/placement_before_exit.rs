use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A placement after leaving school was observed before the student left.
///
/// # Why it matters
/// 3S1 asks where a student is after leaving. What was seen earlier, such as a job beside school, says nothing
/// about that.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,12,2024-08-15,2025-06-05,graduated
/// ```
///
/// ```csv placements.csv
/// student_id,kind,begin_date,end_date,observed_on
/// 1001,employment,2024-10-01,,2024-12-15
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
    name: "placement_before_exit",
    page: page!("placement_before_exit"),
    severity: Severity::Warning,
    help: "correct the day of the observation, or remove the row",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for placement in data.placements.iter() {
        let exits = data.enrollments.of(placement.student_id).iter().filter_map(|row| row.exit_date);
        let day = placement.observed_on;
        if let Some(exit) = exits.max().filter(|exit| *exit > day) {
            report.row(placement.at, "observed_on", || format!("observed on {day}; the student left on {exit}"));
        }
    }
}
