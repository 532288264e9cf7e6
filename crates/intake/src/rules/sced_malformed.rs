use super::{Dataset, Report, Rule, Severity, shown};

/// # What is wrong
/// The SCED code of a course has neither 5 digits nor the full 12 characters.
///
/// # Why it matters
/// The first five digits tell which parts of a course belong together. A spreadsheet that takes the code for a
/// number drops its zeros.
///
/// # Worked example
/// ```csv courses.csv
/// course_id,title,sced_code
/// A1,Agriculture,8001
/// ```
///
/// # Set right
/// ```csv courses.csv
/// course_id,title,sced_code
/// A1,Agriculture,18001
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "sced_malformed",
    page: page!("sced_malformed"),
    severity: Severity::Warning,
    help: "write the code in full; in a spreadsheet, format the column as text",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for course in data.courses.iter() {
        if let Some(code) = course.sced_code.filter(|code| !is_sced(code)) {
            report.row(course.at, "sced_code", || format!("`{}` is not a SCED code", shown(code)));
        }
    }
}

fn is_sced(code: &str) -> bool {
    let number = code.get(..5).is_some_and(|first| first.bytes().all(|byte| byte.is_ascii_digit()));
    number && code.is_ascii() && matches!(code.len(), 5 | 12)
}
