//! Proving that somebody is gone, by looking everywhere.

use std::fs::{self, File};
use std::path::Path;

use chrono::{DateTime, Utc};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;
use walkdir::WalkDir;

use crate::LakeError;
use crate::batch::rfc3339;
use crate::catalog::Catalog;
use crate::change;
use crate::erase::{ERASURES, Erased};
use crate::error::At;

/// Values of fewer bytes occur by chance, in numbers and names of files: they are searched for as whole words only.
const TELLING: usize = 6;

/// That nothing of somebody is left in the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureProof {
    /// The batch that erased.
    pub batch: u64,
    /// When the search was made.
    #[serde(with = "rfc3339")]
    pub at: DateTime<Utc>,
    /// Files that were searched: every one of the data folder.
    pub searched_files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Places where something of the person was found. Always none: it would be no proof.
    pub occurrences: u64,
    /// Columns, as table and column, that have the same text for something else and keep it.
    pub elsewhere: Vec<(String, String)>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Files that were searched.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Where the value was found, in words, without the value.
    pub found: Vec<String>,
    /// Columns that were left out because they have the same text for something else.
    pub elsewhere: Vec<(String, String)>,
}

impl Search {
    pub(crate) fn proof(self, batch: u64, at: DateTime<Utc>) -> ErasureProof {
        let Self { files, bytes, found, elsewhere } = self;
        ErasureProof { batch, at, searched_files: files, bytes, occurrences: found.len() as u64, elsewhere }
    }
}

/// Looks for somebody in every file of the data folder: every text column of every Parquet file, decoded; every text
/// in the catalog; and the raw bytes of everything that is no Parquet file, but of the list of erasures itself.
///
/// # Errors
/// If a file cannot be read or decoded: what was not searched proves nothing.
pub(crate) async fn search(
    dir: &Path,
    catalog: &Catalog,
    erased: &Erased,
    elsewhere: &[(String, String)],
) -> Result<Search, LakeError> {
    let mut search = Search { elsewhere: elsewhere.to_vec(), ..Search::default() };
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry.map_err(|error| LakeError::File { path: dir.to_owned(), source: error.into() })?;
        let path = entry.path();
        if !entry.file_type().is_file() || path == dir.join(ERASURES) {
            continue;
        }
        search.files += 1;
        search.bytes += fs::metadata(path).at(path)?.len();
        let shown = path.strip_prefix(dir).unwrap_or(path).display().to_string();
        if path == catalog.path {
            search_catalog(catalog, erased, elsewhere, &mut search.found).await?;
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            search_parquet(path, &shown, erased, elsewhere, &mut search.found)?;
        } else if occurrences(&fs::read(path).at(path)?, erased.value.as_bytes()) > 0 {
            search.found.push(format!("`{shown}`"));
        }
    }
    Ok(search)
}

fn search_parquet(
    path: &Path,
    shown: &str,
    erased: &Erased,
    elsewhere: &[(String, String)],
    found: &mut Vec<String>,
) -> Result<(), LakeError> {
    let decode = |source| LakeError::Decode { path: path.to_owned(), source };
    let table = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).at(path)?).map_err(decode)?;
    let mut columns = std::collections::BTreeSet::new();
    for batch in reader.build().map_err(decode)? {
        let batch = batch?;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let other = elsewhere.iter().any(|(t, c)| *t == table && c == field.name());
            let is_key = *field.name() == erased.column;
            if other || !(is_key || change::is_text(field.data_type())) {
                continue;
            }
            let text = change::as_text(column)?;
            let has = |value: &str| {
                value == erased.value || erased.searches_in(&table, field.name()) && has_field(value, &erased.value)
            };
            if text.iter().flatten().any(has) {
                columns.insert(field.name().clone());
            }
        }
    }
    found.extend(columns.into_iter().map(|column| format!("column `{column}` in `{shown}`")));
    Ok(())
}

/// Every cell with text. Statistics count only of columns of text that do not have the same for something else; names
/// that the catalog counts with (`next_column_id`) are no cells of anybody's.
async fn search_catalog(
    catalog: &Catalog,
    erased: &Erased,
    elsewhere: &[(String, String)],
    found: &mut Vec<String>,
) -> Result<(), LakeError> {
    let mut connection = catalog.connect().await?;
    let exempt = exempt_columns(&mut connection, elsewhere).await?;
    let mut explained = 0;
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .fetch_all(&mut connection)
        .await?;
    let json = serde_json::Value::String(erased.value.clone()).to_string();
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?)").bind(&table).fetch_all(&mut connection).await?;
        for column in columns {
            let counted = match table.as_str() {
                "ducklake_metadata" => "key NOT LIKE 'next!_%' ESCAPE '!'".to_owned(),
                "ducklake_file_column_stats" | "ducklake_table_column_stats" => {
                    format!("column_id NOT IN ({exempt})")
                }
                _ => "TRUE".to_owned(),
            };
            let query = format!(
                "SELECT coalesce(sum(({counted}) AND ({column:?} = ?1 OR instr({column:?}, ?2) > 0)), 0),
                        coalesce(sum((length({column:?}) - length(replace({column:?}, ?1, ''))) / length(?1)), 0)
                 FROM {table:?} WHERE typeof({column:?}) = 'text'"
            );
            let query = sqlx::query_as(AssertSqlSafe(query)).bind(&erased.value).bind(&json);
            let (equal, within): (i64, i64) = query.fetch_one(&mut connection).await?;
            if equal > 0 {
                found.push(format!("`{column}` of `{table}` in the catalog"));
            }
            explained += usize::try_from(within).unwrap_or(0);
        }
    }
    // What the bytes have more often than the cells is left over from something deleted.
    if erased.value.len() >= TELLING {
        let bytes = fs::read(&catalog.path).at(&catalog.path)?;
        if occurrences(&bytes, erased.value.as_bytes()) > explained {
            found.push("free space of the catalog".to_owned());
        }
    }
    Ok(())
}

/// Columns whose statistics are not about people: those without text, and those with the same text for something else.
async fn exempt_columns(
    connection: &mut SqliteConnection,
    elsewhere: &[(String, String)],
) -> Result<String, LakeError> {
    let columns: Vec<(i64, String, String, String)> = sqlx::query_as(
        "SELECT c.column_id, t.table_name, c.column_name, c.column_type
         FROM ducklake_column c JOIN ducklake_table t USING (table_id)",
    )
    .fetch_all(connection)
    .await?;
    let exempt = columns.into_iter().filter(|(_, table, column, kind)| {
        kind != "varchar" || elsewhere.iter().any(|(t, c)| t == table && c == column)
    });
    let ids: Vec<String> = exempt.map(|(id, ..)| id.to_string()).collect();
    Ok(if ids.is_empty() { "-1".to_owned() } else { ids.join(",") })
}

/// How often the value is in the bytes, as a whole word where it is short.
fn occurrences(bytes: &[u8], value: &[u8]) -> usize {
    let whole = value.len() < TELLING;
    memmem::find_iter(bytes, value).filter(|at| !whole || is_whole(bytes, *at, value.len())).count()
}

/// Whether the text has the value as a whole field: `S1` is one of `S1,Ann` and of `["S1"]`, not of `S10` or `CS-S1`.
pub(crate) fn has_field(text: &str, value: &str) -> bool {
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, value.as_bytes()).any(|at| is_whole(bytes, at, value.len()))
}

/// Whether what surrounds these bytes could not be a part of an identifier.
fn is_whole(bytes: &[u8], at: usize, length: usize) -> bool {
    let joins = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    !before.is_some_and(joins) && !bytes.get(at + length).is_some_and(joins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_whole() {
        for text in ["S1", "S1,Ann", "2024,S1", r#"["S1"]"#, "no student `S1` in `students`", "S1\t", "x S10 S1"] {
            assert!(has_field(text, "S1"), "{text}");
        }
        for text in ["", "S", "S10", "CS-S1", "S1-2", "S_S1", "éS1", "s1"] {
            assert!(!has_field(text, "S1"), "{text}");
        }
    }

    #[test]
    fn short_values_count_as_words_only() {
        assert_eq!(occurrences(b"a12b 12 12", b"12"), 2);
        assert_eq!(occurrences(b"a123456b 123456", b"123456"), 2);
    }
}
