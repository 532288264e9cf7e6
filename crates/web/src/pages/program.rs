//! Where does this program lose whom? Its cohorts and groups step by step, its courses, what comes of it.

use std::fmt::Write;

use askama::Template;
use axum::extract::{Path, State};
use waymark_disclosure::{FunnelRow, LossRow, ProgramTable, Rate, Released, StepCounts, shapes::About};
use waymark_figure::Figure;

use super::{
    AtDesk, Page,
    losses::{Line, Loss, passage},
    page,
    programs::{Link, Meaning, Number, meanings, step_name},
};
use crate::{
    error::PageError,
    file::{self, File},
    filter::Filter,
    frame::Frame,
    links::segment,
    text,
    visit::{Asked, Choices, Visit},
};

#[derive(Template)]
#[template(path = "program.html")]
struct InDepth {
    frame: Frame,
    choices: Choices,
    whom: String,
    name: String,
    sentence: String,
    cohort_links: Vec<Link>,
    funnel: String,
    steps: Vec<String>,
    cohorts: Vec<Row>,
    groups: Vec<Row>,
    found: Vec<Loss>,
    passages: Vec<String>,
    lines: Vec<Line>,
    courses: Vec<Course>,
    next: Vec<Next>,
    meanings: Vec<Meaning>,
    least: u64,
    one_away: String,
    download: String,
}

/// A cohort or group, step by step.
struct Row {
    name: String,
    started: String,
    cells: Vec<Cell>,
}

/// Where those of a row stand to a step.
struct Cell {
    reached: String,
    of_start: String,
    of_before: String,
    lost: String,
    unseen: String,
}

struct Course {
    name: String,
    id: String,
    level: String,
    completed: Number,
    failed: String,
    withdrawn: String,
    in_progress: String,
}

/// What comes of the program.
struct Next {
    title: String,
    words: String,
    rate: Number,
    unseen: String,
}

impl Row {
    fn of(table: &ProgramTable, row: &FunnelRow, name: String, places: &[usize]) -> Self {
        let cell = |place: &usize| {
            let StepCounts { reached, lost, here, unseen } = row.steps[*place];
            let share = |of: u64| text::about(Rate { numerator: reached, denominator: of });
            Cell {
                reached: text::count(reached),
                of_start: share(row.started),
                of_before: share(table.before(row, *place)),
                lost: text::count(lost),
                unseen: text::count(here + unseen),
            }
        };
        Self { name, started: text::count(row.started), cells: places.iter().map(cell).collect() }
    }
}

pub(crate) async fn show(State(desk): AtDesk, Path(program): Path<String>, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    if !visit.has_program(&program) || program == "*" || program.starts_with("cluster:") {
        return Err(PageError::NotThere(format!("There is no program `{program}`.")));
    }
    let released = visit.door.program(&visit.audience, &program, &filter.window(&visit)).await?;
    let table = released.content();
    let path = format!("/programs/{}", segment(&program));
    let name = visit.program_name(&program);
    let chosen = if asked.cohort.is_empty() {
        table.everybody()
    } else {
        let cohort = table.cohorts().find(|row| row.cohort.is_some_and(|year| year.to_string() == asked.cohort));
        Some(cohort.ok_or_else(|| {
            PageError::NotThere(format!("Nobody took a first course of {name} in `{}`.", asked.cohort))
        })?)
    };
    let way = table.way();
    let named: Vec<&LossRow> = table.losses().named();
    let least = table.losses().least_students;
    let mut choices = filter.choices(&visit, &path, true, false);
    choices.kept = vec![("cohort", asked.cohort.clone())];
    choices.kept.retain(|(_, value)| !value.is_empty());
    let places: Vec<usize> = (0..table.steps.len()).collect();
    let funnel = chosen.map(|row| funnel(&visit, &filter, &released, row, &name)).unwrap_or_default();
    page(&InDepth {
        frame: visit.frame(format!("{name}: where does it lose whom?"), "/programs").of(&released),
        choices,
        whom: filter.whom(&visit),
        sentence: sentence(&visit, table, &named),
        cohort_links: cohort_links(&visit, &filter, table, &path, &asked.cohort),
        funnel,
        steps: table.steps.iter().map(|step| step.title.clone()).collect(),
        cohorts: table
            .cohorts()
            .map(|row| Row::of(table, row, row.cohort.map(|year| year.to_string()).unwrap_or_default(), &places))
            .collect(),
        groups: table.groups().map(|row| Row::of(table, row, visit.subgroup_name(&row.subgroup), &places)).collect(),
        found: named.iter().map(|row| Loss::of(&visit, &filter, row)).collect(),
        passages: way.iter().filter_map(|step| picture(&visit, &filter, &released, *step)).collect(),
        lines: table.losses().rows().iter().map(|row| Line::of(&visit, row, least)).collect(),
        courses: courses(table, least),
        next: next(table, least),
        meanings: meanings(&visit),
        least,
        one_away: filter.link(&visit, "/one-course-away", &[("program", &program)]),
        download: filter.link(&visit, &format!("{path}/funnel.csv"), &[]),
        name,
    })
}

/// The funnel as a file.
pub(crate) async fn file(State(desk): AtDesk, Path(program): Path<String>, asked: Asked) -> File {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = visit.door.program(&visit.audience, &program, &filter.window(&visit)).await?;
    file::csv(&format!("funnel-{program}-{}", visit.year), |to| released.content().write_csv(to))
}

/// How far everybody got, and whom it loses.
fn sentence(visit: &Visit, table: &ProgramTable, named: &[&LossRow]) -> String {
    let Some(all) = table.everybody() else {
        return "Nobody took a first course of this program in these years.".to_owned();
    };
    let mut parts = Vec::new();
    for place in table.way() {
        let StepCounts { reached, here, unseen, .. } = all.steps[place];
        let share = Rate { numerator: reached, denominator: all.started };
        let open = here + unseen;
        let open = if open > 0 { format!(", {} not observed yet", text::count(open)) } else { String::new() };
        parts.push(format!(
            "{} reached the {} ({}{open})",
            text::count(reached),
            table.steps[place].title.to_lowercase(),
            text::about(share)
        ));
    }
    let mut sentence = format!(
        "Of {} who took a first course, {}.",
        text::counted(all.started, "student", "students"),
        text::listed(&parts)
    );
    let losses: Vec<String> = named
        .iter()
        .map(|row| format!("{} {}", visit.subgroup_name(&row.subgroup), passage(visit, row.step)))
        .collect();
    if losses.is_empty() {
        sentence.push_str(" No group is lost more than the others by more than chance.");
    } else {
        let _ = write!(sentence, " Lost more than the others, by more than chance: {}.", losses.join("; "));
    }
    sentence
}

fn cohort_links(visit: &Visit, filter: &Filter, table: &ProgramTable, path: &str, chosen: &str) -> Vec<Link> {
    let all = Link { label: "All cohorts".to_owned(), href: filter.link(visit, path, &[]), chosen: chosen.is_empty() };
    let of = |row: &FunnelRow| {
        let cohort = row.cohort.map(|year| year.to_string()).unwrap_or_default();
        Link { href: filter.link(visit, path, &[("cohort", &cohort)]), chosen: cohort == chosen, label: cohort }
    };
    std::iter::once(all).chain(table.cohorts().map(of)).collect()
}

/// The steps and the flow of a cohort, or of all.
fn funnel(visit: &Visit, filter: &Filter, released: &Released<ProgramTable>, row: &FunnelRow, name: &str) -> String {
    let whom = match row.cohort {
        None => filter.whom(visit),
        Some(cohort) => format!("first course in {cohort}, {}", filter.whom(visit)),
    };
    let steps = released.steps(About::students(format!("From the first course on in {name}"), whom.clone()), row);
    let flows = released.flows(
        About::students(format!("Where students of {name} go"), whom)
            .limits("Those who are still here or out of sight may yet reach the step, or have done so elsewhere."),
        row,
    );
    Figure::funnel(&steps).html("funnel") + &Figure::flows(&flows).html("flow")
}

/// The groups at a step; none where nobody was asked.
fn picture(visit: &Visit, filter: &Filter, released: &Released<ProgramTable>, step: usize) -> Option<String> {
    let words = passage(visit, step);
    let about = About::students(format!("Who went on {words}"), filter.whom(visit));
    let dots = released.loss_dots(about, step, |group| (visit.dimension_name(group), visit.subgroup_name(group)));
    if dots.content().rows.is_empty() {
        return None;
    }
    Some(Figure::dots(&dots).html(&format!("step-{}", step_name(visit, step))))
}

fn courses(table: &ProgramTable, least: u64) -> Vec<Course> {
    let course = |row: &waymark_disclosure::CourseRow| {
        let counts = row.counts;
        Course {
            name: row.title.clone(),
            id: row.course_id.clone(),
            level: row.level.clone().unwrap_or_else(|| "not known".to_owned()),
            // What has not ended yet is neither completed nor not.
            completed: Number::of(
                Some(Rate { numerator: counts.completed, denominator: counts.records - counts.in_progress }),
                least,
            ),
            failed: text::count(counts.failed),
            withdrawn: text::count(counts.withdrawn),
            in_progress: text::count(counts.in_progress),
        }
    };
    table.courses().iter().map(course).collect()
}

/// What came of those who reached the step before.
fn next(table: &ProgramTable, least: u64) -> Vec<Next> {
    let Some(all) = table.everybody() else { return Vec::new() };
    let one = |place: usize| {
        let StepCounts { reached, lost, here, unseen } = all.steps[place];
        let step = &table.steps[place];
        let before = step.after.map_or("took a first course", |before| table.steps[before].words.as_str());
        Next {
            title: step.title.clone(),
            words: format!("of those who {before}"),
            rate: Number::of(Some(Rate { numerator: reached, denominator: reached + lost }), least),
            unseen: text::count(here + unseen),
        }
    };
    table.outcomes().into_iter().map(one).collect()
}
