use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A program ends before it begins.
///
/// # Why it matters
/// The years say when the program is offered; reversed, it is offered never.
///
/// # Worked example
/// ```csv programs.csv
/// program_id,title,begin_year,end_year
/// WELD,Welding,2024-25,2022-23
/// ```
///
/// # Set right
/// ```csv programs.csv
/// program_id,title,begin_year,end_year
/// WELD,Welding,2022-23,2024-25
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "program_years_reversed",
    page: page!("program_years_reversed"),
    severity: Severity::Warning,
    help: "exchange or correct the years",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for row in data.programs.iter() {
        if let (Some(begin), Some(end)) = (row.begin_year, row.end_year)
            && end < begin
        {
            report.row(row.at, "end_year", || format!("it ends in {end} and begins in {begin}"));
        }
    }
}
