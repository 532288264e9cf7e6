//! Which programs keep their students? Participation, retention course by course and concentration, side by side.

use std::fmt::Write;

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{
    Comparison, ProgramNumber, ProgramRow, ProgramsTable, Rate, Released, Verdict, shapes::About,
};
use waymark_figure::Figure;

use super::{AtDesk, Page, page};
use crate::{
    error::PageError,
    file::{self, File},
    filter::Filter,
    frame::Frame,
    links::segment,
    text,
    visit::{Asked, Choice, Choices, Visit},
};

#[derive(Template)]
#[template(path = "programs.html")]
struct Programs {
    frame: Frame,
    choices: Choices,
    whom: String,
    year: String,
    sentence: String,
    figure: String,
    step_links: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pickers: Vec<Picker>,
    comparison: Option<Beside>,
    steps: Vec<Meaning>,
    least: u64,
    confidence: u8,
    losses: String,
    download: String,
}

/// Another view of the same page.
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) chosen: bool,
}

/// A column of numbers, and the link that orders the rows by it.
struct Column {
    label: String,
    href: String,
    sorted: bool,
}

struct Row {
    name: String,
    href: Option<String>,
    cells: Vec<Number>,
}

/// A rate with its interval, and of how many.
pub(super) struct Number {
    pub(super) rate: String,
    pub(super) interval: String,
    pub(super) of: String,
    pub(super) few: bool,
}

impl Number {
    /// Where there is no number to be had.
    pub(super) fn in_words(words: &str) -> Self {
        Self { rate: words.to_owned(), interval: String::new(), of: String::new(), few: false }
    }

    /// None of it where nobody was asked.
    pub(super) fn of(rate: Option<Rate>, least: u64) -> Self {
        let rate = rate.filter(|rate| rate.denominator > 0);
        Self {
            rate: rate.map_or_else(|| "nobody".to_owned(), text::about),
            interval: rate.map(text::interval).unwrap_or_default(),
            of: rate.map(|rate| rate.to_string()).unwrap_or_default(),
            few: rate.is_some_and(|rate| rate.denominator < least),
        }
    }
}

/// A choice of one of two programs.
struct Picker {
    name: &'static str,
    label: &'static str,
    values: Vec<Choice>,
}

/// Two programs beside each other.
struct Beside {
    first: String,
    second: String,
    sentence: String,
    lines: Vec<BesideLine>,
}

struct BesideLine {
    name: String,
    first: Number,
    second: Number,
    points: String,
    interval: String,
    verdict: &'static str,
}

/// A step, in words.
pub(super) struct Meaning {
    pub(super) title: String,
    pub(super) asked: String,
    pub(super) words: String,
    pub(super) when: String,
    pub(super) source: String,
}

/// The steps of the rulebook, in words.
pub(super) fn meanings(visit: &Visit) -> Vec<Meaning> {
    let Some(pathway) = &visit.door.book().pathway else { return Vec::new() };
    let meaning = |step: &waymark_rulebook::Step| {
        let before = step.after.map_or("took a first course", |before| pathway.steps[before].words.as_str());
        let asked = match step.within_years {
            None => format!("those who {before}, when they leave"),
            Some(0) => format!("those who {before}, in the same year"),
            Some(1) => format!("those who {before} and were enrolled in the year after, in that year"),
            Some(years) => format!("those who {before} and were enrolled {years} years later, in that year"),
        };
        Meaning {
            title: step.title.clone(),
            asked,
            words: step.words.clone(),
            when: step.when.text.clone(),
            source: step.source.clone(),
        }
    };
    pathway.steps.iter().map(meaning).collect()
}

/// The places of the steps on the way through a program.
pub(super) fn way(visit: &Visit) -> Vec<usize> {
    let steps = visit.door.book().pathway.iter().flat_map(|pathway| pathway.steps.iter().enumerate());
    steps.filter(|(_, step)| !step.outcome).map(|(place, _)| place).collect()
}

pub(super) fn step_title(visit: &Visit, step: usize) -> String {
    let pathway = visit.door.book().pathway.as_ref();
    pathway.and_then(|pathway| pathway.steps.get(step)).map(|step| step.title.clone()).unwrap_or_default()
}

pub(super) fn step_name(visit: &Visit, step: usize) -> String {
    let pathway = visit.door.book().pathway.as_ref();
    pathway.and_then(|pathway| pathway.steps.get(step)).map(|step| step.name.clone()).unwrap_or_default()
}

fn name_of(visit: &Visit, number: ProgramNumber) -> String {
    match number {
        ProgramNumber::Participants => "Participants, of those enrolled".to_owned(),
        ProgramNumber::Concentrators => "Concentrators, of participants".to_owned(),
        ProgramNumber::Step(step) => step_title(visit, step),
    }
}

/// What the columns are, by the word that orders by them.
fn columns(visit: &Visit) -> Vec<(String, ProgramNumber)> {
    let mut columns = vec![("participants".to_owned(), ProgramNumber::Participants)];
    columns.extend(way(visit).into_iter().map(|step| (step_name(visit, step), ProgramNumber::Step(step))));
    columns.push(("concentrators".to_owned(), ProgramNumber::Concentrators));
    columns
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = asked_programs(&visit, &filter).await?;
    let columns = columns(&visit);
    let order = ordered(&visit, released.content().rows(), &columns, &asked.sort)?;
    let way = way(&visit);
    // The second course is where it shows whether students stay.
    let step = match asked.step.as_str() {
        "" => way.get(1).or(way.first()).copied(),
        name => columns.iter().find(|(known, _)| known == name).and_then(|(_, number)| match number {
            ProgramNumber::Step(step) => Some(*step),
            _ => None,
        }),
    };
    let Some(step) = step else { return Err(PageError::NotThere(format!("There is no step `{}`.", asked.step))) };
    let named: Vec<(String, String)> = order.iter().map(|row| (row.program_id.clone(), name(&visit, row))).collect();
    let whom = filter.whom(&visit);
    let about =
        About::students(format!("{}: of those who were asked, who went on", step_title(&visit, step)), whom.clone());
    let only: Vec<_> = named.iter().filter(|(id, _)| id != "*").cloned().collect();
    let dots = released.dots(about, &only, |row| row.rate(ProgramNumber::Step(step)));
    let rule = visit.door.book().comparison.as_ref();
    let least = rule.map_or(0, |rule| rule.least_students);
    let keep = |more: &[(&str, &str)]| filter.link(&visit, "/programs", more);
    let row = |row: &&ProgramRow| Row {
        name: name(&visit, row),
        href: (row.program_id != "*")
            .then(|| filter.link(&visit, &format!("/programs/{}", segment(&row.program_id)), &[])),
        cells: columns
            .iter()
            .map(|(_, number)| match number {
                // Steps are those of one program.
                ProgramNumber::Step(_) if row.program_id == "*" => Number::in_words("by program"),
                number => Number::of(row.rate(*number), least),
            })
            .collect(),
    };
    let mut choices = filter.choices(&visit, "/programs", true, true);
    choices.kept = vec![("sort", asked.sort.clone()), ("step", asked.step.clone())];
    choices.kept.retain(|(_, value)| !value.is_empty());
    page(&Programs {
        frame: visit.frame("Which programs keep their students?", "/programs").of(&released),
        choices,
        year: visit.year.to_string(),
        sentence: sentence(&visit, &order, step),
        figure: Figure::dots(&dots).html("retention"),
        step_links: way
            .iter()
            .map(|other| Link {
                label: step_title(&visit, *other),
                href: keep(&[("step", &step_name(&visit, *other)), ("sort", &asked.sort)]),
                chosen: *other == step,
            })
            .collect(),
        columns: columns
            .iter()
            .map(|(word, number)| Column {
                label: name_of(&visit, *number),
                href: keep(&[("sort", word), ("step", &asked.step)]),
                sorted: *word == asked.sort,
            })
            .collect(),
        rows: order.iter().map(row).collect(),
        pickers: pickers(&order, &visit, &asked),
        comparison: beside(&visit, &released, &asked, least)?,
        steps: meanings(&visit),
        least,
        confidence: rule.map_or(95, |rule| rule.confidence_percent),
        losses: filter.link(&visit, "/losses", &[]),
        download: filter.link(&visit, "/programs.csv", &[]),
        whom,
    })
}

/// The numbers of the page as a file.
pub(crate) async fn file(State(desk): AtDesk, asked: Asked) -> File {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = asked_programs(&visit, &filter).await?;
    file::csv(&format!("programs-{}", visit.year), |to| released.content().write_csv(to))
}

async fn asked_programs(visit: &Visit, filter: &Filter) -> Result<Released<ProgramsTable>, PageError> {
    let released = visit.door.programs(&visit.audience, &filter.window(visit)).await?;
    Ok(released.only(|row| row.program_id == "*" || filter.takes(visit, &row.program_id)))
}

fn name(visit: &Visit, row: &ProgramRow) -> String {
    if row.program_id == "*" { "All programs".to_owned() } else { visit.program_name(&row.program_id) }
}

/// All programs first, then the programs by name, or by a number, the highest first and nobody last.
fn ordered<'a>(
    visit: &Visit,
    rows: &'a [ProgramRow],
    columns: &[(String, ProgramNumber)],
    sort: &str,
) -> Result<Vec<&'a ProgramRow>, PageError> {
    let number = columns.iter().find(|(word, _)| word == sort).map(|(_, number)| *number);
    if number.is_none() && !sort.is_empty() {
        return Err(PageError::NotThere(format!("Programs have no number `{sort}`.")));
    }
    let mut order: Vec<&ProgramRow> = rows.iter().collect();
    order.sort_by_key(|row| (row.program_id != "*", visit.program_name(&row.program_id)));
    if let Some(number) = number {
        let value = |row: &ProgramRow| row.rate(number).and_then(Rate::quotient).unwrap_or(-1.0);
        order.sort_by(|a, b| {
            (a.program_id != "*").cmp(&(b.program_id != "*")).then_with(|| value(b).total_cmp(&value(a)))
        });
    }
    Ok(order)
}

/// Who takes part, and which programs keep the most and the fewest.
fn sentence(visit: &Visit, rows: &[&ProgramRow], step: usize) -> String {
    let Some(all) = rows.iter().find(|row| row.program_id == "*") else {
        return format!("Nobody is enrolled here in {}.", visit.year);
    };
    let mut sentence = format!(
        "{} of {} students who are enrolled in {} take part in a program ({}).",
        text::count(all.participants.numerator),
        text::count(all.participants.denominator),
        visit.year,
        text::about(all.participants)
    );
    let most = rows.iter().filter(|row| row.program_id != "*").max_by_key(|row| row.started);
    if let Some(most) = most.filter(|most| most.started > 0) {
        let _ = write!(
            sentence,
            " The most begin {}: {} in {}.",
            visit.program_name(&most.program_id),
            text::counted(most.started, "student", "students"),
            visit.year
        );
    }
    let least = visit.door.book().comparison.as_ref().map_or(0, |rule| rule.least_students);
    let mut kept: Vec<(&str, Rate)> = rows
        .iter()
        .filter_map(|row| Some((row.program_id.as_str(), row.rate(ProgramNumber::Step(step))?)))
        .filter(|(_, rate)| rate.denominator >= least)
        .collect();
    kept.sort_by(|a, b| a.1.quotient().unwrap_or(0.0).total_cmp(&b.1.quotient().unwrap_or(0.0)));
    if let [(low_id, low), .., (high_id, high)] = kept.as_slice() {
        let _ = write!(
            sentence,
            " {}: from {} in {} to {} in {} reached it.",
            step_title(visit, step),
            text::about(*low),
            visit.program_name(low_id),
            text::about(*high),
            visit.program_name(high_id)
        );
    }
    sentence
}

fn pickers(rows: &[&ProgramRow], visit: &Visit, asked: &Asked) -> Vec<Picker> {
    let picker = |name: &'static str, label: &'static str, chosen: &str| Picker {
        name,
        label,
        values: rows
            .iter()
            .filter(|row| row.program_id != "*")
            .map(|row| Choice {
                value: row.program_id.clone(),
                label: visit.program_name(&row.program_id),
                chosen: row.program_id == chosen,
            })
            .collect(),
    };
    vec![picker("first", "Program", &asked.first), picker("second", "beside program", &asked.second)]
}

fn beside(
    visit: &Visit,
    released: &Released<ProgramsTable>,
    asked: &Asked,
    least: u64,
) -> Result<Option<Beside>, PageError> {
    if asked.first.is_empty() || asked.second.is_empty() {
        return Ok(None);
    }
    let compared = released.compared(visit.door.book(), &asked.first, &asked.second);
    let Some(compared) = compared else {
        return Err(PageError::NotThere("One of the two programs is not among these.".to_owned()));
    };
    let (first, second) = (visit.program_name(&asked.first), visit.program_name(&asked.second));
    let is_real = |one: &Comparison| matches!(one.verdict, Verdict::Below | Verdict::Above);
    let real: Vec<String> =
        compared.iter().filter(|(_, one)| is_real(one)).map(|(number, _)| name_of(visit, *number)).collect();
    let sentence = if real.is_empty() {
        format!("{first} and {second} do not differ by more than chance.")
    } else {
        format!("{first} and {second} differ by more than chance in: {}.", text::listed(&real))
    };
    let line = |(number, one): &(ProgramNumber, Comparison)| BesideLine {
        name: name_of(visit, *number),
        first: Number::of(Some(one.group), least),
        second: Number::of(Some(one.others), least),
        points: text::points(one.gap),
        interval: text::points_interval(one.interval),
        verdict: one.verdict.words(),
    };
    let lines = compared.iter().map(line).collect();
    Ok(Some(Beside { first, second, sentence, lines }))
}
