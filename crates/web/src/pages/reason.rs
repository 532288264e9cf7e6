//! Why do you look at students?

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Page, page,
    sign_in::{local, people},
};
use crate::{error::PageError, frame::Frame, people::Answered, visitor::Visitor};

/// Legitimate educational interests (34 CFR 99.31(a)(1)) as people here have them.
const REASONS: [&str; 5] = [
    "Advising students about courses and programs",
    "Checking whether a number is right",
    "Preparing a report to the State",
    "Planning courses, sections or work-based learning",
    "Answering a request of a student or a parent",
];

/// The most characters of a reason of one's own.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "reason.html")]
struct Reason {
    frame: Frame,
    form_token: String,
    next: String,
    reasons: [&'static str; 5],
    longest: usize,
}

/// Where somebody wanted to go.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    next: String,
}

/// What was chosen, or written.
#[derive(Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    other: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(visitor: Visitor, Query(wanted): Query<Wanted>) -> Page {
    page(&Reason {
        frame: Frame::new(&visitor, "Why do you look at students?", "", &[]),
        form_token: visitor.form(),
        next: local(&wanted.next),
        reasons: REASONS,
        longest: LONGEST,
    })
}

pub(crate) async fn give(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(given): Form<Given>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let Visitor::Person(session) = &visitor else {
        return Err(PageError::NotThere("Nobody asks for a reason here.".to_owned()));
    };
    let other: String = given.other.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let reason = if other.is_empty() { given.reason.as_str() } else { other.as_str() };
    if other.is_empty() && !REASONS.contains(&reason) {
        return Err(PageError::Asked("Choose a reason, or write one.".to_owned()));
    }
    people.accounts.give_reason(session, reason).await?;
    Ok(Redirect::to(&local(&given.next)).into_response())
}
