//! The shape of the database, one step a file. A step that was published is never changed.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

const STEPS: [(&str, &str); 6] = [
    ("accounts", include_str!("../migrations/0001_accounts.sql")),
    ("sessions", include_str!("../migrations/0002_sessions.sql")),
    ("attempts", include_str!("../migrations/0003_attempts.sql")),
    ("events", include_str!("../migrations/0004_events.sql")),
    ("tokens", include_str!("../migrations/0005_tokens.sql")),
    ("identities", include_str!("../migrations/0006_identities.sql")),
];

pub(crate) fn migrator() -> Migrator {
    let step = |(version, (name, sql)): (i64, &(&'static str, &'static str))| {
        Migration::new(version, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    };
    Migrator::with_migrations((1..).zip(&STEPS).map(step).collect())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_is_a_step_by_its_number_and_name() {
        let folder = Path::new("migrations");
        let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let steps = (1..).zip(&STEPS).map(|(version, (name, _)): (usize, _)| format!("{version:04}_{name}.sql"));
        assert_eq!(names.collect::<BTreeSet<_>>(), steps.collect());
    }
}
