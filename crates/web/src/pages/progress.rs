//! Is it getting better? An indicator over the years against its level, and whether the gaps of groups close.

use std::fmt::Write;

use askama::Template;
use axum::extract::{Path, State};
use waymark_disclosure::{Course, MeasureDefinition, ProgressRow, ProgressTable, Released, Standing, shapes::About};
use waymark_figure::Figure;
use waymark_terms::SchoolYear;

use super::{AtDesk, Page, page, programs::Number};
use crate::{
    error::PageError,
    file::{self, File},
    frame::Frame,
    links::segment,
    text,
    visit::{Asked, Choice, Choices, Select, Visit},
};

/// How many school years are looked at: enough for three years of progress.
const YEARS: usize = 4;

#[derive(Template)]
#[template(path = "progress.html")]
struct Progress {
    frame: Frame,
    choices: Choices,
    whom: String,
    definition: MeasureDefinition,
    sentence: String,
    plan: Option<String>,
    figure: String,
    years: Vec<Year>,
    columns: Vec<String>,
    rows: Vec<Row>,
    line_percent: u32,
    least: u64,
    indicator: String,
    download: String,
    records_begin: String,
}

/// A year beside its level.
struct Year {
    name: String,
    number: Number,
    level: String,
    line: String,
    standing: &'static str,
}

/// A group: its gap to all concentrators year by year.
struct Row {
    name: String,
    href: String,
    gaps: Vec<(String, String)>,
    now: &'static str,
    course: &'static str,
}

pub(crate) async fn show(State(desk): AtDesk, Path(measure): Path<String>, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let released = released(&visit, &measure).await?;
    let table = released.content();
    let path = format!("/indicators/{}/progress", segment(&measure));
    let rule = visit.door.book().comparison.as_ref();
    let least = rule.map_or(0, |rule| rule.least_students);
    let group = Some(asked.group.as_str()).filter(|group| !group.is_empty());
    if let Some(group) = group.filter(|group| !visit.door.book().subgroups.iter().any(|known| known.name == **group)) {
        return Err(PageError::NotThere(format!("There is no group `{group}`.")));
    }
    let whom = format!("{}, up to {}", visit.organization.name, visit.year);
    let about = About::students(format!("{measure}: {}", table.title), whom.clone());
    let series = released.series(about, group.map(|group| (group, visit.subgroup_name(group))));
    let with_group = |group: &str| {
        let year = visit.year.to_string();
        let mut query = visit.query(&year).to_vec();
        query.push(("group", group));
        crate::links::link(&path, &query)
    };
    let mut choices = visit.choices(path.clone(), true);
    let mut groups = vec![Choice { value: String::new(), label: "no group".to_owned(), chosen: group.is_none() }];
    groups.extend(table.rows().iter().map(|row| Choice {
        value: row.subgroup.clone(),
        label: visit.subgroup_name(&row.subgroup),
        chosen: group == Some(&row.subgroup),
    }));
    choices.more.push(Select { name: "group", label: "Beside all concentrators", values: groups });
    page(&Progress {
        frame: visit.frame(format!("{measure}: is it getting better?"), "/indicators").of(&released),
        choices,
        definition: visit.door.definition(&measure)?,
        sentence: sentence(&visit, table),
        plan: plan(table),
        figure: Figure::lines(&series).html("trend"),
        years: table
            .years()
            .iter()
            .map(|year| Year {
                name: year.report_year.to_string(),
                number: Number::of(Some(year.rate), least),
                level: year.target.map_or_else(|| "none set".to_owned(), |target| format!("{}%", target.level)),
                line: year.target.map_or_else(|| "none".to_owned(), |target| format!("{}%", target.line)),
                standing: year.standing.words(),
            })
            .collect(),
        columns: table.years().iter().map(|year| year.report_year.to_string()).collect(),
        rows: table.rows().iter().map(|row| line(&visit, row, with_group(&row.subgroup))).collect(),
        line_percent: table.line_percent,
        least,
        indicator: visit.measure_link(&measure, ""),
        download: visit.link(&format!("{path}.csv")),
        records_begin: visit.years().first().map(ToString::to_string).unwrap_or_default(),
        whom,
    })
}

/// The numbers of the page as a file.
pub(crate) async fn file(State(desk): AtDesk, Path(measure): Path<String>, asked: Asked) -> File {
    let visit = Visit::new(&desk, &asked).await?;
    let released = released(&visit, &measure).await?;
    file::csv(&format!("progress-{measure}-{}", visit.year), |to| released.content().write_csv(to))
}

async fn released(visit: &Visit, measure: &str) -> Result<Released<ProgressTable>, PageError> {
    let mut years: Vec<SchoolYear> = visit.years().iter().copied().filter(|year| *year <= visit.year).collect();
    let surplus = years.len().saturating_sub(YEARS);
    years.drain(..surplus);
    let organization = &visit.organization.organization_id;
    Ok(visit.door.progress(&visit.audience, measure, organization, visit.year, &years).await?)
}

fn sentence(visit: &Visit, table: &ProgressTable) -> String {
    let known: Vec<_> = table.years().iter().filter(|year| year.rate.denominator > 0).collect();
    let mut sentence = match known.as_slice() {
        [] => "Nobody was in the denominator in these years.".to_owned(),
        [only] => format!("{} in {}; there is no year to compare it with.", text::about(only.rate), only.report_year),
        [first, .., last] => format!(
            "From {} in {} to {} in {}.",
            text::about(first.rate),
            first.report_year,
            text::about(last.rate),
            last.report_year
        ),
    };
    let of = |course: Course| -> Vec<String> {
        let rows = table.rows().iter().filter(|row| row.course == course);
        rows.map(|row| visit.subgroup_name(&row.subgroup)).collect()
    };
    for (course, words) in [(Course::Closing, "closing"), (Course::Opening, "opening")] {
        let groups = of(course);
        if !groups.is_empty() {
            let _ = write!(
                sentence,
                " The gap to everybody else is {words} by more than chance for: {}.",
                groups.join("; ")
            );
        }
    }
    if known.len() > 1 && of(Course::Closing).is_empty() && of(Course::Opening).is_empty() {
        sentence.push_str(" No group’s gap changed by more than chance.");
    }
    sentence
}

/// Whether an improvement plan is due, and since when.
fn plan(table: &ProgressTable) -> Option<String> {
    let percent = table.line_percent;
    match table.missed() {
        0 => None,
        1 => Some(format!(
            "The {percent} percent line was missed: an improvement plan is due in the program year after (20 U.S.C. 2343(b))."
        )),
        2 => Some(format!(
            "The {percent} percent line was missed two years running: an improvement plan was due after the first, and is in its \
             first year (20 U.S.C. 2343(b))."
        )),
        years => Some(format!(
            "The {percent} percent line was missed {years} years running: after two years in a row with an improvement plan funds \
             may be withheld (20 U.S.C. 2343(b)(4))."
        )),
    }
    .filter(|_| table.years().last().is_some_and(|year| year.standing == Standing::NotMet))
}

fn line(visit: &Visit, row: &ProgressRow, href: String) -> Row {
    let gap = |(gap, rate): (&Option<waymark_disclosure::Gap>, &waymark_disclosure::Rate)| {
        let of = if rate.denominator == 0 { String::new() } else { rate.to_string() };
        (if rate.denominator == 0 { "nobody".to_owned() } else { text::points(*gap) }, of)
    };
    Row {
        name: visit.subgroup_name(&row.subgroup),
        href,
        gaps: row.gaps.iter().zip(&row.rates).map(gap).collect(),
        now: row.now.verdict.words(),
        course: row.course.words(),
    }
}
