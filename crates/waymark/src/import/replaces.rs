//! What an import does to the stored rows.

use std::{collections::BTreeSet, sync::Arc};

use datafusion::arrow::{
    array::{Array, RecordBatch, StringArray},
    compute::concat_batches,
    datatypes::{Field, Schema},
};
use waymark_intake::{Extent, Reading};
use waymark_lake::{Replaces, TableChange};
use waymark_terms::bundle::{TABLES, Table};

use super::{
    districts::{Districts, text},
    filled::Filled,
    leftovers,
    stored::Stored,
};
use crate::{failure::Failure, sheet::Sheet};

/// What a bundle's rows of a table are a full account of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covers {
    /// The rows that have the same in these columns.
    SameIn(&'static [&'static str]),
    /// The school years of its rows, in the districts of its rows.
    YearsOfDistricts,
    /// The students that it names.
    Students,
}

fn covers(table: &'static Table) -> Covers {
    match table.name {
        "enrollments" | "course_outcomes" => Covers::YearsOfDistricts,
        "targets" => Covers::SameIn(&["report_year", "organization_id"]),
        "occupation_wages" => Covers::SameIn(&["edition", "area"]),
        _ => match table.key {
            // The key is the first column of every table that has one, which a test shows.
            Some(_) => Covers::SameIn(key_of(table)),
            None if table.position("student_id").is_some() => Covers::Students,
            None if table.position("edition").is_some() => Covers::SameIn(&["edition"]),
            None => Covers::SameIn(&["program_id"]),
        },
    }
}

/// The columns by which a row of what changed is known: its key, or else what it is about and when.
fn identity(table: &'static Table) -> Vec<&'static str> {
    match table.name {
        "enrollments" => vec!["student_id", "organization_id", "school_year"],
        "course_outcomes" => vec!["student_id", "organization_id", "course_id", "school_year", "term"],
        _ => match table.key {
            Some(key) => vec![key],
            None => table.columns.iter().map(|column| column.name).collect(),
        },
    }
}

/// The key, as a list.
fn key_of(table: &'static Table) -> &'static [&'static str] {
    table.key.as_slice()
}

/// What the reading does to each table. Tables that nobody has filled yet are made empty, so that they can be asked.
pub(super) fn changes(reading: &Reading, stored: &Stored, filled: &Filled) -> Result<Vec<TableChange>, Failure> {
    let mut districts = stored.districts.clone();
    for rows in reading.tables.get("organizations").into_iter().flatten() {
        districts.add(rows)?;
    }
    let mut changes = Vec::new();
    for table in TABLES {
        let rows = filled.rows(table, reading);
        let brought = !rows.is_empty() || reading.files.iter().any(|file| is_of(&file.file, table));
        let replaces = if brought { replaces(table, &rows, reading, &districts)? } else { Replaces::Nothing };
        if brought || !stored.tables.contains(table.name) {
            let sort = sort_columns(table).iter().map(|column| (*column).to_owned()).collect();
            changes.push(TableChange {
                table: table.name.to_owned(),
                schema: table.arrow_schema(),
                rows,
                replaces,
                sort,
            });
        }
    }
    changes.extend(leftovers::changes(reading)?);
    Ok(changes)
}

/// Whether a file is the table's: one without rows says that there are none.
fn is_of(file: &str, table: &Table) -> bool {
    file.rsplit('/').next().and_then(|name| name.strip_suffix(".csv")) == Some(table.name)
}

/// Rows of one person or thing stand together, so that they are found without reading the rest.
fn sort_columns(table: &'static Table) -> &'static [&'static str] {
    match covers(table) {
        Covers::YearsOfDistricts | Covers::Students => &["student_id"],
        Covers::SameIn(columns) => columns,
    }
}

fn replaces(
    table: &'static Table,
    rows: &[RecordBatch],
    reading: &Reading,
    districts: &Districts,
) -> Result<Replaces, Failure> {
    if reading.extent == Extent::Changes {
        return Ok(Replaces::Matching { keys: columns_of(table, rows, &identity(table))? });
    }
    let keys = match covers(table) {
        Covers::SameIn(columns) => columns_of(table, rows, columns)?,
        Covers::YearsOfDistricts => years_of_districts(rows, districts)?,
        Covers::Students => {
            // Who was searched for has the enrollments and awards that were found, and no others.
            let searched = ["postsecondary_awards", "postsecondary_enrollments"].contains(&table.name);
            let searched = searched.then(|| reading.tables.get("postsecondary_matches")).flatten();
            let named = reading.tables.get("students").into_iter().flatten().chain(rows);
            let named = named.chain(searched.into_iter().flatten());
            let column = Field::new("student_id", datafusion::arrow::datatypes::DataType::Utf8, true);
            let schema = Arc::new(Schema::new(vec![column]));
            let named = named.map(|batch| {
                RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(text(batch, "student_id")?)]).map_err(bug)
            });
            concat_batches(&schema, &named.collect::<Result<Vec<_>, Failure>>()?).map_err(bug)?
        }
    };
    Ok(Replaces::Matching { keys })
}

fn columns_of(table: &'static Table, rows: &[RecordBatch], columns: &[&str]) -> Result<RecordBatch, Failure> {
    let positions: Vec<usize> = columns.iter().filter_map(|column| table.position(column)).collect();
    let schema = Arc::new(table.arrow_schema().project(&positions).map_err(bug)?);
    let projected = rows.iter().map(|batch| batch.project(&positions).map_err(bug)).collect::<Result<Vec<_>, _>>()?;
    concat_batches(&schema, &projected).map_err(bug)
}

/// Every school year of the rows with every organization of their districts.
fn years_of_districts(rows: &[RecordBatch], districts: &Districts) -> Result<RecordBatch, Failure> {
    let (years, organizations) = (distinct(rows, "school_year")?, distinct(rows, "organization_id")?);
    let concerned: BTreeSet<&str> =
        organizations.iter().map(|organization| districts.district_of(organization)).collect();
    let within = districts.within(&concerned);
    let pairs = || years.iter().flat_map(|year| within.iter().map(move |organization| (year, *organization)));
    Sheet::new()
        .text("school_year", pairs().map(|(year, _)| year))
        .text("organization_id", pairs().map(|(_, id)| id))
        .rows()
}

fn distinct(rows: &[RecordBatch], column: &str) -> Result<BTreeSet<String>, Failure> {
    let mut values = BTreeSet::new();
    for batch in rows {
        let texts: StringArray = text(batch, column)?;
        for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
            if !values.contains(texts.value(row)) {
                values.insert(texts.value(row).to_owned());
            }
        }
    }
    Ok(values)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(super) fn bug(error: datafusion::arrow::error::ArrowError) -> Failure {
    Failure::bug(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_columns_by_which_its_rows_are_replaced() {
        for table in TABLES {
            match covers(table) {
                Covers::SameIn(columns) => {
                    assert!(!columns.is_empty(), "{}", table.name);
                    for column in columns {
                        assert!(table.position(column).is_some(), "{}.{column}", table.name);
                    }
                }
                Covers::YearsOfDistricts => {
                    for column in ["student_id", "school_year", "organization_id"] {
                        assert!(table.position(column).is_some(), "{}.{column}", table.name);
                    }
                }
                Covers::Students => assert!(table.position("student_id").is_some(), "{}", table.name),
            }
        }
    }

    #[test]
    fn what_changed_is_known_by_columns_of_the_table() {
        for table in TABLES {
            assert!(!identity(table).is_empty(), "{}", table.name);
            for column in identity(table) {
                assert!(table.position(column).is_some(), "{}.{column}", table.name);
            }
        }
    }

    #[test]
    fn a_file_without_rows_is_still_the_tables() {
        let credentials = Table::named("credentials").unwrap();
        assert!(is_of("credentials.csv", credentials) && is_of("export/credentials.csv", credentials));
        assert!(!is_of("credentials.xml", credentials) && !is_of("postsecondary_credentials.csv", credentials));
    }
}
