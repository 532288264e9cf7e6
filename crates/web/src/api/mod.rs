//! The figures for programs: JSON and CSV, described by an `OpenAPI` document that is made of this code.
//!
//! What is released is what the pages show, by the same door, to whoever the token speaks for.

mod figures;
mod names;
mod students;

use std::{io, sync::Arc};

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use waymark_disclosure::{Door, DoorError, Released};
use waymark_terms::SchoolYear;

pub(crate) use figures::{levels, measures};
pub(crate) use names::{organizations, programs};
pub(crate) use students::students;

use crate::{Desk, DeskError, file::csv_rows, problem::Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waymark",
        version = "1",
        description = "Career and technical education figures of this place, as its pages show them. Names and identifiers \
                       are those of the data; an unknown name is 404, whether it is nowhere or out of reach."
    ),
    paths(figures::measures, figures::levels, students::students, names::organizations, names::programs),
    components(schemas(Problem)),
    modifiers(&Token)
)]
struct Document;

/// How a program says for whom it asks.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        if let Some(components) = document.components.as_mut() {
            components.add_security_scheme("token", SecurityScheme::Http(bearer));
        }
    }
}

/// The `OpenAPI` document.
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// An object with the rows and where they come from.
    #[default]
    Json,
    /// The rows with a header; an empty cell is unknown.
    Csv,
}

/// Where rows come from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Source {
    /// Name and version of the rulebook.
    rulebook: String,
    /// The snapshot of the data.
    snapshot: i64,
    /// When it was released, as RFC 3339 has it.
    #[schema(format = DateTime)]
    released_at: String,
}

impl Source {
    fn of<T>(released: &Released<T>) -> Self {
        let provenance = released.provenance();
        Self {
            rulebook: provenance.rulebook.clone(),
            snapshot: provenance.snapshot.number,
            released_at: provenance.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        }
    }
}

/// What went wrong, as problem details (RFC 9457).
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "it describes answers, and is none")]
enum Refusals {
    /// The query is not one of these.
    #[response(status = 400, content_type = "application/problem+json")]
    Asked(Problem),
    /// There is no token, or it is good for nothing.
    #[response(status = 401, content_type = "application/problem+json")]
    Nobody(Problem),
    /// A name that is not there, or is out of reach of this token.
    #[response(status = 404, content_type = "application/problem+json")]
    NotThere(Problem),
    /// It could not be computed.
    #[response(status = 500, content_type = "application/problem+json")]
    Failed(Problem),
}

impl From<DoorError> for Problem {
    fn from(error: DoorError) -> Self {
        let status = match &error {
            DoorError::Unknown { .. } => StatusCode::NOT_FOUND,
            DoorError::Engine(_) | DoorError::Log(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, format!("{error}."))
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let status = match &error {
            DeskError::NoRulebook(_) | DeskError::NoBatch(_) => StatusCode::NOT_FOUND,
            DeskError::Refused(_) => StatusCode::BAD_REQUEST,
            DeskError::Storage(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, format!("{error}."))
    }
}

/// The query of a request; what it may not have is a problem.
pub(crate) struct Queried<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Queried<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        let bad = |text: String| Problem::new(StatusCode::BAD_REQUEST, format!("{text}."));
        query.map(|Query(query)| Self(query)).map_err(|rejection| bad(rejection.body_text()))
    }
}

/// The door by a rulebook, or by the first.
async fn door(desk: &Arc<dyn Desk>, rulebook: Option<&String>) -> Result<Door, Problem> {
    let first = || desk.rulebooks().first().map(|book| book.name.clone()).unwrap_or_default();
    Ok(desk.door(&rulebook.cloned().unwrap_or_else(first)).await?)
}

/// The year that is asked for, or else the last that is loaded.
async fn year(desk: &Arc<dyn Desk>, year: Option<&String>) -> Result<SchoolYear, Problem> {
    if let Some(year) = year {
        return year.parse().map_err(|_| Problem::not_found(format!("There is no school year `{year}`.")));
    }
    let loaded = desk.loaded().await?;
    let last = loaded.and_then(|loaded| loaded.years.last().copied());
    last.ok_or_else(|| Problem::not_found("Nothing is loaded yet."))
}

fn csv(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Result<Response, Problem> {
    csv_rows(write).map_err(|error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("The file cannot be written: {error}."))
    })
}
