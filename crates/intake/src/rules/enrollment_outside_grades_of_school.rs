use super::{Dataset, Report, Rule, Severity, shown};

/// # What is wrong
/// A student is enrolled in a grade that the school does not offer, by its `grade_low` and `grade_high`.
///
/// # Why it matters
/// The grade decides who is counted: only grades 09 to 12 are. A ninth grader of a middle school is one too many,
/// or the school is the wrong one.
///
/// # Worked example
/// ```csv organizations.csv
/// organization_id,name,kind,grade_low,grade_high
/// MS,Middle School,school,06,08
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,MS,2024-25,09,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,MS,2024-25,08,2024-08-15,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "enrollment_outside_grades_of_school",
    page: page!("enrollment_outside_grades_of_school"),
    severity: Severity::Warning,
    help: "correct the grade, the school, or the grades that the school offers",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for enrollment in data.enrollments.iter() {
        let Some(school) = data.organizations.get(enrollment.organization_id) else { continue };
        let low = school.grade_low.and_then(grade).unwrap_or(0);
        let high = school.grade_high.and_then(grade).unwrap_or(u8::MAX);
        let own = enrollment.grade_level;
        if !(low..=high).contains(&own.0) {
            report.row(enrollment.at, "grade_level", || {
                let offered = [school.grade_low, school.grade_high].map(|grade| shown(grade.unwrap_or("?")));
                format!("`{}` offers grades {}, not {own}", shown(school.name), offered.join(" to "))
            });
        }
    }
}

/// Grades before the first count as 0; what is no grade says nothing.
fn grade(text: &str) -> Option<u8> {
    match text {
        "PK" | "KG" | "K" => Some(0),
        _ => text.parse().ok(),
    }
}
