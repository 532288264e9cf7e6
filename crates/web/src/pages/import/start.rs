//! Where an import begins, and what is under way.

use askama::Template;
use axum::{
    Form,
    extract::{Multipart, Request, State},
};
use serde::Deserialize;

use super::{Led, address, to, upload};
use crate::{
    Batch, CaseState,
    error::PageError,
    frame::Frame,
    pages::{AtDesk, Page, page},
    text,
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "import/start.html")]
struct Start {
    frame: Frame,
    form_token: String,
    limit: String,
    cases: Vec<Line>,
    last: Option<Last>,
}

/// A case on its way.
struct Line {
    href: String,
    files: String,
    state: &'static str,
}

/// The newest import that stands.
struct Last {
    batch: u64,
    source: String,
    by: String,
    at: String,
}

impl From<Batch> for Last {
    fn from(batch: Batch) -> Self {
        Self { batch: batch.number, source: batch.source, by: batch.by, at: text::instant(batch.at) }
    }
}

pub(crate) async fn show(State(desk): AtDesk, visitor: Visitor) -> Page {
    let imports = desk.imports();
    let lines = imports.cases().into_iter().map(|case| Line {
        href: address(&case.id),
        files: case.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", "),
        state: match case.state {
            CaseState::Working { .. } => "being worked on",
            CaseState::Asking { .. } => "waits for answers",
            CaseState::Checked(_) => "checked, not stored yet",
            CaseState::Refused { .. } => "cannot be stored",
            CaseState::Stored { .. } => "stored",
        },
    });
    let standing = |batch: &Batch| batch.kind == "import" && batch.undone_by.is_none();
    page(&Start {
        frame: Frame::new(&visitor, "Import", "/import", &[]),
        form_token: visitor.form(),
        limit: text::megabytes(imports.limit()),
        cases: lines.collect(),
        last: desk.batches().await?.into_iter().find(standing).map(Last::from),
    })
}

/// Takes files, and leads to their page.
pub(crate) async fn begin(State(desk): AtDesk, request: Request) -> Led {
    let files = multipart(request).await?;
    let upload = desk.imports().begin().await?;
    let case = upload::receive(files, upload).await?;
    Ok(to(&address(&case)))
}

/// The parts of a form with files.
pub(super) async fn multipart(request: Request) -> Result<Multipart, PageError> {
    use axum::extract::FromRequest;
    Multipart::from_request(request, &()).await.map_err(|rejection| PageError::Asked(rejection.body_text()))
}

/// Which batch is to be taken back.
#[derive(Deserialize)]
pub(crate) struct Undo {
    batch: u64,
}

/// Takes the newest import back.
pub(crate) async fn undo(State(desk): AtDesk, visitor: Visitor, Form(undo): Form<Undo>) -> Led {
    desk.imports().undo(undo.batch, visitor.who()).await?;
    Ok(to("/batches"))
}
