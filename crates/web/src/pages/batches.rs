//! What was done to the data, by whom and when.

use askama::Template;
use axum::extract::State;

use super::{AtDesk, Page, page};
use crate::{
    Batch,
    frame::Frame,
    text::{self, count},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "batches.html")]
struct Batches {
    frame: Frame,
    batches: Vec<Line>,
}

struct Line {
    number: u64,
    what: String,
    by: String,
    at: String,
    source: String,
    counts: Vec<(String, String)>,
}

impl From<Batch> for Line {
    fn from(batch: Batch) -> Self {
        let what = match (batch.undoes, batch.undone_by) {
            (Some(undone), _) => format!("{} of batch {undone}", batch.kind),
            (None, Some(by)) => format!("{}, undone by batch {by}", batch.kind),
            (None, None) => batch.kind,
        };
        Self {
            number: batch.number,
            what,
            by: batch.by,
            at: text::instant(batch.at),
            source: batch.source,
            counts: batch.counts.into_iter().map(|(name, number)| (name.replace('_', " "), count(number))).collect(),
        }
    }
}

pub(crate) async fn show(State(desk): AtDesk, visitor: Visitor) -> Page {
    let batches = desk.batches().await?.into_iter().map(Line::from).collect();
    page(&Batches { frame: Frame::new(&visitor, "Batches", "/batches", &[]), batches })
}
