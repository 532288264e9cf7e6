use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A postsecondary enrollment ends before it begins.
///
/// # Why it matters
/// 3S1 counts an enrollment whose days touch the window. Reversed, they touch none.
///
/// # Worked example
/// ```csv postsecondary_enrollments.csv
/// student_id,institution_id,institution_name,begin_date,end_date
/// 1001,002500,Central College,2025-08-25,2024-12-13
/// ```
///
/// # Set right
/// ```csv postsecondary_enrollments.csv
/// student_id,institution_id,institution_name,begin_date,end_date
/// 1001,002500,Central College,2025-08-25,2025-12-13
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "postsecondary_dates_reversed",
    page: page!("postsecondary_dates_reversed"),
    severity: Severity::Warning,
    help: "correct the date that is wrong",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.postsecondary_enrollments.iter() {
        let begin = row.begin_date;
        if let Some(end) = row.end_date.filter(|end| *end < begin) {
            report.row(row.at, "end_date", || format!("it ends on {end} and begins on {begin}"));
        }
    }
}
