use std::{path::Path, sync::Arc};

use chrono::NaiveDate;
use datafusion::{datasource::MemTable, prelude::SessionContext};
use waymark_engine::Engine;
use waymark_intake::Options;
use waymark_terms::bundle;

/// The tables of a bundle, all of whose rows can be used.
pub(crate) fn snapshot(folder: &Path) -> SessionContext {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let reading = waymark_intake::read(folder, &Options::new(today), &mut |_| ()).unwrap();
    assert_eq!(reading.set_aside, [], "rows of {} were set aside", folder.display());
    let session = SessionContext::new();
    for (name, batches) in reading.tables {
        let schema = bundle::Table::named(name).unwrap().arrow_schema();
        session.register_table(name, Arc::new(MemTable::try_new(schema, vec![batches]).unwrap())).unwrap();
    }
    session
}

/// An engine over the bundle, with a built-in rulebook.
pub(crate) fn engine(folder: &Path, rulebook: &str) -> Engine {
    Engine::new(snapshot(folder), Arc::new(waymark_rulebook::built_in(rulebook).unwrap()))
}

/// An engine over nothing.
pub(crate) fn engine_over_nothing(rulebook: &str) -> Engine {
    Engine::new(SessionContext::new(), Arc::new(waymark_rulebook::built_in(rulebook).unwrap()))
}
