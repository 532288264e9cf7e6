use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// Some students have no enrollment in any year.
///
/// # Why it matters
/// Who is enrolled nowhere is counted nowhere, whatever courses were taken.
///
/// # Worked example
/// ```csv students.csv
/// student_id
/// 1001
/// 1002
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,10,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,10,2024-08-15,,
/// 1002,HS,2024-25,10,2024-08-15,,
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "student_without_enrollment",
    page: page!("student_without_enrollment"),
    severity: Severity::Note,
    help: "add their enrollments, or leave the students out",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    if data.enrollments.is_empty() {
        return;
    }
    let without = data.students.iter().filter(|student| data.enrollments.of(student.student_id).is_empty()).count();
    if without > 0 {
        report.table("students", || format!("{without} of {} students have no enrollment", data.students.len()));
    }
}
