use super::{Dataset, Report, Rule, Severity};
use crate::dataset::Grade;

/// # What is wrong
/// The cohort of a student is more than a year away from the one that the first enrollment in high school leads to.
///
/// # Why it matters
/// The graduation rate of a cohort counts those who entered ninth grade together. In the wrong cohort a student is
/// judged too early or too late.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2021-22,09,2021-08-15,,
/// ```
///
/// ```csv cohorts.csv
/// student_id,cohort_year,removed
/// 1001,2022,
/// ```
///
/// # Set right
/// ```csv cohorts.csv
/// student_id,cohort_year,removed
/// 1001,2025,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "cohort_does_not_fit_grade",
    page: page!("cohort_does_not_fit_grade"),
    severity: Severity::Warning,
    help: "correct the cohort or the grade",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for cohort in data.cohorts.iter() {
        let Some(stated) = cohort.cohort_year else { continue };
        let high_school = data.enrollments.of(cohort.student_id).iter().filter(|row| row.grade_level >= Grade(9));
        let Some(first) = high_school.min_by_key(|row| row.school_year) else { continue };
        let expected = i64::from(first.school_year.second()) + i64::from(12_u8.saturating_sub(first.grade_level.0));
        if stated.abs_diff(expected) > 1 {
            report.row(cohort.at, "cohort_year", || {
                let (grade, year) = (first.grade_level, first.school_year);
                format!("grade {grade} in {year} leads to the cohort of {expected}, not {stated}")
            });
        }
    }
}
