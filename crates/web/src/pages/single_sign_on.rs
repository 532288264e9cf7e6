//! Signing in where people are known already.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use waymark_accounts::{Answer, Secret, SignOnError};

use super::sign_in::{begun, local, people, with_form_token};
use crate::{
    error::PageError,
    people::{Answered, People},
    visitor::Visitor,
};

/// Where somebody wants to go, and perhaps whose invitation it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    next: String,
    code: String,
}

/// What the provider sends back by the browser.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SentBack {
    code: String,
    state: String,
    error: String,
    error_description: String,
}

/// A provider, as a page offers it.
pub(super) struct Offered {
    pub(super) name: String,
    pub(super) title: String,
}

/// The providers that a page offers.
pub(super) fn offered(people: &People) -> Vec<Offered> {
    let offered =
        |provider: &waymark_accounts::Provider| Offered { name: provider.name.clone(), title: provider.title.clone() };
    people.single_sign_on.providers().iter().map(offered).collect()
}

/// Leads to the provider.
pub(crate) async fn with(
    State(answered): State<Answered>,
    visitor: Visitor,
    jar: CookieJar,
    Path(provider): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let invitation = Some(Secret::given(wanted.code)).filter(|code| !code.reveal().is_empty());
    lead(people, &visitor, jar, &provider, invitation.as_ref(), &local(&wanted.next)).await
}

/// Lets in whom the provider knows.
pub(crate) async fn from(
    State(answered): State<Answered>,
    visitor: Visitor,
    jar: CookieJar,
    Path(provider): Path<String>,
    Query(sent): Query<SentBack>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    if sent.state.is_empty() && people.single_sign_on.is_portal(&provider) {
        return lead(people, &visitor, jar, &provider, None, "/").await;
    }
    if !sent.error.is_empty() {
        let said = [sent.error, sent.error_description];
        let reason = said.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(": ");
        let titles = offered(people).into_iter();
        let title = titles.filter(|offered| offered.name == provider).map(|offered| offered.title).next();
        return Err(SignOnError::Refused { title: title.unwrap_or(provider), reason }.into());
    }
    let browser = visitor.form_token().cloned().ok_or(SignOnError::NotBegun)?;
    let answer = Answer { provider: &provider, code: &sent.code, state: &sent.state };
    let (account, next) = people.single_sign_on.finish(&people.accounts, &answer, &browser).await?;
    begun(people, jar, &account, &next).await
}

async fn lead(
    people: &People,
    visitor: &Visitor,
    jar: CookieJar,
    provider: &str,
    invitation: Option<&Secret>,
    next: &str,
) -> Result<Response, PageError> {
    let (jar, token) = with_form_token(people, visitor, jar)?;
    let browser = Secret::given(token);
    let to = people.single_sign_on.begin(&people.accounts, provider, &browser, invitation, next).await?;
    Ok((jar, Redirect::to(&to)).into_response())
}
