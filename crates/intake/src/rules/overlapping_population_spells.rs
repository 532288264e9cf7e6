use super::{Dataset, Report, Rule, Severity};
use crate::dataset::StudentPopulation;

/// # What is wrong
/// A student has the same flag twice on the same day.
///
/// # Why it matters
/// The student counts once; but an end date that was forgotten keeps a flag alive.
///
/// # Worked example
/// ```csv student_populations.csv
/// student_id,population,begin_date,end_date
/// 1001,homeless,2023-09-01,
/// 1001,homeless,2024-09-01,2025-06-30
/// ```
///
/// # Set right
/// ```csv student_populations.csv
/// student_id,population,begin_date,end_date
/// 1001,homeless,2023-09-01,2024-06-30
/// 1001,homeless,2024-09-01,2025-06-30
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "overlapping_population_spells",
    page: page!("overlapping_population_spells"),
    severity: Severity::Note,
    help: "end the earlier spell",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for rows in data.student_populations.groups() {
        let mut spells: Vec<&StudentPopulation<'_>> = rows.iter().collect();
        spells.sort_by_key(|spell| (spell.population, spell.begin_date, spell.at));
        for pair in spells.windows(2) {
            if let [before, after] = pair
                && before.population == after.population
                && before.end_date.is_none_or(|end| end >= after.begin_date)
            {
                report.row(after.at, "begin_date", || {
                    format!("`{}` holds already by {}", after.population, data.place(before.at))
                });
            }
        }
    }
}
