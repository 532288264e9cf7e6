use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use datafusion::{
    arrow::{datatypes::Schema, record_batch::RecordBatch},
    datasource::{MemTable, TableProvider},
    error::DataFusionError,
    prelude::{SessionConfig, SessionContext, col, lit},
};
use tokio::sync::{Mutex, OnceCell};
use waymark_rulebook::{Plan, Rulebook, Stage};
use waymark_terms::{SchoolYear, bundle};

use crate::{CubeStore, OneAway, Pathways, Reach, measures::Counted, standings::Kept, workers::Elsewhere};

/// What can go wrong when a plan is run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A stage of the plan that the engine cannot plan or run; the rulebook's condition behind it does not fit its columns.
    #[error("stage `{stage}` ({words}) failed: {source}")]
    Stage {
        /// The stage.
        stage: String,
        /// What it is for.
        words: String,
        /// The engine's own words.
        source: Box<DataFusionError>,
    },
    /// A table of the snapshot could not be read.
    #[error("cannot read the snapshot: {0}")]
    Read(#[from] DataFusionError),
    /// Nobody and nothing is called that.
    #[error("no {what} `{name}`{}", hint.as_deref().map(|h| format!("; did you mean `{h}`?")).unwrap_or_default())]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The name most like it.
        hint: Option<String>,
    },
    /// A count that cannot be: a mistake in the program, not in the data.
    #[error("a count does not add up: {0}")]
    Impossible(String),
    /// Those who were asked to count did not, or what came back has not the totals that it must have.
    #[error("nothing was counted elsewhere that can be believed: {0}")]
    Elsewhere(String),
}

/// Tables by name.
pub(crate) type Tables = Vec<(&'static str, Arc<dyn TableProvider>)>;

/// A rulebook over a snapshot.
#[derive(Clone)]
pub struct Engine {
    snapshot: SessionContext,
    book: Arc<Rulebook>,
    partitions: usize,
    bucket: Option<usize>,
    pub(crate) workers: Option<Arc<Elsewhere>>,
    pub(crate) store: Option<Arc<CubeStore>>,
    /// What may come out of it.
    pub(crate) reach: Arc<Reach>,
    /// Counts by report year.
    pub(crate) counted: Arc<Mutex<BTreeMap<SchoolYear, Counted>>>,
    /// How students stand in a year, where there are few enough of them.
    pub(crate) kept: Arc<Kept>,
    /// How far students get, of all years.
    pub(crate) pathways: Arc<OnceCell<Arc<Pathways>>>,
    /// Who is one course away, by report year.
    pub(crate) one_away: Arc<Mutex<BTreeMap<SchoolYear, Arc<Vec<OneAway>>>>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("book", &self.book.identity()).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine over the bundle's tables as `snapshot` has them, by their bare names. A table or column that it lacks is
    /// empty.
    pub fn new(snapshot: SessionContext, book: Arc<Rulebook>) -> Self {
        let partitions = snapshot.copied_config().target_partitions();
        Self {
            snapshot,
            book,
            partitions,
            bucket: None,
            workers: None,
            store: None,
            reach: Arc::default(),
            counted: Arc::default(),
            kept: Arc::default(),
            pathways: Arc::default(),
            one_away: Arc::default(),
        }
    }

    /// The same engine, running plans for so many students at a time; without it for as many as the memory allows.
    #[must_use]
    pub fn with_bucket(self, students: usize) -> Self {
        Self { bucket: Some(students), ..self }
    }

    /// The same engine, keeping its counts for the next one that asks the same of the same snapshot.
    #[must_use]
    pub fn with_store(self, store: CubeStore) -> Self {
        Self { store: Some(Arc::new(store)), ..self }
    }

    /// The same snapshot by another rulebook, which nothing is kept of.
    pub(crate) fn by(&self, book: Arc<Rulebook>) -> Self {
        Self { partitions: self.partitions, bucket: self.bucket, ..Self::new(self.snapshot.clone(), book) }
    }

    pub(crate) fn snapshot(&self) -> &SessionContext {
        &self.snapshot
    }

    pub(crate) fn partitions(&self) -> usize {
        self.partitions.max(1)
    }

    /// How many buckets are counted side by side.
    pub(crate) fn streams(&self) -> usize {
        self.workers.as_ref().map_or(self.partitions(), |elsewhere| elsewhere.workers.at_once().max(1))
    }

    pub(crate) fn bucket(&self) -> Option<usize> {
        self.bucket
    }

    /// The rulebook.
    pub fn book(&self) -> &Rulebook {
        &self.book
    }

    /// A session of its own over the whole snapshot.
    pub(crate) async fn session(&self) -> Result<SessionContext, EngineError> {
        self.session_over(&self.tables(None).await?)
    }

    /// A session of its own over these tables.
    pub(crate) fn session_over(&self, tables: &Tables) -> Result<SessionContext, EngineError> {
        let config = SessionConfig::new().with_target_partitions(self.partitions).with_information_schema(false);
        let session = SessionContext::new_with_config_rt(config, self.snapshot.runtime_env());
        for (name, table) in tables {
            session.register_table(*name, Arc::clone(table))?;
        }
        Ok(session)
    }

    /// The bundle's tables as the snapshot has them; with `student`, only that student's rows, in memory.
    pub(crate) async fn tables(&self, student: Option<&str>) -> Result<Tables, EngineError> {
        let mut tables = Tables::new();
        for table in bundle::TABLES {
            let mut provider = self.table_of(table).await?;
            if let Some(student) = student.filter(|_| table.position("student_id").is_some()) {
                let rows = self.snapshot.read_table(provider)?.filter(col("student_id").eq(lit(student)))?;
                let schema = Arc::new(Schema::clone(rows.schema().as_arrow()));
                provider = Arc::new(MemTable::try_new(schema, vec![rows.collect().await?])?);
            }
            tables.push((table.name, provider));
        }
        Ok(tables)
    }

    async fn table_of(&self, table: &'static bundle::Table) -> Result<Arc<dyn TableProvider>, EngineError> {
        let expected = table.arrow_schema();
        if !self.snapshot.table_exist(table.name)? {
            return Ok(Arc::new(MemTable::try_new(expected, vec![vec![]])?));
        }
        let provider = self.snapshot.table_provider(table.name).await?;
        let lacking: Vec<_> =
            expected.fields().iter().filter(|field| provider.schema().index_of(field.name()).is_err()).collect();
        if lacking.is_empty() {
            return Ok(provider);
        }
        // An older snapshot: columns that came later are not known there.
        let mut rows = self.snapshot.read_table(provider)?;
        for field in lacking {
            let null = datafusion::scalar::ScalarValue::try_from(field.data_type())?;
            rows = rows.with_column(field.name(), lit(null))?;
        }
        Ok(rows.into_view())
    }

    /// Runs the stages of a plan in order; every result stays in memory under its name.
    pub(crate) async fn run(&self, session: &SessionContext, plan: &Plan) -> Result<(), EngineError> {
        for stage in &plan.stages {
            let failed = |source| EngineError::Stage {
                stage: stage.name.clone(),
                words: stage.words.clone(),
                source: Box::new(source),
            };
            let table = materialized(session, stage).await.map_err(failed)?;
            session.register_table(stage.name.as_str(), Arc::new(table)).map_err(failed)?;
        }
        Ok(())
    }

    /// Plans every stage without reading a row, so that a condition that does not fit its columns is found, and gives the
    /// engine's plans as text: the stage behind the rulebook's own plan.
    ///
    /// # Errors
    /// The first stage that cannot be planned.
    pub async fn explain_plan(&self, plan: &Plan) -> Result<String, EngineError> {
        let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        for table in bundle::TABLES {
            session.register_table(table.name, Arc::new(MemTable::try_new(table.arrow_schema(), vec![vec![]])?))?;
        }
        let mut text = String::new();
        for stage in &plan.stages {
            let failed = |source| EngineError::Stage {
                stage: stage.name.clone(),
                words: stage.words.clone(),
                source: Box::new(source),
            };
            let rows = session.sql(&stage.sql).await.map_err(failed)?;
            let (state, logical) = rows.into_parts();
            let logical = state.optimize(&logical).map_err(failed)?;
            let schema = Arc::new(Schema::clone(logical.schema().as_arrow()));
            let _ = writeln!(text, "-- {}: {}\n{}\n", stage.name, stage.words, logical.display_indent());
            session
                .register_table(stage.name.as_str(), Arc::new(MemTable::try_new(schema, vec![vec![]])?))
                .map_err(failed)?;
        }
        Ok(text)
    }
}

async fn materialized(session: &SessionContext, stage: &Stage) -> Result<MemTable, DataFusionError> {
    let rows = session.sql(&stage.sql).await?;
    let schema = Arc::new(Schema::clone(rows.schema().as_arrow()));
    let partitions: Vec<Vec<RecordBatch>> = rows.collect_partitioned().await?;
    // What is known to be present while planning may come out as nullable, and the other way round.
    let schema = partitions.iter().flatten().next().map_or(schema, RecordBatch::schema);
    MemTable::try_new(schema, partitions)
}
