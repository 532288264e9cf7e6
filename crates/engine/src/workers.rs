//! Counting a year elsewhere, and what must be right before it is believed.
//!
//! Every bucket of students is asked for by itself, and nothing of it is taken before its control totals are right: who
//! counted had the same plans, organizations and programs, found as many students as are known here, read all of every
//! table that is not about students, and packed as many students into the cells as stood in them. When all buckets are
//! in, the rows that were read of each table must be as many as the snapshot says that it has. A bucket that does not
//! come, or comes with other totals, is asked for again as a whole; what stays wrong is an error and no number.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use async_trait::async_trait;
use tokio::task::JoinSet;
use waymark_rulebook::Plan;
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    buckets::{Range, Source},
    count::{Place, Slots, Tallies, Tally},
    measures::TableNames,
    packed::{pack, unpack_into},
    prepare::{Columns, Prepared},
    standings::Standings,
    year::{Names, YearCounts},
};

/// How often a bucket is asked for.
const ATTEMPTS: usize = 5;
/// How often all are asked for, if each is right and together they have not read what there is.
const ATTEMPTS_OF_ALL: usize = 2;

/// Some of the students of a snapshot, those with identifiers from one on and before another, to be counted for a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The report year.
    pub year: SchoolYear,
    /// The first identifier; none: from the beginning.
    pub from: Option<String>,
    /// Behind the last identifier; none: to the end.
    pub before: Option<String>,
}

/// What a bucket comes to, with the totals by which it can be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketCounts {
    /// A hash of what the codes and places mean: plans, subgroups, organizations, programs.
    pub meaning: u64,
    /// Students in.
    pub students: u64,
    /// Rows in, by table; of tables about students those of the bucket, of others all.
    pub rows: BTreeMap<String, u64>,
    /// Students out: for every measure of every plan those in its denominator and in its numerator in the rows that
    /// belong to no program, before they were packed.
    pub counted: Vec<(u64, u64)>,
    /// The counts.
    pub cells: Vec<BucketCell>,
}

/// The counts of a measure for an organization, without those below it, and a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketCell {
    /// The plan's place.
    pub plan: u32,
    /// The program's code.
    pub program: u32,
    /// The organization's place.
    pub organization: u32,
    /// The measure's place in the plan.
    pub measure: u32,
    /// The counts of all subgroups and pairs, packed.
    pub counts: Box<[u8]>,
}

/// Why a bucket was not counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCounted {
    /// Who should have counted it is gone, or failed; somebody else may not.
    #[error("{0}")]
    Lost(String),
    /// It would be the same again.
    #[error("{0}")]
    Refused(String),
}

/// Those who count buckets.
#[async_trait]
pub trait Workers: std::fmt::Debug + Send + Sync {
    /// How many buckets they are asked for at a time.
    fn at_once(&self) -> usize;

    /// Counts a bucket, all of it or nothing.
    async fn count(&self, bucket: &Bucket) -> Result<BucketCounts, NotCounted>;
}

/// Workers, and the rows that the snapshot has of each table.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    pub(crate) workers: Arc<dyn Workers>,
    rows: BTreeMap<String, u64>,
}

impl Engine {
    /// The same engine, whose measures are counted by others. `rows` are those that the snapshot has of each table, by its
    /// own account.
    #[must_use]
    pub fn with_workers(mut self, workers: Arc<dyn Workers>, rows: BTreeMap<String, u64>) -> Self {
        self.workers = Some(Arc::new(Elsewhere { workers, rows }));
        self
    }

    /// What counts the buckets of a year, on the side of the workers.
    ///
    /// # Errors
    /// A stage that cannot be planned; a table that cannot be read.
    pub async fn bucket_counter(&self, year: SchoolYear) -> Result<BucketCounter, EngineError> {
        let plans = self.measure_plans(year);
        let mut prepared = Vec::new();
        for plan in &plans {
            prepared.push(self.prepared(plan).await?);
        }
        let (table, slots) = (self.table().await?, Slots::new(self.book()));
        let source = self.source(&prepared, None).await?;
        let meaning = meaning(&plans, &slots, &table);
        Ok(BucketCounter { engine: self.clone(), plans, prepared, source, table, slots, meaning })
    }

    /// Counts a year by those who are asked for its buckets.
    pub(crate) async fn count_elsewhere(
        &self,
        elsewhere: &Arc<Elsewhere>,
        year: SchoolYear,
        plans: Vec<Plan>,
        slots: &Slots,
    ) -> Result<YearCounts, EngineError> {
        let table = self.table().await?;
        let source =
            Source { tables: self.tables(None).await?, reads: Columns::new(), shared: BTreeMap::new(), only: None };
        let shared = source.tables.iter().filter(|(_, table)| table.schema().index_of("student_id").is_err());
        let expected = Arc::new(Expected {
            meaning: meaning(&plans, slots, &table),
            shared: shared.map(|(name, _)| elsewhere.rows_of(name)).collect(),
            measures: plans.iter().map(|plan| plan.measures.len()).collect(),
            slots: slots.names.len(),
        });
        let ranges = self.ranges(&source).await?;
        let mut why = String::new();
        for _ in 0..ATTEMPTS_OF_ALL {
            let mut tallies: Vec<Tallies> = plans.iter().map(|plan| Tallies::new(plan, slots)).collect();
            let rows = self.ask_for_all(elsewhere, year, &ranges, &expected, &mut tallies).await?;
            match elsewhere.lacking(&rows) {
                Some(lacking) => why = lacking,
                None => return Ok(self.year_of(&plans, slots, &table, tallies)),
            }
        }
        Err(EngineError::Elsewhere(why))
    }

    /// Adds up all buckets, each by itself right, and gives the rows that were read of the tables about students.
    async fn ask_for_all(
        &self,
        elsewhere: &Arc<Elsewhere>,
        year: SchoolYear,
        ranges: &[Range],
        expected: &Arc<Expected>,
        tallies: &mut [Tallies],
    ) -> Result<BTreeMap<String, u64>, EngineError> {
        let mut rows: BTreeMap<String, u64> = BTreeMap::new();
        let mut take = |believed: Believed| {
            for (table, read) in believed.rows {
                *rows.entry(table).or_default() += read;
            }
            for (plan, place, tally) in believed.cells {
                tallies[plan].add_cell(place, tally);
            }
        };
        let mut running = JoinSet::new();
        for range in ranges {
            if running.len() >= self.streams()
                && let Some(believed) = running.join_next().await
            {
                take(ended(believed)?);
            }
            let (elsewhere, expected, range) = (Arc::clone(elsewhere), Arc::clone(expected), range.clone());
            running.spawn(async move { elsewhere.ask(year, range, &expected).await });
        }
        while let Some(believed) = running.join_next().await {
            take(ended(believed)?);
        }
        Ok(rows)
    }

    fn year_of(&self, plans: &[Plan], slots: &Slots, table: &TableNames, tallies: Vec<Tallies>) -> YearCounts {
        let names = Names::new(self.book(), slots, &table.organizations.names, &table.programs.0);
        let mut all = YearCounts::new(names);
        for (plan, tallies) in plans.iter().zip(tallies) {
            for ((program, organization, place), tally) in tallies.finish(&table.organizations) {
                let measure = &plan.measures[place as usize];
                if let Some(measure) = all.names.measure(&measure.measure, &measure.variant) {
                    all.insert((measure, organization, program), &tally);
                }
            }
        }
        all
    }
}

fn ended(believed: Result<Result<Believed, EngineError>, tokio::task::JoinError>) -> Result<Believed, EngineError> {
    believed.map_err(|error| EngineError::Impossible(format!("a bucket did not end: {error}")))?
}

impl Elsewhere {
    fn rows_of(&self, table: &str) -> (String, u64) {
        (table.to_owned(), self.rows.get(table).copied().unwrap_or_default())
    }

    /// What is wrong with the rows that were read of the tables about students.
    fn lacking(&self, rows: &BTreeMap<String, u64>) -> Option<String> {
        let lacking = rows.iter().find(|(table, read)| self.rows_of(table).1 != **read)?;
        let (table, read) = lacking;
        Some(format!("{read} rows of `{table}` were read, and the snapshot has {}", self.rows_of(table).1))
    }

    /// A bucket with totals that are right.
    async fn ask(&self, year: SchoolYear, range: Range, expected: &Expected) -> Result<Believed, EngineError> {
        let students = range.students as u64;
        let bucket = Bucket { year, from: range.from, before: range.before };
        let mut why = String::new();
        for _ in 0..ATTEMPTS {
            why = match self.workers.count(&bucket).await {
                Ok(counts) => match expected.believed(students, counts) {
                    Ok(believed) => return Ok(believed),
                    Err(why) => why,
                },
                Err(NotCounted::Refused(why)) => return Err(EngineError::Elsewhere(why)),
                Err(NotCounted::Lost(why)) => why,
            };
        }
        let from = bucket.from.map(|from| format!(" from `{from}` on")).unwrap_or_default();
        Err(EngineError::Elsewhere(format!("{students} students{from} were asked for {ATTEMPTS} times: {why}")))
    }
}

/// What must be right about every bucket.
struct Expected {
    meaning: u64,
    /// The rows of the tables that are not about students.
    shared: BTreeMap<String, u64>,
    /// How many measures each plan has.
    measures: Vec<usize>,
    slots: usize,
}

/// A bucket that is right.
struct Believed {
    /// Rows read, by table about students.
    rows: BTreeMap<String, u64>,
    cells: Vec<(usize, Place, Tally)>,
}

impl Expected {
    /// The cells of a bucket, if its totals are right; otherwise what is wrong.
    fn believed(&self, students: u64, counts: BucketCounts) -> Result<Believed, String> {
        if counts.meaning != self.meaning {
            return Err("it was counted by other plans, or over other organizations and programs".to_owned());
        }
        if counts.students != students {
            return Err(format!("{} students were found, and there are {students}", counts.students));
        }
        let mut rows = counts.rows;
        for (table, stored) in &self.shared {
            if let Some(read) = rows.remove(table)
                && read != *stored
            {
                return Err(format!("{read} rows of `{table}` were read, and the snapshot has {stored}"));
            }
        }
        let total: usize = self.measures.iter().sum();
        let mut sums = vec![(0_i64, 0_i64); total];
        let mut cells = Vec::with_capacity(counts.cells.len());
        for cell in counts.cells {
            let (plan, measure) = (cell.plan as usize, cell.measure as usize);
            if self.measures.get(plan).is_none_or(|measures| measure >= *measures) {
                return Err(format!("there is no measure {measure} of plan {plan}"));
            }
            let mut tally = vec![0; 2 * self.slots];
            unpack_into(&cell.counts, &mut tally).map_err(|error| error.to_string())?;
            if cell.program == 0 {
                let sum = &mut sums[self.measures[..plan].iter().sum::<usize>() + measure];
                sum.0 += i64::from(tally[0]);
                sum.1 += i64::from(tally[self.slots]);
            }
            cells.push((plan, (cell.program, cell.organization, cell.measure), tally.into()));
        }
        let is_sum = |((denominator, numerator), (d, n)): (&(i64, i64), &(u64, u64))| {
            u64::try_from(*denominator) == Ok(*d) && u64::try_from(*numerator) == Ok(*n)
        };
        if counts.counted.len() != total || !sums.iter().zip(&counts.counted).all(is_sum) {
            return Err("the students in its cells are not as many as were counted".to_owned());
        }
        Ok(Believed { rows, cells })
    }
}

/// Counts the buckets of a year, one after the other or several at a time.
pub struct BucketCounter {
    engine: Engine,
    plans: Vec<Plan>,
    prepared: Vec<Prepared>,
    source: Source,
    table: TableNames,
    slots: Slots,
    meaning: u64,
}

impl std::fmt::Debug for BucketCounter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketCounter").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl BucketCounter {
    /// Counts the students from one identifier on and before another.
    ///
    /// # Errors
    /// A stage that cannot be run; a table that cannot be read.
    pub async fn count(&self, from: Option<&str>, before: Option<&str>) -> Result<BucketCounts, EngineError> {
        let range = Range { from: from.map(str::to_owned), before: before.map(str::to_owned), students: 0 };
        let mut tables = self.engine.load(&self.source, Some(&range)).await?;
        tables.extend(self.source.shared.clone());
        let rows_of = |batches: &crate::slot::Batches| batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let rows: BTreeMap<String, u64> = tables.iter().map(|(name, rows)| (name.clone(), rows_of(rows))).collect();
        let mut counts = BucketCounts {
            meaning: self.meaning,
            students: rows.get("students").copied().unwrap_or_default(),
            rows,
            ..BucketCounts::default()
        };
        for (place, (plan, prepared)) in self.plans.iter().zip(&self.prepared).enumerate() {
            let results = prepared.run(tables.clone()).await?;
            let standings = Standings::read(&results, plan, &self.table.organizations, &self.table.programs)?;
            counts.counted.extend(counted(plan, &standings));
            let mut tallies = Tallies::new(plan, &self.slots);
            tallies.add(&standings, 1);
            let plan = u32::try_from(place).unwrap_or(u32::MAX);
            counts.cells.extend(tallies.into_cells().map(|((program, organization, measure), tally)| BucketCell {
                plan,
                program,
                organization,
                measure,
                counts: pack(&tally),
            }));
        }
        Ok(counts)
    }
}

/// By measure, the students in its denominator and numerator, one by one: not by the kernel, which this checks.
fn counted<'a>(plan: &'a Plan, standings: &'a Standings) -> impl Iterator<Item = (u64, u64)> + 'a {
    plan.measures.iter().enumerate().map(|(place, measure)| {
        let attribution = crate::standings::ATTRIBUTIONS.iter().position(|own| *own == measure.attribution);
        let somewhere = |row: &usize| attribution.is_some_and(|own| standings.place(own, *row).is_some());
        let rows = || (0..standings.rows()).filter(|row| standings.program[*row] == 0).filter(somewhere);
        let denominator = rows().filter(|row| standings.in_denominator(*row, place)).count();
        let numerator = rows().filter(|row| standings.in_numerator(*row, place)).count();
        (denominator as u64, numerator as u64)
    })
}

/// A hash of what codes and places mean.
fn meaning(plans: &[Plan], slots: &Slots, table: &TableNames) -> u64 {
    let mut text = format!("{:?}{:?}{:?}", slots.names, table.organizations.names, table.programs.0);
    for plan in plans {
        let _ = write!(text, "{plan}\n{:?}\n{:?}\n", plan.measures, plan.subgroups);
    }
    crate::text::hash(&text)
}
