//! A plan made ready to be run again and again: every stage planned and optimized once, and of every table and stage only
//! the columns that something reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::{
    arrow::datatypes::Schema,
    common::{Column, tree_node::TreeNodeRecursion},
    error::DataFusionError,
    execution::{SessionState, TaskContext},
    logical_expr::{LogicalPlan, LogicalPlanBuilder},
    physical_plan::collect,
    prelude::{Expr, SessionConfig, SessionContext},
};
use waymark_rulebook::{Plan, Stage};

use crate::{
    EngineError,
    session::Tables,
    slot::{Batches, Bound, Slot},
};

/// What is read of the results of a plan: a stage, and its columns or all of them.
pub(crate) type Output<'a> = (&'a str, Option<&'a [&'a str]>);

/// Columns by table.
pub(crate) type Columns = BTreeMap<String, BTreeSet<String>>;

/// A plan that can be run on any rows of its tables.
pub(crate) struct Prepared {
    stages: Vec<PreparedStage>,
    state: SessionState,
    /// The columns of the snapshot's tables that it reads.
    pub(crate) reads: Columns,
}

struct PreparedStage {
    name: String,
    words: String,
    plan: LogicalPlan,
    /// The stages that nothing reads after this one.
    done_with: Vec<String>,
}

impl Prepared {
    /// Prepares the stages that `outputs` need, over tables with the columns of `tables`.
    pub(crate) async fn new(
        tables: &Tables,
        plan: &Plan,
        outputs: &[Output<'_>],
        session: SessionContext,
    ) -> Result<Self, EngineError> {
        for (name, table) in tables {
            session.register_table(*name, Arc::new(Slot::new(name, &table.schema())))?;
        }
        let mut planned = Vec::new();
        for stage in &plan.stages {
            let logical = session.sql(&stage.sql).await.map_err(|source| failed(stage, source))?;
            let logical = logical.into_unoptimized_plan();
            let slot = Slot::new(&stage.name, logical.schema().as_arrow());
            session.register_table(stage.name.as_str(), Arc::new(slot)).map_err(|source| failed(stage, source))?;
            planned.push((stage, logical));
        }
        let state = session.state();
        let mut reads = Columns::new();
        for (stage, columns) in outputs {
            let all = planned.iter().filter(|(other, _)| other.name == *stage);
            let all = all.flat_map(|(_, logical)| logical.schema().fields().iter().map(|field| field.name().as_str()));
            let kept = all.filter(|name| columns.is_none_or(|columns| columns.contains(name)));
            reads.entry((*stage).to_owned()).or_default().extend(kept.map(str::to_owned));
        }
        let mut kept: BTreeSet<String> = outputs.iter().map(|(stage, _)| (*stage).to_owned()).collect();
        let mut stages = Vec::new();
        // From the last stage to the first: what a stage has to keep is known when all behind it are.
        for (stage, logical) in planned.into_iter().rev() {
            let Some(columns) = reads.remove(&stage.name) else { continue };
            let logical = narrowed(logical, &columns)
                .and_then(|logical| state.optimize(&logical))
                .map_err(|source| failed(stage, source))?;
            let mut done_with = Vec::new();
            for (table, columns) in scanned(&logical)? {
                if kept.insert(table.clone()) {
                    done_with.push(table.clone());
                }
                reads.entry(table).or_default().extend(columns);
            }
            stages.push(PreparedStage {
                name: stage.name.clone(),
                words: stage.words.clone(),
                plan: logical,
                done_with,
            });
        }
        stages.reverse();
        Ok(Self { stages, state, reads })
    }

    /// Runs the stages in order, on these tables; what nothing reads any more is dropped on the way.
    pub(crate) async fn run(
        &self,
        tables: impl IntoIterator<Item = (String, Batches)>,
    ) -> Result<Arc<Bound>, EngineError> {
        let bound = Arc::new(Bound::new(tables));
        let mut state = self.state.clone();
        state.config_mut().set_extension(Arc::clone(&bound));
        for stage in &self.stages {
            let run = async {
                let physical = state.query_planner().create_physical_plan(&stage.plan, &state).await?;
                collect(physical, Arc::new(TaskContext::from(&state))).await
            };
            let batches = run.await.map_err(|source| EngineError::Stage {
                stage: stage.name.clone(),
                words: stage.words.clone(),
                source: Box::new(source),
            })?;
            bound.put(&stage.name, batches);
            for table in &stage.done_with {
                bound.remove(table);
            }
        }
        Ok(bound)
    }
}

/// A session whose queries run in one stream: buckets of students run side by side instead.
pub(crate) fn one_stream(snapshot: &SessionContext) -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
    SessionContext::new_with_config_rt(config, snapshot.runtime_env())
}

fn failed(stage: &Stage, source: DataFusionError) -> EngineError {
    EngineError::Stage { stage: stage.name.clone(), words: stage.words.clone(), source: Box::new(source) }
}

/// The plan with only those of its columns; with the first where it is the rows alone that are counted.
fn narrowed(plan: LogicalPlan, columns: &BTreeSet<String>) -> Result<LogicalPlan, DataFusionError> {
    let schema = plan.schema();
    let keeps = |at: usize, name: &String| columns.contains(name) || (columns.is_empty() && at == 0);
    let fields = schema.iter().enumerate().filter(|(at, (_, field))| keeps(*at, field.name()));
    let kept: Vec<Expr> =
        fields.map(|(_, (qualifier, field))| Expr::Column(Column::new(qualifier.cloned(), field.name()))).collect();
    if kept.len() == schema.fields().len() {
        return Ok(plan);
    }
    LogicalPlanBuilder::from(plan).project(kept)?.build()
}

/// The tables that an optimized plan scans, each with the columns that it reads.
fn scanned(plan: &LogicalPlan) -> Result<Columns, DataFusionError> {
    let mut columns = Columns::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let read = scan.projected_schema.fields().iter().map(|field| field.name().clone());
            columns.entry(scan.table_name.table().to_owned()).or_default().extend(read);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(columns)
}

/// The columns in the order of the schema.
pub(crate) fn projected(schema: &Schema, columns: &BTreeSet<String>) -> Vec<String> {
    let names = schema.fields().iter().map(|field| field.name());
    let kept: Vec<String> = names.clone().filter(|name| columns.contains(*name)).cloned().collect();
    if kept.is_empty() { names.take(1).cloned().collect() } else { kept }
}
