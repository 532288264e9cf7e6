//! Everybody on one side of a number, a part at a time.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::Side;

use super::{
    AtDesk, Page,
    number::{About, Line, asked_cell},
    page,
};
use crate::{
    error::PageError,
    frame::Frame,
    text,
    visit::{Asked, Visit},
};

/// How many students stand on one page.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "number_students.html")]
struct Students {
    frame: Frame,
    about: About,
    side: &'static str,
    count: String,
    range: String,
    number_href: String,
    lines: Vec<Line>,
    before: Option<String>,
    after: Option<String>,
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let (cell, definition) = asked_cell(&visit, &asked)?;
    let (side, words) = match asked.side.as_str() {
        "numerator" => (Side::Numerator, "in the numerator"),
        "not_numerator" => (Side::NotNumerator, "in the denominator only"),
        side => return Err(PageError::Asked(format!("`{side}` is no side of a number."))),
    };
    let from = usize::try_from(asked.from()?).unwrap_or(usize::MAX);
    let released = visit.door.students(&visit.audience, visit.year, &cell, side).await?;
    let lines = released.content().lines();
    let shown = lines.iter().skip(from).take(AT_ONCE).map(|line| Line::of(&visit, line)).collect::<Vec<_>>();
    if shown.is_empty() {
        return Err(PageError::NotThere("There are no students in this part of the list.".to_owned()));
    }
    let part =
        |from: usize| visit.cell_link("/number/students", &cell, &[("side", &asked.side), ("from", &from.to_string())]);
    page(&Students {
        frame: visit.frame(format!("Students {words}: {}", cell.measure), "/indicators").of(&released),
        about: About::of(&visit, &cell, &definition),
        side: words,
        count: text::counted(lines.len() as u64, "student", "students"),
        range: format!("{} to {}", text::count(from as u64 + 1), text::count((from + shown.len()) as u64)),
        number_href: visit.number_link(&cell),
        before: (from > 0).then(|| part(from.saturating_sub(AT_ONCE))),
        after: (from + shown.len() < lines.len()).then(|| part(from + shown.len())),
        lines: shown,
    })
}
