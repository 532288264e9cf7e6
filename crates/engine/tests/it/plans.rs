//! Every stage behind the built-in rulebooks, as text.

use std::sync::Arc;

use datafusion::prelude::SessionContext;
use waymark_engine::Engine;
use waymark_rulebook::{Plan, SourceFile, built_in, definition::PopulationYear};

use crate::support;

#[tokio::test]
async fn the_engine_plans_every_stage_of_the_built_in_rulebooks() {
    for name in ["federal", "texas"] {
        let book = built_in(name).unwrap();
        let engine = support::engine_over_nothing(name);
        let year = "2024-25".parse().unwrap();
        for population in [PopulationYear::ReportYear, PopulationYear::YearBefore] {
            let plan = Plan::measures(&book, year, population, &|_| true).unwrap();
            let text = engine.explain_plan(&plan).await.unwrap();
            assert_eq!(text.matches("-- ").count(), plan.stages.len());
        }
        let statuses = Plan::statuses(&book, year);
        insta::assert_snapshot!(format!("{name}_statuses"), engine.explain_plan(&statuses).await.unwrap());
    }
}

/// All that the definitions of the States were found to need can be planned, not only said.
#[tokio::test]
async fn the_engine_plans_every_form_that_states_use() {
    let text = include_str!("../../../rulebook/tests/it/everything.toml").to_owned();
    let book = waymark_rulebook::load(SourceFile { name: "everything.toml".to_owned(), text }).unwrap();
    let engine = Engine::new(SessionContext::new(), Arc::new(book.clone()));
    let year = "2024-25".parse().unwrap();
    engine.explain_plan(&Plan::statuses(&book, year)).await.unwrap();
    engine.explain_plan(&Plan::measures(&book, year, PopulationYear::ReportYear, &|_| true).unwrap()).await.unwrap();
}

/// A condition that names what is there, but compares it with what it cannot be compared with, is found before a row is
/// read.
#[tokio::test]
async fn a_condition_of_the_wrong_type_is_found_by_planning() {
    let text =
        "[rulebook]\nname = \"own\"\nversion = \"1\"\ntitle = \"Own\"\nextends = \"federal\"\n[[facts]]\nwords = \
                \"nonsense\"\ncolumns.nonsense = \"sex + birth_date\"\n"
            .to_owned();
    let book = waymark_rulebook::load(SourceFile { name: "own.toml".to_owned(), text }).unwrap();
    let engine = Engine::new(SessionContext::new(), Arc::new(book.clone()));
    let error = engine.explain_plan(&Plan::statuses(&book, "2024-25".parse().unwrap())).await.unwrap_err().to_string();
    assert!(error.contains("nonsense"), "{error}");
}
