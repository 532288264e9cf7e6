use chrono::NaiveDate;

use super::{Dataset, Report, Rule, Severity};
use crate::dataset::Enrollment;

/// # What is wrong
/// A student is enrolled in two schools at once, or in one school twice. A day on which one enrollment ends and the
/// next begins is no overlap, and a career center beside a school is none either.
///
/// # Why it matters
/// A student belongs to one school in a year, that of the latest entry. Of two enrollments at once the wrong one
/// may decide.
///
/// # Worked example
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,EAST,2024-25,10,2024-08-15,,
/// 1001,WEST,2024-25,10,2025-01-08,,
/// ```
///
/// # Set right
/// ```csv enrollments.csv
/// student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
/// 1001,EAST,2024-25,10,2024-08-15,2025-01-07,transferred_documented
/// 1001,WEST,2024-25,10,2025-01-08,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "overlapping_enrollments",
    page: page!("overlapping_enrollments"),
    severity: Severity::Warning,
    help: "end the first enrollment before the second begins",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.enrollments.groups() {
        let mut spans: Vec<&Enrollment<'_>> = rows.iter().filter(|row| counts(data, row)).collect();
        spans.sort_by_key(|row| (row.entry_date, row.at));
        let mut latest: Option<&Enrollment<'_>> = None;
        for row in spans {
            if let Some(before) = latest.filter(|before| row.entry_date < end(before)) {
                report.row(row.at, "entry_date", || {
                    let (place, school) = (data.place(before.at), data.name(before.organization_id));
                    format!("it overlaps the enrollment in `{school}` of {place}")
                });
            }
            if latest.is_none_or(|before| end(before) < end(row)) {
                latest = Some(row);
            }
        }
    }
}

fn counts(data: &Dataset<'_>, row: &Enrollment<'_>) -> bool {
    data.organizations.get(row.organization_id).is_none_or(|organization| organization.kind == "school")
}

/// An open enrollment ends with its school year.
fn end(row: &Enrollment<'_>) -> NaiveDate {
    row.exit_date.unwrap_or(row.school_year.end())
}
