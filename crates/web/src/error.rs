//! When there is no page to show: plain words, and what to do.

use askama::Template;
use axum::{
    http::{Method, StatusCode, Uri},
    response::{Html, IntoResponse, Response},
};
use waymark_accounts::{AccountsError, SignOnError};
use waymark_disclosure::DoorError;

use crate::{DeskError, frame::Frame, permit, problem::Problem, visitor::Visitor};

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// The address asks for something that cannot be asked for.
    #[error("{0}")]
    Asked(String),
    /// What the address names is not there.
    #[error("{0}")]
    NotThere(String),
    /// Nothing was imported yet.
    #[error("Nothing is loaded yet.")]
    NothingLoaded,
    /// Nothing was released.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The desk has no answer.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The accounts cannot be used.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Nobody is let in by a provider.
    #[error("{}", crate::pages::sign_in::sentence(&.0.to_string()))]
    SignOn(#[from] SignOnError),
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

/// What is said instead of a page. It travels with the response, and becomes a page where it is known who reads it.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    status: StatusCode,
    title: &'static str,
    what: String,
    advice: &'static str,
}

impl Said {
    /// As a page for that visitor.
    pub(crate) fn page(self, visitor: &Visitor) -> Response {
        let Self { status, title, what, advice } = self;
        match (Message { frame: Frame::new(visitor, title, "", &[]), what, advice }).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (status, "This page could not be made.\n").into_response(),
        }
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AccountsError> for Said {
    fn from(error: AccountsError) -> Self {
        PageError::from(error).into()
    }
}

impl From<PageError> for Said {
    fn from(error: PageError) -> Self {
        let (status, title, advice) = match &error {
            PageError::Asked(_) => {
                (StatusCode::BAD_REQUEST, "This address cannot be read", "Go back, or begin at the overview.")
            }
            PageError::Desk(DeskError::Refused(_)) => {
                (StatusCode::BAD_REQUEST, "This cannot be done", "Go back, correct what is named above, and try again.")
            }
            PageError::NotThere(_)
            | PageError::Door(DoorError::Unknown { .. })
            | PageError::Desk(DeskError::NoRulebook(_) | DeskError::NoBatch(_)) => (
                StatusCode::NOT_FOUND,
                "Not found",
                "The data may have changed since the link was made. Begin at the overview.",
            ),
            PageError::SignOn(SignOnError::NoProvider(_)) => {
                (StatusCode::NOT_FOUND, "Not found", "Begin at the page where people sign in.")
            }
            PageError::SignOn(SignOnError::NotBegun) => {
                (StatusCode::BAD_REQUEST, "Sign in again", "Begin at the page where people sign in.")
            }
            PageError::SignOn(SignOnError::Refused { .. } | SignOnError::Unknown { .. }) => (
                StatusCode::FORBIDDEN,
                "You are not signed in",
                "Try again, or sign in with the password of your account.",
            ),
            PageError::SignOn(SignOnError::Provider { .. }) => (
                StatusCode::BAD_GATEWAY,
                "You are not signed in",
                "Try again later. If it fails again, an administrator has to look at how the provider is set up.",
            ),
            PageError::NothingLoaded => (
                StatusCode::NOT_FOUND,
                "Nothing is loaded yet",
                "Import your exports first: the page Import takes them.",
            ),
            PageError::Door(DoorError::Log(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The access log cannot be written",
                "What cannot be logged is not shown. Check that the data folder is writable and its disk has room.",
            ),
            PageError::Door(DoorError::Engine(_))
            | PageError::Desk(DeskError::Storage(_))
            | PageError::Accounts(_)
            | PageError::SignOn(SignOnError::Accounts(_))
            | PageError::Template(_)
            | PageError::File(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This page could not be made",
                "Nothing was changed. Load the page again; if it fails again, the message above says where to look.",
            ),
        };
        Self { status, title, what: error.to_string(), advice }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        Said::from(self).into_response()
    }
}

/// An address that no page has, or none for this visitor: which of the two is not said.
pub(crate) async fn no_such_page(visitor: Visitor, uri: Uri) -> Response {
    if visitor.is_nobody() {
        return permit::sign_in_first(&uri, true);
    }
    if uri.path().starts_with("/api/") {
        return Problem::not_found(format!("There is nothing at `{}`.", uri.path())).into_response();
    }
    let what = format!("There is no page at {}.", uri.path());
    Said { status: StatusCode::NOT_FOUND, title: "Not found", what, advice: "Begin at the overview." }.into_response()
}

/// A page that is asked to change something.
pub(crate) async fn no_such_method(visitor: Visitor, method: Method, uri: Uri) -> Response {
    if visitor.is_nobody() {
        return permit::sign_in_first(&uri, false);
    }
    if uri.path().starts_with("/api/") {
        return Problem::method(&method).into_response();
    }
    Said {
        status: StatusCode::METHOD_NOT_ALLOWED,
        title: "Nothing to change",
        what: format!("This page can only be read; {method} changes nothing here."),
        advice: "Use the command line to import, undo or erase.",
    }
    .into_response()
}

/// A form that is not from a page of this session.
pub(crate) fn stale_form(status: StatusCode) -> Response {
    Said {
        status,
        title: "This form is too old",
        what: "Nothing was changed: the form was not made for you, or you have signed in again since.".to_owned(),
        advice: "Load the page again and fill it in once more.",
    }
    .into_response()
}
