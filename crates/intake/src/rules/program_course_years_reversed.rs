use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A course belongs to a program until a year before the one from which on it does.
///
/// # Why it matters
/// A course counts for a program only in the years between the two. Reversed, it never counts.
///
/// # Worked example
/// ```csv program_courses.csv
/// program_id,course_id,begin_year,end_year
/// WELD,WELD1,2024-25,2022-23
/// ```
///
/// # Set right
/// ```csv program_courses.csv
/// program_id,course_id,begin_year,end_year
/// WELD,WELD1,2022-23,2024-25
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "program_course_years_reversed",
    page: page!("program_course_years_reversed"),
    severity: Severity::Warning,
    help: "exchange or correct the years",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.program_courses.iter() {
        if let (Some(begin), Some(end)) = (row.begin_year, row.end_year)
            && end < begin
        {
            report.row(row.at, "end_year", || format!("it ends in {end} and begins in {begin}"));
        }
    }
}
