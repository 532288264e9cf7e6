//! The parts of a `DuckLake` catalog that `datafusion-ducklake` does not make and `DuckDB` does not do without.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::LakeError;

/// The version of the format.
const VERSION: &str = "1.0";

/// Columns that are missing: table, column, definition.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("ducklake_snapshot", "next_catalog_id", "INTEGER NOT NULL DEFAULT 0"),
    ("ducklake_snapshot", "next_file_id", "INTEGER NOT NULL DEFAULT 0"),
    ("ducklake_schema", "schema_uuid", "VARCHAR"),
    ("ducklake_table", "table_uuid", "VARCHAR"),
    ("ducklake_data_file", "file_order", "INTEGER"),
    ("ducklake_data_file", "file_format", "VARCHAR DEFAULT 'parquet'"),
    ("ducklake_delete_file", "format", "VARCHAR DEFAULT 'parquet'"),
];

/// Tables that are missing: they stay empty.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS ducklake_file_variant_stats (
        data_file_id INTEGER, table_id INTEGER, column_id INTEGER, variant_path VARCHAR, shredded_type VARCHAR,
        column_size_bytes INTEGER, value_count INTEGER, null_count INTEGER, min_value VARCHAR, max_value VARCHAR,
        contains_nan BOOLEAN, extra_stats VARCHAR);
    CREATE TABLE IF NOT EXISTS ducklake_column_mapping (mapping_id INTEGER, table_id INTEGER, type VARCHAR);
    CREATE TABLE IF NOT EXISTS ducklake_name_mapping (
        mapping_id INTEGER, column_id INTEGER, source_name VARCHAR, target_field_id INTEGER, parent_column INTEGER,
        is_partition BOOLEAN);
    CREATE TABLE IF NOT EXISTS ducklake_macro (
        schema_id INTEGER, macro_id INTEGER, macro_name VARCHAR, begin_snapshot INTEGER, end_snapshot INTEGER);
    CREATE TABLE IF NOT EXISTS ducklake_macro_impl (
        macro_id INTEGER, impl_id INTEGER, dialect VARCHAR, sql VARCHAR, type VARCHAR);
    CREATE TABLE IF NOT EXISTS ducklake_macro_parameters (
        macro_id INTEGER, impl_id INTEGER, column_id INTEGER, parameter_name VARCHAR, parameter_type VARCHAR,
        default_value VARCHAR, default_value_type VARCHAR);";

/// Adds them, all or none. With the version the catalog is complete.
pub(crate) async fn complete(connection: &mut SqliteConnection) -> Result<(), LakeError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for (table, column, definition) in COLUMNS {
        let known = "SELECT EXISTS(SELECT 1 FROM pragma_table_info(?) WHERE name = ?)";
        if !sqlx::query_scalar(known).bind(table).bind(column).fetch_one(&mut *transaction).await? {
            let add = format!("ALTER TABLE {table} ADD COLUMN {column} {definition}");
            sqlx::query(AssertSqlSafe(add)).execute(&mut *transaction).await?;
        }
    }
    sqlx::raw_sql(TABLES).execute(&mut *transaction).await?;
    for (key, value) in [("created_by", "waymark"), ("encrypted", "false"), ("version", VERSION)] {
        let add = "INSERT INTO ducklake_metadata (key, value) SELECT ?1, ?2
            WHERE NOT EXISTS (SELECT 1 FROM ducklake_metadata WHERE key = ?1)";
        sqlx::query(add).bind(key).bind(value).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Notes the numbers that the next table and the next file may have, for other writers: `datafusion-ducklake` counts
/// by itself.
pub(crate) async fn note_next_numbers(connection: &mut SqliteConnection) -> Result<(), LakeError> {
    let note = "
        UPDATE ducklake_snapshot SET
            next_catalog_id = 1 + max((SELECT coalesce(max(table_id), 0) FROM ducklake_table),
                                      (SELECT coalesce(max(schema_id), 0) FROM ducklake_schema)),
            next_file_id = 1 + max((SELECT coalesce(max(data_file_id), 0) FROM ducklake_data_file),
                                   (SELECT coalesce(max(delete_file_id), 0) FROM ducklake_delete_file))
        WHERE snapshot_id = (SELECT max(snapshot_id) FROM ducklake_snapshot)";
    sqlx::query(note).execute(connection).await?;
    Ok(())
}
