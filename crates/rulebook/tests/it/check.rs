//! What a rulebook's author is told.

use waymark_rulebook::{Rulebook, SourceFile, load};

fn told(text: &str) -> String {
    let file = SourceFile { name: "own.toml".to_owned(), text: text.to_owned() };
    let told = load(file).unwrap_err();
    told.iter().map(waymark_diagnostics::Diagnostic::to_text).collect::<Vec<_>>().join("\n")
}

fn extending(text: &str) -> String {
    format!("[rulebook]\nname = \"own\"\nversion = \"1\"\ntitle = \"Own\"\nextends = \"federal\"\n\n{text}")
}

const LEVELS: &str = r#"
[[tally]]
name = "courses"
unit = "course"
of = "courses"
where = "status = 'completed' AND credts_earned > 0"
source = "us"

[[level]]
name = "participant"
title = "Participant"
scope = "program"
when = "courses >= 1"
source = "us"

[[level]]
name = "concentrator"
title = "Concentrator"
scope = "program"
when = """
  courses >= 2
  AND credits_in_progrm > 3"""
source = "us"
"#;

#[test]
fn misspelled_columns_are_shown_where_they_stand() {
    insta::assert_snapshot!(told(&extending(LEVELS)));
}

#[test]
fn a_level_that_measures_name_cannot_be_left_out() {
    let text =
        LEVELS.replace("credts", "credits").replace("progrm", "program").replace("\"concentrator\"", "\"other\"");
    insta::assert_snapshot!(told(&extending(&text)).lines().take(8).collect::<Vec<_>>().join("\n"));
}

#[test]
fn other_faults() {
    let faults = [
        ("not toml", "[rulebook".to_owned()),
        ("unknown field", extending("[settings]\nx = 1\n[[measures]]\nname = \"a\"")),
        ("unknown base", extending("").replace("federal", "ohio")),
        ("bad table", extending("[[facts]]\nwords = \"x\"\nfrom = \"diplomaz\"\ncolumns.x = \"count(*)\"")),
        (
            "no rows per program",
            extending("[[facts]]\nwords = \"x\"\nper = \"row\"\nfrom = \"diplomas\"\ncolumns.x = \"count(*)\""),
        ),
        ("name taken", extending("[[facts]]\nwords = \"x\"\ncolumns.leaver = \"true\"")),
        ("query", extending("[[facts]]\nwords = \"x\"\ncolumns.x = \"(SELECT 1)\"")),
        ("function", extending("[[facts]]\nwords = \"x\"\ncolumns.x = \"now()\"")),
        ("school year", extending("").replace("extends", "effective_from = \"2024\"\nextends")),
    ];
    let told: Vec<String> = faults.iter().map(|(name, text)| format!("{name}\n{}", told(text))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

const EVERYTHING: &str = include_str!("everything.toml");

fn everything() -> Rulebook {
    load(SourceFile { name: "everything.toml".to_owned(), text: EVERYTHING.to_owned() }).unwrap()
}

#[test]
fn every_form_that_states_use_can_be_said() {
    let book = everything();
    let concentrator = book.level("concentrator").unwrap();
    assert_eq!(concentrator.clauses.len(), 3);
    let plan = waymark_rulebook::Plan::statuses(&book, "2024-25".parse().unwrap());
    let names: Vec<_> = plan.stages.iter().map(|stage| stage.name.as_str()).collect();
    assert!(names.contains(&"approved_for"), "{names:?}");
}
