//! Rows that do not fit together.

use chrono::NaiveDate;
use tempfile::TempDir;
use waymark_intake::{Known, Limits, Options, read};

use crate::support::{Bundle, transcript};

#[test]
fn rows_that_do_not_fit_together() {
    let clean = Bundle::clean;
    let outcomes = "course_outcomes.csv";
    let tower: String =
        (1..=22).map(|floor| "F".repeat(floor) + "," + &"F".repeat(floor - 1) + ",Floor,school\n").collect();
    let cases = vec![
        ("two students, one identifier", "duplicate_key", clean().and("students.csv", "0001,Cy,Poe,,,\n").said()),
        ("the same row again", "repeated_row", clean().and("students.csv", "0001,Ana,Ruiz,2008-03-02,F,true\n").said()),
        (
            "two courses, one identifier",
            "duplicate_key",
            clean().and("courses.csv", "WELD2,Welding II,1.25,,\n").said(),
        ),
        ("a student who is not there", "reference_not_found", clean().changed(outcomes, "0002", "0003").said()),
        ("an identifier without its zeros", "reference_not_found", clean().changed(outcomes, "0002", "2").said()),
        (
            "a course misspelt",
            "reference_not_found",
            clean().changed(outcomes, "0002,HS,WELD1", "0002,HS,WLED1").said(),
        ),
        (
            "a row of a student whose row was set aside",
            "reference_not_found",
            clean().changed("students.csv", ",M,", ",Q,").said(),
        ),
        (
            "an organization under one that is not there",
            "reference_not_found",
            clean().changed("organizations.csv", "D1,ST", "D1,XX").said(),
        ),
        (
            "a credential of a program that is not there is one all the same",
            "reference_not_found",
            clean()
                .with("credential_catalog.csv", "credential_id,title\nAWS,Certified Welder\n")
                .with("credentials.csv", "student_id,credential_id,earned_on,program_id\n0001,AWS,2025-05-01,WLED\n")
                .said(),
        ),
        ("a circle", "organization_cycle", clean().changed("organizations.csv", "ST,,", "ST,HS,").said()),
        ("its own parent", "organization_cycle", clean().changed("organizations.csv", "ST,,", "ST,ST,").said()),
        ("a tower", "organization_too_deep", clean().and("organizations.csv", &tower).said()),
        (
            "the rows of another district",
            "too_many_rows_set_aside",
            Bundle { limits: Limits { rows_set_aside: 3, ..Limits::default() }, ..clean() }
                .changed("students.csv", "000", "999")
                .said(),
        ),
        (
            "the wrong file under the right name",
            "too_many_rows_set_aside",
            Bundle { limits: Limits { rows_set_aside: 100, ..Limits::default() }, ..clean() }
                .and(outcomes, &"0001,HS,WELD1,2024,completed,1,true\n".repeat(10_000))
                .said(),
        ),
    ];
    insta::assert_snapshot!(transcript(cases));
}

struct Stored;

impl Known for Stored {
    fn has(&self, table: &str, key: &str) -> bool {
        (table, key) == ("students", "0003")
    }
}

#[test]
fn a_row_may_refer_to_what_is_stored() {
    let place = TempDir::new().unwrap();
    let bundle = Bundle::clean().and("enrollments.csv", "0003,HS,2024-25,10,2024-08-15,,\n");
    bundle.folder(place.path());
    let first = Options::new(NaiveDate::from_ymd_opt(2026, 7, 1).unwrap());
    let rows = |options: &Options<'_>| read(place.path(), options, &mut |_| {}).unwrap().rows("enrollments");
    assert_eq!(rows(&first), 2);
    assert_eq!(rows(&Options { known: &Stored, ..first }), 3);
}

#[test]
fn a_school_that_shrank_is_named() {
    let place = TempDir::new().unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    let with_rows = |count: usize| {
        let rows = "0001,HS,2024-25,11,2024-08-15,,\n".repeat(count);
        let header = "student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type";
        Bundle::clean().with("enrollments.csv", format!("{header}\n{rows}"))
    };
    let findings = |before: usize, after: usize| {
        let (first, second) = (place.path().join(format!("{before}")), place.path().join(format!("{before}-{after}")));
        with_rows(before).folder(&first);
        with_rows(after).folder(&second);
        let options = Options::new(today);
        let before = read(&first, &options, &mut |_| {}).unwrap();
        let after = read(&second, &Options { previous: Some(&before.summary), ..options }, &mut |_| {}).unwrap();
        let named = after.findings.into_iter().filter(|finding| finding.code == "sharp_change_since_last_import");
        named.flat_map(|finding| finding.examples).map(|diagnostic| diagnostic.message).collect::<Vec<_>>()
    };
    assert_eq!(findings(40, 28), ["`HS` had 40 rows, and has 28 now"]);
    assert!(findings(40, 29).is_empty());
    // Too few to tell.
    assert!(findings(18, 2).is_empty());
}
