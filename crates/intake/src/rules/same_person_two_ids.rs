use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Dataset, Report, Rule, Severity};
use crate::dataset::At;

/// # What is wrong
/// Two students have the same first name, last name and birth date. Capitals do not matter.
///
/// # Why it matters
/// A person who stands in the data twice is counted twice, and the courses of each half may not make a
/// concentrator.
///
/// # Worked example
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,,Ana,Ruiz,2008-03-02
/// 2041,,ANA,Ruiz,2008-03-02
/// ```
///
/// # Set right
/// ```csv students.csv
/// student_id,state_student_id,first_name,last_name,birth_date
/// 1001,,Ana,Ruiz,2008-03-02
/// 2041,,Ana,Ruiz,2008-03-12
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "same_person_two_ids",
    page: page!("same_person_two_ids"),
    severity: Severity::Warning,
    help: "if they are one person, use one `student_id` in every file",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let mut first: HashMap<(NaiveDate, String), At> = HashMap::new();
    for student in data.students.iter() {
        let (Some(given), Some(family), Some(birth)) = (student.first_name, student.last_name, student.birth_date)
        else {
            continue;
        };
        let person = (birth, format!("{given}\n{family}").to_lowercase());
        if let Some(other) = first.insert(person, student.at) {
            report.row(student.at, "student_id", || format!("{} has the same name and birth date", data.place(other)));
        }
    }
}
