//! The way of files into the data folder: send them, say what their columns mean, see what is wrong, store them.

pub(crate) mod case;
pub(crate) mod start;
mod upload;

use axum::response::{IntoResponse, Redirect, Response};

use crate::{error::PageError, links::segment};

/// The page of a case.
fn address(case: &str) -> String {
    format!("/import/{}", segment(case))
}

/// Leads a browser to a page after a form, so that loading it again sends nothing twice.
fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// What a form gives: somewhere to go on.
type Led = Result<Response, PageError>;
