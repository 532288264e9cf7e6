use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The race or ethnicity of some students of a school is not known: no combination of the empty flags can be
/// excluded.
///
/// # Why it matters
/// Every indicator is reported by race and ethnicity (20 U.S.C. 2323(b)(3)(C)). A student whose race is not known
/// stands in no row by race.
///
/// # Worked example
/// ```csv students.csv
/// student_id,hispanic_or_latino,american_indian_or_alaska_native,asian,black_or_african_american,native_hawaiian_or_other_pacific_islander,white
/// 1001,true,,,,,
/// 1002,false,,true,false,false,false
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
/// student_id,hispanic_or_latino,american_indian_or_alaska_native,asian,black_or_african_american,native_hawaiian_or_other_pacific_islander,white
/// 1001,true,,,,,
/// 1002,false,false,true,false,false,false
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "missing_race",
    page: page!("missing_race"),
    severity: Severity::Note,
    help: "fill in all six flags, with `false` where a flag does not hold",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for (school, missing, all) in data.by_school(|student| !student.race_is_known()) {
        report.table("students", || {
            format!("`{}`: the race of {missing} of {all} students is not known", data.name(school))
        });
    }
}
