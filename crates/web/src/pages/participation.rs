//! Who takes part? Participants and concentrators by school and by program.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{Cell, MeasuresRow, MeasuresTable, Released, Selection};

use super::{AtDesk, Page, page};
use crate::{
    error::PageError,
    frame::Frame,
    links::cell_of,
    text,
    visit::{Asked, Choices, Visit},
};

#[derive(Template)]
#[template(path = "participation.html")]
struct Participation {
    frame: Frame,
    choices: Choices,
    name: String,
    year: String,
    groups: Vec<Group>,
}

struct Group {
    id: &'static str,
    heading: &'static str,
    column: &'static str,
    rows: Vec<Line>,
}

/// Participants and concentrators of one part.
struct Line {
    name: String,
    whole: bool,
    enrolled: String,
    counts: Vec<Count>,
}

struct Count {
    href: String,
    students: String,
    percent: String,
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let participants = of_everybody(&visit, "participants").await?;
    let concentrators = of_everybody(&visit, "concentrators").await?;
    let tables = [participants.content().rows(), concentrators.content().rows()];
    let own = visit.organization.organization_id.as_str();
    let mut by_organization: Vec<Line> =
        line(&visit, &tables, own, "*", visit.organization.name.clone(), true).into_iter().collect();
    by_organization.extend(
        visit
            .parts()
            .iter()
            .filter_map(|part| line(&visit, &tables, &part.organization_id, "*", part.name.clone(), false)),
    );
    let of_programs = |clusters: bool| {
        let is_wanted = |row: &&MeasuresRow| {
            row.organization_id == own && row.program_id != "*" && row.program_id.starts_with("cluster:") == clusters
        };
        let programs = tables[0].iter().filter(is_wanted).map(|row| row.program_id.as_str());
        let mut lines: Vec<Line> =
            programs.filter_map(|id| line(&visit, &tables, own, id, visit.program_name(id), false)).collect();
        lines.sort_by(|a, b| a.name.cmp(&b.name));
        lines
    };
    let (heading, column) = match visit.parts_kind() {
        "district" => ("By district", "District"),
        _ => ("By school", "School"),
    };
    let groups = vec![
        Group { id: "by-organization", heading, column, rows: by_organization },
        Group { id: "by-program", heading: "By program", column: "Program", rows: of_programs(false) },
        Group { id: "by-cluster", heading: "By cluster", column: "Cluster", rows: of_programs(true) },
    ];
    page(&Participation {
        frame: visit.frame("Who takes part?", "/participation").of(&participants),
        choices: visit.choices("/participation".to_owned(), true),
        name: visit.organization.name.clone(),
        year: visit.year.to_string(),
        groups: groups.into_iter().filter(|group| !group.rows.is_empty()).collect(),
    })
}

/// The rows of a measure for all students together.
async fn of_everybody(visit: &Visit, measure: &str) -> Result<Released<MeasuresTable>, PageError> {
    let (measure, subgroup) = (Some(measure.to_owned()), Some("all".to_owned()));
    let selection = Selection { measure, subgroup, ..Selection::default() };
    Ok(visit.door.measures(&visit.audience, visit.year, &selection).await?)
}

fn line(
    visit: &Visit,
    tables: &[&[MeasuresRow]; 2],
    organization: &str,
    program: &str,
    name: String,
    whole: bool,
) -> Option<Line> {
    let of = |rows: &[MeasuresRow]| {
        rows.iter().find(|row| row.organization_id == organization && row.program_id == program).cloned()
    };
    let rows: Vec<MeasuresRow> = tables.iter().filter_map(|table| of(table)).collect();
    let enrolled = text::count(rows.first()?.denominator);
    let number = |row: &MeasuresRow| {
        let cell: Cell = cell_of(row);
        Count {
            href: visit.number_link(&cell),
            students: text::count(row.numerator),
            percent: text::percent(row.rate()),
        }
    };
    Some(Line { name, whole, enrolled, counts: rows.iter().map(number).collect() })
}
