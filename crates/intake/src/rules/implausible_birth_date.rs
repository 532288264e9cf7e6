use std::ops::RangeInclusive;

use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student entered a grade of 06 to 12 younger than 9 or older than 22.
///
/// # Why it matters
/// Students are matched by birth date with the State and the clearinghouse. A wrong one finds nobody, or somebody
/// else.
///
/// # Worked example
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,,Ana,Ruiz,1908-03-02
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
    name: "implausible_birth_date",
    page: page!("implausible_birth_date"),
    severity: Severity::Warning,
    help: "correct the birth date",
    check,
};

const AGES: RangeInclusive<u32> = 9..=22;

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for student in data.students.iter() {
        let Some(birth) = student.birth_date else { continue };
        let ages = data.enrollments.of(student.student_id).iter().filter_map(|row| row.entry_date.years_since(birth));
        if let Some(age) = ages.min().filter(|age| !AGES.contains(age)) {
            report.row(student.at, "birth_date", || {
                format!("by the birth date {birth} the student entered at age {age}")
            });
        }
    }
}
