//! Who is left out? Each group's share of the school against its share of those who start, concentrate and earn.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{Comparison, FairnessRow, FairnessTable, Rate, Ratio, Released, Verdict, shapes::About};
use waymark_figure::Figure;

use super::{
    AtDesk, Page, page,
    programs::{Link, Number},
};
use crate::{
    error::PageError,
    file::{self, File},
    filter::Filter,
    frame::Frame,
    text,
    visit::{Asked, Choice, Choices, Select, Visit},
};

#[derive(Template)]
#[template(path = "fairness.html")]
struct Fairness {
    frame: Frame,
    choices: Choices,
    whom: String,
    sentence: String,
    figure: String,
    stage_links: Vec<Link>,
    stage: String,
    of: String,
    sections: Vec<Section>,
    makeup_columns: Vec<String>,
    makeup: Vec<Makeup>,
    not_known: Vec<String>,
    left_out: Vec<String>,
    least: u64,
    confidence: u8,
    download: String,
}

/// Groups of one kind.
struct Section {
    title: String,
    lines: Vec<Line>,
}

/// A group beside everybody else.
struct Line {
    name: String,
    own: Number,
    others: Number,
    points: String,
    interval: String,
    ratio: String,
    ratio_interval: String,
    parity: String,
    verdict: &'static str,
}

/// A group's share of those enrolled and of those who reached each stage.
struct Makeup {
    name: String,
    shares: Vec<(String, String)>,
}

impl Line {
    fn of(name: String, one: &Comparison, least: u64) -> Self {
        let written = |(low, high)| format!("{} to {}", Ratio::written(low), Ratio::written(high));
        Self {
            name,
            own: Number::of(Some(one.group), least),
            others: Number::of(Some(one.others), least),
            points: text::points(one.gap),
            interval: text::points_interval(one.interval),
            ratio: one.ratio.map_or_else(|| "none".to_owned(), |ratio| Ratio::written(ratio.thousandths)),
            ratio_interval: one.ratio.and_then(|ratio| ratio.interval).map(written).unwrap_or_default(),
            parity: one.to_parity.map_or_else(|| "none".to_owned(), text::count),
            verdict: one.verdict.words(),
        }
    }
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = released(&visit, &asked).await?;
    let table = released.content();
    let stage = match asked.step.as_str() {
        "" => Some(0),
        name => table.stages.iter().position(|stage| stage.name == name),
    };
    let Some(stage) = stage.filter(|stage| *stage < table.stages.len()) else {
        return Err(PageError::NotThere(format!("There is no stage `{}`.", asked.step)));
    };
    let program = if asked.program.is_empty() { "*" } else { &asked.program };
    let of = if program == "*" { "All programs".to_owned() } else { visit.program_name(program) };
    let whom = format!("{of}, {}, {}", visit.organization.name, visit.year);
    let named = |group: &str| (heading(&visit, group), visit.subgroup_name(group));
    let title = format!("Share of those enrolled and of {}", table.stages[stage].who);
    let pairs = released.pairs(About::students(title, whom.clone()), stage, named);
    let keep = |more: &[(&str, &str)]| {
        let mut query = vec![("program", asked.program.as_str())];
        query.extend(more);
        filter.link(&visit, "/fairness", &query)
    };
    let mut choices = filter.choices(&visit, "/fairness", false, false);
    for select in &mut choices.more {
        if select.name == "group" {
            select.label = "Groups";
            "Each group by itself".clone_into(&mut select.values[0].label);
            for choice in select.values.iter_mut().skip(1) {
                choice.label = format!("{}, with every other group", choice.label);
            }
        }
    }
    choices.more.retain(|select| select.name == "group");
    let mut programs =
        vec![Choice { value: String::new(), label: "All programs".to_owned(), chosen: asked.program.is_empty() }];
    programs.extend(visit.programs().into_iter().map(|known| Choice {
        value: known.program_id.clone(),
        label: known.title.clone(),
        chosen: known.program_id == asked.program,
    }));
    choices.more.push(Select { name: "program", label: "Program", values: programs });
    choices.kept = vec![("step", asked.step.clone())];
    choices.kept.retain(|(_, value)| !value.is_empty());
    page(&Fairness {
        frame: visit.frame("Who is left out?", "/fairness").of(&released),
        choices,
        sentence: sentence(&visit, table, stage),
        figure: if table.rows().is_empty() { String::new() } else { Figure::gaps(&pairs).html("shares") },
        stage_links: table
            .stages
            .iter()
            .enumerate()
            .map(|(place, other)| Link {
                label: other.title.clone(),
                href: keep(&[("step", &other.name)]),
                chosen: place == stage,
            })
            .collect(),
        stage: table.stages[stage].who.clone(),
        of: table.stages[stage].of.clone(),
        sections: sections(&visit, table, stage),
        makeup_columns: table.stages.iter().map(|stage| stage.title.clone()).collect(),
        makeup: table.rows().iter().map(|row| makeup(&visit, row)).collect(),
        not_known: table
            .not_known
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| format!("{}: {}", kind, text::counted(*count, "student", "students")))
            .collect(),
        left_out: table.left_out.clone(),
        least: table.least_students,
        confidence: table.confidence_percent,
        download: filter.link(&visit, "/fairness.csv", &[("program", &asked.program)]),
        whom,
    })
}

/// The numbers of the page as a file.
pub(crate) async fn file(State(desk): AtDesk, asked: Asked) -> File {
    let visit = Visit::new(&desk, &asked).await?;
    let released = released(&visit, &asked).await?;
    file::csv(&format!("fairness-{}", visit.year), |to| released.content().write_csv(to))
}

async fn released(visit: &Visit, asked: &Asked) -> Result<Released<FairnessTable>, PageError> {
    let program = if asked.program.is_empty() { "*" } else { &asked.program };
    if !visit.has_program(program) {
        return Err(PageError::NotThere(format!("There is no program `{program}`.")));
    }
    let group = Some(asked.group.as_str()).filter(|group| !group.is_empty());
    let organization = &visit.organization.organization_id;
    Ok(visit.door.fairness(&visit.audience, visit.year, organization, program, group).await?)
}

/// The heading under which a group, or two, stand.
fn heading(visit: &Visit, group: &str) -> String {
    let mut kinds: Vec<String> = group.split('+').map(|part| visit.dimension_name(part)).collect();
    kinds.dedup();
    kinds.join(" and ")
}

/// Who is behind and who is ahead by more than chance, in the order of the groups.
fn sentence(visit: &Visit, table: &FairnessTable, stage: usize) -> String {
    let of = |verdict: Verdict| -> Vec<String> {
        let rows = table.rows().iter().filter(|row| row.comparisons[stage].verdict == verdict);
        rows.map(|row| visit.subgroup_name(&row.subgroup)).collect()
    };
    let (below, above) = (of(Verdict::Below), of(Verdict::Above));
    let who = &table.stages[stage].who;
    if table.enrolled == 0 {
        return format!("Nobody is enrolled here in {}.", visit.year);
    }
    let mut parts = Vec::new();
    if !below.is_empty() {
        parts.push(format!("are less often {who} than everybody else, by more than chance: {}", below.join("; ")));
    }
    if !above.is_empty() {
        parts.push(format!("are more often {who}: {}", above.join("; ")));
    }
    if parts.is_empty() {
        format!("No group of students is more or less often {who} than everybody else by more than chance.")
    } else {
        format!("These groups of students {}.", parts.join(". These "))
    }
}

fn sections(visit: &Visit, table: &FairnessTable, stage: usize) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for row in table.rows() {
        let title = heading(visit, &row.subgroup);
        let line = Line::of(visit.subgroup_name(&row.subgroup), &row.comparisons[stage], table.least_students);
        match sections.last_mut() {
            Some(last) if last.title == title => last.lines.push(line),
            _ => sections.push(Section { title, lines: vec![line] }),
        }
    }
    sections
}

fn makeup(visit: &Visit, row: &FairnessRow) -> Makeup {
    let share = |rate: &Rate| (text::about(*rate), rate.to_string());
    let shares = std::iter::once(&row.enrolled).chain(&row.makeup).map(share).collect();
    Makeup { name: visit.subgroup_name(&row.subgroup), shares }
}
