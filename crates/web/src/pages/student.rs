//! Why is this student a concentrator, or not?

use askama::Template;
use axum::extract::{Path, State};
use waymark_disclosure::{Cell, StudentTrace};

use super::{AtDesk, Page, page};
use crate::links::segment;
use crate::{
    frame::Frame,
    visit::{Asked, Choices, Visit},
};

#[derive(Template)]
#[template(path = "student.html")]
struct Student<'a> {
    frame: Frame,
    choices: Choices,
    trace: &'a StudentTrace,
    year: String,
    level: String,
    /// What the nearest level that is not met needs, by program.
    needs: Vec<(String, String)>,
    organization: Option<String>,
    groups: Vec<String>,
    numbers: Vec<Number<'a>>,
}

/// How the student stands in a measure.
struct Number<'a> {
    name: String,
    title: String,
    href: String,
    standing: &'static str,
    missing: &'a [String],
}

pub(crate) async fn show(State(desk): AtDesk, Path(student): Path<String>, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let released = visit.door.explain(&visit.audience, visit.year, &student, None).await?;
    let trace = released.content();
    let book = visit.door.book();
    let title = book.level(&trace.level.0).map_or(book.none.title.as_str(), |level| level.title.as_str());
    let code = if trace.level.1.is_empty() { String::new() } else { format!(" (code {})", trace.level.1) };
    page(&Student {
        frame: visit.frame(format!("Student {student}"), "/participation").of(&released),
        choices: visit.choices(format!("/students/{}", segment(&student)), false),
        trace,
        year: visit.year.to_string(),
        level: format!("{title}{code}"),
        needs: needs(trace),
        organization: trace.organization_id.as_deref().map(|id| visit.organization_name(id)),
        groups: trace.subgroups.iter().map(|name| visit.subgroup_name(name)).collect(),
        numbers: numbers(&visit, trace),
    })
}

/// The first thing that is missing for the next level of each program.
fn needs(trace: &StudentTrace) -> Vec<(String, String)> {
    let mut needs = Vec::new();
    for program in &trace.programs {
        let next = program.levels.iter().find(|level| !level.met);
        if let Some((next, missing)) =
            next.and_then(|next| next.clauses.iter().find_map(|clause| clause.needs.clone()).map(|needs| (next, needs)))
        {
            needs.push((program.title.clone(), format!("{missing} to be a {}", next.title)));
        }
    }
    needs
}

fn numbers<'a>(visit: &Visit, trace: &'a StudentTrace) -> Vec<Number<'a>> {
    let of_measure = |measure: &'a waymark_disclosure::MeasureTrace| {
        let cell = Cell {
            measure: measure.measure.clone(),
            variant: Some(measure.variant.clone()),
            organization: Some(visit.organization.organization_id.clone()),
            program: "*".to_owned(),
            subgroup: "all".to_owned(),
        };
        let variant =
            if measure.variant.is_empty() { String::new() } else { format!(", {}", measure.variant.replace('_', " ")) };
        Number {
            name: format!("{}{variant}", measure.measure),
            title: visit.door.book().measure(&measure.measure).map(|measure| measure.title.clone()).unwrap_or_default(),
            href: visit.number_link(&cell),
            standing: match (measure.in_denominator, measure.in_numerator) {
                (_, true) => "in the numerator",
                (true, false) => "in the denominator only",
                (false, false) => "not counted",
            },
            missing: &measure.missing,
        }
    };
    trace.measures.iter().map(of_measure).collect()
}
