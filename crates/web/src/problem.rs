//! What went wrong, for programs: problem details (RFC 9457).

use axum::{
    Json,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Problem details of RFC 9457. There is no `type`: the status says all that a program can act on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// The status of the response.
    #[schema(value_type = u16, example = 404)]
    #[serde(serialize_with = "number")]
    status: StatusCode,
    /// The status in words.
    title: &'static str,
    /// What is wrong with this request, in a sentence.
    detail: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde hands it over")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, title: status.canonical_reason().unwrap_or_default(), detail: detail.into() }
    }

    /// Nobody asks.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "A token is needed: `Authorization: Bearer TOKEN`.")
    }

    /// Nothing is there, or nothing for this visitor.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// It cannot be done like that.
    pub(crate) fn method(method: &Method) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("What is here can only be read, not `{method}`."))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
