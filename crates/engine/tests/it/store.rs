//! Counts that are kept are those that were made, to the byte, and are believed only where they are about the same.

use std::{fs, path::Path, sync::Arc};

use datafusion::prelude::SessionContext;
use waymark_engine::{Counts, CubeStore, Engine, Selection};
use waymark_rulebook::built_in;
use waymark_specification::Specification;
use waymark_terms::SchoolYear;

use crate::support;

fn over_nothing(folder: &Path, snapshot: &str) -> Engine {
    let book = Arc::new(built_in("federal").unwrap());
    Engine::new(SessionContext::new(), book).with_store(CubeStore::new(folder.to_owned(), snapshot.to_owned()))
}

/// Selections of every kind that pages and commands make.
fn selections(counts: &Counts) -> Vec<Selection> {
    let row = counts.rows.iter().find(|row| row.program_id.starts_with("cluster:") && row.subgroup != "all").unwrap();
    let (measure, organization) = (Some(row.measure.clone()), Some(row.organization_id.clone()));
    let (program, subgroup) = (Some(row.program_id.clone()), Some(row.subgroup.clone()));
    let (whole, all) = (Some("*".to_owned()), Some("all".to_owned()));
    let pair = counts.rows.iter().find(|row| row.subgroup.contains('+')).map(|row| row.subgroup.clone());
    vec![
        Selection::default(),
        Selection { pairs: true, ..Selection::default() },
        Selection { measure: measure.clone(), organization: organization.clone(), ..Selection::default() },
        Selection { measure: measure.clone(), program: whole, subgroup: all, ..Selection::default() },
        Selection { measure, organization, program, subgroup, pairs: false },
        Selection { subgroup: pair, ..Selection::default() },
        Selection { organization: Some("nowhere".to_owned()), ..Selection::default() },
    ]
}

async fn measured(engine: &Engine, year: SchoolYear, selection: &Selection) -> Counts {
    engine.measures(year, selection).await.unwrap()
}

#[tokio::test]
async fn what_is_kept_is_what_was_counted() {
    let specifications = Path::new("../../docs/specifications");
    let document = Specification::read_folder(specifications).unwrap().into_iter().find(|document| {
        document.rulebook == "federal" && document.expected.iter().any(|row| row.key.program_id.starts_with("cluster:"))
    });
    let document = document.expect("a document with a cluster");
    let year = document.expected[0].key.report_year;
    let folder = tempfile::tempdir().unwrap();
    document.write_bundle(folder.path()).unwrap();
    let plain = support::engine(folder.path(), "federal");
    let counts = measured(&plain, year, &Selection { pairs: true, ..Selection::default() }).await;
    let kept = tempfile::tempdir().unwrap();
    let path = kept.path().join("cube");
    let keeping =
        || support::engine(folder.path(), "federal").with_store(CubeStore::new(path.clone(), "one".to_owned()));
    let first = keeping();
    for selection in selections(&counts) {
        let expected = measured(&plain, year, &selection).await;
        assert_eq!(measured(&first, year, &selection).await, expected, "{selection:?}, when it is kept");
        // Without a row to count, these can only be those that are kept.
        let again = over_nothing(&path, "one");
        assert_eq!(measured(&again, year, &selection).await, expected, "{selection:?}, when it is read");
    }
    assert!(measured(&over_nothing(&path, "another"), year, &Selection::default()).await.rows.is_empty());

    for entry in fs::read_dir(&path).unwrap() {
        fs::write(entry.unwrap().path(), "broken").unwrap();
    }
    let all = Selection { pairs: true, ..Selection::default() };
    assert_eq!(measured(&keeping(), year, &all).await, counts, "a broken file is no answer");
    CubeStore::clear(&path).unwrap();
    assert!(!path.exists());
    CubeStore::clear(&path).unwrap();
}
