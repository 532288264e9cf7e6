use super::{Dataset, Report, Rule, Severity, shown};

/// # What is wrong
/// The CIP code of a program is not written `NN.NNNN`.
///
/// # Why it matters
/// The code leads to the occupations of the program. A spreadsheet that takes it for a number drops its zeros.
///
/// # Worked example
/// ```csv programs.csv
/// program_id,title,cip_code,cluster_16,nontraditional_for
/// AGRI,Agriculture,1.01,,
/// ```
///
/// # Set right
/// ```csv programs.csv
/// program_id,title,cip_code,cluster_16,nontraditional_for
/// AGRI,Agriculture,01.0100,,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "nonstandard_cip",
    page: page!("nonstandard_cip"),
    severity: Severity::Warning,
    help: "write two digits, a point and four digits; in a spreadsheet, format the column as text",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for program in data.programs.iter() {
        if let Some(code) = program.cip_code.filter(|code| !is_cip(code)) {
            report.row(program.at, "cip_code", || {
                format!("`{}` is not a code of six digits with a point after the second", shown(code))
            });
        }
    }
}

fn is_cip(code: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    code.split_once('.').is_some_and(|(family, rest)| digits(family, 2) && digits(rest, 4))
}
