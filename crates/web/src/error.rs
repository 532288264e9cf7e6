//! When there is no page to show: plain words, and what to do.

use askama::Template;
use axum::{
    http::{Method, StatusCode, Uri},
    response::{Html, IntoResponse, Response},
};
use waymark_disclosure::DoorError;

use crate::{DeskError, frame::Frame};

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// The address asks for something that cannot be asked for.
    #[error("{0}")]
    Asked(String),
    /// What the address names is not there.
    #[error("{0}")]
    NotThere(String),
    /// A form without the token of this server.
    #[error("Nothing was changed: this form is not one of the pages that are open now.")]
    StaleForm,
    /// Nothing was imported yet.
    #[error("Nothing is loaded yet.")]
    NothingLoaded,
    /// Nothing was released.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The desk has no answer.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A template failed.
    #[error("the page cannot be written: {0}")]
    Template(#[from] askama::Error),
    /// A file could not be written.
    #[error("the file cannot be written: {0}")]
    File(String),
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    frame: Frame,
    what: String,
    advice: &'static str,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, advice) = match &self {
            Self::Asked(_) => {
                (StatusCode::BAD_REQUEST, "This address cannot be read", "Go back, or begin at the overview.")
            }
            Self::StaleForm => (
                StatusCode::FORBIDDEN,
                "This form is too old",
                "Waymark was started again since the page was loaded. Load the page again, and send it once more.",
            ),
            Self::Desk(DeskError::Refused(_)) => {
                (StatusCode::BAD_REQUEST, "This cannot be done", "Go back, correct what is named above, and try again.")
            }
            Self::NotThere(_)
            | Self::Door(DoorError::Unknown { .. })
            | Self::Desk(DeskError::NoRulebook(_) | DeskError::NoBatch(_)) => (
                StatusCode::NOT_FOUND,
                "Not found",
                "The data may have changed since the link was made. Begin at the overview.",
            ),
            Self::NothingLoaded => (
                StatusCode::NOT_FOUND,
                "Nothing is loaded yet",
                "Import your exports first: the page Import takes them.",
            ),
            Self::Door(DoorError::Log(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The access log cannot be written",
                "What cannot be logged is not shown. Check that the data folder is writable and its disk has room.",
            ),
            Self::Door(DoorError::Engine(_))
            | Self::Desk(DeskError::Storage(_))
            | Self::Template(_)
            | Self::File(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This page could not be made",
                "Nothing was changed. Load the page again; if it fails again, the message above says where to look.",
            ),
        };
        message(status, title, self.to_string(), advice)
    }
}

/// An address that no page has.
pub(crate) async fn no_such_page(uri: Uri) -> Response {
    let what = format!("There is no page at {}.", uri.path());
    message(StatusCode::NOT_FOUND, "Not found", what, "Begin at the overview.")
}

/// A page that is asked to change something.
pub(crate) async fn no_such_method(method: Method) -> Response {
    let what = format!("This page can only be read; {method} changes nothing here.");
    message(StatusCode::METHOD_NOT_ALLOWED, "Nothing to change", what, "Use the command line to import, undo or erase.")
}

fn message(status: StatusCode, title: &str, what: String, advice: &'static str) -> Response {
    match (Message { frame: Frame::new(title, "", &[]), what, advice }).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => (status, "This page could not be made.\n").into_response(),
    }
}
