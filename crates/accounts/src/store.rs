use std::{fmt, fs, io, path::Path, sync::Arc, time::Duration};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Semaphore;

use crate::{AccountsError, Secret, migrations::migrator};

/// What time it is.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Fills bytes with chance that nobody can foretell.
pub type Randomness = Arc<dyn Fn(&mut [u8]) -> io::Result<()> + Send + Sync>;

/// How long things last, and how often they may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A session ends when nothing was asked for so long.
    pub idle: TimeDelta,
    /// A session ends after so long in any case.
    pub absolute: TimeDelta,
    /// How long an invitation can be used.
    pub invitation: TimeDelta,
    /// How far back attempts to sign in count.
    pub attempts_within: TimeDelta,
    /// How many attempts one account has in that time.
    pub attempts_by_name: i64,
    /// How many attempts one address has in that time: a school has one for many people.
    pub attempts_by_address: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(12),
            invitation: TimeDelta::days(7),
            attempts_within: TimeDelta::minutes(15),
            attempts_by_name: 5,
            attempts_by_address: 50,
        }
    }
}

/// People and what each may see, in a database of their own.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) pool: SqlitePool,
    pub(crate) policy: Policy,
    clock: Clock,
    pub(crate) randomness: Randomness,
    /// Looking at a password takes memory: only so many at once.
    pub(crate) passwords: Arc<Semaphore>,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// How many passwords are looked at in the same moment; each takes 19 MiB.
const PASSWORDS_AT_ONCE: usize = 2;

impl Accounts {
    /// Opens the database, or makes it, readable for its owner only.
    ///
    /// # Errors
    /// The file cannot be made, read or brought up to date.
    pub async fn open(
        path: &Path,
        policy: Policy,
        clock: Clock,
        randomness: Randomness,
    ) -> Result<Self, AccountsError> {
        made_private(path).map_err(|source| AccountsError::File { path: path.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            // What is deleted is gone from the file: the identifier of a student who was erased, say.
            .pragma("secure_delete", "ON");
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        migrator().run(&pool).await?;
        let passwords = Arc::new(Semaphore::new(PASSWORDS_AT_ONCE));
        Ok(Self { pool, policy, clock, randomness, passwords })
    }

    /// Ends with everything written to the one file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A secret of no meaning yet.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn secret(&self) -> Result<Secret, AccountsError> {
        Secret::new(&self.randomness)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// A transaction that may write from its beginning, so that what it reads is still so when it writes.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Sqlite>, AccountsError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// An instant as the database has it: as text that sorts.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An instant as the database had it.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, AccountsError> {
    text.parse().map_err(|_| AccountsError::Unreadable { what: "time", value: text.to_owned() })
}

#[cfg(unix)]
fn made_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}

#[cfg(not(unix))]
fn made_private(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(path).map(drop)
}
