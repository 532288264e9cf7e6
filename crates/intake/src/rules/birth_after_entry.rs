use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student was enrolled before being born.
///
/// # Why it matters
/// The birth date is wrong; often a two-digit year was read as the wrong century, or today was typed.
///
/// # Worked example
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,,Ana,Ruiz,2025-03-02
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,10,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,,Ana,Ruiz,2008-03-02
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "birth_after_entry",
    page: page!("birth_after_entry"),
    severity: Severity::Warning,
    help: "correct the birth date",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for student in data.students.iter() {
        let Some(birth) = student.birth_date else { continue };
        let entry = data.enrollments.of(student.student_id).iter().map(|row| row.entry_date).min();
        if let Some(entry) = entry.filter(|entry| *entry < birth) {
            report.row(student.at, "birth_date", || format!("born on {birth}, but enrolled on {entry}"));
        }
    }
}
