use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// No program says for which sex it is nontraditional.
///
/// # Why it matters
/// 4S1 has nobody in its denominator without it, and the population `nontraditional` is empty.
///
/// # Worked example
/// ```csv programs.csv
/// program_id,title,cip_code,cluster_16,nontraditional_for
/// WELD,Welding,,13,
/// HEAL,Health,,08,
/// ```
///
/// # Set right
/// ```csv programs.csv
/// program_id,title,cip_code,cluster_16,nontraditional_for
/// WELD,Welding,,13,F
/// HEAL,Health,,08,M
/// ```
///
/// # Severity
/// Warning: 4S1 cannot be computed.
pub(super) const RULE: Rule = Rule {
    name: "nontraditional_missing",
    page: page!("nontraditional_missing"),
    severity: Severity::Warning,
    help: "fill in `nontraditional_for` where one sex is under-represented (20 U.S.C. 2302(33))",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let programs = &data.programs;
    if !programs.is_empty() && programs.iter().all(|program| program.nontraditional_for.is_none()) {
        report.table("programs", || format!("none of {} programs has `nontraditional_for`", programs.len()));
    }
}
