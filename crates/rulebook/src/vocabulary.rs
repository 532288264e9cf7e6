//! The columns that conditions may name, place by place: what `rulebook show` lists and the checker believes.

use waymark_terms::{SchoolYear, bundle};

use crate::{
    definition::{PopulationYear, Scope, Setting},
    expression::Columns,
};
use std::collections::BTreeMap;

/// A table that facts may sum up, with the SQL that makes it from the bundle's tables.
pub(crate) struct Source {
    pub(crate) sql: String,
    pub(crate) columns: Vec<(&'static str, String)>,
}

/// The tables of the bundle that have rows of students, credentials with their entry of the catalog.
pub(crate) fn source(name: &str) -> Option<Source> {
    let table = bundle::Table::named(name).filter(|table| table.position("student_id").is_some())?;
    let mut columns: Vec<_> = table.columns.iter().map(|c| (c.name, c.doc.to_owned())).collect();
    let mut sql = table.name.to_owned();
    if let Some(catalog) = bundle::Table::named("credential_catalog").filter(|_| table.name == "credentials") {
        let more = ["title", "issuer", "recognized_from", "recognized_to", "high_value"];
        sql = format!(
            "(SELECT own.*, {} FROM credentials AS own JOIN credential_catalog AS catalog \
             ON catalog.credential_id = own.credential_id)",
            more.map(|column| format!("catalog.{column}")).join(", ")
        );
        columns.extend(catalog.columns.iter().filter(|c| more.contains(&c.name)).map(|c| (c.name, c.doc.to_owned())));
    }
    Some(Source { sql, columns })
}

/// Names of the tables that facts may sum up.
pub(crate) fn source_names() -> impl Iterator<Item = &'static str> {
    let tables = bundle::TABLES.iter().filter(|table| table.position("student_id").is_some());
    tables.map(|table| table.name).chain(std::iter::once(PROGRAM_STATUSES))
}

/// The derived table with a student's statuses, program by program.
pub(crate) const PROGRAM_STATUSES: &str = "program_statuses";

/// A report year and a population year as constants, and the rulebook's settings.
pub(crate) fn constants(year: SchoolYear, population: PopulationYear, settings: &BTreeMap<String, Setting>) -> Columns {
    let population = year.offset(population.offset()).unwrap_or(year);
    let mut columns = Columns::default();
    let date = |day| format!("DATE '{day}'");
    columns.add("report_year", format!("'{year}'"), "The report year, `2024-25`.");
    columns.add("report_second_year", year.second().to_string(), "The calendar year in which it ends, 2025.");
    columns.add("report_begin", date(year.begin()), "Its first day.");
    columns.add("report_end", date(year.end()), "Its last day.");
    columns.add("population_year", format!("'{population}'"), "The year that decides who counts where.");
    columns.add("year_begin", date(population.begin()), "First day of the population year.");
    columns.add("year_end", date(population.end()), "Last day of the population year.");
    for (name, setting) in settings {
        let sql = match setting {
            Setting::Boolean(value) => value.to_string(),
            Setting::Integer(value) => value.to_string(),
            Setting::Text(value) => format!("'{}'", value.replace('\'', "''")),
        };
        columns.add(name, sql, "A setting of the rulebook.");
    }
    columns
}

/// A table's columns under an alias.
pub(crate) fn table_columns(alias: &str, table: &str) -> Columns {
    let mut columns = Columns::default();
    if let Some(table) = bundle::Table::named(table) {
        for column in table.columns {
            columns.add(column.name, format!("{alias}.{}", column.name), column.doc);
        }
    }
    columns
}

/// Columns of `students` that say who somebody is; conditions have no business with them.
const NOT_FOR_CONDITIONS: &[&str] = &["state_student_id", "first_name", "last_name"];

/// The student columns that the plan carries along, and what conditions may name of them.
pub(crate) fn student_columns(alias: &str) -> Columns {
    let mut columns = Columns::default();
    for column in bundle::Table::named("students").into_iter().flat_map(|table| table.columns) {
        if !NOT_FOR_CONDITIONS.contains(&column.name) {
            columns.add(column.name, format!("{alias}.{}", column.name), column.doc);
        }
    }
    for (name, doc) in [
        ("enrolled", "Whether the student was enrolled in the population year."),
        ("organization_id", "Where the student belongs in the population year."),
        ("grade_level", "Grade, by the belonging enrollment of the population year."),
        ("entry_date", "First day of the belonging enrollment."),
        ("exit_date", "Last day of the belonging enrollment."),
        ("exit_type", "How the belonging enrollment ended."),
        ("last_organization_id", "Where the student was last enrolled, up to the population year."),
    ] {
        columns.add(name, format!("{alias}.{name}"), doc);
    }
    columns
}

/// Columns of a course record: an outcome, tied to a program that the course belongs to in the year of the outcome.
pub(crate) const COURSE_RECORD: &[(&str, &str, &str)] = &[
    ("course_id", "o.course_id", "The course."),
    ("school_year", "o.school_year", "The year in which it was taken."),
    (
        "years_ago",
        "CAST(left({population_year}, 4) AS int) - CAST(left(o.school_year, 4) AS int)",
        "School years before the population year; 0 in it.",
    ),
    ("organization_id", "o.organization_id", "Where it was delivered."),
    ("home_organization_id", "h.organization_id", "Where the student belonged in the year in which it was taken."),
    ("grade_level", "h.grade_level", "The student's grade in the year in which it was taken."),
    ("term", "o.term", "Term within the year."),
    ("completed_on", "o.completed_on", "Day of completion."),
    ("status", "o.status", "completed, failed, withdrawn or in_progress."),
    ("passed", "o.passed", "Whether it was passed; null where not told."),
    ("grade", "o.grade", "Final grade."),
    ("credits_attempted", "o.credits_attempted", "Carnegie units attempted."),
    ("credits_earned", "o.credits_earned", "Carnegie units earned."),
    ("title", "c.title", "The course's title."),
    ("sced_code", "c.sced_code", "The course's SCED code."),
    ("credits", "c.credits", "The course's Carnegie units."),
    ("hours", "c.hours", "The course's clock hours."),
    ("dual_credit", "c.dual_credit", "Whether it also earns postsecondary credit."),
    ("sequence_part", "c.sequence_part", "Which part of a course in parts it is."),
    ("sequence_of", "c.sequence_of", "How many parts the course has."),
    ("level", "pc.level", "The course's level in the program."),
    (
        "level_number",
        "CASE pc.level WHEN 'introductory' THEN 0 WHEN '1' THEN 1 WHEN '2' THEN 2 WHEN '3' THEN 3 WHEN '4' THEN 4 WHEN 'concentrator' THEN 2 WHEN 'capstone' THEN 4 END",
        "The level as a number: introductory 0, concentrator 2, capstone 4.",
    ),
    ("program_id", "pc.program_id", "The program."),
    ("cip_code", "p.cip_code", "The program's CIP code."),
    ("cluster_16", "p.cluster_16", "The program's career cluster."),
    ("pathway", "p.pathway", "The program's pathway."),
];

/// A column of a course record that has to look at the student's other records, and is made only where it is named: the
/// highest level that the student completed in the program in an earlier school year (for sequences in order).
pub(crate) const HIGHEST_EARLIER_LEVEL: (&str, &str) =
    ("highest_earlier_level", "The highest level number completed in the program in an earlier school year.");

/// Whether the program is approved where the student belongs (or above it) in the population year.
pub(crate) const PROGRAM_APPROVED: (&str, &str) = (
    "program_approved",
    "Whether `program_approvals` lets the program be offered, in the population year, where the student belongs or above \
     it; true of a program that the file does not name.",
);

/// What a tally's filter may name.
pub(crate) fn record_columns() -> Columns {
    let mut columns = Columns::default();
    for (name, _, doc) in COURSE_RECORD {
        columns.add(*name, format!("r.{name}"), *doc);
    }
    for (name, doc) in [HIGHEST_EARLIER_LEVEL, PROGRAM_APPROVED] {
        columns.add(name, format!("r.{name}"), doc);
    }
    columns
}

/// Totals of the program, over the courses that belong to it in the population year.
pub(crate) const PROGRAM_TOTALS: &[(&str, &str)] = &[
    ("courses_in_program", "How many courses the program has in the population year."),
    ("credits_in_program", "Their credits."),
    ("hours_in_program", "Their clock hours."),
];

/// The SQL key of a scope over the columns of a course record.
pub(crate) fn scope_key(scope: Scope) -> &'static str {
    match scope {
        Scope::Program => "r.program_id",
        Scope::Pathway => "coalesce(r.pathway, r.program_id)",
        Scope::Cluster => "coalesce(r.cluster_16, r.program_id)",
        Scope::Student => "''",
    }
}
