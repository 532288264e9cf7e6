//! Who are you?

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use waymark_accounts::{Account, AccountsError, Refusal, Secret};

use super::single_sign_on::{Offered, offered};
use crate::{
    cookies::{self, FORM, SESSION},
    error::PageError,
    frame::Frame,
    people::{Answered, People},
    permit::Address,
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    frame: Frame,
    form_token: String,
    next: String,
    name: String,
    refusal: Option<String>,
    providers: Vec<Offered>,
}

/// Where somebody wanted to go.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    next: String,
}

/// What was filled in.
#[derive(Deserialize)]
pub(crate) struct Filled {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(
    State(answered): State<Answered>,
    visitor: Visitor,
    jar: CookieJar,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let next = local(&wanted.next);
    if !visitor.is_nobody() {
        return Ok(Redirect::to(&next).into_response());
    }
    let (jar, form_token) = with_form_token(people, &visitor, jar)?;
    let page = form(people, &visitor, form_token, next, String::new(), None)?;
    Ok((jar, page).into_response())
}

pub(crate) async fn enter(
    State(answered): State<Answered>,
    visitor: Visitor,
    Extension(Address(address)): Extension<Address>,
    jar: CookieJar,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let next = local(&filled.next);
    match people.accounts.sign_in(&filled.name, &filled.password, &address.to_string()).await {
        Ok(account) => begun(people, jar, &account, &next).await,
        Err(Refusal::Accounts(error)) => Err(error.into()),
        Err(refusal) => {
            let status = match refusal {
                Refusal::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::FORBIDDEN,
            };
            let (jar, form_token) = with_form_token(people, &visitor, jar)?;
            let page = form(people, &visitor, form_token, next, filled.name, Some(sentence(&refusal.to_string())))?;
            Ok((status, jar, page).into_response())
        }
    }
}

pub(crate) async fn leave(
    State(answered): State<Answered>,
    visitor: Visitor,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    if let Visitor::Person(session) = &visitor {
        people.accounts.end_session(session).await?;
    }
    Ok((jar.add(cookies::forget(&people.origin, SESSION)), Redirect::to("/sign-in")).into_response())
}

fn form(
    people: &People,
    visitor: &Visitor,
    form_token: String,
    next: String,
    name: String,
    refusal: Option<String>,
) -> Result<Html<String>, PageError> {
    let frame = Frame::new(visitor, "Sign in", "", &[]);
    let providers = offered(people);
    Ok(Html(SignIn { frame, form_token, next, name, refusal, providers }.render()?))
}

/// The people of this place; where there are no accounts, there is nothing to sign in to.
pub(super) fn people(answered: &Answered) -> Result<&Arc<People>, PageError> {
    match answered {
        Answered::People(people) => Ok(people),
        Answered::ThisMachine { .. } => Err(PageError::NotThere("There are no accounts here.".to_owned())),
    }
}

/// Signs somebody in: a token that nobody had before, whatever the browser brought.
pub(super) async fn begun(
    people: &People,
    jar: CookieJar,
    account: &Account,
    next: &str,
) -> Result<Response, PageError> {
    let token = people.accounts.begin_session(account).await?;
    let jar = jar.add(cookies::cookie(&people.origin, SESSION, &token)).add(cookies::forget(&people.origin, FORM));
    Ok((jar, Redirect::to(next)).into_response())
}

/// The token that the form of somebody who is not signed in carries; the browser gets one if it has none.
pub(super) fn with_form_token(
    people: &People,
    visitor: &Visitor,
    jar: CookieJar,
) -> Result<(CookieJar, String), AccountsError> {
    let token = visitor.form_token().filter(|token| !token.reveal().is_empty()).cloned();
    let token = token.map_or_else(|| people.accounts.secret(), Ok)?;
    let shown = token.reveal().to_owned();
    Ok((jar.add(cookies::cookie(&people.origin, FORM, &Secret::given(shown.as_str()))), shown))
}

/// The address, if it is one of ours: nobody is led elsewhere.
pub(super) fn local(next: &str) -> String {
    let is_ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if is_ours { next.to_owned() } else { "/".to_owned() }
}

/// A message as a sentence.
pub(crate) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(local("/indicators?year=2024-25"), "/indicators?year=2024-25");
        for next in ["", "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/a\r\nb"] {
            assert_eq!(local(next), "/", "{next}");
        }
    }
}
