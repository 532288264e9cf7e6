//! Broken inputs: each ends in a diagnostic, none in a panic, and no row is lost.

mod archives;
mod chance;
mod files;
mod rows;
mod sheets;
mod support;
mod whole;

use std::{collections::BTreeSet, fs, path::Path};

/// The page on reading lists exactly what the cases here bring out, beside the rules.
#[test]
fn every_diagnostic_of_reading_has_its_case_and_its_line() {
    let here = Path::new(".");
    let mut said = BTreeSet::new();
    for entry in fs::read_dir(here.join("tests/broken/snapshots")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let codes = text.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
        said.extend(codes.map(|(code, _)| code.to_owned()).filter(|code| !is_rule(here, code)));
    }
    let page = fs::read_to_string(here.join("../../docs/data-quality/reading.md")).unwrap();
    let listed = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(said, listed.map(str::to_owned).collect());
}

fn is_rule(here: &Path, code: &str) -> bool {
    here.join(format!("src/rules/{code}.rs")).exists()
}
