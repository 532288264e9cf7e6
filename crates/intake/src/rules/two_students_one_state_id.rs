use std::collections::HashMap;

use super::{Dataset, Report, Rule, Severity};
use crate::dataset::At;

/// # What is wrong
/// Two students have the same `state_student_id`.
///
/// # Why it matters
/// The State counts students by this identifier. Two students under one are one student to the State, or one
/// student stands here twice.
///
/// # Worked example
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,7700123456,Ana,Ruiz,2008-03-02
/// 1002,7700123456,Ben,Okafor,2007-11-20
/// ```
///
/// # Set right
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,7700123456,Ana,Ruiz,2008-03-02
/// 1002,7700123464,Ben,Okafor,2007-11-20
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "two_students_one_state_id",
    page: page!("two_students_one_state_id"),
    severity: Severity::Warning,
    help: "find out which of them the identifier belongs to",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let mut first: HashMap<&str, At> = HashMap::new();
    for student in data.students.iter() {
        let Some(id) = student.state_student_id else { continue };
        if let Some(other) = first.insert(id, student.at) {
            report.row(student.at, "state_student_id", || format!("{} has it too", data.place(other)));
        }
    }
}
