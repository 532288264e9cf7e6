//! What is counted, listed and explained.

use std::fs;

use crate::support::Waymark;

#[test]
fn the_measures_table_has_the_columns_of_the_contract() {
    let waymark = Waymark::with_district_one();
    let all = waymark.done(&["measure", "--report-year", "2024-25", "--format", "csv"]);
    let mut lines = all.lines();
    assert_eq!(
        lines.next(),
        Some("report_year,measure,variant,organization_id,program_id,subgroup,denominator,numerator,rate")
    );
    let rows: Vec<_> = lines.collect();
    for row in [
        "2024-25,participants,,ST,*,all,3,2,0.6666666666666666",
        "2024-25,concentrators,,H1,WELD,sex:F,1,1,1.0",
        "2024-25,5S3,,D1,cluster:13,all,1,1,1.0",
    ] {
        assert!(rows.contains(&row), "{row} is not in\n{all}");
    }
    assert!(!all.contains('+'), "pairs that nobody asked for");
    let pairs = waymark.done(&["measure", "--pairs", "--format", "csv"]);
    assert!(pairs.contains("race:HI7+sex:F") && pairs.lines().count() > all.lines().count(), "{pairs}");
}

#[test]
fn options_narrow_the_measures_table() {
    let waymark = Waymark::with_district_one();
    let narrowed = waymark.done(&[
        "measure",
        "--measure",
        "participants",
        "--organization",
        "H1",
        "--program",
        "*",
        "--subgroup",
        "sex:M",
        "--format",
        "csv",
    ]);
    assert_eq!(narrowed.lines().skip(1).collect::<Vec<_>>(), ["2024-25,participants,,H1,*,sex:M,2,1,0.5"]);
}

#[test]
fn every_format_is_written() {
    let waymark = Waymark::with_district_one();
    let selection = ["measure", "--measure", "5S3", "--program", "*", "--subgroup", "all", "--organization", "ST"];
    let table = waymark.done(&selection);
    assert!(table.contains("| 5S3     |"), "{table}");
    let json = waymark.done(&[&selection[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json[0]["numerator"], &json[0]["rate"]), (&1.into(), &1.0.into()));
    let file = waymark.path("measures.parquet").display().to_string();
    waymark.done(&[&selection[..], &["--format", "parquet", "--output", &file]].concat());
    let bytes = fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
}

#[test]
fn before_the_first_import_a_year_has_no_rows() {
    let waymark = Waymark::new();
    assert_eq!(waymark.done(&["measure", "--report-year", "2024-25", "--format", "csv"]).lines().count(), 1);
    let ended = waymark.run(&["measure"]);
    assert_eq!((ended.code, ended.stderr.contains("nothing is imported")), (2, true), "{}", ended.stderr);
}

#[test]
fn statuses_have_a_row_for_each_program_and_one_for_all() {
    let waymark = Waymark::with_district_one();
    let federal = waymark.done(&["statuses", "--report-year", "2024-25", "--format", "csv"]);
    assert_eq!(
        federal,
        "student_id,program_id,level,code\n1000001,*,concentrator,\n1000001,WELD,concentrator,\n1000002,*,participant,\n\
         1000002,WELD,participant,\n1000003,*,none,\n"
    );
    let texas = waymark.done(&["statuses", "--report-year", "2024-25", "--rulebook", "texas", "--format", "csv"]);
    assert!(texas.contains("1000003,*,none,4\n"), "{texas}");
}

#[test]
fn a_student_is_explained_down_to_the_lines() {
    let waymark = Waymark::with_district_one();
    let ben = waymark.done(&["explain", "student", "1000002"]);
    assert!(ben.contains("missing: courses >= 2 (courses = 1); needs 1 more completed course\n"), "{ben}");
    assert!(ben.contains("2024-25 C1 Welding I: completed, passed"), "{ben}");
    assert!(ben.contains("[course_outcomes.csv:4]") && ben.contains("federal 1.0.0"), "{ben}");
    let ann = waymark.done(&["explain", "student", "1000001", "--program", "WELD"]);
    assert!(ann.contains("CTE concentrator: met, first in 2024-25") && ann.contains("5S3: counts"), "{ann}");
}

#[test]
fn a_measure_is_explained_with_its_source() {
    let explained = Waymark::new().done(&["explain", "measure", "5S3"]);
    assert!(explained.starts_with("5S3: ") && explained.contains("20 U.S.C."), "{explained}");
}

#[test]
fn students_behind_a_number_are_named() {
    let waymark = Waymark::with_district_one();
    let students = |side: &[&str]| {
        let all = waymark.done(&[&["students", "--measure", "concentrators", "--format", "csv"], side].concat());
        all.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(students(&[]), ["1000001", "1000002", "1000003"]);
    assert_eq!(students(&["--numerator"]), ["1000001"]);
    assert_eq!(students(&["--not-numerator", "--subgroup", "sex:M"]), ["1000002", "1000003"]);
}

#[test]
fn indicators_are_held_to_their_levels() {
    let waymark = Waymark::with_district_one();
    let levels = waymark.done(&["levels", "--organization", "D1", "--format", "csv"]);
    assert!(levels.contains("5S3,,2024-25,D1,1,1,100.00,50.00,45.00,true,"), "{levels}");
    let gaps = waymark.done(&["gaps", "--measure", "participants", "--format", "csv"]);
    assert!(gaps.contains("2024-25,participants,,ST,*,sex:F,1,1,ST,1,3,33.33"), "{gaps}");
}

#[test]
fn an_earlier_snapshot_gives_earlier_numbers() {
    let waymark = Waymark::with_district_one();
    waymark.done(&["import", &waymark.bundle("two", &crate::support::district_two())]);
    let enrolled = |at: &[&str]| {
        let selection = ["measure", "--measure", "participants", "--organization", "ST", "--program", "*"];
        let table = waymark.done(&[&selection[..], &["--subgroup", "all", "--format", "csv"], at].concat());
        table.lines().nth(1).unwrap().split(',').nth(6).unwrap().to_owned()
    };
    assert_eq!([enrolled(&[]), enrolled(&["--at", "2"]), enrolled(&["--at", "1"])], ["4", "4", "3"]);
    assert_eq!(enrolled(&["--at", "2999-12-31"]), "4");
}

#[test]
fn what_was_shown_is_logged_without_naming_students() {
    let waymark = Waymark::with_district_one();
    waymark.done(&["measure", "--measure", "5S3"]);
    waymark.done(&["explain", "student", "1000001"]);
    let log = fs::read_to_string(waymark.path("state").join("waymark/access.jsonl")).unwrap();
    let entries: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((entries.len(), &entries[1]["who"]), (2, &"tester".into()));
    assert!(!log.contains("1000001"), "{log}");
}

#[test]
fn rulebooks_are_shown_at_every_stage_and_compared() {
    let waymark = Waymark::new();
    for stage in ["definition", "checked", "words", "plan", "engine-plan", "columns"] {
        let shown = waymark.done(&["rulebook", "show", "federal", "--stage", stage]);
        assert!(shown.lines().count() > 20, "{stage}: {shown}");
    }
    assert!(waymark.done(&["rulebook", "check", "texas"]).contains("is sound"));
    let changes = waymark.done(&["rulebook", "diff", "federal", "texas"]);
    assert!(changes.contains("New level completer") && !changes.contains("measure 5S3"), "{changes}");
    assert!(waymark.done(&["rulebook", "diff", "federal", "federal"]).ends_with("They say the same.\n"));
    let schema: serde_json::Value = serde_json::from_str(&waymark.done(&["rulebook", "schema"])).unwrap();
    assert!(schema["properties"]["rulebook"].is_object(), "{schema}");
}

#[test]
fn made_up_districts_are_the_same_for_the_same_seed() {
    let waymark = Waymark::new();
    let sizes = ["--students", "40", "--schools", "2", "--years", "2", "--seed", "3"];
    for folder in ["a", "b"] {
        let told = waymark.done(&[&["synthetic", &waymark.path(folder).display().to_string()], &sizes[..]].concat());
        assert!(told.contains("40 made-up students in 2 schools"), "{told}");
    }
    let file = |folder: &str| fs::read(waymark.path(folder).join("course_outcomes.csv")).unwrap();
    assert_eq!(file("a"), file("b"));
    waymark.done(&["import", &waymark.path("a").display().to_string()]);
    assert!(waymark.done(&["measure", "--format", "csv"]).lines().count() > 10);
}
