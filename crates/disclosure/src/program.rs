use std::io;

use waymark_engine::{CourseRow, FunnelRow, StepCounts, Window};

use crate::{
    Audience, Door, DoorError, LossesTable, Rate, Released,
    programs::window_name,
    shapes::{About, Dot, Dots, Flow, Flows, Node, Step, Steps, Value},
};

/// A step of the rulebook, as pictures and tables call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepName {
    /// Its name in files.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What those who reached it have done.
    pub words: String,
    /// The step before it; none where it follows the start.
    pub after: Option<usize>,
    /// Whether it is something that comes of the program.
    pub outcome: bool,
}

/// One program in depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramTable {
    /// The program.
    pub program_id: String,
    /// Who was looked at.
    pub window: Window,
    /// The steps of the rulebook.
    pub steps: Vec<StepName>,
    pub(crate) funnel: Vec<FunnelRow>,
    pub(crate) losses: LossesTable,
    pub(crate) courses: Vec<CourseRow>,
}

impl ProgramTable {
    /// How far cohorts got, by the year of the first course.
    pub fn cohorts(&self) -> impl Iterator<Item = &FunnelRow> {
        self.funnel.iter().filter(|row| row.cohort.is_some())
    }

    /// How far all cohorts together got: everybody, then each group by its code.
    pub fn groups(&self) -> impl Iterator<Item = &FunnelRow> {
        self.funnel.iter().filter(|row| row.cohort.is_none())
    }

    /// Everybody of all cohorts; none where nobody began.
    pub fn everybody(&self) -> Option<&FunnelRow> {
        self.groups().find(|row| row.subgroup == "all")
    }

    /// Where it loses whom.
    pub fn losses(&self) -> &LossesTable {
        &self.losses
    }

    /// What became of its courses.
    pub fn courses(&self) -> &[CourseRow] {
        &self.courses
    }

    /// The steps on the way, one after another from the start, up to the first that comes of the program.
    pub fn way(&self) -> Vec<usize> {
        let mut way = Vec::new();
        let mut before = None;
        while let Some(next) = self.steps.iter().position(|step| step.after == before && !step.outcome) {
            way.push(next);
            before = Some(next);
        }
        way
    }

    /// The steps that come of the program.
    pub fn outcomes(&self) -> Vec<usize> {
        (0..self.steps.len()).filter(|step| self.steps[*step].outcome).collect()
    }

    /// How many stood before a step of a row.
    pub fn before(&self, row: &FunnelRow, step: usize) -> u64 {
        self.steps[step].after.map_or(row.started, |before| row.steps[before].reached)
    }

    /// Writes the funnel as CSV: a line for each cohort or group, and step.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        let columns = [
            "program_id",
            "cohort",
            "subgroup",
            "started",
            "step",
            "before",
            "reached",
            "lost",
            "still_here",
            "unseen",
        ];
        writer.write_record(columns)?;
        for row in &self.funnel {
            let cohort = row.cohort.map(|cohort| cohort.to_string()).unwrap_or_default();
            for (place, (step, counts)) in self.steps.iter().zip(&row.steps).enumerate() {
                let StepCounts { reached, lost, here, unseen } = *counts;
                let numbers = [self.before(row, place), reached, lost, here, unseen].map(|number| number.to_string());
                let started = row.started.to_string();
                let texts = [&self.program_id, &cohort, &row.subgroup, &started, &step.name];
                writer.write_record(texts.into_iter().chain(&numbers))?;
            }
        }
        writer.flush()
    }
}

impl Released<ProgramTable> {
    /// How far one row of the funnel got, as steps from the start on.
    #[must_use]
    pub fn steps(&self, about: About, row: &FunnelRow) -> Released<Steps> {
        let table = self.content();
        let start = Step { name: "Took a first course".to_owned(), value: Value::Count(row.started) };
        let step = |place: usize| Step {
            name: table.steps[place].title.clone(),
            value: Value::Count(row.steps[place].reached),
        };
        let steps = std::iter::once(start).chain(table.way().into_iter().map(step)).collect();
        self.narrowed(Steps { about, steps })
    }

    /// Where one row of the funnel went, those who are not observed in a stream of their own.
    #[must_use]
    pub fn flows(&self, about: About, row: &FunnelRow) -> Released<Flows> {
        let table = self.content();
        let mut stages = vec!["Start".to_owned()];
        let node = |name: &str, stage: usize, count: u64, not_observed: bool| Node {
            name: name.to_owned(),
            stage,
            value: Value::Count(count),
            not_observed,
        };
        let mut nodes = vec![node("Took a first course", 0, row.started, false)];
        let mut flows = Vec::new();
        let mut from = 0;
        for (stage, place) in table.way().into_iter().enumerate() {
            stages.push(table.steps[place].title.clone());
            let StepCounts { reached, lost, here, unseen } = row.steps[place];
            let parts = [
                (table.steps[place].title.as_str(), reached, false),
                ("Left before", lost, false),
                ("Still here", here, true),
                ("Out of sight", unseen, true),
            ];
            let mut next = from;
            for (name, count, not_observed) in parts.into_iter().filter(|(_, count, _)| *count > 0) {
                if name == table.steps[place].title {
                    next = nodes.len();
                }
                flows.push(Flow { from, to: nodes.len(), value: Value::Count(count) });
                nodes.push(node(name, stage + 1, count, not_observed));
            }
            if next == from {
                break;
            }
            from = next;
        }
        self.narrowed(Flows { about, stages, nodes, flows })
    }

    /// How many of each group reached a step, of those who were asked for it, as points with intervals.
    #[must_use]
    pub fn loss_dots(&self, about: About, step: usize, name: impl Fn(&str) -> (String, String)) -> Released<Dots> {
        let table = self.content();
        let of_step: Vec<_> = table.losses.rows.iter().filter(|row| row.step == step).collect();
        let rows = of_step
            .iter()
            .map(|row| {
                let (section, name) = name(&row.subgroup);
                let value = Value::estimate(row.comparison.group);
                Dot { section, name, value, target: None, verdict: Some(row.comparison.verdict) }
            })
            .collect();
        let all = of_step.first().map(|row| {
            let (group, others) = (row.comparison.group, row.comparison.others);
            let all = Rate {
                numerator: group.numerator + others.numerator,
                denominator: group.denominator + others.denominator,
            };
            ("everybody".to_owned(), Value::rate(all))
        });
        self.narrowed(Dots { about, rows, reference: all, line_percent: 0 })
    }
}

impl Door {
    /// One program in depth: how far its cohorts and groups got, where it loses whom, what became of its courses.
    ///
    /// # Errors
    /// A name that is not there, or a rulebook without a way through programs; what cannot be computed or logged.
    pub async fn program(
        &self,
        audience: &Audience,
        program: &str,
        window: &Window,
    ) -> Result<Released<ProgramTable>, DoorError> {
        let pathways = self.pathways(audience, window).await?;
        let funnel = pathways.funnel(Some(program), window)?;
        // What is said of one program must not be more than what is said of it among all.
        let mut losses = LossesTable::new(self, window, &pathways.passages(window)?, |step| pathways.is_outcome(step));
        losses.rows.retain(|row| row.program_id == program);
        let courses = pathways.courses(program, window)?;
        let steps = self.book().pathway.iter().flat_map(|pathway| &pathway.steps);
        let steps: Vec<StepName> = steps
            .map(|step| StepName {
                name: step.name.clone(),
                title: step.title.clone(),
                words: step.words.clone(),
                after: step.after,
                outcome: step.outcome,
            })
            .collect();
        let cells = funnel.len() * steps.len() + losses.rows.len() + courses.len();
        let what = format!("program {program}, {}", window_name(window));
        let program_id = program.to_owned();
        let table = ProgramTable { program_id, window: window.clone(), steps, funnel, losses, courses };
        self.release(audience, what, cells, &[], table).await
    }
}
