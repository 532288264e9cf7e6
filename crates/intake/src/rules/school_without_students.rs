use std::collections::HashSet;

use super::{Dataset, Report, Rule, Severity, shown};
use crate::dataset::Id;

/// # What is wrong
/// A school has no enrollment, though others have.
///
/// # Why it matters
/// Its file may not have been exported. A career center, at which students of other schools take courses, has none
/// by nature.
///
/// # Worked example
/// ```csv organizations.csv
/// organization_id,name,kind
/// EAST,East High,school
/// WEST,West High,school
/// ```
///
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,EAST,2024-25,10,2024-08-15,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,EAST,2024-25,10,2024-08-15,,
/// 1002,WEST,2024-25,10,2024-08-15,,
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "school_without_students",
    page: page!("school_without_students"),
    severity: Severity::Note,
    help: "add its enrollments, or leave the school out",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    if data.enrollments.is_empty() {
        return;
    }
    let enrolled: HashSet<Id> = data.enrollments.iter().map(|row| row.organization_id).collect();
    let schools = data.organizations.iter().filter(|organization| organization.kind == "school");
    for school in schools.filter(|school| !enrolled.contains(&school.organization_id)) {
        report.row(school.at, "organization_id", || format!("`{}` has no enrollment", shown(school.name)));
    }
}
