//! One number: what it means, where it comes from, and who is in it.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{Cell, MeasureDefinition, MeasuresRow, Rate, Selection, Side, StudentLine};

use super::{AtDesk, Page, page};
use crate::{
    error::PageError,
    frame::Frame,
    text,
    visit::{Asked, Visit},
};

/// How many students of each side stand on the page of the number itself.
const FIRST: usize = 50;

#[derive(Template)]
#[template(path = "number.html")]
struct NumberPage {
    frame: Frame,
    about: About,
    percent: String,
    of: String,
    definition: MeasureDefinition,
    snapshot: String,
    clauses_href: String,
    change_href: String,
    lists: Vec<List>,
}

/// Which number it is, in words.
pub(super) struct About {
    pub(super) measure: String,
    pub(super) title: String,
    pub(super) year: String,
    pub(super) organization: String,
    pub(super) program: String,
    pub(super) subgroup: String,
    pub(super) variant: String,
    pub(super) measure_href: String,
}

/// Students on one side of the number.
struct List {
    id: &'static str,
    heading: &'static str,
    count: String,
    lines: Vec<Line>,
    /// Where the rest is, if there is more.
    more: Option<String>,
}

/// A student of a list.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) organization: String,
    pub(super) grade: String,
}

impl Line {
    pub(super) fn of(visit: &Visit, line: &StudentLine) -> Self {
        let names = [&line.last_name, &line.first_name].map(|name| name.as_deref().unwrap_or_default());
        let name = names.iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>().join(", ");
        Self {
            href: visit.student_link(&line.student_id),
            id: line.student_id.clone(),
            name: if name.is_empty() { "name not known".to_owned() } else { name },
            organization: visit.organization_name(&line.organization_id),
            grade: line.grade_level.clone().unwrap_or_else(|| "not known".to_owned()),
        }
    }
}

impl About {
    pub(super) fn of(visit: &Visit, cell: &Cell, definition: &MeasureDefinition) -> Self {
        let variant = cell.variant.clone().unwrap_or_default();
        Self {
            measure: cell.measure.clone(),
            title: definition.title.clone(),
            year: visit.year.to_string(),
            organization: visit.organization.name.clone(),
            program: visit.program_name(&cell.program),
            subgroup: visit.subgroup_name(&cell.subgroup),
            measure_href: visit.measure_link(&cell.measure, &variant),
            variant,
        }
    }
}

/// The number that the address names; what it does not say is everybody's.
pub(super) fn asked_cell(visit: &Visit, asked: &Asked) -> Result<(Cell, MeasureDefinition), PageError> {
    if asked.measure.is_empty() {
        return Err(PageError::Asked("The address does not say which measure.".to_owned()));
    }
    let definition = visit.door.definition(&asked.measure)?;
    if !visit.has_program(&asked.program) && !asked.program.is_empty() {
        return Err(PageError::NotThere(format!("There is no program `{}`.", asked.program)));
    }
    if !definition.variants.contains(&asked.variant) && !asked.variant.is_empty() {
        return Err(PageError::NotThere(format!("{} has no variant `{}`.", asked.measure, asked.variant)));
    }
    let first = definition.variants.first().cloned().unwrap_or_default();
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let cell = Cell {
        measure: asked.measure.clone(),
        variant: Some(or(&asked.variant, &first)),
        organization: Some(visit.organization.organization_id.clone()),
        program: or(&asked.program, "*"),
        subgroup: or(&asked.subgroup, "all"),
    };
    Ok((cell, definition))
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let (cell, definition) = asked_cell(&visit, &asked)?;
    let selection = Selection {
        measure: Some(cell.measure.clone()),
        organization: cell.organization.clone(),
        program: Some(cell.program.clone()),
        subgroup: Some(cell.subgroup.clone()),
        pairs: false,
    };
    let released = visit.door.measures(&visit.audience, visit.year, &selection).await?;
    let row = released.content().rows().iter().find(|row| Some(&row.variant) == cell.variant.as_ref());
    // There is no row where nobody is in the denominator.
    let rate = row.map_or(Rate { numerator: 0, denominator: 0 }, MeasuresRow::rate);
    let students = visit.door.students(&visit.audience, visit.year, &cell, Side::Denominator).await?;
    let list = |id, heading, side: &str, wanted: bool| {
        let lines: Vec<_> = students.content().lines().iter().filter(|line| line.in_numerator == wanted).collect();
        List {
            id,
            heading,
            count: text::counted(lines.len() as u64, "student", "students"),
            lines: lines.iter().take(FIRST).map(|line| Line::of(&visit, line)).collect(),
            more: (lines.len() > FIRST).then(|| visit.cell_link("/number/students", &cell, &[("side", side)])),
        }
    };
    let provenance = released.provenance();
    let batch = provenance.snapshot.batch.map(|batch| format!(", made by batch {batch}")).unwrap_or_default();
    page(&NumberPage {
        frame: visit.frame(format!("{}: {}", cell.measure, text::percent(rate)), "/indicators").of(&released),
        about: About::of(&visit, &cell, &definition),
        percent: text::percent(rate),
        of: rate.to_string(),
        definition,
        clauses_href: visit.cell_link("/number/clauses", &cell, &[]),
        change_href: visit.cell_link("/number/change", &cell, &[]),
        snapshot: format!("{}{batch}", provenance.snapshot.number),
        lists: vec![
            list("in-numerator", "In the numerator", "numerator", true),
            list("not-in-numerator", "In the denominator only", "not_numerator", false),
        ],
    })
}
