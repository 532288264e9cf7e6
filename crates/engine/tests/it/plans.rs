//! Every stage behind the built-in rulebooks, as text.

use waymark_rulebook::{Plan, built_in, definition::PopulationYear};

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
