use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A program has no course.
///
/// # Why it matters
/// Nobody can take part in it: it shows no participant and no concentrator.
///
/// # Worked example
/// ```csv programs.csv
/// program_id,title
/// WELD,Welding
/// ```
///
/// ```csv program_courses.csv
/// program_id,course_id
/// ```
///
/// # Set right
/// ```csv program_courses.csv
/// program_id,course_id
/// WELD,WELD1
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "program_without_courses",
    page: page!("program_without_courses"),
    severity: Severity::Warning,
    help: "tie its courses to it in `program_courses`, or leave the program out",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for program in data.programs.iter().filter(|program| data.program_courses.of(program.program_id).is_empty()) {
        report.row(program.at, "program_id", || format!("no course is tied to `{}`", data.name(program.program_id)));
    }
}
