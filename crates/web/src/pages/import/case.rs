//! A lot of files: what they are, what is asked about them, what is wrong, and what became of them.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Form,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue},
    response::{Html, IntoResponse, Response},
};
use waymark_diagnostics::{Diagnostic, Severity};

use super::{Led, address, start::multipart, to, upload};
use crate::{
    Case, CaseState, Desk, QuestionGroup, Report,
    error::PageError,
    frame::Frame,
    pages::{AtDesk, data::Rule},
    permit::FORM_TOKEN,
    text::{self, count, counted},
    visitor::Visitor,
};

/// Seconds after which a browser looks again whether something is done.
const LOOK_AGAIN: u16 = 2;

/// What every page of a case shows.
struct Head {
    form_token: String,
    address: String,
    files: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "import/working.html")]
struct Working {
    frame: Frame,
    head: Head,
    what: String,
    percent: Option<u8>,
    seconds: u16,
}

#[derive(Template)]
#[template(path = "import/asking.html")]
struct Asking {
    frame: Frame,
    head: Head,
    groups: Vec<QuestionGroup>,
    open: String,
    said: Vec<Diagnostic>,
}

#[derive(Template)]
#[template(path = "import/checked.html")]
struct Checked {
    frame: Frame,
    head: Head,
    report: Shown,
}

#[derive(Template)]
#[template(path = "import/refused.html")]
struct Refused {
    frame: Frame,
    head: Head,
    message: String,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Template)]
#[template(path = "import/stored.html")]
struct Stored {
    frame: Frame,
    head: Head,
    batch: u64,
    report: Shown,
}

/// A report in words.
struct Shown {
    kept: String,
    set_aside: Option<String>,
    wrong: Vec<Rule>,
    notes: Vec<Rule>,
    tables: Vec<(String, String, String)>,
    previous: String,
    by_mapping: bool,
}

impl From<Report> for Shown {
    fn from(report: Report) -> Self {
        let (notes, wrong): (Vec<_>, Vec<_>) =
            report.findings.into_iter().partition(|finding| finding.severity == Severity::Note);
        let before = |before: Option<u64>| before.map_or_else(|| "none".to_owned(), count);
        Self {
            kept: counted(report.rows_kept, "row", "rows"),
            set_aside: (report.rows_set_aside > 0).then(|| counted(report.rows_set_aside, "row", "rows")),
            wrong: wrong.into_iter().map(Rule::from).collect(),
            notes: notes.into_iter().map(Rule::from).collect(),
            tables: report
                .tables
                .into_iter()
                .map(|(table, then, now)| (table.replace('_', " "), before(then), count(now)))
                .collect(),
            previous: report.previous,
            by_mapping: report.by_mapping,
        }
    }
}

impl Head {
    fn new(visitor: &Visitor, case: &Case) -> Self {
        let file = |file: &crate::CaseFile| (file.name.clone(), text::bytes(file.bytes), file.what.clone());
        Self { form_token: visitor.form(), address: address(&case.id), files: case.files.iter().map(file).collect() }
    }
}

/// The page of a case, as far as it has come.
pub(crate) async fn show(State(desk): AtDesk, visitor: Visitor, Path(id): Path<String>) -> Led {
    let case = find(&desk, &id)?;
    let head = Head::new(&visitor, &case);
    let frame = |title: &str| Frame::new(&visitor, title, "/import", &[]);
    match case.state.clone() {
        CaseState::Working { what, percent } => {
            let page =
                Working { frame: frame("Working on the files"), head, what, percent, seconds: LOOK_AGAIN }.render()?;
            let mut response = Html(page).into_response();
            response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(LOOK_AGAIN));
            Ok(response)
        }
        CaseState::Asking { groups, said } => {
            let open = groups.iter().flat_map(|group| &group.questions).filter(|question| question.open).count();
            let open = counted(open as u64, "question needs", "questions need");
            html(&Asking { frame: frame("What do the columns mean?"), head, groups, open, said })
        }
        CaseState::Checked(report) => {
            html(&Checked { frame: frame("What is in the files"), head, report: report.into() })
        }
        CaseState::Refused { message, diagnostics } => {
            html(&Refused { frame: frame("These files cannot be stored"), head, message, diagnostics })
        }
        CaseState::Stored { batch, report } => {
            html(&Stored { frame: frame("The files are stored"), head, batch, report: report.into() })
        }
    }
}

/// Takes the answers to the questions.
pub(crate) async fn answer(
    State(desk): AtDesk,
    Path(id): Path<String>,
    Form(answers): Form<Vec<(String, String)>>,
) -> Led {
    let case = find(&desk, &id)?;
    desk.imports().answer(&case.id, answers.into_iter().filter(|(name, _)| name != FORM_TOKEN).collect());
    Ok(to(&address(&case.id)))
}

/// Does what a button of the page says.
pub(crate) async fn act(
    State(desk): AtDesk,
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
    Form(_): Form<BTreeMap<String, String>>,
) -> Led {
    let case = find(&desk, &id)?;
    match action.as_str() {
        "store" => desk.imports().store(&case.id, visitor.who()),
        "ask" => desk.imports().ask_again(&case.id),
        "stop" => {
            desk.imports().forget(&case.id);
            return Ok(to("/import"));
        }
        _ => return Err(PageError::NotThere(format!("There is nothing called `{action}` to do."))),
    }
    Ok(to(&address(&case.id)))
}

/// Takes more files, or corrected ones.
pub(crate) async fn add(State(desk): AtDesk, Path(id): Path<String>, request: Request) -> Led {
    let case = find(&desk, &id)?;
    let files = multipart(request).await?;
    let upload = desk.imports().add_to(&case.id).await?.ok_or_else(|| not_there(&id))?;
    let case = upload::receive(files, upload).await?;
    Ok(to(&address(&case)))
}

fn find(desk: &Arc<dyn Desk>, id: &str) -> Result<Case, PageError> {
    desk.imports().case(id).ok_or_else(|| not_there(id))
}

fn not_there(id: &str) -> PageError {
    PageError::NotThere(format!("There are no files under `{id}`; they are forgotten when Waymark is stopped."))
}

fn html(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(template.render()?).into_response())
}
