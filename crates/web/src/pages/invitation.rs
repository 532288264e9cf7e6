//! Welcome: choose a password.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use waymark_accounts::{Account, AccountsError, SHORTEST, Secret};

use super::{
    sign_in::{begun, people, sentence, with_form_token},
    single_sign_on::{Offered, offered},
};
use crate::{
    error::PageError,
    frame::Frame,
    people::{Answered, People},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "invitation.html")]
struct Invitation {
    frame: Frame,
    form_token: String,
    code: String,
    name: String,
    role: &'static str,
    shortest: usize,
    refusal: Option<String>,
    providers: Vec<Offered>,
}

/// The code of the link.
#[derive(Deserialize)]
pub(crate) struct Linked {
    #[serde(default)]
    code: String,
}

/// What was filled in.
#[derive(Deserialize)]
pub(crate) struct Filled {
    code: String,
    password: String,
    again: String,
}

pub(crate) async fn show(
    State(answered): State<Answered>,
    visitor: Visitor,
    jar: CookieJar,
    Query(linked): Query<Linked>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let code = Secret::given(linked.code);
    let account = people.accounts.invited(&code).await?.ok_or_else(used)?;
    let (jar, form_token) = with_form_token(people, &visitor, jar)?;
    Ok((jar, page(people, &visitor, form_token, &code, &account, None)?).into_response())
}

pub(crate) async fn accept(
    State(answered): State<Answered>,
    visitor: Visitor,
    jar: CookieJar,
    Form(filled): Form<Filled>,
) -> Result<Response, PageError> {
    let people = people(&answered)?;
    let code = Secret::given(filled.code);
    let account = people.accounts.invited(&code).await?.ok_or_else(used)?;
    let refusal = if filled.password == filled.again {
        match people.accounts.accept(&code, &filled.password).await {
            Ok(account) => return begun(people, jar, &account, "/").await,
            Err(AccountsError::Password(weakness)) => sentence(&weakness.to_string()),
            Err(AccountsError::NoInvitation) => return Err(used()),
            Err(error) => return Err(error.into()),
        }
    } else {
        "The two are not the same.".to_owned()
    };
    let (jar, form_token) = with_form_token(people, &visitor, jar)?;
    let page = page(people, &visitor, form_token, &code, &account, Some(refusal))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, jar, page).into_response())
}

fn used() -> PageError {
    PageError::NotThere(sentence(&AccountsError::NoInvitation.to_string()))
}

fn page(
    people: &People,
    visitor: &Visitor,
    form_token: String,
    code: &Secret,
    account: &Account,
    refusal: Option<String>,
) -> Result<Html<String>, PageError> {
    let invitation = Invitation {
        frame: Frame::new(visitor, "Welcome", "", &[]),
        form_token,
        code: code.reveal().to_owned(),
        name: account.name.clone(),
        role: account.grant.role().title(),
        shortest: SHORTEST,
        refusal,
        providers: offered(people),
    };
    Ok(Html(invitation.render()?))
}
