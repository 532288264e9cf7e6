//! Who asks, and whether they may.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderMap, StatusCode, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use percent_encoding::percent_decode_str;
use waymark_accounts::{AccountsError, Permission, Secret};

use crate::{
    cookies::{self, FORM, SESSION},
    error::{self, Said},
    links::link,
    people::{Answered, Rooms},
    visitor::Visitor,
};

/// The most bytes of a form that is looked through for its token.
const FORM_BYTES: usize = 4 << 20;

/// The name of the token in forms.
pub(crate) const FORM_TOKEN: &str = "form_token";

/// Where the request came from, for limits and the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address(pub(crate) IpAddr);

/// Finds out who asks, and writes in words of theirs what went wrong.
pub(crate) async fn identify(State(rooms): State<Rooms>, mut request: Request, next: Next) -> Response {
    let visitor =
        match visitor(&rooms.answered, request.headers().clone(), request.uri().path().starts_with("/api/")).await {
            Ok(visitor) => visitor,
            Err(error) => {
                return Said::from(error).page(&Visitor::default());
            }
        };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    let address = match &rooms.answered {
        Answered::ThisMachine { .. } => peer,
        Answered::People(people) => people.address(peer, request.headers()),
    };
    request.extensions_mut().insert(Address(address));
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Said>() {
        Some(said) => said.page(&visitor),
        None => response,
    }
}

async fn visitor(answered: &Answered, headers: HeaderMap, is_api: bool) -> Result<Visitor, AccountsError> {
    let people = match answered {
        Answered::ThisMachine { who, form } => {
            return Ok(Visitor::ThisMachine { who: who.clone(), form: form.clone() });
        }
        Answered::People(people) => people,
    };
    if let Some(token) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        let secret = token.strip_prefix("Bearer ").map(Secret::given);
        let bearer = match secret {
            // A token is for programs: no page takes it.
            Some(secret) if is_api => people.accounts.bearer(&secret).await?,
            _ => None,
        };
        return Ok(bearer.map_or_else(Visitor::default, |bearer| Visitor::Program(Box::new(bearer))));
    }
    let jar = CookieJar::from_headers(&headers);
    let cookie = |name: &str| jar.get(&cookies::name(&people.origin, name)).map(|cookie| Secret::given(cookie.value()));
    if let Some(token) = cookie(SESSION)
        && let Some(session) = people.accounts.session(&token).await?
    {
        return Ok(Visitor::Person(Box::new(session)));
    }
    Ok(Visitor::Nobody { form: cookie(FORM) })
}

/// Lets a visitor through who may, and whose form is one of ours.
pub(crate) async fn permit(
    State(needs): State<Option<Permission>>,
    visitor: Visitor,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(needs) = needs {
        if visitor.is_nobody() {
            return sign_in_first(request.uri(), request.method().is_safe());
        }
        if !visitor.may(needs) {
            return error::no_such_page(visitor, request.uri().clone()).await;
        }
        if needs == Permission::Students && visitor.owes_a_reason() {
            return Redirect::to(&link("/reason", &[("next", &here(request.uri()))])).into_response();
        }
    }
    if !request.method().is_safe() {
        match with_form_token(&visitor, request).await {
            Ok(checked) => request = checked,
            Err(status) => return error::stale_form(status),
        }
    }
    next.run(request).await
}

/// Leads somebody who has not signed in to where that is done, whether there is anything at this address or not.
pub(crate) fn sign_in_first(uri: &Uri, is_safe: bool) -> Response {
    if uri.path().starts_with("/api/") {
        return crate::problem::Problem::unauthorized().into_response();
    }
    let next = if is_safe { here(uri) } else { "/".to_owned() };
    let next = if next == "/" { String::new() } else { next };
    Redirect::to(&link("/sign-in", &[("next", &next)])).into_response()
}

fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or("/", |here| here.as_str()).to_owned()
}

/// The request, if its form carries the visitor's token: in the body, or in the address where the body is a file.
async fn with_form_token(visitor: &Visitor, request: Request) -> Result<Request, StatusCode> {
    let Some(token) = visitor.form_token() else { return Err(StatusCode::FORBIDDEN) };
    let is_it = |query: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(FORM_TOKEN)?.strip_prefix('='));
        value.is_some_and(|value| token.is(&percent_decode_str(value).decode_utf8_lossy()))
    };
    if request.uri().query().is_some_and(is_it) {
        return Ok(request);
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(StatusCode::FORBIDDEN);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    if std::str::from_utf8(&bytes).is_ok_and(is_it) {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}
