use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The sex of some students of a school is not known.
///
/// # Why it matters
/// Every indicator is reported by sex (20 U.S.C. 2323(b)(3)(C)). A student whose sex is not known stands in no row
/// by sex, and never in the numerator of 4S1.
///
/// # Worked example
/// ```csv students.csv
/// student_id,sex
/// 1001,F
/// 1002,
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,HS,2024-25,10,2024-08-15,,
/// 1002,HS,2024-25,10,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv students.csv
/// student_id,sex
/// 1001,F
/// 1002,M
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "missing_sex",
    page: page!("missing_sex"),
    severity: Severity::Note,
    help: "fill in `sex` where it is known; `X` is for students who are neither",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for (school, missing, all) in data.by_school(|student| student.sex.is_none()) {
        report.table("students", || {
            format!("`{}`: the sex of {missing} of {all} students is not known", data.name(school))
        });
    }
}
