//! What was planted is found: a program that loses English learners between two courses is named with step and group,
//! and where nothing was planted nothing is named.

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::{datasource::MemTable, prelude::SessionContext};
use waymark_disclosure::{Audience, Door, LossesTable, Released, SnapshotInfo, Window};
use waymark_engine::Engine;
use waymark_intake::Options;
use waymark_synthetic::{Parameters, RetentionEffect};
use waymark_terms::bundle::Table;

use crate::district::{Logged, now};

const LEARNERS: &str = "population:english_learner";

/// The losses of a made-up district in which these effects are planted.
async fn losses(retention: Vec<RetentionEffect>) -> Released<LossesTable> {
    let folder = tempfile::tempdir().unwrap();
    let parameters = Parameters {
        students: 6_000,
        schools: 8,
        schools_per_district: 8,
        years: 6,
        retention,
        ..Parameters::default()
    };
    waymark_synthetic::write_bundle(folder.path(), &parameters, &mut |_| ()).unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let reading = waymark_intake::read(folder.path(), &Options::new(today), &mut |_| ()).unwrap();
    let session = SessionContext::new();
    for (name, batches) in reading.tables {
        let table = MemTable::try_new(Table::named(name).unwrap().arrow_schema(), vec![batches]).unwrap();
        session.register_table(name, Arc::new(table)).unwrap();
    }
    let book = Arc::new(waymark_rulebook::built_in("federal").unwrap());
    let snapshot = SnapshotInfo { number: 1, batch: Some(1) };
    let door = Door::new(Engine::new(session, book), snapshot, Arc::new(Logged::default()), Arc::new(now));
    let (until, subgroup) = ("2024-25".parse().unwrap(), "all".to_owned());
    let window = Window { until, years: None, organization: None, subgroup };
    door.losses(&Audience::at_this_machine("ana"), &window).await.unwrap()
}

fn named(losses: &Released<LossesTable>) -> Vec<(String, usize, String)> {
    let rows = losses.content().named().into_iter();
    rows.map(|row| (row.program_id.clone(), row.step, row.subgroup.clone())).collect()
}

#[tokio::test]
async fn a_planted_loss_is_named_and_nothing_else() {
    let planted = RetentionEffect::new(0.4).program("NURS").population("english_learner").after_courses(1);
    let found = losses(vec![planted]).await;
    // Step 1 of the rulebook is the second course.
    assert_eq!(named(&found), [("NURS".to_owned(), 1, LEARNERS.to_owned())]);
    let none = losses(Vec::new()).await;
    assert_eq!(named(&none), []);
    let (compared, few) = none.content().looked_at();
    assert!(compared > 100 && few > 100, "{compared} were compared, {few} are too few");
}
