use std::{collections::BTreeMap, io};

use waymark_engine::{MeasureRow, PassageRow, Selection, Window};
use waymark_rulebook::Rulebook;

use crate::{
    Audience, Comparison, Door, DoorError, Rate, Released, Verdict,
    comparison::{compared, rate, rest},
    shapes::{About, Dot, Dots, Value},
};

/// Of those who were asked for a step, how many reached it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The step, by its place in the rulebook.
    pub step: usize,
    /// How many reached it, of how many.
    pub rate: Rate,
    /// Of those who did not, how many took another course of the program when they were asked.
    pub took: u64,
}

/// A program: who takes part, and who stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramRow {
    /// The program, or `*` for all students together.
    pub program_id: String,
    /// Participants among those enrolled.
    pub participants: Rate,
    /// Concentrators among participants.
    pub concentrators: Rate,
    /// How many took a first course in the year.
    pub started: u64,
    /// Step by step; none where nobody was asked, as in the row of all programs.
    pub passages: Vec<Option<Passage>>,
}

/// Which number of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramNumber {
    /// Participants among those enrolled.
    Participants,
    /// Concentrators among participants.
    Concentrators,
    /// Those who reached the step of that place, among those who were asked for it.
    Step(usize),
}

impl ProgramRow {
    /// The rate; none where nobody was asked.
    pub fn rate(&self, number: ProgramNumber) -> Option<Rate> {
        match number {
            ProgramNumber::Participants => Some(self.participants),
            ProgramNumber::Concentrators => Some(self.concentrators),
            ProgramNumber::Step(step) => self.passages.get(step).copied().flatten().map(|passage| passage.rate),
        }
    }
}

/// Programs side by side, by identifier, and all of them together first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramsTable {
    /// Who was looked at.
    pub window: Window,
    pub(crate) rows: Vec<ProgramRow>,
    pub(crate) steps: Vec<String>,
}

impl ProgramsTable {
    /// The rows.
    pub fn rows(&self) -> &[ProgramRow] {
        &self.rows
    }

    /// Those of its rows that are wanted.
    fn only(&self, wanted: impl Fn(&ProgramRow) -> bool) -> Self {
        let rows = self.rows.iter().filter(|row| wanted(row)).cloned().collect();
        Self { window: self.window.clone(), rows, steps: self.steps.clone() }
    }

    /// Writes it as CSV, a line for each number: what it is, of how many, its rate and the 95 percent interval of that.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(["program_id", "number", "numerator", "denominator", "rate", "low", "high"])?;
        for row in &self.rows {
            let mut numbers = vec![("participants", row.participants), ("concentrators", row.concentrators)];
            let passages = row.passages.iter().flatten();
            numbers.extend(passages.map(|passage| (self.steps[passage.step].as_str(), passage.rate)));
            for (name, rate) in numbers {
                let [share, low, high] = estimate_texts(rate);
                let (numerator, denominator) = (rate.numerator.to_string(), rate.denominator.to_string());
                writer.write_record([&row.program_id, name, &numerator, &denominator, &share, &low, &high])?;
            }
        }
        writer.flush()
    }
}

/// A rate and the ends of its interval in percent, as files have them; empty where there is none.
pub(crate) fn estimate_texts(rate: Rate) -> [String; 3] {
    match Value::estimate(rate) {
        Value::Rate(estimate) => {
            let ends = estimate.interval.map(|interval| [interval.low.to_string(), interval.high.to_string()]);
            let [low, high] = ends.unwrap_or_default();
            [rate.percent().map(|percent| percent.to_string()).unwrap_or_default(), low, high]
        }
        _ => <[String; 3]>::default(),
    }
}

impl Released<ProgramsTable> {
    /// Those of its rows that are wanted.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&ProgramRow) -> bool) -> Self {
        self.narrowed(self.content().only(wanted))
    }

    /// Two programs beside each other: the first as the group, the second as the others; none where one is not in it. A
    /// student of both counts in both.
    pub fn compared(&self, book: &Rulebook, first: &str, second: &str) -> Option<Vec<(ProgramNumber, Comparison)>> {
        let row = |id: &str| self.content().rows.iter().find(|row| row.program_id == id);
        let (first, second) = (row(first)?, row(second)?);
        let steps = (0..self.content().steps.len()).map(ProgramNumber::Step);
        let numbers = [ProgramNumber::Participants].into_iter().chain(steps).chain([ProgramNumber::Concentrators]);
        let both = |number: ProgramNumber| Some((number, (first.rate(number)?, second.rate(number)?)));
        let (numbers, pairs): (Vec<_>, Vec<_>) = numbers.filter_map(both).unzip();
        Some(numbers.into_iter().zip(compared(book, &pairs)).collect())
    }

    /// One rate of each program, as points with intervals: in the order in which `named` gives identifiers and names.
    #[must_use]
    pub fn dots(
        &self,
        about: About,
        named: &[(String, String)],
        of: impl Fn(&ProgramRow) -> Option<Rate>,
    ) -> Released<Dots> {
        let value = |row: &ProgramRow| of(row).map_or(Value::NotApplicable, Value::estimate);
        let row = |id: &str| self.content().rows.iter().find(|row| row.program_id == id);
        let dot = |(id, name): &(String, String)| {
            Some(Dot {
                section: String::new(),
                name: name.clone(),
                value: value(row(id)?),
                target: None,
                verdict: None,
            })
        };
        let rows = named.iter().filter_map(dot).collect();
        let reference =
            row("*").map(|all| ("all programs".to_owned(), value(all))).filter(|(_, value)| value.percent().is_some());
        self.narrowed(Dots { about, rows, reference, line_percent: 0 })
    }
}

/// Of those who were asked for a step of a program, a group beside everybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossRow {
    /// The program.
    pub program_id: String,
    /// The step that was asked for, by its place in the rulebook.
    pub step: usize,
    /// The group, in the year of the step before.
    pub subgroup: String,
    /// The two.
    pub comparison: Comparison,
    /// Of the group's students who did not reach it, how many took another course when they were asked.
    pub took: u64,
}

/// Where programs lose whom: every step on the way and every group, looked at together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossesTable {
    /// Who was looked at.
    pub window: Window,
    /// The confidence of all that it names together.
    pub confidence_percent: u8,
    /// Fewer students than this on either side are too few to say.
    pub least_students: u64,
    pub(crate) rows: Vec<LossRow>,
}

impl LossesTable {
    /// The rows: programs by identifier, then steps, then groups by their codes.
    pub fn rows(&self) -> &[LossRow] {
        &self.rows
    }

    /// Those that are behind by more than chance, the widest gap first.
    pub fn named(&self) -> Vec<&LossRow> {
        let mut named: Vec<_> = self.rows.iter().filter(|row| row.comparison.verdict == Verdict::Below).collect();
        let gap = |row: &LossRow| row.comparison.gap.map_or(0.0, |gap| gap.numerator as f64 / gap.denominator as f64);
        named.sort_by(|a, b| gap(a).total_cmp(&gap(b)));
        named
    }

    /// How many were compared, and how many are too few to say.
    pub fn looked_at(&self) -> (usize, usize) {
        let few = self.rows.iter().filter(|row| row.comparison.verdict == Verdict::TooFew).count();
        (self.rows.len() - few, few)
    }

    /// Of rows of passages: each group beside the rest, on the way through the program only.
    pub(crate) fn new(
        door: &Door,
        window: &Window,
        passages: &[PassageRow],
        is_outcome: impl Fn(usize) -> bool,
    ) -> Self {
        let alls: BTreeMap<_, _> = passages
            .iter()
            .filter(|row| row.subgroup == "all")
            .map(|row| ((row.program_id.as_str(), row.step), rate(row.share)))
            .collect();
        let groups: Vec<&PassageRow> =
            passages.iter().filter(|row| row.subgroup != "all" && !is_outcome(row.step)).collect();
        let pairs: Vec<_> = groups
            .iter()
            .map(|row| {
                let group = rate(row.share);
                let all = alls.get(&(row.program_id.as_str(), row.step)).copied().unwrap_or(group);
                (group, rest(all, group))
            })
            .collect();
        let rule = crate::comparison::rule(door.book());
        let row = |(row, comparison): (&PassageRow, Comparison)| LossRow {
            program_id: row.program_id.clone(),
            step: row.step,
            subgroup: row.subgroup.clone(),
            comparison,
            took: row.took,
        };
        Self {
            window: window.clone(),
            confidence_percent: rule.confidence_percent,
            least_students: rule.least_students,
            rows: groups.into_iter().zip(compared(door.book(), &pairs)).map(row).collect(),
        }
    }

    /// Writes it as CSV. Gap and interval are in percentage points.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write, step_name: impl Fn(usize) -> String) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(["program_id", "step", "subgroup"].iter().chain(&COMPARISON))?;
        for row in &self.rows {
            let key = [row.program_id.clone(), step_name(row.step), row.subgroup.clone()];
            writer.write_record(key.iter().chain(&comparison_texts(&row.comparison)))?;
        }
        writer.flush()
    }
}

/// The columns of a comparison in files.
pub(crate) const COMPARISON: [&str; 12] = [
    "numerator",
    "denominator",
    "others_numerator",
    "others_denominator",
    "gap",
    "gap_low",
    "gap_high",
    "ratio",
    "ratio_low",
    "ratio_high",
    "to_parity",
    "verdict",
];

/// A comparison as files have it.
pub(crate) fn comparison_texts(one: &Comparison) -> [String; 12] {
    let interval = one.interval.map(|interval| [interval.low.to_string(), interval.high.to_string()]);
    let [low, high] = interval.unwrap_or_default();
    let thousandths = |value: u64| format!("{}.{:03}", value / 1000, value % 1000);
    let ends = one.ratio.and_then(|ratio| ratio.interval).map(|(low, high)| [thousandths(low), thousandths(high)]);
    let [ratio_low, ratio_high] = ends.unwrap_or_default();
    [
        one.group.numerator.to_string(),
        one.group.denominator.to_string(),
        one.others.numerator.to_string(),
        one.others.denominator.to_string(),
        one.gap.map(waymark_engine::Gap::points).unwrap_or_default(),
        low,
        high,
        one.ratio.map(|ratio| thousandths(ratio.thousandths)).unwrap_or_default(),
        ratio_low,
        ratio_high,
        one.to_parity.map(|students| students.to_string()).unwrap_or_default(),
        one.verdict.name().to_owned(),
    ]
}

impl Door {
    /// Every program beside the others: participation in the year, and who went on in the years of the window.
    ///
    /// # Errors
    /// A name that is not there, or a rulebook without a way through programs; what cannot be computed or logged.
    pub async fn programs(&self, audience: &Audience, window: &Window) -> Result<Released<ProgramsTable>, DoorError> {
        let pathways = self.pathways(audience, window).await?;
        let selection = |measure: &str| Selection {
            measure: Some(measure.to_owned()),
            organization: window.organization.clone(),
            program: None,
            subgroup: Some(window.subgroup.clone()),
            pairs: false,
        };
        let participants = self.engine_for(audience).measures(window.until, &selection("participants")).await?.rows;
        let concentrators = self.engine_for(audience).measures(window.until, &selection("concentrators")).await?.rows;
        let passages = pathways.passages(window)?;
        let starts = pathways.starts(window)?;
        let steps = self.steps();
        let row = |row: &MeasureRow| {
            let concentrators = concentrators.iter().find(|other| other.program_id == row.program_id);
            let passage = |step: usize| {
                let is_it = |passage: &&PassageRow| {
                    passage.step == step && passage.subgroup == "all" && passage.program_id == row.program_id
                };
                passages.iter().find(is_it).map(|found| Passage { step, rate: rate(found.share), took: found.took })
            };
            ProgramRow {
                program_id: row.program_id.clone(),
                participants: Rate { numerator: row.numerator, denominator: row.denominator },
                concentrators: Rate {
                    numerator: concentrators.map_or(0, |row| row.numerator),
                    denominator: row.numerator,
                },
                started: starts.get(&row.program_id).copied().unwrap_or(0),
                passages: (0..steps.len()).map(passage).collect(),
            }
        };
        let wanted = |row: &&MeasureRow| !row.program_id.starts_with("cluster:");
        let rows: Vec<ProgramRow> = participants.iter().filter(wanted).map(row).collect();
        let cells = rows.len() * (2 + steps.len());
        let what = format!("programs of {}", window_name(window));
        self.release(audience, what, cells, &[], ProgramsTable { window: window.clone(), rows, steps }).await
    }

    /// Where programs lose whom.
    ///
    /// # Errors
    /// A name that is not there, or a rulebook without a way through programs; what cannot be computed or logged.
    pub async fn losses(&self, audience: &Audience, window: &Window) -> Result<Released<LossesTable>, DoorError> {
        let pathways = self.pathways(audience, window).await?;
        let passages = pathways.passages(window)?;
        let table = LossesTable::new(self, window, &passages, |step| pathways.is_outcome(step));
        let what = format!("losses of programs, {}", window_name(window));
        self.release(audience, what, table.rows.len(), &[], table).await
    }

    /// The names of the steps, in order.
    pub(crate) fn steps(&self) -> Vec<String> {
        self.book().pathway.iter().flat_map(|pathway| pathway.steps.iter().map(|step| step.name.clone())).collect()
    }

    pub(crate) async fn pathways(
        &self,
        audience: &Audience,
        window: &Window,
    ) -> Result<std::sync::Arc<waymark_engine::Pathways>, DoorError> {
        let engine = self.engine_for(audience);
        engine.reaches(window.organization.as_deref(), None).await?;
        let found = engine.pathways().await?;
        found.ok_or_else(|| DoorError::Unknown {
            what: "way through a program in the rulebook",
            name: self.book().header.name.clone(),
            hint: None,
        })
    }
}

/// Which students were looked at, for the log.
pub(crate) fn window_name(window: &Window) -> String {
    let years = window.years.map(|years| format!(" and {} years before", years - 1)).unwrap_or_default();
    let organization = window.organization.as_deref().unwrap_or("everybody");
    format!("{}{years}, {organization}, {}", window.until, window.subgroup)
}
