//! Who has an account, and what may they see?

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use waymark_accounts::{Account, AccountsError, Grant, Invited, Role, Token};

use super::{
    Page, page,
    sign_in::{people, sentence},
};
use crate::{
    error::PageError,
    frame::Frame,
    people::{Answered, People},
    text,
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "accounts.html")]
struct Accounts {
    frame: Frame,
    form_token: String,
    lines: Vec<Line>,
    tokens: Vec<TokenLine>,
    roles: Vec<(&'static str, &'static str)>,
    /// What was just done, if it has to be told.
    told: Option<Told>,
    /// Why nothing was done.
    refusal: Option<String>,
}

struct Line {
    name: String,
    role: &'static str,
    reaches: String,
    state: &'static str,
    disabled: bool,
    since: String,
}

struct TokenLine {
    number: i64,
    account: String,
    label: String,
    scopes: String,
    until: String,
}

/// A link that is shown this once.
struct Told {
    name: String,
    link: String,
    until: String,
}

/// Somebody to be added or made something else.
#[derive(Deserialize)]
pub(crate) struct Filled {
    name: String,
    #[serde(default)]
    role: String,
    /// Identifiers with spaces between them.
    #[serde(default)]
    schools: String,
    #[serde(default)]
    programs: String,
}

/// A token by its number.
#[derive(Deserialize)]
pub(crate) struct Numbered {
    number: i64,
}

impl Line {
    fn of(account: &Account) -> Self {
        let (schools, programs) = account.grant.reach();
        let reaches: Vec<String> = schools.into_iter().chain(programs).collect();
        Self {
            name: account.name.clone(),
            role: account.grant.role().title(),
            reaches: if reaches.is_empty() { "not narrowed".to_owned() } else { reaches.join(", ") },
            state: match account {
                Account { disabled: true, .. } => "disabled",
                Account { has_password: true, .. } => "active",
                Account { identities, .. } if *identities > 0 => "active",
                _ => "invited",
            },
            disabled: account.disabled,
            since: text::instant(account.created_at),
        }
    }
}

impl From<Token> for TokenLine {
    fn from(token: Token) -> Self {
        Self {
            number: token.number,
            account: token.account,
            label: token.label,
            scopes: token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(", "),
            until: text::instant(token.expires_at),
        }
    }
}

impl Told {
    fn of(people: &People, invited: &Invited) -> Self {
        Self {
            name: invited.account.name.clone(),
            link: format!("{}/welcome?code={}", people.origin, invited.code.reveal()),
            until: text::instant(invited.expires_at),
        }
    }
}

pub(crate) async fn show(State(answered): State<Answered>, visitor: Visitor) -> Page {
    list(people(&answered)?, &visitor, None, None).await
}

pub(crate) async fn add(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let added = match grant(&filled) {
        Ok(grant) => people.accounts.add(visitor.who(), filled.name.trim(), &grant).await,
        Err(error) => Err(error),
    };
    invited(people, &visitor, added).await
}

pub(crate) async fn change(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let changed = match grant(&filled) {
        Ok(grant) => people.accounts.grant(visitor.who(), filled.name.trim(), &grant).await.map(|_| ()),
        Err(error) => Err(error),
    };
    done(people, &visitor, changed).await
}

pub(crate) async fn reset(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let reset = people.accounts.reset(visitor.who(), &filled.name).await;
    invited(people, &visitor, reset).await
}

pub(crate) async fn disable(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    set_disabled(&answered, &visitor, &filled.name, true).await
}

pub(crate) async fn enable(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    set_disabled(&answered, &visitor, &filled.name, false).await
}

async fn set_disabled(
    answered: &Answered,
    visitor: &Visitor,
    name: &str,
    disabled: bool,
) -> Result<Response, PageError> {
    let people = people(answered)?;
    let set = people.accounts.disable(visitor.who(), name, disabled).await;
    done(people, visitor, set.map(|_| ())).await
}

pub(crate) async fn revoke(
    State(answered): State<Answered>,
    visitor: Visitor,
    Form(token): Form<Numbered>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let revoked = people.accounts.revoke_token(visitor.who(), token.number).await;
    done(people, &visitor, revoked).await
}

/// What the form grants.
fn grant(filled: &Filled) -> Result<Grant, AccountsError> {
    let set = |names: &str| names.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let unknown = || AccountsError::Unreadable { what: "role", value: filled.role.clone() };
    Grant::new(Role::named(&filled.role).ok_or_else(unknown)?, set(&filled.schools), set(&filled.programs))
}

/// The list again, with the link of somebody who was invited: it cannot be shown later.
async fn invited(
    people: &People,
    visitor: &Visitor,
    invited: Result<Invited, AccountsError>,
) -> Result<Response, PageError> {
    match invited {
        Ok(invited) => Ok(list(people, visitor, Some(Told::of(people, &invited)), None).await?.into_response()),
        Err(error) => done(people, visitor, Err(error)).await,
    }
}

/// Back to the list, or why nothing was done.
async fn done(people: &People, visitor: &Visitor, done: Result<(), AccountsError>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to("/accounts").into_response()),
        Err(error @ (AccountsError::Storage(_) | AccountsError::Randomness(_))) => Err(error.into()),
        Err(refusal) => {
            let page = list(people, visitor, None, Some(sentence(&refusal.to_string()))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn list(people: &People, visitor: &Visitor, told: Option<Told>, refusal: Option<String>) -> Page {
    page(&Accounts {
        frame: Frame::new(visitor, "Accounts", "/accounts", &[]),
        form_token: visitor.form(),
        lines: people.accounts.list().await?.iter().map(Line::of).collect(),
        tokens: people.accounts.tokens().await?.into_iter().map(TokenLine::from).collect(),
        roles: Role::ALL.map(|role| (role.name(), role.title())).to_vec(),
        told,
        refusal,
    })
}
