use super::{Dataset, Report, Rule, Severity};
use crate::dataset::Decimal;

/// # What is wrong
/// A level of performance is above 0 and below 1 percent.
///
/// # Why it matters
/// Levels are in percent. A level of 0.4 is met by almost everybody; 40 was probably meant.
///
/// # Worked example
/// ```csv targets.csv
/// indicator,report_year,organization_id,level
/// 5S1,2024-25,,0.4
/// ```
///
/// # Set right
/// ```csv targets.csv
/// indicator,report_year,organization_id,level
/// 5S1,2024-25,,40
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "target_as_fraction",
    page: page!("target_as_fraction"),
    severity: Severity::Note,
    help: "write the level in percent",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for target in &data.targets {
        if let Some(level) = target.level.filter(|level| *level > Decimal::ZERO && *level < Decimal::whole(1)) {
            report.row(target.at, "level", || format!("{level} percent for {}", target.indicator));
        }
    }
}
