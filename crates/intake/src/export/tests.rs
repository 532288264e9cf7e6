//! What is written can be read again, and says the same.

use std::collections::{BTreeMap, BTreeSet};

use tempfile::TempDir;
use waymark_terms::bundle::{TABLES, Table};

use super::{CsvFile, Graduates, OneRosterPackage, Tables, write_one_roster};
use crate::{
    Reading,
    sources::testing::{self, values},
};

/// A bundle: table, and rows behind its header.
const BUNDLE: &[(&str, &str)] = &[
    (
        "organizations.csv",
        "organization_id,parent_organization_id,name,kind,nces_id\n\
         D1,,\"Dale, Schools\",district,3900001\n\
         HS,D1,Hill High,school,\n\
         CC,D1,Career Center,career_center,\n",
    ),
    (
        "students.csv",
        "student_id,state_student_id,first_name,last_name,birth_date,sex,hispanic_or_latino,asian,white\n\
         s1,9001,Ann,Able,2006-02-03,F,false,true,\n\
         s2,,Ben,\"Bak\"\"er\",2006-05-06,,,,\n\
         s3,,,Cole,,X,,,\n",
    ),
    (
        "enrollments.csv",
        "student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type\n\
         s1,HS,2023-24,11,2023-08-15,,\n\
         s1,HS,2024-25,12,2024-08-15,2025-06-05,graduated\n\
         s2,HS,2024-25,12,2024-08-15,2024-12-20,transferred_documented\n\
         s2,CC,2024-25,12,2025-01-06,,\n\
         s3,HS,2024-25,12,2024-08-15,,\n",
    ),
    ("courses.csv", "course_id,title,sced_code,credits\nW1,Welding I,13207,1\nW2,Welding II,,1.5\n"),
    ("programs.csv", "program_id,title\nP,Welding\n"),
    ("program_courses.csv", "program_id,course_id\nP,W1\nP,W2\n"),
    (
        "course_outcomes.csv",
        "student_id,organization_id,course_id,school_year,term,status\n\
         s1,HS,W1,2023-24,,completed\n\
         s1,CC,W2,2024-25,fall,completed\n\
         s2,HS,W1,2024-25,,in_progress\n\
         s3,HS,W1,2024-25,,in_progress\n",
    ),
    ("diplomas.csv", "student_id,kind,awarded_on\ns1,regular,2025-06-05\ns3,alternate,2025-06-05\n"),
];

const TODAY: &str = "2025-07-01";

fn read(files: &[(&str, &str)]) -> Reading {
    let folder = TempDir::new().unwrap();
    testing::write(folder.path(), files.iter().copied());
    testing::read(folder.path(), TODAY).unwrap()
}

fn tables(reading: &Reading) -> Tables {
    let mut tables = Tables::default();
    for (name, rows) in &reading.tables {
        tables.add(Table::named(name).unwrap(), rows).unwrap();
    }
    tables
}

/// Every row of a table as text, in order.
fn rows(reading: &Reading, table: &str, columns: &[&str]) -> BTreeSet<String> {
    values(reading, table, columns).into_iter().collect()
}

#[test]
fn a_bundle_that_is_written_is_the_one_that_was_read() {
    let reading = read(BUNDLE);
    let folder = TempDir::new().unwrap();
    for table in TABLES.iter().filter(|table| reading.tables.contains_key(table.name)) {
        let mut file = CsvFile::of_table(folder.path(), table).unwrap();
        for batch in &reading.tables[table.name] {
            file.write(table, batch).unwrap();
        }
        file.finish().unwrap();
    }
    let again = testing::read(folder.path(), TODAY).unwrap();
    assert_eq!(reading.tables, again.tables);
    assert_eq!(reading.summary, again.summary);
}

#[test]
fn a_package_that_is_written_has_the_same_students_schools_courses_and_enrollments() {
    let reading = read(BUNDLE);
    let folder = TempDir::new().unwrap();
    let package = write_one_roster(&tables(&reading), "2024-25".parse().unwrap(), folder.path()).unwrap();
    assert_eq!(package, OneRosterPackage { students: 3, roles: 4, classes: 2, enrollments: 3, left_out: 0 });
    let again = testing::read(folder.path(), TODAY).unwrap();
    assert!(again.set_aside.is_empty(), "{:?}", again.set_aside);
    for (table, columns) in [
        ("organizations", &["organization_id", "parent_organization_id", "name", "kind"][..]),
        (
            "students",
            &["student_id", "first_name", "last_name", "birth_date", "sex", "hispanic_or_latino", "asian", "white"],
        ),
        ("courses", &["course_id", "title", "sced_code"]),
    ] {
        assert_eq!(rows(&reading, table, columns), rows(&again, table, columns), "{table}");
    }
    let columns = ["student_id", "organization_id", "school_year", "grade_level", "entry_date", "exit_date"];
    let mut of_year = rows(&reading, "enrollments", &columns);
    of_year.retain(|row| row.contains("2024-25"));
    assert_eq!(of_year, rows(&again, "enrollments", &columns));
}

#[test]
fn nothing_that_a_spreadsheet_would_run_is_written() {
    let mut files: BTreeMap<&str, String> = BUNDLE.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    let students = files.get_mut("students.csv").unwrap();
    *students = students.replace("Ann", "=HYPERLINK(1)").replace("Ben", "@SUM(A1)");
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let reading = read(&files);
    let folder = TempDir::new().unwrap();
    write_one_roster(&tables(&reading), "2024-25".parse().unwrap(), folder.path()).unwrap();
    let users = std::fs::read_to_string(folder.path().join("users.csv")).unwrap();
    assert!(users.contains(",'=HYPERLINK(1),") && users.contains(",'@SUM(A1),"), "{users}");
    let again = testing::read(folder.path(), TODAY).unwrap();
    assert!(!again.findings.iter().any(|finding| finding.code == "formula_in_text"));
}

#[test]
fn the_graduates_file_is_laid_out_as_the_clearinghouse_asks() {
    let reading = read(BUNDLE);
    let graduates = Graduates {
        account_code: "10003061".to_owned(),
        account_name: "Dale\tSchools".to_owned(),
        year: "2024-25".parse().unwrap(),
        sent_on: TODAY.parse().unwrap(),
        blocked: BTreeSet::from(["s1".to_owned()]),
        act_codes: BTreeMap::from([("HS".to_owned(), "360001".to_owned())]),
    };
    let mut text = Vec::new();
    let written = graduates.write(&tables(&reading), &mut text).unwrap();
    assert_eq!((written.students, written.left_out), (1, vec!["s3".to_owned()]));
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines[0], ["PH3", "10003061", "Dale Schools", "P", "20250701", "2025"]);
    assert_eq!(lines[1].len(), 28);
    assert_eq!(lines[1][..5], ["PD3", "", "Ann", "", "Able"]);
    assert_eq!(lines[1][8..15], ["20060203", "s1", "Regular Diploma", "20250605", "Y", "Hill High", "360001"]);
    assert_eq!(lines[1][27], "ED");
    assert_eq!(lines[2], ["PT3", "3"]);
}
