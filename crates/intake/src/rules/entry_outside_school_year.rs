use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The entry date of an enrollment lies outside its school year, which runs from 1 July to 30 June.
///
/// # Why it matters
/// The `school_year` of the row decides where it counts. Where the date says something else, one of the two is
/// wrong, and the later entry date decides to which school a student belongs.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,11,2023-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,11,2024-08-15,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "entry_outside_school_year",
    page: page!("entry_outside_school_year"),
    severity: Severity::Warning,
    help: "correct the year or the date",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        let (year, entry) = (enrollment.school_year, enrollment.entry_date);
        if !year.contains(entry) {
            report.row(enrollment.at, "entry_date", || format!("the entry on {entry} does not lie in {year}"));
        }
    }
}
