use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student has two results in one subject and year, one proficient and one not.
///
/// # Why it matters
/// One that is proficient is enough: the student counts as proficient.
///
/// # Worked example
/// ```csv assessments.csv
/// student_id,subject,school_year,proficient
/// 1001,reading,2024-25,true
/// 1001,reading,2024-25,false
/// ```
///
/// # Set right
/// ```csv assessments.csv
/// student_id,subject,school_year,proficient
/// 1001,reading,2024-25,true
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "two_scores_disagree",
    page: page!("two_scores_disagree"),
    severity: Severity::Warning,
    help: "keep the result that is valid, and leave `proficient` empty in the other",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.assessments.groups() {
        for (index, row) in rows.iter().enumerate() {
            let same = rows[..index]
                .iter()
                .filter(|other| (other.subject, other.school_year) == (row.subject, row.school_year));
            let opposite = row.proficient.map(|proficient| !proficient);
            let other = same.clone().find(|other| opposite.is_some() && other.proficient == opposite);
            if let Some(other) = other {
                report.row(row.at, "proficient", || format!("{} says the opposite", data.place(other.at)));
            }
        }
    }
}
