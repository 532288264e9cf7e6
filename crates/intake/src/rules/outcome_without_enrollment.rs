use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student took a course in a school year without being enrolled anywhere in that year.
///
/// # Why it matters
/// The course counts towards the status of the student, but the student does not count in that year: an enrollment
/// is missing, or the year is wrong.
///
/// # Worked example
/// ```csv students.csv
/// student_id
/// 1001
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2023-24,10,2023-08-15,,
/// ```
///
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status
/// 1001,HS,WELD1,2024-25,completed
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status
/// 1001,HS,WELD1,2023-24,completed
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "outcome_without_enrollment",
    page: page!("outcome_without_enrollment"),
    severity: Severity::Warning,
    help: "add the enrollment, or correct the year",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    if data.enrollments.is_empty() {
        return;
    }
    for outcomes in data.course_outcomes.groups() {
        // Of a student who was imported earlier, the enrollments may be stored already.
        let Some(student) = outcomes.first().map(|row| row.student_id).filter(|id| data.students.get(*id).is_some())
        else {
            continue;
        };
        let enrollments = data.enrollments.of(student);
        for outcome in outcomes {
            let year = outcome.school_year;
            if enrollments.iter().all(|row| row.school_year != year) {
                report.row(outcome.at, "school_year", || format!("the student was not enrolled in {year}"));
            }
        }
    }
}
