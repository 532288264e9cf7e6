//! What `datafusion-ducklake` cannot do, as SQL on the same catalog. `docs/adr/0001-ducklake.md` lists why for each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::LakeError;
use crate::batch::Record;
use crate::shape;

/// The catalog's file in the data folder.
pub(crate) const CATALOG: &str = "waymark.ducklake";
/// The schema of all tables.
pub(crate) const SCHEMA: &str = "main";

/// Batches whose snapshots have expired: `DuckLake` forgets a snapshot's extra information with the snapshot.
const PAST: &str =
    "CREATE TABLE IF NOT EXISTS waymark_past_batch (snapshot_id INTEGER PRIMARY KEY, record TEXT NOT NULL)";

/// Files of the catalog, relative to its data path. Every path in a lake of ours is relative at all three levels.
const REFERENCED: &str = "
    SELECT s.path || t.path || f.path FROM ducklake_data_file f
    JOIN ducklake_table t USING (table_id) JOIN ducklake_schema s USING (schema_id)
    UNION ALL SELECT s.path || t.path || f.path FROM ducklake_delete_file f
    JOIN ducklake_table t USING (table_id) JOIN ducklake_schema s USING (schema_id)
    UNION ALL SELECT path FROM ducklake_files_scheduled_for_deletion";

/// The catalog's file.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    pub(crate) path: PathBuf,
    pub(crate) read_only: bool,
}

impl Catalog {
    pub(crate) fn new(dir: &Path, read_only: bool) -> Self {
        Self { path: dir.join(CATALOG), read_only }
    }

    /// The address of the catalog for `datafusion-ducklake`.
    pub(crate) fn url(&self, create: bool) -> String {
        const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
        let mode = if self.read_only {
            "ro"
        } else if create {
            "rwc"
        } else {
            "rw"
        };
        format!("sqlite:{}?mode={mode}", utf8_percent_encode(&self.path.to_string_lossy(), IN_PATHS))
    }

    pub(crate) async fn connect(&self) -> Result<SqliteConnection, LakeError> {
        let options = SqliteConnectOptions::new().filename(&self.path).read_only(self.read_only);
        // What is deleted must not linger in free pages. The journal is a file of the moment: a write-ahead log could
        // not be opened in a read-only folder.
        let options = if self.read_only {
            options
        } else {
            options.pragma("secure_delete", "ON").journal_mode(SqliteJournalMode::Delete)
        };
        Ok(options.connect().await?)
    }

    /// Whether the catalog was made, and to the end.
    pub(crate) async fn is_complete(&self) -> Result<bool, LakeError> {
        if !self.path.try_exists().unwrap_or(false) {
            return Ok(false);
        }
        let mut connection = self.connect().await?;
        let tables: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM sqlite_master WHERE name IN ('ducklake_snapshot', 'ducklake_schema', 'ducklake_metadata')",
        )
        .fetch_one(&mut connection)
        .await?;
        if tables < 3 {
            return Ok(false);
        }
        let complete = "SELECT EXISTS(SELECT 1 FROM ducklake_snapshot) AND EXISTS(SELECT 1 FROM ducklake_schema)
            AND EXISTS(SELECT 1 FROM ducklake_metadata WHERE key = 'version')";
        Ok(sqlx::query_scalar(complete).fetch_one(&mut connection).await?)
    }

    /// Adds what `DuckDB` expects of a catalog. It is complete then.
    pub(crate) async fn complete(&self) -> Result<(), LakeError> {
        shape::complete(&mut self.connect().await?).await
    }

    /// Every snapshot that can be read, oldest first.
    pub(crate) async fn snapshots(&self) -> Result<Vec<i64>, LakeError> {
        let mut connection = self.connect().await?;
        Ok(sqlx::query_scalar("SELECT snapshot_id FROM ducklake_snapshot ORDER BY 1")
            .fetch_all(&mut connection)
            .await?)
    }

    /// Every batch with its snapshot, oldest first. Snapshots that somebody else made have no batch.
    pub(crate) async fn records(&self) -> Result<Vec<(i64, Record)>, LakeError> {
        let mut connection = self.connect().await?;
        let past = has_past(&mut connection).await?;
        let past = if past { "UNION SELECT snapshot_id, record FROM waymark_past_batch" } else { "" };
        let query = format!(
            "SELECT snapshot_id, commit_extra_info FROM ducklake_snapshot_changes
             WHERE commit_extra_info IS NOT NULL {past} ORDER BY 1"
        );
        let rows: Vec<(i64, String)> = sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut connection).await?;
        let record = |(snapshot, json): (i64, String)| Some((snapshot, serde_json::from_str(&json).ok()?));
        Ok(rows.into_iter().filter_map(record).collect())
    }

    /// The data path, or its new value where it is not this one.
    pub(crate) async fn set_data_path(&self, path: &str) -> Result<Option<String>, LakeError> {
        let mut connection = self.connect().await?;
        let old: String = sqlx::query_scalar("SELECT value FROM ducklake_metadata WHERE key = 'data_path'")
            .fetch_one(&mut connection)
            .await?;
        if old == path {
            return Ok(None);
        }
        let update = "UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'";
        sqlx::query(update).bind(path).execute(&mut connection).await?;
        Ok(Some(old))
    }

    /// Forgets tables that were announced for a snapshot that never came, and which the next one would show; then notes
    /// the numbers that are free.
    pub(crate) async fn forget_unborn(&self) -> Result<(), LakeError> {
        let mut connection = self.connect().await?;
        let unborn =
            "DELETE FROM ducklake_table WHERE begin_snapshot > (SELECT max(snapshot_id) FROM ducklake_snapshot)";
        sqlx::query(unborn).execute(&mut connection).await?;
        shape::note_next_numbers(&mut connection).await
    }

    /// Every file that the catalog knows, relative to the data path.
    pub(crate) async fn files(&self) -> Result<BTreeSet<PathBuf>, LakeError> {
        let mut connection = self.connect().await?;
        let paths: Vec<String> = sqlx::query_scalar(REFERENCED).fetch_all(&mut connection).await?;
        Ok(paths.into_iter().map(PathBuf::from).collect())
    }

    /// Makes a snapshot of a batch that changes no rows, and gives its number.
    pub(crate) async fn commit_unchanged(&self, record: &Record, json: &str) -> Result<i64, LakeError> {
        let mut connection = self.connect().await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let snapshot: i64 = sqlx::query_scalar(
            "INSERT INTO ducklake_snapshot (snapshot_id, snapshot_time, schema_version)
             SELECT max(snapshot_id) + 1, CURRENT_TIMESTAMP, max(schema_version) FROM ducklake_snapshot
             RETURNING snapshot_id",
        )
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO ducklake_snapshot_changes VALUES (?, NULL, ?, ?, ?)")
            .bind(snapshot)
            .bind(&record.by)
            .bind(record.message())
            .bind(json)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(snapshot)
    }

    /// Tables all of whose rows are deleted while their files are not: number and name.
    pub(crate) async fn hollow_tables(&self) -> Result<Vec<(i64, String)>, LakeError> {
        let mut connection = self.connect().await?;
        let hollow = "
            SELECT t.table_id, t.table_name FROM ducklake_table t JOIN ducklake_data_file f USING (table_id)
            LEFT JOIN ducklake_delete_file d ON d.data_file_id = f.data_file_id AND d.end_snapshot IS NULL
            WHERE t.end_snapshot IS NULL AND f.end_snapshot IS NULL GROUP BY t.table_id, t.table_name
            HAVING sum(f.record_count) = sum(coalesce(d.delete_count, 0)) ORDER BY t.table_id";
        Ok(sqlx::query_as(hollow).fetch_all(&mut connection).await?)
    }

    /// Keeps the batches of snapshots that are about to expire.
    pub(crate) async fn keep_batches_before(&self, snapshot: i64) -> Result<(), LakeError> {
        let mut connection = self.connect().await?;
        sqlx::query(PAST).execute(&mut connection).await?;
        let keep = "INSERT OR IGNORE INTO waymark_past_batch SELECT snapshot_id, commit_extra_info
            FROM ducklake_snapshot_changes WHERE snapshot_id < ? AND commit_extra_info IS NOT NULL";
        sqlx::query(keep).bind(snapshot).execute(&mut connection).await?;
        Ok(())
    }

    /// Forgets what statistics of tables without files still say of their rows, and rewrites the file so that nothing
    /// deleted is left in it.
    pub(crate) async fn compact(&self) -> Result<(), LakeError> {
        let mut connection = self.connect().await?;
        let stale = "UPDATE ducklake_table_column_stats SET min_value = NULL, max_value = NULL
            WHERE table_id NOT IN (SELECT table_id FROM ducklake_data_file WHERE end_snapshot IS NULL)";
        sqlx::query(stale).execute(&mut connection).await?;
        sqlx::query("VACUUM").execute(&mut connection).await?;
        Ok(())
    }
}

async fn has_past(connection: &mut SqliteConnection) -> Result<bool, LakeError> {
    let query = "SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = 'waymark_past_batch')";
    Ok(sqlx::query_scalar(query).fetch_one(connection).await?)
}
