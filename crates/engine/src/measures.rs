use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use waymark_rulebook::{Plan, definition::PopulationYear};
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    count::{Slots, Tallies},
    organizations::Organizations,
    prepare::{Prepared, one_stream},
    slot::Bound,
    standings::{Keeping, Programs, Standings},
    store::KeptCounts,
    text::{optional, strings},
    year::{Names, YearCounts},
};

/// The years that may decide who counts where.
const POPULATION_YEARS: [PopulationYear; 2] = [PopulationYear::ReportYear, PopulationYear::YearBefore];

/// How many report years an engine keeps the counts of.
const YEARS_KEPT: usize = 4;

/// A row of the measures table: a raw count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRow {
    /// The report year.
    pub report_year: SchoolYear,
    /// The measure.
    pub measure: String,
    /// The variant, or empty where there is one way only.
    pub variant: String,
    /// The State, a district or a school.
    pub organization_id: String,
    /// A program, `cluster:NN`, or `*` for all programs.
    pub program_id: String,
    /// `all`, a subgroup, or two joined with `+`.
    pub subgroup: String,
    /// Students, unduplicated.
    pub denominator: u64,
    /// Students of the denominator, unduplicated.
    pub numerator: u64,
}

impl MeasureRow {
    /// The double nearest to numerator over denominator.
    pub fn rate(&self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

/// Which rows of the measures table are wanted; what is not said is not narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this measure.
    pub measure: Option<String>,
    /// Only this organization.
    pub organization: Option<String>,
    /// Only this program, `cluster:NN` or `*`.
    pub program: Option<String>,
    /// Only this subgroup; one with `+` asks for pairs.
    pub subgroup: Option<String>,
    /// Pairs of subgroups too.
    pub pairs: bool,
}

impl Selection {
    pub(crate) fn with_pairs(&self) -> bool {
        self.pairs || self.subgroup.as_ref().is_some_and(|subgroup| subgroup.contains('+'))
    }

    pub(crate) fn takes(selected: Option<&String>, value: &str) -> bool {
        selected.is_none_or(|selected| selected == value)
    }
}

/// Raw counts of a report year, as one rulebook makes them: not for anybody's eyes before `disclosure` has released them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Name and version of the rulebook.
    pub rulebook: String,
    /// The report year.
    pub report_year: SchoolYear,
    /// The rows: measures in the rulebook's order, then organizations, programs and subgroups by name.
    pub rows: Vec<MeasureRow>,
}

impl Engine {
    /// Counts the measures of a report year.
    ///
    /// # Errors
    /// A measure, organization, program or subgroup that is not there; a stage that cannot be run.
    pub async fn measures(&self, year: SchoolYear, selection: &Selection) -> Result<Counts, EngineError> {
        if let Some(name) = &selection.measure {
            known("measure", name, &self.book().measures.iter().map(|m| m.name.clone()).collect())?;
        }
        for name in selection.subgroup.iter().flat_map(|names| names.split('+')).filter(|name| *name != "all") {
            known("subgroup", name, &self.book().subgroups.iter().map(|s| s.name.clone()).collect())?;
        }
        let mut rows = match self.counted(year, false).await?.rows(year, selection) {
            // What was kept cannot be read any more: it is counted again.
            Err(_) if self.store.is_some() => self.counted(year, true).await?.rows(year, selection)?,
            rows => rows?,
        };
        self.keep_reached(&mut rows).await?;
        Ok(Counts { rulebook: self.book().identity(), report_year: year, rows })
    }

    /// The counts of a year, from where they are. Whatever part of a year is asked for, its other parts are asked for next,
    /// and the work is all but the same: so the whole year is counted at once.
    async fn counted(&self, year: SchoolYear, anew: bool) -> Result<Counted, EngineError> {
        let mut counted = self.counted.lock().await;
        if anew {
            counted.remove(&year);
        }
        if let Some(counted) = counted.get(&year) {
            return Ok(counted.clone());
        }
        let plans = self.measure_plans(year);
        let slots = Slots::new(self.book());
        let kept = self.store.as_ref().map(|store| {
            let texts = plans.iter().map(|plan| format!("{plan}\n{:?}\n{:?}\n", plan.measures, plan.subgroups));
            (store, store.key(&format!("{:?}\n{}", slots.names, texts.collect::<String>())))
        });
        let found = kept.as_ref().filter(|_| !anew).and_then(|(store, key)| store.open(year, key));
        let all = if let Some(found) = found {
            Counted::Kept(Arc::new(found))
        } else {
            let all = self.count(year, plans, &slots).await?;
            match kept.filter(|_| !anew).and_then(|(store, key)| store.keep(year, &key, &all)) {
                Some(kept) => Counted::Kept(Arc::new(kept)),
                None => Counted::InMemory(Arc::new(all)),
            }
        };
        if counted.len() >= YEARS_KEPT {
            counted.clear();
        }
        counted.insert(year, all.clone());
        Ok(all)
    }

    /// The plans of a year, one for each population year.
    pub(crate) fn measure_plans(&self, year: SchoolYear) -> Vec<Plan> {
        POPULATION_YEARS.iter().filter_map(|of| Plan::measures(self.book(), year, *of, &|_| true)).collect()
    }

    /// Counts a year from the students.
    async fn count(&self, year: SchoolYear, plans: Vec<Plan>, slots: &Slots) -> Result<YearCounts, EngineError> {
        if let Some(elsewhere) = &self.workers {
            return self.count_elsewhere(elsewhere, year, plans, slots).await;
        }
        let table = Arc::new(self.table().await?);
        let mut prepared = Vec::new();
        for plan in &plans {
            prepared.push(self.prepared(plan).await?);
        }
        let counting = plans.iter().map(|plan| Mutex::new((Tallies::new(plan, slots), Keeping::default())));
        let counting: Arc<Vec<_>> = Arc::new(counting.collect());
        let plans = Arc::new(plans);
        let take = {
            let (table, counting, plans) = (Arc::clone(&table), Arc::clone(&counting), Arc::clone(&plans));
            move |place: usize, results: &Bound| {
                let standings = Standings::read(results, &plans[place], &table.organizations, &table.programs)?;
                let mut counting = counting[place].lock().unwrap_or_else(PoisonError::into_inner);
                counting.0.add(&standings, 1);
                counting.1.push(standings);
                Ok(())
            }
        };
        self.each_bucket(prepared, None, take).await?;
        let shared = || EngineError::Impossible("a bucket is still being counted".into());
        let counting = Arc::into_inner(counting).ok_or_else(shared)?;
        let names = Names::new(self.book(), slots, &table.organizations.names, &table.programs.0);
        let mut all = YearCounts::new(names);
        for (plan, counting) in plans.iter().zip(counting) {
            let (tallies, keeping) = counting.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Some(standings) = keeping.done() {
                self.kept.put(year, population_of(plan), standings);
            }
            for ((program, organization, place), tally) in tallies.finish(&table.organizations) {
                let measure = &plan.measures[place as usize];
                if let Some(measure) = all.names.measure(&measure.measure, &measure.variant) {
                    all.insert((measure, organization, program), &tally);
                }
            }
        }
        Ok(all)
    }

    /// How the students of a population year stand, as they were counted or worked out anew.
    pub(crate) async fn standings(
        &self,
        year: SchoolYear,
        population: PopulationYear,
        take: impl Fn(&Standings) + Send + Sync + 'static,
    ) -> Result<(), EngineError> {
        if let Some(kept) = self.kept.get(year, population) {
            kept.iter().for_each(take);
            return Ok(());
        }
        let Some(plan) = Plan::measures(self.book(), year, population, &|_| true) else { return Ok(()) };
        let table = self.table().await?;
        let prepared = vec![self.prepared(&plan).await?];
        let keeping = Arc::new(Mutex::new(Keeping::default()));
        let keep = Arc::clone(&keeping);
        let read = move |_: usize, results: &Bound| {
            let standings = Standings::read(results, &plan, &table.organizations, &table.programs)?;
            take(&standings);
            keep.lock().unwrap_or_else(PoisonError::into_inner).push(standings);
            Ok(())
        };
        self.each_bucket(prepared, None, read).await?;
        let keeping =
            Arc::into_inner(keeping).map(|keeping| keeping.into_inner().unwrap_or_else(PoisonError::into_inner));
        if let Some(standings) = keeping.and_then(Keeping::done) {
            self.kept.put(year, population, standings);
        }
        Ok(())
    }

    pub(crate) async fn prepared(&self, plan: &Plan) -> Result<Prepared, EngineError> {
        let outputs = [(Plan::CELLS, None), (Plan::STUDENTS, Some(&["student_id", "grade_level"][..]))];
        Prepared::new(&self.tables(None).await?, plan, &outputs, one_stream(self.snapshot())).await
    }

    /// What the rows of the measures table are about.
    pub(crate) async fn table(&self) -> Result<TableNames, EngineError> {
        let session = self.session().await?;
        let organizations = Organizations::read(&session).await?;
        let mut programs = BTreeSet::from(["*".to_owned()]);
        let sql = "SELECT program_id AS scope FROM programs UNION ALL SELECT concat('cluster:', cluster_16) FROM programs \
                   WHERE cluster_16 IS NOT NULL";
        for batch in session.sql(sql).await?.collect().await? {
            let names = strings(&batch, "scope")?;
            programs.extend((0..batch.num_rows()).filter_map(|row| optional(&names, row)).map(str::to_owned));
        }
        Ok(TableNames { organizations, programs: Programs(programs.into_iter().collect()) })
    }
}

fn population_of(plan: &Plan) -> PopulationYear {
    let of = |population: &PopulationYear| plan.report_year.offset(population.offset()) == Some(plan.population_year);
    POPULATION_YEARS.into_iter().find(of).unwrap_or_default()
}

/// The counts of a year, where they are.
#[derive(Clone, Debug)]
pub(crate) enum Counted {
    InMemory(Arc<YearCounts>),
    Kept(Arc<KeptCounts>),
}

impl Counted {
    fn rows(&self, year: SchoolYear, selection: &Selection) -> Result<Vec<MeasureRow>, EngineError> {
        match self {
            Self::InMemory(counts) => counts.rows(year, selection),
            Self::Kept(counts) => counts.rows(year, selection),
        }
    }
}

/// The organizations and programs of the measures table.
pub(crate) struct TableNames {
    pub(crate) organizations: Organizations,
    pub(crate) programs: Programs,
}

/// Whether a name is among `names`; the error suggests one that is nearly it.
pub(crate) fn known(what: &'static str, name: &str, names: &BTreeSet<String>) -> Result<(), EngineError> {
    if names.contains(name) {
        return Ok(());
    }
    let near = |known: &&String| known.eq_ignore_ascii_case(name) || known.ends_with(name) || known.starts_with(name);
    Err(EngineError::Unknown { what, name: name.to_owned(), hint: names.iter().find(near).cloned() })
}
