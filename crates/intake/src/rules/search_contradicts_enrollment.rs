use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The latest search in the clearinghouse found nothing of a student who has a postsecondary enrollment from before
/// that search.
///
/// # Why it matters
/// The enrollment counts as a placement. If it came from the clearinghouse, the search would have found it.
///
/// # Worked example
/// ```csv postsecondary_matches.csv
/// student_id,searched_on,found
/// 1001,2025-12-20,no
/// ```
///
/// ```csv postsecondary_enrollments.csv
/// student_id,institution_id,institution_name,begin_date
/// 1001,002500,Central College,2025-08-25
/// ```
///
/// # Set right
/// ```csv postsecondary_matches.csv
/// student_id,searched_on,found
/// 1001,2025-12-20,yes
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "search_contradicts_enrollment",
    page: page!("search_contradicts_enrollment"),
    severity: Severity::Warning,
    help: "search again, or find out where the enrollment came from",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for searches in data.postsecondary_matches.groups() {
        let Some(last) = searches.iter().max_by_key(|row| row.searched_on).filter(|row| row.found == "no") else {
            continue;
        };
        let enrollments = data.postsecondary_enrollments.of(last.student_id);
        if let Some(enrollment) = enrollments.iter().find(|row| row.begin_date < last.searched_on) {
            report.row(last.at, "found", || format!("{} has an enrollment", data.place(enrollment.at)));
        }
    }
}
