use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The flag of a special population ends before it begins.
///
/// # Why it matters
/// A flag counts in every year that its days touch. Reversed, it touches none, and the student is missing from the
/// subgroup.
///
/// # Worked example
/// ```csv student_populations.csv
/// student_id,population,begin_date,end_date
/// 1001,english_learner,2024-08-15,2023-06-30
/// ```
///
/// # Set right
/// ```csv student_populations.csv
/// student_id,population,begin_date,end_date
/// 1001,english_learner,2022-08-15,2023-06-30
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "population_spell_reversed",
    page: page!("population_spell_reversed"),
    severity: Severity::Warning,
    help: "exchange or correct the dates",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for spell in data.student_populations.iter() {
        let begin = spell.begin_date;
        if let Some(end) = spell.end_date.filter(|end| *end < begin) {
            report.row(spell.at, "end_date", || format!("it ends on {end} and begins on {begin}"));
        }
    }
}
