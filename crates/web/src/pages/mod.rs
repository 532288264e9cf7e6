//! The pages, a file each.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod batches;
pub(crate) mod data;
pub(crate) mod definitions;
pub(crate) mod fairness;
pub(crate) mod import;
pub(crate) mod indicator;
pub(crate) mod indicators;
pub(crate) mod invitation;
pub(crate) mod losses;
pub(crate) mod number;
pub(crate) mod number_change;
pub(crate) mod number_clauses;
pub(crate) mod number_students;
pub(crate) mod one_course_away;
pub(crate) mod participation;
pub(crate) mod program;
pub(crate) mod programs;
pub(crate) mod progress;
pub(crate) mod reason;
pub(crate) mod sign_in;
pub(crate) mod single_sign_on;
pub(crate) mod start;
pub(crate) mod student;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Html};

use crate::{Desk, error::PageError};

/// The desk, as every page gets it.
pub(crate) type AtDesk = State<Arc<dyn Desk>>;

/// What every page gives.
type Page = Result<Html<String>, PageError>;

fn page(template: &impl Template) -> Page {
    Ok(Html(template.render()?))
}
