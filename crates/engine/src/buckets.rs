//! Buckets of students: a plan is about one student at a time, so that it can be run for some of them after the other.
//!
//! The students are cut, in the order of their identifiers, into ranges of so many; the stored tables lie in that order,
//! and of each only the range is read. So the memory that a plan takes grows with the bucket, not with the snapshot, and
//! as many buckets run side by side as there are partitions.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{Array, BooleanArray},
        compute::filter_record_batch,
    },
    execution::memory_pool::MemoryLimit,
    prelude::{col, lit},
};
use tokio::task::JoinSet;

use crate::{
    Engine, EngineError,
    prepare::{Columns, Prepared, one_stream, projected},
    session::Tables,
    slot::{Batches, Bound, conformed, plain},
    text::views,
};

/// Students of a bucket, at most. More make the reading a little cheaper, and take more memory.
const STUDENTS: usize = 40_000;
/// Fewer are not worth a bucket of their own.
const FEWEST: usize = 2_000;
/// Memory that a student of a bucket takes while the plans of a year run.
const BYTES_A_STUDENT: usize = 8 << 10;

/// Students from one identifier on and before another, or without end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: Option<String>,
    pub(crate) before: Option<String>,
    /// How many there are.
    pub(crate) students: usize,
}

/// Who of a bucket is looked at; nobody is left out where there is no set.
pub(crate) type Only = Option<Arc<HashSet<String>>>;

/// The tables of a snapshot, and what plans read of them.
pub(crate) struct Source {
    pub(crate) tables: Tables,
    pub(crate) reads: Columns,
    /// Tables that are not about students.
    pub(crate) shared: BTreeMap<String, Batches>,
    pub(crate) only: Only,
}

impl Engine {
    /// Runs the plans for every bucket, and gives `take` the place and results of each plan. `take` is called for several
    /// buckets at once, in no order.
    pub(crate) async fn each_bucket(
        &self,
        plans: Vec<Prepared>,
        only: Only,
        take: impl Fn(usize, &Bound) -> Result<(), EngineError> + Send + Sync + 'static,
    ) -> Result<(), EngineError> {
        let source = self.source(&plans, only).await?;
        let ranges = self.ranges(&source).await?;
        let (source, plans, take) = (Arc::new(source), Arc::new(plans), Arc::new(take));
        let mut running = JoinSet::new();
        for range in ranges {
            if running.len() >= self.partitions() {
                finished(running.join_next().await)?;
            }
            let (engine, source, plans, take) =
                (self.clone(), Arc::clone(&source), Arc::clone(&plans), Arc::clone(&take));
            running.spawn(async move {
                let mut tables = engine.load(&source, Some(&range)).await?;
                tables.extend(source.shared.clone());
                for (place, plan) in plans.iter().enumerate() {
                    let results = plan.run(tables.clone()).await?;
                    take(place, &results)?;
                }
                Ok(())
            });
        }
        while let Some(done) = running.join_next().await {
            finished(Some(done))?;
        }
        Ok(())
    }

    /// What the plans read, with the rows of the tables that are not about students.
    pub(crate) async fn source(&self, plans: &[Prepared], only: Only) -> Result<Source, EngineError> {
        let mut reads = Columns::new();
        for plan in plans {
            for (table, columns) in &plan.reads {
                reads.entry(table.clone()).or_default().extend(columns.iter().cloned());
            }
        }
        let tables = self.tables(None).await?;
        let mut source = Source { tables, reads, shared: BTreeMap::new(), only };
        source.shared = self.load(&source, None).await?;
        Ok(source)
    }

    /// How many students a bucket has, of so many in all.
    fn students_of_a_bucket(&self, students: usize) -> usize {
        if let Some(size) = self.bucket() {
            return size.max(1);
        }
        let most = match self.snapshot().runtime_env().memory_pool.memory_limit() {
            MemoryLimit::Finite(bytes) => bytes / self.partitions() / BYTES_A_STUDENT,
            MemoryLimit::Infinite | MemoryLimit::Unknown => STUDENTS,
        };
        students.div_ceil(self.streams()).clamp(FEWEST, most.clamp(FEWEST, STUDENTS))
    }

    pub(crate) async fn ranges(&self, source: &Source) -> Result<Vec<Range>, EngineError> {
        let students = source.tables.iter().find(|(name, _)| *name == "students");
        let Some((_, students)) = students else { return Ok(Vec::new()) };
        let rows = one_stream(self.snapshot()).read_table(Arc::clone(students))?;
        let batches = rows.select_columns(&["student_id"])?.collect().await?;
        let columns = batches.iter().map(|batch| views(batch, "student_id")).collect::<Result<Vec<_>, _>>()?;
        let mut names: Vec<&str> = columns.iter().flat_map(|column| column.iter().flatten()).collect();
        if let Some(only) = &source.only {
            names.retain(|name| only.contains(*name));
            if names.is_empty() {
                return Ok(Vec::new());
            }
        }
        names.sort_unstable();
        names.dedup();
        let size = self.students_of_a_bucket(names.len());
        let mut ranges = vec![Range { students: names.len().min(size), ..Range::default() }];
        for (place, bound) in names.iter().enumerate().skip(size).step_by(size) {
            if let Some(last) = ranges.last_mut() {
                last.before = Some((*bound).to_owned());
            }
            ranges.push(Range {
                from: Some((*bound).to_owned()),
                before: None,
                students: (names.len() - place).min(size),
            });
        }
        if source.only.is_some() {
            // Some students are looked at: nobody before the first of them or behind the last is read.
            if let Some(first) = ranges.first_mut() {
                first.from = names.first().map(|name| (*name).to_owned());
            }
            if let Some(last) = ranges.last_mut() {
                last.before = names.last().map(|name| format!("{name}\u{0}"));
            }
        }
        Ok(ranges)
    }

    /// The rows that the plans read: of the tables about students those of a range, or without one of all the others.
    pub(crate) async fn load(
        &self,
        source: &Source,
        range: Option<&Range>,
    ) -> Result<BTreeMap<String, Batches>, EngineError> {
        let session = one_stream(self.snapshot());
        let mut loaded = BTreeMap::new();
        for (name, table) in &source.tables {
            let Some(columns) = source.reads.get(*name) else { continue };
            let schema = table.schema();
            let of_students = schema.index_of("student_id").is_ok();
            if of_students != range.is_some() {
                continue;
            }
            let mut rows = session.read_table(Arc::clone(table))?;
            if let Some(range) = range {
                if let Some(from) = &range.from {
                    rows = rows.filter(col("student_id").gt_eq(lit(from)))?;
                }
                if let Some(before) = &range.before {
                    rows = rows.filter(col("student_id").lt(lit(before)))?;
                }
            }
            let mut columns = projected(&schema, columns);
            if of_students && source.only.is_some() && !columns.iter().any(|name| name == "student_id") {
                columns.push("student_id".to_owned());
            }
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let rows = rows.select_columns(&columns)?;
            let kept = plain(rows.schema().as_arrow());
            let mut batches = Vec::new();
            for batch in rows.collect().await? {
                let batch = match source.only.as_ref().filter(|_| of_students) {
                    None => batch,
                    Some(only) => {
                        let students = views(&batch, "student_id")?;
                        let wanted = (0..students.len())
                            .map(|row| Some(students.is_valid(row) && only.contains(students.value(row))));
                        filter_record_batch(&batch, &wanted.collect::<BooleanArray>())
                            .map_err(datafusion::error::DataFusionError::from)?
                    }
                };
                batches.push(conformed(&batch, &kept)?);
            }
            loaded.insert((*name).to_owned(), Arc::new(batches));
        }
        Ok(loaded)
    }
}

fn finished(done: Option<Result<Result<(), EngineError>, tokio::task::JoinError>>) -> Result<(), EngineError> {
    match done {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(EngineError::Impossible(format!("a bucket did not end: {error}"))),
        None => Ok(()),
    }
}
