use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A diploma was awarded before the student was 15.
///
/// # Why it matters
/// Either the birth date or the day of the award is wrong; the award makes a graduate of its year.
///
/// # Worked example
/// ```csv students.csv
/// student_id,birth_date
/// 1001,2012-03-02
/// ```
///
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2025-06-05
/// ```
///
/// # Set right
/// ```csv students.csv
/// student_id,birth_date
/// 1001,2007-03-02
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "implausible_diploma_age",
    page: page!("implausible_diploma_age"),
    severity: Severity::Warning,
    help: "correct the date that is wrong",
    check,
};

const YOUNGEST: u32 = 15;

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for diploma in data.diplomas.iter() {
        let Some(birth) = data.students.get(diploma.student_id).and_then(|student| student.birth_date) else {
            continue;
        };
        let age = diploma.awarded_on.years_since(birth).unwrap_or(0);
        if age < YOUNGEST {
            report.row(diploma.at, "awarded_on", || format!("the student, born on {birth}, was {age}"));
        }
    }
}
