//! Figures for the public.

use std::fs;

use crate::support::Waymark;

/// A made-up district, large enough that something can be shown.
fn district() -> Waymark {
    let waymark = Waymark::new();
    let bundle = waymark.path("bundle").display().to_string();
    waymark.done(&["synthetic", &bundle, "--students", "400", "--schools", "2", "--years", "4", "--seed", "3"]);
    waymark.done(&["import", &bundle]);
    waymark
}

#[test]
fn a_release_is_certified_attacked_and_remembered() {
    let waymark = district();
    let board = waymark.path("board").display().to_string();
    let measures = ["--measure", "participants", "--measure", "concentrators", "--measure", "5S1"];
    let ended = waymark.run(&[&["release", "make", "board", &board][..], &measures].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("The attack found nothing"), "{}", ended.stderr);
    let about = fs::read_to_string(waymark.path("board/release.json")).unwrap();
    let about: serde_json::Value = serde_json::from_str(&about).unwrap();
    assert_eq!((&about["name"], &about["policy"]["minimum"]), (&"board".into(), &10.into()));
    assert_eq!(about["certificate"]["determined"], 0);
    let figures = fs::read_to_string(waymark.path("board/measures.csv")).unwrap();
    assert!(figures.contains(",shown,") && figures.contains(",suppressed,"), "{figures}");

    // The same again shows nothing new, and is attacked together with the first.
    let again = waymark.path("again").display().to_string();
    waymark.done(&[&["release", "make", "again", &again, "--propose"][..], &measures].concat());
    assert!(!waymark.path("again").exists(), "it waits for a second person");
    let ended = waymark.run(&["release", "approve", "again", &again]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("somebody else has to approve it"), "{}", ended.stderr);
    let ended = waymark.command(&["release", "approve", "again", &again]).env("USER", "second").output().unwrap();
    assert!(ended.status.success());
    assert!(waymark.path("again/measures.csv").exists());

    waymark.done(&["release", "withdraw", "board"]);
    waymark.done(&["release", "add-external", "theirs", &again]);
    let log = waymark.done(&["release", "list", "--format", "csv"]);
    let what: Vec<&str> = log.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(what, ["released", "proposed", "released", "withdrawn", "external"], "{log}");
    let taken = waymark.run(&["release", "make", "board", &waymark.path("third").display().to_string()]);
    assert!(taken.stderr.contains("there is a release `board` already"), "{}", taken.stderr);
}

#[test]
fn grains_and_policies_are_compared_before() {
    let waymark = Waymark::with_district_one();
    let preview = waymark.done(&["release", "preview", "--policy", "n5", "--format", "csv"]);
    assert_eq!(preview.lines().count(), 6, "{preview}");
    assert!(preview.starts_with("design,rows,told,percent_told,"), "{preview}");
    assert!(!waymark.path("data/releases").exists(), "a look publishes nothing");
    let policies = waymark.done(&["release", "policies", "--format", "csv"]);
    assert!(policies.contains("n16,16,") && policies.contains("delaware,16,"), "{policies}");
    let wrong = waymark.run(&["release", "preview", "--policy", "n3"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("no policy `n3`"), "{}", wrong.stderr);
}
