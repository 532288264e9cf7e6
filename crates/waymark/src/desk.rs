//! What the pages need, over the data folder.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::Utc;
use datafusion::{
    arrow::array::{Array, StringArray},
    prelude::SessionContext,
};
use tokio::sync::Mutex;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_disclosure::{AccessLog, Door, SnapshotInfo};
use waymark_engine::Engine;
use waymark_lake::{At, Kind, Lake, LakeError, SessionOptions, Snapshot};
use waymark_rulebook::BUILT_IN;
use waymark_web::{Batch, Desk, DeskError, Finding, Imports, Loaded, Organization, Program, RulebookName, SetAsideRow};

use crate::{
    data_folder::{counts, texts},
    doctor::Doctor,
    failure::Failure,
    import::{FINDINGS, QUARANTINE, text},
    rulebooks,
};

/// The data folder as the pages see it. The newest snapshot is looked up at every request, so that an import shows at
/// once; what was opened for a snapshot is kept until there is another.
pub(crate) struct DataDesk {
    lake: Arc<Lake>,
    log: Arc<dyn AccessLog>,
    doctor: Doctor,
    doors: Mutex<BTreeMap<(i64, String), Door>>,
}

impl DataDesk {
    pub(crate) fn new(lake: Lake, log: Arc<dyn AccessLog>) -> Self {
        let lake = Arc::new(lake);
        let doctor = Doctor::new(Arc::clone(&lake));
        Self { lake, log, doctor, doors: Mutex::new(BTreeMap::new()) }
    }

    async fn newest(&self) -> Result<(Snapshot, SessionContext), DeskError> {
        let snapshot = self.lake.snapshot(At::Latest).await.map_err(storage)?;
        let session = snapshot.session(&SessionOptions::default()).map_err(storage)?;
        Ok((snapshot, session))
    }

    fn open(&self, snapshot: &Snapshot, session: SessionContext, rulebook: &str) -> Result<Door, DeskError> {
        let book = rulebooks::open(rulebook).map_err(bug)?;
        let engine = Engine::new(session, Arc::new(book)).with_store(counts(&self.lake, snapshot));
        let info = SnapshotInfo { number: snapshot.number, batch: snapshot.batch };
        Ok(Door::new(engine, info, Arc::clone(&self.log), Arc::new(Utc::now)))
    }

    /// The rows of a query as texts by column; none before the first import.
    async fn rows(&self, sql: &str) -> Result<Vec<Texts>, DeskError> {
        let (snapshot, session) = self.newest().await?;
        if !has_tables(&snapshot)? {
            return Ok(Vec::new());
        }
        let batches = waymark_lake::select(&session, sql).await.map_err(storage)?.collect().await;
        let mut rows = Vec::new();
        for batch in batches.map_err(LakeError::from).map_err(storage)? {
            let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
            let columns = names.iter().map(|name| text(&batch, name)).collect::<Result<Vec<_>, _>>().map_err(bug)?;
            rows.extend((0..batch.num_rows()).map(|row| Texts::of(&names, &columns, row)));
        }
        Ok(rows)
    }
}

/// A row as texts; what is not known is not in it.
struct Texts(BTreeMap<String, String>);

impl Texts {
    fn of(names: &[String], columns: &[StringArray], row: usize) -> Self {
        let known = names.iter().zip(columns).filter(|(_, column)| column.is_valid(row));
        Self(known.map(|(name, column)| (name.clone(), column.value(row).to_owned())).collect())
    }

    fn optional(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    fn count(&self, name: &str) -> u64 {
        self.0.get(name).and_then(|count| count.parse().ok()).unwrap_or(0)
    }
}

#[async_trait]
impl Desk for DataDesk {
    fn imports(&self) -> &dyn Imports {
        &self.doctor
    }

    fn rulebooks(&self) -> Vec<RulebookName> {
        let title = |name: &str| rulebooks::open(name).map(|book| book.header.title).unwrap_or_default();
        BUILT_IN.iter().map(|(name, _)| RulebookName { name: (*name).to_owned(), title: title(name) }).collect()
    }

    async fn door(&self, rulebook: &str) -> Result<Door, DeskError> {
        // Pages choose among the built-in ones: a path from a browser is nobody's rulebook.
        if !BUILT_IN.iter().any(|(name, _)| *name == rulebook) {
            return Err(DeskError::NoRulebook(rulebook.to_owned()));
        }
        let (snapshot, session) = self.newest().await?;
        let mut doors = self.doors.lock().await;
        doors.retain(|(number, _), _| *number == snapshot.number);
        let key = (snapshot.number, rulebook.to_owned());
        if let Some(door) = doors.get(&key) {
            return Ok(door.clone());
        }
        let door = self.open(&snapshot, session, rulebook)?;
        doors.insert(key, door.clone());
        Ok(door)
    }

    async fn door_after(&self, rulebook: &str, batch: u64) -> Result<Door, DeskError> {
        if !BUILT_IN.iter().any(|(name, _)| *name == rulebook) {
            return Err(DeskError::NoRulebook(rulebook.to_owned()));
        }
        let batches = self.lake.batches().await.map_err(storage)?;
        if !batches.iter().any(|known| known.number == batch) {
            return Err(DeskError::NoBatch(batch));
        }
        let snapshot = self.lake.snapshot(At::Batch(batch)).await.map_err(storage)?;
        let session = snapshot.session(&SessionOptions::default()).map_err(storage)?;
        self.open(&snapshot, session, rulebook)
    }

    async fn loaded(&self) -> Result<Option<Loaded>, DeskError> {
        let (snapshot, session) = self.newest().await?;
        if !has_tables(&snapshot)? {
            return Ok(None);
        }
        let last_import = self
            .batches()
            .await?
            .into_iter()
            .find(|batch| batch.kind == Kind::Import.name() && batch.undone_by.is_none());
        let organizations = self.organizations().await?;
        let of =
            |kinds: &[&str]| organizations.iter().filter(|each| kinds.contains(&each.kind.as_str())).count() as u64;
        let count = async |sql: String| texts(&session, &sql).await.map_err(bug);
        let number = |texts: Vec<String>| texts.first().and_then(|count| count.parse().ok()).unwrap_or(0);
        let years = count("SELECT DISTINCT school_year FROM enrollments ORDER BY school_year".to_owned()).await?;
        let mut findings: BTreeMap<Severity, u64> = BTreeMap::new();
        for finding in self.findings().await? {
            *findings.entry(finding.severity).or_default() += finding.count;
        }
        Ok(Some(Loaded {
            districts: of(&["district"]),
            schools: of(&["school", "career_center"]),
            students: number(count("SELECT count(*) FROM students".to_owned()).await?),
            years: years.iter().filter_map(|year| year.parse().ok()).collect(),
            last_import,
            findings: findings.into_iter().rev().collect(),
            rows_set_aside: number(count(format!("SELECT count(*) FROM {QUARANTINE}")).await?),
        }))
    }

    async fn organizations(&self) -> Result<Vec<Organization>, DeskError> {
        let sql =
            "SELECT organization_id, parent_organization_id, name, kind FROM organizations ORDER BY organization_id";
        let organization = |row: Texts| Organization {
            organization_id: row.text("organization_id"),
            parent_organization_id: row.optional("parent_organization_id"),
            name: row.text("name"),
            kind: row.text("kind"),
        };
        Ok(self.rows(sql).await?.into_iter().map(organization).collect())
    }

    async fn programs(&self) -> Result<Vec<Program>, DeskError> {
        let rows = self.rows("SELECT program_id, title, cluster_16 FROM programs ORDER BY program_id").await?;
        let program = |row: Texts| Program {
            program_id: row.text("program_id"),
            title: row.text("title"),
            cluster_16: row.optional("cluster_16"),
        };
        Ok(rows.into_iter().map(program).collect())
    }

    async fn findings(&self) -> Result<Vec<Finding>, DeskError> {
        let mut findings: BTreeMap<(std::cmp::Reverse<Severity>, String), Finding> = BTreeMap::new();
        for row in self.rows(&format!("SELECT * FROM {FINDINGS} ORDER BY code, file, line")).await? {
            let example = example(&row);
            let kind = (std::cmp::Reverse(example.severity), example.code.clone());
            let finding = findings.entry(kind).or_insert_with(|| Finding {
                code: example.code.clone(),
                severity: example.severity,
                count: row.count("count"),
                reason: waymark_intake::why_it_matters(&example.code).unwrap_or_default(),
                examples: Vec::new(),
            });
            finding.examples.push(example);
        }
        Ok(findings.into_values().collect())
    }

    async fn set_aside(&self, from: u64, limit: u64) -> Result<Vec<SetAsideRow>, DeskError> {
        let sql = format!(
            "SELECT file, line, diagnostics FROM {QUARANTINE} ORDER BY file, line, content LIMIT {limit} OFFSET {from}"
        );
        let row = |row: Texts| SetAsideRow {
            file: row.text("file"),
            line: row.count("line"),
            reasons: serde_json::from_str(&row.text("diagnostics")).unwrap_or_default(),
        };
        Ok(self.rows(&sql).await?.into_iter().map(row).collect())
    }

    async fn batches(&self) -> Result<Vec<Batch>, DeskError> {
        let batches = self.lake.batches().await.map_err(storage)?;
        let batch = |batch: waymark_lake::Batch| Batch {
            number: batch.number,
            kind: batch.kind.name().to_owned(),
            by: batch.by,
            at: batch.at,
            source: batch.source,
            counts: batch.counts.into_iter().collect(),
            undoes: batch.undoes,
            undone_by: batch.undone_by,
        };
        Ok(batches.into_iter().rev().map(batch).collect())
    }
}

/// A finding from its row.
fn example(row: &Texts) -> Diagnostic {
    let severity = match row.text("severity").as_str() {
        "fatal" => Severity::Fatal,
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    };
    let line = row.optional("line").and_then(|line| line.parse().ok());
    let place = Place { file: row.text("file"), line, column: row.optional("column_name") };
    let diagnostic = Diagnostic::new(row.text("code"), severity, place, row.text("message"));
    Diagnostic {
        value: row.optional("value"),
        expected: row.optional("expected"),
        help: row.optional("help"),
        ..diagnostic
    }
}

/// Whether anything was imported yet.
fn has_tables(snapshot: &Snapshot) -> Result<bool, DeskError> {
    Ok(snapshot.tables().map_err(storage)?.iter().any(|table| table == QUARANTINE))
}

fn storage(error: LakeError) -> DeskError {
    DeskError::Storage(Arc::new(error))
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn bug(failure: Failure) -> DeskError {
    let error: Box<dyn std::error::Error + Send + Sync> = failure.to_string().into();
    DeskError::Storage(error.into())
}
