//! The rulebook in words.

use askama::Template;
use axum::extract::State;
use waymark_rulebook::{Rulebook, explain_measure};

use super::{AtDesk, Page, page};
use crate::{
    frame::Frame,
    visit::{Asked, Choice},
};

#[derive(Template)]
#[template(path = "definitions.html")]
struct Definitions<'a> {
    frame: Frame,
    rulebooks: Vec<Choice>,
    book: &'a Rulebook,
    identity: String,
    measures: Vec<(&'a waymark_rulebook::Measure, String)>,
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let rulebooks = desk.rulebooks();
    let first = rulebooks.first().map(|book| book.name.clone()).unwrap_or_default();
    let name = if asked.rulebook.is_empty() { first } else { asked.rulebook };
    let door = desk.door(&name).await?;
    let book = door.book();
    let choice = |book: crate::RulebookName| Choice { chosen: book.name == name, value: book.name, label: book.title };
    page(&Definitions {
        frame: Frame::new(&asked.visitor, "Definitions", "/definitions", &[("rulebook", &name)]),
        rulebooks: rulebooks.into_iter().map(choice).collect(),
        book,
        identity: book.identity(),
        measures: book.measures.iter().map(|measure| (measure, explain_measure(book, measure))).collect(),
    })
}
