//! What an import does to what is stored, and how it is taken back.

use std::{process::Stdio, thread, time::Duration};

use waymark_terms::bundle::TABLES;

use crate::support::{Ended, Waymark, district_one, district_two};

/// Every row of every table of the bundle.
fn everything(waymark: &Waymark) -> String {
    let table = |name: &str| {
        let mut rows: Vec<_> = waymark.sql(&format!("SELECT * FROM {name}")).lines().map(str::to_owned).collect();
        rows.sort();
        format!("{name}\n{}\n", rows.join("\n"))
    };
    TABLES.iter().map(|each| table(each.name)).collect()
}

#[test]
fn an_import_says_what_it_did_and_is_listed() {
    let waymark = Waymark::new();
    let mut bundle = district_one();
    bundle.entry("enrollments").and_modify(|rows| rows.push_str("1000003,H1,2024-25,13,2024-08-15,,\n"));
    let ended = waymark.run(&["import", &waymark.bundle("exports", &bundle)]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("Imported `exports` as batch 1.\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("1 set aside") && ended.stdout.contains("waymark check-data"), "{}", ended.stdout);
    assert!(ended.stderr.contains("enrollments.csv:5 grade_level"), "{}", ended.stderr);
    assert!(!ended.stderr.contains('\u{1b}'), "a progress bar in a pipe");

    let batches = waymark.done(&["batches", "--format", "csv"]);
    let row = batches.lines().nth(1).unwrap();
    assert!(row.starts_with("1,") && row.contains(",import,tester,exports,"), "{batches}");
    assert_eq!(waymark.sql("SELECT table_name, line, code FROM quarantine"), "enrollments,5,unknown_code");
    let set_aside = waymark.done(&["check-data", "--set-aside", "--format", "csv"]);
    assert!(set_aside.contains("1000003") && set_aside.contains("13"), "{set_aside}");
    assert!(waymark.done(&["check-data"]).contains("unknown_code"));
}

#[test]
fn the_same_bundle_twice_changes_nothing() {
    let waymark = Waymark::with_district_one();
    let before = everything(&waymark);
    assert!(before.contains("1000001,Ann,Able") || before.contains("Able"), "{before}");
    let again = waymark.done(&["import", &waymark.path("one").display().to_string()]);
    assert!(again.contains("as many rows in every table"), "{again}");
    assert_eq!(everything(&waymark), before);
}

#[test]
fn an_import_replaces_what_its_bundle_covers() {
    let waymark = Waymark::with_district_one();
    let mut corrected = district_one();
    corrected.insert("students", "student_id,last_name\n1000002,Becker\n".to_owned());
    let header = "student_id,organization_id,school_year,grade_level,entry_date\n";
    corrected.insert("enrollments", format!("{header}1000002,H1,2024-25,12,2024-08-15\n"));
    corrected.insert("diplomas", "student_id,kind,awarded_on\n1000002,other,2025-06-05\n".to_owned());
    corrected.remove("work_based_learning");
    waymark.done(&["import", &waymark.bundle("corrected", &corrected)]);
    assert_eq!(waymark.sql("SELECT last_name FROM students ORDER BY student_id"), "Able\nBecker\nClark");
    assert_eq!(waymark.sql("SELECT student_id FROM enrollments"), "1000002", "the year of the district is replaced");
    let diplomas = waymark.sql("SELECT student_id, kind FROM diplomas ORDER BY 1");
    assert_eq!(diplomas, "1000001,regular\n1000002,other", "only students of the bundle are replaced");
    assert_eq!(waymark.sql("SELECT count(*) FROM work_based_learning"), "1", "a file that is not there says nothing");

    corrected.insert("diplomas", "student_id,kind,awarded_on\n".to_owned());
    waymark.done(&["import", &waymark.bundle("corrected", &corrected)]);
    assert_eq!(
        waymark.sql("SELECT student_id FROM diplomas"),
        "1000001",
        "a file without rows says that there are none"
    );
}

#[test]
fn years_and_districts_are_imported_one_after_another() {
    let waymark = Waymark::with_district_one();
    let two = waymark.run(&["import", &waymark.bundle("two", &district_two())]);
    assert_eq!(two.code, 0, "{}", two.stderr);
    assert!(!two.stdout.contains("sharp_change_since_last_import"), "districts are not compared with each other");
    let count = "SELECT organization_id, school_year, count(*) FROM enrollments GROUP BY 1, 2 ORDER BY 1, 2";
    assert_eq!(waymark.sql(count), "H1,2024-25,3\nH2,2024-25,1");

    let mut next = district_one();
    for table in ["enrollments", "course_outcomes"] {
        let moved =
            next[table].replace("2024-25", "2025-26").replace("2025-06", "2026-06").replace("2024-08", "2025-08");
        next.insert(table, moved);
    }
    waymark.done(&["import", &waymark.bundle("next", &next)]);
    assert_eq!(waymark.sql(count), "H1,2024-25,3\nH1,2025-26,3\nH2,2024-25,1");
}

#[test]
fn stored_keys_may_be_referred_to() {
    let waymark = Waymark::with_district_one();
    let mut outcomes = district_one();
    outcomes.insert("students", "student_id\n1000009\n".to_owned());
    outcomes.retain(|name, _| !["enrollments", "diplomas", "work_based_learning", "targets"].contains(name));
    waymark.done(&["import", &waymark.bundle("outcomes", &outcomes)]);
    assert_eq!(waymark.sql("SELECT count(*) FROM course_outcomes"), "3");
    assert_eq!(waymark.sql("SELECT count(*) FROM quarantine"), "0");
}

#[test]
fn an_undone_import_is_gone_and_can_be_read() {
    let waymark = Waymark::with_district_one();
    let before = everything(&waymark);
    waymark.done(&["import", &waymark.bundle("two", &district_two())]);
    assert_eq!(waymark.sql("SELECT count(*) FROM students"), "4");
    let undone = waymark.done(&["undo"]);
    assert!(undone.starts_with("Undone: batch 2, the import of `two`"), "{undone}");
    assert_eq!(everything(&waymark), before);
    let answer = waymark.done(&["sql", "SELECT count(*) FROM students", "--at", "2", "--format", "csv"]);
    assert_eq!(answer.lines().nth(1), Some("4"));
    assert!(waymark.done(&["batches"]).contains("undo of 2"));
    waymark.done(&["undo"]);
    let ended = waymark.run(&["undo"]);
    assert_eq!((ended.code, ended.stderr.contains("no import left to undo")), (2, true), "{}", ended.stderr);
}

#[test]
fn an_erased_student_is_nowhere() {
    let waymark = Waymark::new();
    let mut bundle = district_one();
    bundle.entry("enrollments").and_modify(|rows| rows.push_str("1000001,H1,2024-25,13,2024-08-15,,\n"));
    waymark.done(&["import", &waymark.bundle("exports", &bundle)]);
    // What was asked about the student must not keep the name.
    waymark.done(&["explain", "student", "1000001"]);
    let erased = waymark.done(&["erase", "1000001", "--retention-days", "0"]);
    assert!(erased.contains("Proof for the erasure of batch 2") && erased.contains("0 places"), "{erased}");
    assert_eq!(waymark.sql("SELECT count(*) FROM students"), "2");
    assert_eq!(waymark.sql("SELECT count(*) FROM quarantine"), "0");
    let ended = waymark.run(&["explain", "student", "1000001"]);
    assert_eq!((ended.code, ended.stderr.contains("no student `1000001`")), (2, true), "{}", ended.stderr);
    let ended = waymark.run(&["measure", "--at", "1"]);
    assert_eq!((ended.code, ended.stderr.contains("removed by a later erasure")), (2, true), "{}", ended.stderr);
}

#[test]
fn an_erasure_waits_for_its_retention_period() {
    let waymark = Waymark::with_district_one();
    let erased = waymark.done(&["erase", "1000001"]);
    assert!(erased.contains("waymark erase --due"), "{erased}");
    assert_eq!(waymark.done(&["erase", "--due"]), "No erasure is due.\n");
    let before = waymark.done(&["sql", "SELECT count(*) FROM students", "--at", "1", "--format", "csv"]);
    assert_eq!(before.lines().nth(1), Some("3"));
}

#[test]
fn a_bundle_is_checked_without_being_stored() {
    let waymark = Waymark::new();
    let mut bundle = district_one();
    bundle.entry("enrollments").and_modify(|rows| rows.push_str("1000009,H1,2024-25,12,2024-08-15,,\n"));
    let checked = waymark.run(&["check-data", &waymark.bundle("exports", &bundle)]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert!(checked.stderr.contains("reference_not_found") && checked.stdout.contains("Nothing is stored"));
    assert_eq!(waymark.done(&["batches", "--format", "json"]), "[]\n");
    bundle.remove("courses");
    let refused = waymark.run(&[
        "check-data",
        &waymark.bundle("refused", &{
            bundle.remove("programs");
            bundle
        }),
    ]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
}

#[cfg(unix)]
#[test]
fn an_import_that_is_stopped_leaves_nothing() {
    let waymark = Waymark::new();
    let bundle = waymark.path("large").display().to_string();
    waymark.done(&["synthetic", &bundle, "--students", "20000", "--schools", "4", "--years", "4"]);
    let mut command = waymark.command(&["import", &bundle]);
    let import = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The file is there as soon as the reading begins, which takes longer than this.
    let reading = waymark.path("data").join(format!("waymark.reading.{}.json", import.id()));
    while !reading.exists() {
        thread::sleep(Duration::from_millis(5));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &import.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ended = Ended::of(import.wait_with_output().unwrap());
    assert_eq!(ended.code, 130, "{}", ended.stderr);
    assert!(ended.stderr.contains("nothing of the import is stored"), "{}", ended.stderr);
    let next = waymark.run(&["batches", "--format", "csv"]);
    assert_eq!((next.stdout.lines().count(), next.stderr.as_str()), (1, ""), "{}", next.stdout);
    assert_eq!(std::fs::read_dir(waymark.path("data").join("staging")).unwrap().count(), 0);
}
