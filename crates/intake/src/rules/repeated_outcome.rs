use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The same outcome of a course stands twice: student, school, course, year, term and status are the same.
///
/// # Why it matters
/// A repeated course counts once, but its credits are added twice.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_earned
/// 1001,HS,WELD1,2024-25,completed,1
/// 1001,HS,WELD1,2024-25,completed,1
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_earned
/// 1001,HS,WELD1,2024-25,completed,1
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "repeated_outcome",
    page: page!("repeated_outcome"),
    severity: Severity::Note,
    help: "keep one of the rows, or tell them apart by `term`",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcomes in data.course_outcomes.groups() {
        let mut rows: Vec<_> = outcomes
            .iter()
            .map(|row| ((row.course_id, row.school_year, row.organization_id, row.term, row.status), row.at))
            .collect();
        rows.sort_unstable();
        for pair in rows.windows(2) {
            if let [(before, first), (after, second)] = pair
                && before == after
            {
                report.row(*second, "course_id", || format!("{} says the same", data.place(*first)));
            }
        }
    }
}
