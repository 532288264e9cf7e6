use super::{Dataset, Report, Rule, Severity};
use crate::dataset::Decimal;

/// # What is wrong
/// A level of performance is below 0 or above 100 percent.
///
/// # Why it matters
/// Levels are in percent, and nothing reaches more than 100.
///
/// # Worked example
/// ```csv targets.csv
/// indicator,report_year,organization_id,level
/// 5S1,2024-25,,400
/// ```
///
/// # Set right
/// ```csv targets.csv
/// indicator,report_year,organization_id,level
/// 5S1,2024-25,,40.0
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "target_above_hundred",
    page: page!("target_above_hundred"),
    severity: Severity::Warning,
    help: "correct the level",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for target in &data.targets {
        if let Some(level) = target.level.filter(|level| !(Decimal::ZERO..=Decimal::whole(100)).contains(level)) {
            report.row(target.at, "level", || {
                format!("{level} percent for {} of {}", target.indicator, target.report_year)
            });
        }
    }
}
