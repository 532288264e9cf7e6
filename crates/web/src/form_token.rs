//! Forms that change something are answered only where they come from a page of this server.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::header::CONTENT_TYPE,
    middleware::Next,
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;

use crate::{error::PageError, pages::AtDesk};

/// The name of the token in forms, and in the address of a form that sends files.
pub(crate) const FORM_TOKEN: &str = "form_token";

/// The most bytes of a form without files.
const FORM_BYTES: usize = 4 << 20;

/// Lets a form through that carries the token: in its body, or in its address where the body is files.
pub(crate) async fn check(State(desk): AtDesk, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let token = desk.imports().form_token().to_owned();
    let has = |query: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(FORM_TOKEN)?.strip_prefix('='));
        value.is_some_and(|value| same(percent_decode_str(value).decode_utf8_lossy().as_bytes(), token.as_bytes()))
    };
    if request.uri().query().is_some_and(has) {
        return next.run(request).await;
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return PageError::StaleForm.into_response();
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES).await.unwrap_or_else(|_| Bytes::new());
    if std::str::from_utf8(&bytes).is_ok_and(has) {
        next.run(Request::from_parts(parts, Body::from(bytes))).await
    } else {
        PageError::StaleForm.into_response()
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    !b.is_empty() && a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_is_the_same() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abd", b"abc") && !same(b"ab", b"abc") && !same(b"", b""));
    }
}
