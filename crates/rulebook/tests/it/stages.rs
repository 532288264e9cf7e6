//! Every stage of the built-in rulebooks, as people can read it.

use waymark_rulebook::{Plan, built_in, definition::PopulationYear, in_words};

#[test]
fn federal_in_words() {
    insta::assert_snapshot!(in_words(&built_in("federal").unwrap()));
}

#[test]
fn texas_in_words() {
    insta::assert_snapshot!(in_words(&built_in("texas").unwrap()));
}

#[test]
fn federal_checked() {
    let book = built_in("federal").unwrap();
    insta::assert_debug_snapshot!((&book.levels, &book.tallies, book.measure("5S3")));
}

#[test]
fn federal_plan() {
    let book = built_in("federal").unwrap();
    let plan = Plan::measures(&book, "2024-25".parse().unwrap(), PopulationYear::ReportYear, &|_| true).unwrap();
    insta::assert_snapshot!(plan);
}

#[test]
fn federal_plan_of_placement_looks_at_the_year_before() {
    let book = built_in("federal").unwrap();
    let plan = Plan::measures(&book, "2024-25".parse().unwrap(), PopulationYear::YearBefore, &|_| true).unwrap();
    assert_eq!(plan.population_year.to_string(), "2023-24");
    assert_eq!(plan.measures.iter().map(|m| m.measure.as_str()).collect::<Vec<_>>(), ["3S1", "3S1"]);
    assert!(plan.to_string().contains("DATE '2023-07-01'"));
}

#[test]
fn texas_plan_of_statuses() {
    insta::assert_snapshot!(Plan::statuses(&built_in("texas").unwrap(), "2024-25".parse().unwrap()));
}
