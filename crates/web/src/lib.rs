//! The pages: HTML made here, that works without script and asks no other server for anything.
//!
//! A page shows what a [`Door`](waymark_disclosure::Door) has released. What it needs beside that (what is loaded, what is
//! wrong with it, what things are called) comes from a [`Desk`], which the binary implements. [`router`] has all pages in
//! one place; `pages/` has a file for each.
//!
//! As long as there are no accounts, only the person at this machine is answered: a request from another machine, or by
//! a name that is not this machine's, is refused.

mod desk;
mod error;
mod file;
mod filter;
mod form_token;
mod frame;
mod guard;
mod imports;
mod links;
mod pages;
mod text;
mod visit;

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::header::CONTENT_TYPE,
    middleware,
    routing::{get, post},
};
use tokio::net::TcpListener;

pub use desk::{Batch, Desk, DeskError, Finding, Loaded, Organization, Program, RulebookName, SetAsideRow};
pub use imports::{Case, CaseFile, CaseState, Imports, Question, QuestionGroup, Report, Upload};

/// The style sheet of pages; that of figures, and its fonts, come with the figures.
const STYLE: &str = include_str!("../static/style.css");

const CSS: &str = "text/css; charset=utf-8";

/// Every page and its address.
pub fn router(desk: Arc<dyn Desk>) -> Router {
    Router::new()
        .route("/", get(pages::start::show))
        .route("/indicators", get(pages::indicators::show))
        .route("/indicators/{measure}", get(pages::indicator::show))
        .route("/indicators/{measure}/progress", get(pages::progress::show))
        .route("/indicators/{measure}/progress.csv", get(pages::progress::file))
        .route("/participation", get(pages::participation::show))
        .route("/programs", get(pages::programs::show))
        .route("/programs.csv", get(pages::programs::file))
        .route("/programs/{program}", get(pages::program::show))
        .route("/programs/{program}/funnel.csv", get(pages::program::file))
        .route("/losses", get(pages::losses::show))
        .route("/losses.csv", get(pages::losses::file))
        .route("/one-course-away", get(pages::one_course_away::show))
        .route("/one-course-away.csv", get(pages::one_course_away::file))
        .route("/fairness", get(pages::fairness::show))
        .route("/fairness.csv", get(pages::fairness::file))
        .route("/number", get(pages::number::show))
        .route("/number/clauses", get(pages::number_clauses::show))
        .route("/number/change", get(pages::number_change::show))
        .route("/number/students", get(pages::number_students::show))
        .route("/students/{student}", get(pages::student::show))
        .merge(import_routes(&desk))
        .route("/data", get(pages::data::show))
        .route("/batches", get(pages::batches::show))
        .route("/definitions", get(pages::definitions::show))
        .route("/style.css", get(|| async { ([(CONTENT_TYPE, CSS)], STYLE) }))
        .route("/figure.css", get(|| async { ([(CONTENT_TYPE, CSS)], waymark_figure::STYLE) }))
        .route("/public-sans.ttf", get(|| async { ([(CONTENT_TYPE, "font/ttf")], waymark_figure::REGULAR) }))
        .route(
            "/public-sans-semi-bold.ttf",
            get(|| async { ([(CONTENT_TYPE, "font/ttf")], waymark_figure::SEMI_BOLD) }),
        )
        .fallback(error::no_such_page)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(middleware::from_fn(guard::guard))
        .with_state(desk)
}

/// The way of files into the data folder; every form of it carries a token.
fn import_routes(desk: &Arc<dyn Desk>) -> Router<Arc<dyn Desk>> {
    use pages::import::{case, start};
    // The size of an upload is counted where it is written.
    Router::new()
        .route("/import", get(start::show).post(start::begin))
        .route("/import/undo", post(start::undo))
        .route("/import/{case}", get(case::show))
        .route("/import/{case}/answers", post(case::answer))
        .route("/import/{case}/files", post(case::add))
        .route("/import/{case}/{action}", post(case::act))
        .layer(middleware::from_fn_with_state(Arc::clone(desk), form_token::check))
        .layer(DefaultBodyLimit::disable())
}

/// Serves the pages until `shutdown`, and then ends the requests that are under way.
///
/// # Errors
/// The connection cannot be listened to.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}
