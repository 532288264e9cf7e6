use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A student has two diplomas of the same kind.
///
/// # Why it matters
/// Awards in two years make a graduate of each: the student is counted in both.
///
/// # Worked example
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2024-06-05
/// 1001,regular,2025-06-05
/// ```
///
/// # Set right
/// ```csv diplomas.csv
/// student_id,kind,awarded_on
/// 1001,regular,2024-06-05
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "two_diplomas_same_kind",
    page: page!("two_diplomas_same_kind"),
    severity: Severity::Warning,
    help: "keep the award that was made",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.diplomas.groups() {
        for (index, diploma) in rows.iter().enumerate() {
            if let Some(other) = rows[..index].iter().find(|other| other.kind == diploma.kind) {
                report
                    .row(diploma.at, "kind", || format!("{} has a `{}` diploma too", data.place(other.at), other.kind));
            }
        }
    }
}
