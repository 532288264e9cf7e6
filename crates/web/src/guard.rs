//! What every request has to pass, and what every answer carries.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::people::{Answered, is_this_machine};

/// Nothing but the page itself, its style sheets and their fonts, and forms that lead back here.
const POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// A year.
const ENCRYPTED_FROM_NOW_ON: &str = "max-age=31536000";

/// Refuses what is not meant for here, and says what browsers may do with the answer.
pub(crate) async fn guard(State(answered): State<Answered>, request: Request, next: Next) -> Response {
    let mut response = match refusal(&answered, &request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if matches!(&answered, Answered::People(people) if people.origin.is_secure()) {
        let value = HeaderValue::from_static(ENCRYPTED_FROM_NOW_ON);
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

fn refusal(answered: &Answered, request: &Request) -> Option<(StatusCode, &'static str)> {
    // A page of another server can make its name lead here (DNS rebinding), but cannot make the browser call it ours.
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).filter(|_| hosts.next().is_none());
    match answered {
        Answered::ThisMachine { .. } => {
            let peer =
                request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
            if !peer.is_some_and(|peer| peer.is_loopback()) {
                return Some((StatusCode::FORBIDDEN, "Waymark answers only on the machine that it runs on.\n"));
            }
            if !host.is_some_and(is_this_machine) {
                let words = "Waymark answers only to localhost, 127.0.0.1 and [::1].\n";
                return Some((StatusCode::MISDIRECTED_REQUEST, words));
            }
        }
        Answered::People(people) => {
            if !host.is_some_and(|host| people.origin.is_at(host)) {
                return Some((StatusCode::MISDIRECTED_REQUEST, "Waymark answers only to its own name.\n"));
            }
        }
    }
    // Browsers say where a form comes from. The token in the form is the other half.
    let site = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
    if !request.method().is_safe() && site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return Some((StatusCode::FORBIDDEN, "This form came from another server.\n"));
    }
    None
}
