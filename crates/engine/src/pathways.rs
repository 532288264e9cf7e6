//! How far students get on their way through programs, and by when.
//!
//! The rulebook's plan of a pathway is run for every school year, once for a snapshot. What comes of it is kept in memory,
//! a few bytes for every student, year and program, so that every question about it is a walk through a list.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::arrow::array::BooleanArray;
use waymark_rulebook::{Plan, definition::TallyOf};
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    chance::Share,
    measures::known,
    organizations::Organizations,
    text::{booleans, is_true, optional, strings},
};

/// No year: what has not come about.
const NEVER: u8 = u8::MAX;

/// A student in a year.
#[derive(Clone, Copy, Default)]
struct Stay {
    enrolled: bool,
    has_left: bool,
    organization: Option<u32>,
}

/// A student on the way through a program; years are places in [`Pathways::years`].
struct Way {
    student: u32,
    program: u32,
    start: u8,
    /// By step: the first year at whose end it was reached.
    reached: Box<[u8]>,
    /// By step: the first year at whose end it was known whether it was reached.
    known: Box<[u8]>,
    /// By year: the subgroups.
    groups: Box<[u64]>,
    /// The years with a course record.
    took: u64,
}

struct Step {
    after: Option<usize>,
    within_years: Option<u8>,
    outcome: bool,
}

/// What became of the records of a course in a year, of students who belonged to an organization.
struct CourseYear {
    program: u32,
    course_id: String,
    title: String,
    level: Option<String>,
    year: u8,
    organization: Option<u32>,
    counts: CourseCounts,
}

/// What became of the records of a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CourseCounts {
    /// All of them.
    pub records: u64,
    /// Completed, as the rulebook counts it.
    pub completed: u64,
    /// Not completed: failed, or completed without passing.
    pub failed: u64,
    /// Withdrawn.
    pub withdrawn: u64,
    /// Not ended yet.
    pub in_progress: u64,
}

impl CourseCounts {
    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.completed += other.completed;
        self.failed += other.failed;
        self.withdrawn += other.withdrawn;
        self.in_progress += other.in_progress;
    }
}

/// What became of a course in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseRow {
    /// The course.
    pub course_id: String,
    /// Its title.
    pub title: String,
    /// Its level in the program, if known.
    pub level: Option<String>,
    /// Its records.
    pub counts: CourseCounts,
}

/// Which students are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The last school year that is looked at: what came later is not known yet.
    pub until: SchoolYear,
    /// How many years are looked at, the last being `until`; none for all.
    pub years: Option<u8>,
    /// Only students who belonged there; none for everybody.
    pub organization: Option<String>,
    /// Only students who are in this subgroup, or in both of two joined with `+`; `all` for everybody.
    pub subgroup: String,
}

/// Of those who reached a step and were asked for the next one as the rulebook says, how many reached it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageRow {
    /// The program.
    pub program_id: String,
    /// The step that they were asked for, by its place in the rulebook.
    pub step: usize,
    /// The subgroup, or `all`.
    pub subgroup: String,
    /// How many reached it, of how many.
    pub share: Share,
    /// Of those who did not, how many took another course of the program in the year in which they were asked.
    pub took: u64,
}

/// Where those who reached the step before stand to a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepCounts {
    /// Reached it.
    pub reached: u64,
    /// Left, or were asked, without it.
    pub lost: u64,
    /// Did not reach it yet and are still here.
    pub here: u64,
    /// Are out of sight: moved away, or of whom nothing is known.
    pub unseen: u64,
}

/// A cohort, or a group of all cohorts, and how far it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunnelRow {
    /// The school year of the first course; none where all are taken together.
    pub cohort: Option<SchoolYear>,
    /// The subgroup in that year, or `all`.
    pub subgroup: String,
    /// How many took a first course.
    pub started: u64,
    /// Step by step.
    pub steps: Vec<StepCounts>,
}

/// How far every student of a snapshot got in every program, and by when.
pub struct Pathways {
    years: Vec<SchoolYear>,
    organizations: Organizations,
    programs: Vec<String>,
    subgroups: Vec<String>,
    steps: Vec<Step>,
    /// Student by student, a stay for every year.
    stays: Vec<Stay>,
    ways: Vec<Way>,
    courses: Vec<CourseYear>,
}

impl std::fmt::Debug for Pathways {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pathways").field("years", &self.years).field("ways", &self.ways.len()).finish_non_exhaustive()
    }
}

/// A window in places instead of names.
struct Looked {
    until: u8,
    from: u8,
    organization: Option<u32>,
    groups: u64,
}

impl Pathways {
    /// The school years, from the first on.
    pub fn years(&self) -> &[SchoolYear] {
        &self.years
    }

    /// Step by step of every program: of those who were asked, how many went on, for all and for each subgroup.
    ///
    /// # Errors
    /// A year, organization or subgroup that is not there.
    pub fn passages(&self, window: &Window) -> Result<Vec<PassageRow>, EngineError> {
        let looked = self.look(window)?;
        let slots = self.subgroups.len() + 1;
        let mut counts = vec![[0_u64; 3]; self.programs.len() * self.steps.len() * slots];
        for way in &self.ways {
            for (place, step) in self.steps.iter().enumerate() {
                let (Some(within), Some(base)) = (step.within_years, base(way, step)) else { continue };
                let Some(asked) = base.checked_add(within).filter(|asked| (looked.from..=looked.until).contains(asked))
                else {
                    continue;
                };
                let then = self.stay(way.student, asked);
                if within > 0 && !then.enrolled {
                    continue;
                }
                let groups = way.groups[usize::from(base)];
                if !self.is_in(self.stay(way.student, base).organization.or(then.organization), &looked)
                    || groups & looked.groups != looked.groups
                {
                    continue;
                }
                let reached = way.reached[place] <= asked;
                // Unknown is not no.
                if !reached && way.known[place] > asked {
                    continue;
                }
                let took = !reached && (way.took >> asked) & 1 == 1;
                let at = (way.program as usize * self.steps.len() + place) * slots;
                for slot in slots_of(groups) {
                    let count = &mut counts[at + slot];
                    count[0] += 1;
                    count[1] += u64::from(reached);
                    count[2] += u64::from(took);
                }
            }
        }
        let mut rows = Vec::new();
        for (at, [denominator, numerator, took]) in counts.into_iter().enumerate().filter(|(_, count)| count[0] > 0) {
            let (cell, slot) = (at / slots, at % slots);
            rows.push(PassageRow {
                program_id: self.programs[cell / self.steps.len()].clone(),
                step: cell % self.steps.len(),
                subgroup: self.slot_name(slot),
                share: Share { numerator, denominator },
                took,
            });
        }
        Ok(rows)
    }

    /// How far those got who took a first course of `program`: every cohort by itself, then all of the window together,
    /// for all and for each subgroup. Without a program, students count once for each program that they began.
    ///
    /// # Errors
    /// A year, organization, program or subgroup that is not there.
    pub fn funnel(&self, program: Option<&str>, window: &Window) -> Result<Vec<FunnelRow>, EngineError> {
        let looked = self.look(window)?;
        let program = program.map(|program| self.program(program)).transpose()?;
        let slots = self.subgroups.len() + 1;
        let empty = || (0_u64, vec![StepCounts::default(); self.steps.len()]);
        let mut cohorts: BTreeMap<u8, (u64, Vec<StepCounts>)> = BTreeMap::new();
        let mut groups: Vec<_> = (0..slots).map(|_| empty()).collect();
        for way in self.ways.iter().filter(|way| program.is_none_or(|program| program == way.program)) {
            if !(looked.from..=looked.until).contains(&way.start) {
                continue;
            }
            let mask = way.groups[usize::from(way.start)];
            if !self.is_in(self.stay(way.student, way.start).organization, &looked)
                || mask & looked.groups != looked.groups
            {
                continue;
            }
            let standing: Vec<Option<StepCounts>> =
                (0..self.steps.len()).map(|step| self.standing(way, step, looked.until)).collect();
            let add = |(started, steps): &mut (u64, Vec<StepCounts>)| {
                *started += 1;
                for (sum, own) in steps.iter_mut().zip(&standing) {
                    let Some(own) = own else { continue };
                    sum.reached += own.reached;
                    sum.lost += own.lost;
                    sum.here += own.here;
                    sum.unseen += own.unseen;
                }
            };
            add(cohorts.entry(way.start).or_insert_with(empty));
            for slot in slots_of(mask) {
                add(&mut groups[slot]);
            }
        }
        let mut rows = Vec::new();
        for (cohort, (started, steps)) in cohorts {
            let cohort = Some(self.years[usize::from(cohort)]);
            rows.push(FunnelRow { cohort, subgroup: "all".to_owned(), started, steps });
        }
        for (slot, (started, steps)) in groups.into_iter().enumerate().filter(|(_, (started, _))| *started > 0) {
            rows.push(FunnelRow { cohort: None, subgroup: self.slot_name(slot), started, steps });
        }
        Ok(rows)
    }

    /// How many took a first course of each program in the last year of the window.
    ///
    /// # Errors
    /// A year, organization or subgroup that is not there.
    pub fn starts(&self, window: &Window) -> Result<BTreeMap<String, u64>, EngineError> {
        let looked = self.look(window)?;
        let mut starts = BTreeMap::new();
        for way in self.ways.iter().filter(|way| way.start == looked.until) {
            let mask = way.groups[usize::from(way.start)];
            if self.is_in(self.stay(way.student, way.start).organization, &looked)
                && mask & looked.groups == looked.groups
            {
                *starts.entry(self.programs[way.program as usize].clone()).or_default() += 1;
            }
        }
        Ok(starts)
    }

    /// What became of the courses of a program.
    ///
    /// # Errors
    /// A year, organization or program that is not there.
    pub fn courses(&self, program: &str, window: &Window) -> Result<Vec<CourseRow>, EngineError> {
        let looked = self.look(window)?;
        let program = self.program(program)?;
        // They come in the order of their levels.
        let mut rows: Vec<CourseRow> = Vec::new();
        for course in self.courses.iter().filter(|course| course.program == program) {
            if !(looked.from..=looked.until).contains(&course.year) || !self.is_in(course.organization, &looked) {
                continue;
            }
            let same = |row: &&mut CourseRow| (&row.level, &row.course_id) == (&course.level, &course.course_id);
            if let Some(row) = rows.iter_mut().find(same) {
                row.counts.add(course.counts);
            } else {
                rows.push(CourseRow {
                    course_id: course.course_id.clone(),
                    title: course.title.clone(),
                    level: course.level.clone(),
                    counts: course.counts,
                });
            }
        }
        Ok(rows)
    }

    /// Whether a step is something that comes of a program, rather than a way on in it.
    pub fn is_outcome(&self, step: usize) -> bool {
        self.steps.get(step).is_some_and(|step| step.outcome)
    }

    /// Where one student stands to a step; none before the step before it.
    fn standing(&self, way: &Way, place: usize, until: u8) -> Option<StepCounts> {
        let step = &self.steps[place];
        base(way, step).filter(|base| *base <= until)?;
        let mut counts = StepCounts::default();
        let last = (0..=until).rev().map(|year| self.stay(way.student, year)).find(|stay| stay.enrolled);
        // What comes of a program is asked for at once.
        let is_over = last.is_some_and(|stay| stay.has_left) || (step.outcome && step.within_years == Some(0));
        if way.reached[place] <= until {
            counts.reached = 1;
        } else if is_over && way.known[place] <= until {
            counts.lost = 1;
        } else if self.stay(way.student, until).enrolled && !is_over {
            counts.here = 1;
        } else {
            counts.unseen = 1;
        }
        Some(counts)
    }

    fn stay(&self, student: u32, year: u8) -> Stay {
        self.stays[student as usize * self.years.len() + usize::from(year)]
    }

    fn is_in(&self, organization: Option<u32>, looked: &Looked) -> bool {
        match (looked.organization, organization) {
            (None, _) => true,
            (Some(wanted), Some(own)) => self.organizations.with_above(own).contains(&wanted),
            (Some(_), None) => false,
        }
    }

    fn slot_name(&self, slot: usize) -> String {
        slot.checked_sub(1).map_or_else(|| "all".to_owned(), |group| self.subgroups[group].clone())
    }

    fn program(&self, program: &str) -> Result<u32, EngineError> {
        let unknown = || EngineError::Unknown { what: "program", name: program.to_owned(), hint: None };
        let place = self.programs.binary_search_by(|other| other.as_str().cmp(program)).map_err(|_| unknown())?;
        u32::try_from(place).map_err(|_| unknown())
    }

    fn look(&self, window: &Window) -> Result<Looked, EngineError> {
        let until = self.years.iter().position(|year| *year == window.until);
        let until = until.and_then(|year| u8::try_from(year).ok()).ok_or_else(|| EngineError::Unknown {
            what: "school year",
            name: window.until.to_string(),
            hint: None,
        })?;
        let from = window.years.map_or(0, |years| (until + 1).saturating_sub(years.max(1)));
        if let Some(name) = &window.organization {
            known("organization", name, &self.organizations.names.iter().cloned().collect())?;
        }
        let organization = window.organization.as_deref().and_then(|name| self.organizations.place(name));
        let mut groups = 0;
        for name in window.subgroup.split('+').filter(|name| *name != "all") {
            known("subgroup", name, &self.subgroups.iter().cloned().collect())?;
            if let Some(place) = self.subgroups.iter().position(|other| other == name) {
                groups |= 1 << place;
            }
        }
        Ok(Looked { until, from, organization, groups })
    }
}

/// The slot of `all`, and one for each subgroup of the mask.
fn slots_of(groups: u64) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain((0..64).filter(move |bit| (groups >> bit) & 1 == 1).map(|bit| bit + 1))
}

impl Engine {
    /// How far every student got in every program, and by when: worked out once for a snapshot. None where the rulebook
    /// describes no way through a program.
    ///
    /// # Errors
    /// A stage that cannot be run.
    pub async fn pathways(&self) -> Result<Option<Arc<Pathways>>, EngineError> {
        if self.book().pathway.is_none() {
            return Ok(None);
        }
        // Whoever comes second waits for whoever came first.
        let found = self.pathways.get_or_try_init(|| async { self.find_pathways().await.map(Arc::new) }).await?;
        Ok(Some(Arc::clone(found)))
    }

    async fn find_pathways(&self) -> Result<Pathways, EngineError> {
        let session = self.session().await?;
        let organizations = Organizations::read(&session).await?;
        let years = self.school_years().await?;
        let steps = self.book().pathway.iter().flat_map(|pathway| &pathway.steps);
        let steps: Vec<Step> = steps
            .map(|step| Step { after: step.after, within_years: step.within_years, outcome: step.outcome })
            .collect();
        let mut programs = Vec::new();
        let sql = "SELECT DISTINCT program_id FROM programs ORDER BY program_id";
        for batch in session.sql(sql).await?.collect().await? {
            let names = strings(&batch, "program_id")?;
            programs.extend((0..batch.num_rows()).map(|row| names.value(row).to_owned()));
        }
        let mut found = Pathways {
            subgroups: self.book().subgroups.iter().map(|subgroup| subgroup.name.clone()).collect(),
            years,
            organizations,
            programs,
            steps,
            stays: Vec::new(),
            ways: Vec::new(),
            courses: Vec::new(),
        };
        let mut reader = Reader::default();
        for year in 0..found.years.len() {
            let session = self.session().await?;
            let Some(plan) = Plan::pathway(self.book(), found.years[year]) else { continue };
            self.run(&session, &plan).await?;
            let at = u8::try_from(year).map_err(|_| EngineError::Impossible("too many school years".into()))?;
            let sql = format!("SELECT * FROM {} ORDER BY student_id, program_id", Plan::WAYS);
            for batch in session.sql(&sql).await?.collect().await? {
                reader.read(&mut found, &batch, &plan, at)?;
            }
            if year + 1 == found.years.len() {
                reader.took(&mut found, &session).await?;
                found.courses = self.course_years(&found, &session, &plan).await?;
            }
        }
        Ok(found)
    }

    /// Every school year from the first with an enrollment to the last.
    async fn school_years(&self) -> Result<Vec<SchoolYear>, EngineError> {
        let session = self.session().await?;
        let sql = "SELECT min(school_year) AS first, max(school_year) AS last FROM enrollments";
        let mut years = Vec::new();
        for batch in session.sql(sql).await?.collect().await? {
            let (first, last) = (strings(&batch, "first")?, strings(&batch, "last")?);
            for row in 0..batch.num_rows() {
                let year = |text: Option<&str>| text.and_then(|text| text.parse::<SchoolYear>().ok());
                if let (Some(first), Some(last)) = (year(optional(&first, row)), year(optional(&last, row))) {
                    years.extend((first.first()..=last.first()).filter_map(SchoolYear::starting));
                }
            }
        }
        // Took is a mask of 64 years.
        let surplus = years.len().saturating_sub(64);
        Ok(years.split_off(surplus))
    }

    async fn course_years(
        &self,
        found: &Pathways,
        session: &datafusion::prelude::SessionContext,
        plan: &Plan,
    ) -> Result<Vec<CourseYear>, EngineError> {
        // What "completed" means is said by the tally of courses that the goal rests on.
        let goal = self.book().pathway.as_ref().and_then(|pathway| self.book().level(&pathway.goal));
        let mut tallies = self.book().tallies.iter().filter(|tally| tally.of == TallyOf::Courses);
        let tally = tallies.find(|tally| goal.is_some_and(|goal| goal.when.names.contains(&tally.name)));
        let completed =
            tally.map_or_else(|| "r.status = 'completed'".to_owned(), |tally| plan.condition(&tally.filter));
        let sql = format!(
            "SELECT program_id, course_id, title, level, level_number, school_year, home_organization_id, count(*) AS records, \
             sum(CASE WHEN done THEN 1 ELSE 0 END) AS completed, sum(CASE WHEN NOT done AND status IN ('completed', 'failed') \
             THEN 1 ELSE 0 END) AS failed, sum(CASE WHEN NOT done AND status = 'withdrawn' THEN 1 ELSE 0 END) AS withdrawn, \
             sum(CASE WHEN NOT done AND status = 'in_progress' THEN 1 ELSE 0 END) AS in_progress FROM (SELECT r.*, \
             coalesce({completed}, false) AS done FROM {} AS r) GROUP BY program_id, course_id, title, level, level_number, \
             school_year, home_organization_id ORDER BY program_id, level_number, course_id, school_year, home_organization_id",
            Plan::COURSE_RECORDS
        );
        let mut rows = Vec::new();
        for batch in session.sql(&sql).await?.collect().await? {
            let text = |name: &str| strings(&batch, name);
            let (programs, courses, titles) = (text("program_id")?, text("course_id")?, text("title")?);
            let (levels, years, places) = (text("level")?, text("school_year")?, text("home_organization_id")?);
            let counts = ["records", "completed", "failed", "withdrawn", "in_progress"];
            let counts = counts.iter().map(|name| text(name)).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let year = years.value(row).parse::<SchoolYear>().ok();
                let Some(year) = year.and_then(|year| found.years.iter().position(|other| *other == year)) else {
                    continue;
                };
                let count = |at: usize| optional(&counts[at], row).and_then(|n| n.parse().ok()).unwrap_or(0);
                rows.push(CourseYear {
                    program: found.program(programs.value(row))?,
                    course_id: courses.value(row).to_owned(),
                    title: optional(&titles, row).unwrap_or_default().to_owned(),
                    level: optional(&levels, row).map(str::to_owned),
                    year: u8::try_from(year).unwrap_or(NEVER),
                    organization: optional(&places, row).and_then(|name| found.organizations.place(name)),
                    counts: CourseCounts {
                        records: count(0),
                        completed: count(1),
                        failed: count(2),
                        withdrawn: count(3),
                        in_progress: count(4),
                    },
                });
            }
        }
        Ok(rows)
    }
}

/// What is needed only while pathways are put together.
#[derive(Default)]
struct Reader {
    students: BTreeMap<String, u32>,
    ways: BTreeMap<(u32, u32), usize>,
}

impl Reader {
    fn read(
        &mut self,
        found: &mut Pathways,
        batch: &datafusion::arrow::record_batch::RecordBatch,
        plan: &Plan,
        year: u8,
    ) -> Result<(), EngineError> {
        let (students, programs) = (strings(batch, "student_id")?, strings(batch, "program_id")?);
        let places = strings(batch, "organization_id")?;
        let flag = |name: &str| booleans(batch, name).cloned();
        let (enrolled, has_left) = (flag("enrolled")?, flag("has_left")?);
        let flags = |prefix: &str| -> Result<Vec<BooleanArray>, EngineError> {
            (0..found.steps.len()).map(|step| flag(&format!("{prefix}_{step}"))).collect()
        };
        let (reached, observed) = (flags("step")?, flags("observed")?);
        let subgroups = plan.subgroups.iter().map(|(_, column)| flag(column)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let student = self.student(found, students.value(row))?;
            if programs.value(row) == "*" {
                let at = student as usize * found.years.len() + usize::from(year);
                found.stays[at] = Stay {
                    enrolled: is_true(&enrolled, row),
                    has_left: is_true(&has_left, row),
                    organization: optional(&places, row).and_then(|name| found.organizations.place(name)),
                };
                continue;
            }
            let groups =
                subgroups.iter().enumerate().fold(0, |mask, (bit, flag)| mask | (u64::from(is_true(flag, row)) << bit));
            let program = found.program(programs.value(row))?;
            let at = self.way(found, student, program, year);
            let (steps, ways) = (&found.steps, &mut found.ways);
            let way = &mut ways[at];
            way.groups[usize::from(year)] = groups;
            for (place, step) in steps.iter().enumerate() {
                let is_open = step.after.is_none_or(|before| way.reached[before] <= year);
                if is_open && way.reached[place] == NEVER && is_true(&reached[place], row) {
                    way.reached[place] = year;
                }
                if way.known[place] == NEVER && is_true(&observed[place], row) {
                    way.known[place] = year;
                }
            }
        }
        Ok(())
    }

    fn student(&mut self, found: &mut Pathways, id: &str) -> Result<u32, EngineError> {
        if let Some(student) = self.students.get(id) {
            return Ok(*student);
        }
        let next = u32::try_from(self.students.len())
            .map_err(|_| EngineError::Impossible("too many students for 32 bits".into()))?;
        self.students.insert(id.to_owned(), next);
        found.stays.resize(found.stays.len() + found.years.len(), Stay::default());
        Ok(next)
    }

    fn way(&mut self, found: &mut Pathways, student: u32, program: u32, year: u8) -> usize {
        *self.ways.entry((student, program)).or_insert_with(|| {
            found.ways.push(Way {
                student,
                program,
                start: year,
                reached: vec![NEVER; found.steps.len()].into(),
                known: vec![NEVER; found.steps.len()].into(),
                groups: vec![0; found.years.len()].into(),
                took: 0,
            });
            found.ways.len() - 1
        })
    }

    async fn took(
        &self,
        found: &mut Pathways,
        session: &datafusion::prelude::SessionContext,
    ) -> Result<(), EngineError> {
        let sql = format!("SELECT DISTINCT student_id, program_id, school_year FROM {}", Plan::COURSE_RECORDS);
        for batch in session.sql(&sql).await?.collect().await? {
            let (students, programs) = (strings(&batch, "student_id")?, strings(&batch, "program_id")?);
            let years = strings(&batch, "school_year")?;
            for row in 0..batch.num_rows() {
                let year = years.value(row).parse::<SchoolYear>().ok();
                let year = year.and_then(|year| found.years.iter().position(|other| *other == year));
                let student = self.students.get(students.value(row));
                let (Some(year), Some(student)) = (year, student) else { continue };
                let program = found.program(programs.value(row))?;
                if let Some(at) = self.ways.get(&(*student, program)) {
                    found.ways[*at].took |= 1 << year;
                }
            }
        }
        Ok(())
    }
}

/// The year of the step before, or of the start.
fn base(way: &Way, step: &Step) -> Option<u8> {
    let base = step.after.map_or(way.start, |before| way.reached[before]);
    (base != NEVER).then_some(base)
}
