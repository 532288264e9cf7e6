//! `waymark attack`: what it says, and how it ends.

use std::fs;

use crate::support::{Ended, Waymark};

fn attacked(name: &str, table: &str, more: &[&str]) -> Ended {
    let waymark = Waymark::new();
    let path = waymark.path(name);
    fs::write(&path, table).unwrap();
    let path = path.display().to_string();
    let mut arguments = vec!["attack", path.as_str()];
    arguments.extend(more);
    waymark.run(&arguments)
}

#[test]
fn a_leak_is_told_with_its_sum_and_its_fix() {
    let ended = attacked("schools.csv", "School,Students\nNorth,50\nSouth,*\nWest,60\nTotal,116\n", &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let told = "Students, School:South: hidden, and it is 6\n    \
        Students: all 116 = School:North 50 + School:South ? + School:West 60\n    \
        so it is 6\n    \
        fix: hide School:North (50) too\n";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert!(ended.stdout.ends_with("It can be broken.\n"), "{}", ended.stdout);
}

#[test]
fn a_safe_table_is_said_to_be_safe() {
    let table = "School,Students\nNorth,*\nSouth,*\nWest,60\nTotal,116\n";
    let ended = attacked("schools.csv", table, &["--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["broken"], false);
    assert_eq!(report["summary"]["hidden"], 2);
    let cell = &report["cells"][0];
    assert_eq!(cell["low"], 0);
    assert_eq!(cell["high"], 56);
    assert_eq!(cell["exact"], true);
}

#[test]
fn another_minimum_is_another_question() {
    let table = "School,Students\nNorth,7\nSouth,30\n";
    assert_eq!(attacked("schools.csv", table, &[]).code, 1);
    assert_eq!(attacked("schools.csv", table, &["--minimum", "6"]).code, 0);
}

#[test]
fn what_is_no_table_is_refused() {
    let ended = attacked("words.csv", "School,Name\nNorth,Elm\n", &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("words.csv` line 1: no column of counts or rates"), "{}", ended.stderr);
}
