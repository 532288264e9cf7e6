//! Rows that cannot be used: they are set aside, the others stay.

use crate::support::{Bundle, read_at, transcript};

use tempfile::TempDir;

const STUDENTS: &str = "students.csv";

/// What reading says when a value is another. No other row refers to the rows that are changed here.
fn changed(file: &str, from: &str, to: &str) -> String {
    Bundle::clean().changed(file, from, to).said()
}

#[test]
fn dates() {
    let date = |to| changed("student_populations.csv", "2022-08-15", to);
    let cases = vec![
        ("the end of time", "bad_date", date("9999-12-31")),
        ("no date at all", "bad_date", date("0000-00-00")),
        ("another century", "bad_date", date("1822-08-15")),
        ("a day that does not exist", "bad_date", date("2022-02-30")),
        ("American order", "bad_date", date("08/15/2022")),
        ("no dashes", "bad_date", date("20220815")),
        ("with a time", "bad_date", date("2022-08-15T00:00:00")),
        ("with a space", "bad_date", date(" 2022-08-15")),
        ("without zeros", "bad_date", date("2022-8-15")),
        ("other digits", "bad_date", date("２０２２-08-15")),
        ("a number of a spreadsheet", "bad_date", date("44788")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn numbers_and_flags() {
    let credits = |to: &str| changed("course_outcomes.csv", "completed,1,", &format!("completed,{to},"));
    let flag = |to: &str| {
        changed(
            "course_outcomes.csv",
            "WELD1,2024-25,completed,1,true\n0002",
            &format!("WELD1,2024-25,completed,1,{to}\n0002"),
        )
    };
    let part = |to: &str| Bundle::clean().and("courses.csv", &format!("HA,Health,1,{to},2\n")).said();
    let cases = vec![
        ("TRUE", "bad_boolean", flag("TRUE")),
        ("yes", "bad_boolean", flag("yes")),
        ("0", "bad_boolean", flag("0")),
        ("maybe", "bad_boolean", flag("maybe")),
        ("not a number", "bad_decimal", credits("NaN")),
        ("without end", "bad_decimal", credits("inf")),
        ("an exponent", "bad_decimal", credits("1e5")),
        ("a decimal comma", "bad_decimal", credits("\"1,5\"")),
        ("a plus", "bad_decimal", credits("+1.5")),
        ("seven decimals", "bad_decimal", credits("1.0000001")),
        ("thirteen digits", "bad_decimal", credits("1000000000000")),
        ("a point and nothing", "bad_decimal", credits("1.")),
        ("a minus and nothing", "bad_decimal", credits("-")),
        ("below zero", "negative_amount", credits("-1.5")),
        ("half a part", "bad_integer", part("1.5")),
        ("a part beyond counting", "bad_integer", part("99999999999999999999")),
        ("a part of the largest number", "parts_that_do_not_fit", part("999999999999999999")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn codes_and_years() {
    let enrollment = |from, to| changed("enrollments.csv", from, to);
    let sex = |code: &str| Bundle::clean().and(STUDENTS, &format!("0003,Cy,Poe,2008-01-01,{code},true\n")).said();
    let population = |to| changed("student_populations.csv", "english_learner", to);
    let cases = vec![
        ("a word for a letter", "unknown_code", sex("Male")),
        ("a small letter", "unknown_code", sex("m")),
        ("another letter", "unknown_code", sex("Q")),
        ("grade 5", "unknown_code", enrollment(",12,", ",5,")),
        ("grade 9 without its zero", "unknown_code", enrollment(",12,", ",9,")),
        ("a population nearly right", "unknown_population", population("English Learner")),
        ("a population misspelt", "unknown_population", population("english_lerner")),
        ("a population that is computed", "unknown_population", population("nontraditional")),
        ("a year of two long years", "bad_school_year", enrollment("2024-25,12", "2024-2025,12")),
        ("a year with a slash", "bad_school_year", enrollment("2024-25,12", "2024/25,12")),
        ("a year of one year", "bad_school_year", enrollment("2024-25,12", "2025,12")),
        ("a year of two that do not follow", "bad_school_year", enrollment("2024-25,12", "2024-26,12")),
        ("the last year of time", "bad_school_year", enrollment("2024-25,12", "9998-99,12")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn coordinates() {
    let at = |latitude: &str| {
        let text = format!("employer_id,name,latitude,longitude\nACME,Acme,{latitude},-79.8\n");
        Bundle::clean().with("employers.csv", text).said()
    };
    let cases = vec![
        ("beyond the pole", "bad_coordinate", at("96.1")),
        ("not a number", "bad_coordinate", at("NaN")),
        ("with a letter", "bad_coordinate", at("36.1N")),
        ("in another country", "coordinates_outside_country", at("-36.1")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn fields() {
    let long = format!("{},{}", "0003", "x".repeat(70_000));
    let huge = format!("0003,{}", "x".repeat(5_000_000));
    let swallowed = format!("0003,\"{}\",Poe,,,\n", "line\n".repeat(20_000));
    let row = |text: &str| Bundle::clean().and(STUDENTS, text).said();
    let cases = vec![
        ("too few", "wrong_field_count", row("0003,Cy\n")),
        ("too many", "wrong_field_count", row("0003,Cy,Poe,2008-01-01,F,true,\n")),
        ("an unquoted comma", "wrong_field_count", row("0003,Cy,Poe, Jr.,2008-01-01,F,true\n")),
        ("a required one empty", "required_value_empty", row(",Cy,Poe,2008-01-01,F,true\n")),
        ("too long", "value_too_long", row(&format!("{long},Poe,2008-01-01,F,true\n"))),
        ("far too long", "value_too_long", row(&format!("{huge},Poe,2008-01-01,F,true\n"))),
        ("a quoted one of many lines", "value_too_long", row(&swallowed)),
        ("thousands of them", "wrong_field_count", row(&format!("0003{}\n", ",".repeat(5_000)))),
        ("a NUL", "control_character", row("0003,C\0y,Poe,2008-01-01,F,true\n")),
        ("an escape", "control_character", row("0003,\u{1b}[31mCy,Poe,2008-01-01,F,true\n")),
        ("a control character of Latin-1", "control_character", row("0003,C\u{85}y,Poe,2008-01-01,F,true\n")),
        ("a quote in the middle", "misplaced_quote", row("0003,Cy \"X\" Poe,Poe,2008-01-01,F,true\n")),
        ("text behind a quote", "misplaced_quote", row("0003,\"Cy\"x,Poe,2008-01-01,F,true\n")),
        ("a formula", "formula_in_text", row("0003,=cmd|'/c calc'!A1,Poe,2008-01-01,F,true\n")),
        ("a formula behind an at", "formula_in_text", row("0003,@SUM(A1),Poe,2008-01-01,F,true\n")),
        ("several faults at once", "bad_date", row("0003,Cy,Poe,soon,N,TRUE\n")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn what_is_set_aside_is_as_it_was_read() {
    let place = TempDir::new().unwrap();
    let bundle = Bundle::clean().with(STUDENTS, "note,student_id,sex\n\"a, \"\"b\"\"\",0009,Q\n,0001,F\n,0002,M\n");
    bundle.folder(place.path());
    let reading = read_at(place.path(), bundle.limits).unwrap();
    let [row] = &reading.set_aside[..] else { panic!("{:?}", reading.set_aside) };
    assert_eq!((row.table, &*row.file, row.line), ("students", STUDENTS, 2));
    assert_eq!(
        (row.value("note"), row.value("student_id"), row.value("sex")),
        (Some("a, \"b\""), Some("0009"), Some("Q"))
    );
    assert_eq!(reading.rows("students"), 2);
}
