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

/// One rulebook that asks for all that the States' definitions were found to need.
const EVERYTHING: &str = r#"
[settings]
look_back = 5

[[tally]]
name = "courses"
unit = "completed course"
of = "courses"
parts = "full_sets"
where = "status = 'completed' AND years_ago < look_back AND grade_level IN ('09', '10', '11', '12')"
source = "distinct courses, look-back, grade range"

[[tally]]
name = "credits"
unit = "credit"
of = "credits"
where = "credits_earned > 0 AND passed IS DISTINCT FROM false"
source = "credits"

[[tally]]
name = "hours"
unit = "course hour"
of = "hours"
where = "status = 'completed' AND upper(grade) IN ('A', 'B', 'C', 'C-')"
source = "clock hours with a grade floor"

[[tally]]
name = "segments"
unit = "segment"
of = "records"
where = "status = 'completed'"
source = "program segments, semesters"

[[tally]]
name = "levels"
unit = "course level"
of = "levels"
where = "status = 'completed' AND level_number >= 2"
source = "distinct levels"

[[tally]]
name = "capstones"
unit = "capstone"
of = "courses"
where = "status = 'completed' AND level = 'capstone'"
source = "includes capstone"

[[tally]]
name = "in_order"
unit = "course in sequence"
of = "courses"
where = "status = 'completed' AND level_number > highest_earlier_level"
source = "ordered sequence"

[[tally]]
name = "continuing"
unit = "continuing course"
of = "courses"
where = "status = 'in_progress' AND years_ago = 0 AND dual_credit IS NOT NULL"
source = "current enrollment in a next course"

[[tally]]
name = "approved"
unit = "course of an approved program"
of = "courses"
where = "status = 'completed' AND program_approved AND organization_id = home_organization_id"
source = "regional approval; delivered at home"

[[level]]
name = "participant"
title = "Participant"
scope = "student"
when = "courses >= 1 AND courses < 99"
source = "any CTE"

[[level]]
name = "explorer"
title = "Explorer"
scope = "cluster"
when = "hours >= 150"
source = "career field"

[[level]]
name = "concentrator"
title = "Concentrator"
scope = "program"
when = """(courses >= 2 AND continuing >= 1 OR courses >= 3 OR segments * 3 >= courses_in_program * 2)
    AND NOT (credits < 1) AND approved >= 1"""
source = "and, or, not; two thirds of the program"

[[level]]
name = "completer"
title = "Completer"
scope = "pathway"
when = "capstones >= 1 AND in_order >= 1 AND levels >= 2 AND graduation_day IS NOT NULL AND (credentials_by_graduation_day >= 1 OR reading_proficient OR work_based_learning_hours_by_graduation_day >= 100)"
source = "evidence: graduation, credential, assessment, hours"

[[measure]]
name = "delivered"
title = "Concentrators by delivering school"
attribution = "delivery"
denominator_words = "concentrators"
numerator_words = "completed"
source = "who reports"
[[measure.variant]]
denominator = "concentrator"
numerator = "completer"
"#;

pub(crate) fn everything() -> Rulebook {
    load(SourceFile { name: "everything.toml".to_owned(), text: extending(EVERYTHING) }).unwrap()
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
