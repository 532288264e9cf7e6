use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A course is completed with the grade F, and nothing says that it was not passed.
///
/// # Why it matters
/// A completed course counts towards participant and concentrator unless `passed` is `false`: this one counts.
///
/// # Worked example
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,completed,1,0,F,
/// ```
///
/// # Set right
/// ```csv course_outcomes.csv
/// student_id,organization_id,course_id,school_year,status,credits_attempted,credits_earned,grade,passed
/// 1001,HS,WELD1,2024-25,completed,1,0,F,false
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "completed_but_failed",
    page: page!("completed_but_failed"),
    severity: Severity::Warning,
    help: "say `false` in `passed`, or correct the status or the grade",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for outcome in data.course_outcomes.iter() {
        let failing = outcome.grade.is_some_and(|grade| grade.eq_ignore_ascii_case("f"));
        if failing && outcome.status == "completed" && outcome.passed != Some(false) {
            report.row(outcome.at, "grade", || "the course counts as completed in spite of its grade".to_owned());
        }
    }
}
