use super::{Dataset, Report, Rule, Severity, shown};
use crate::{Extent, summary::Summary};

/// # What is wrong
/// Much less is here than in the import before: a school lost 30 percent of its rows or more (of at least 20), a
/// population that had members has none, or a column that was filled is empty.
///
/// # Why it matters
/// A part of the export is missing more often than a part of the school. The numbers would fall without any student
/// having left.
///
/// # Worked example
/// ```csv previous/student_populations.csv
/// student_id,population,begin_date,end_date
/// 1001,homeless,2023-09-01,
/// 1002,migrant,2023-09-01,
/// ```
///
/// ```csv student_populations.csv
/// student_id,population,begin_date,end_date
/// 1002,migrant,2023-09-01,
/// ```
///
/// # Set right
/// ```csv student_populations.csv
/// student_id,population,begin_date,end_date
/// 1001,homeless,2023-09-01,2024-06-30
/// 1002,migrant,2023-09-01,
/// ```
///
/// # Severity
/// Warning: the rows are kept, and count as they stand.
pub(super) const RULE: Rule = Rule {
    name: "sharp_change_since_last_import",
    page: page!("sharp_change_since_last_import"),
    severity: Severity::Warning,
    help: "compare the export with the one before; import it if the change is real",
    check,
};

/// Rows of a school below which a loss is nothing unusual.
const FEWEST_ROWS: u64 = 20;
/// Percent of its rows that a school may keep and still be named.
const KEPT_PERCENT: u64 = 70;

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let Some(previous) = data.previous else { return };
    rows_of_schools(previous, data, report);
    for (population, before) in &previous.populations {
        if data.summary.rows.contains_key("student_populations") && !data.summary.populations.contains_key(population) {
            report.table("student_populations", || format!("`{population}` had {before} spells, and has none now"));
        }
    }
    if data.extent != Extent::Whole {
        // What another format has no place for stays as it is.
        return;
    }
    for (table, columns) in &previous.filled {
        // A table that is not imported at all says nothing about its columns.
        let Some(now) = data.summary.filled.get(table) else { continue };
        for (column, before) in columns {
            if *before > 0 && now.get(column) == Some(&0) {
                report.table(table, || format!("`{column}` was filled in {before} rows, and is in none now"));
            }
        }
    }
}

fn rows_of_schools(previous: &Summary, data: &Dataset<'_>, report: &mut Report<'_>) {
    for (table, schools) in &previous.rows_by_organization {
        let Some(now) = data.summary.rows_by_organization.get(table) else { continue };
        for (school, before) in schools.iter().filter(|(_, before)| **before >= FEWEST_ROWS) {
            let after = now.get(school).copied().unwrap_or(0);
            if after * 100 <= before * KEPT_PERCENT {
                report.table(table, || format!("`{}` had {before} rows, and has {after} now", shown(school)));
            }
        }
    }
}
