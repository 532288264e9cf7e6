//! The pages: HTML made here, that works without script and asks no other server for anything.
//!
//! A page shows what a [`Door`](waymark_disclosure::Door) has released. What it needs beside that (what is loaded, what is
//! wrong with it, what things are called) comes from a [`Desk`], which the binary implements. `routes.rs`
//! has all pages in one place; `pages/` has a file for each.
//!
//! Who is answered is [`Answered`]: the person at this machine, or people with accounts. [`routes()`] has every route with
//! the permission that it needs; a route cannot be made without, and what a visitor may not see is not there.

mod api;
mod cookies;
mod desk;
mod error;
mod file;
mod filter;
mod frame;
mod guard;
mod imports;
mod links;
mod pages;
mod people;
mod permit;
mod problem;
mod routes;
mod text;
mod visit;
mod visitor;

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use axum::{Router, middleware};
use tokio::net::TcpListener;

use crate::people::Rooms;

pub use desk::{Batch, Desk, DeskError, Finding, Loaded, Organization, Program, RulebookName, SetAsideRow};
pub use imports::{Case, CaseFile, CaseState, Imports, Question, QuestionGroup, Report, Upload};
pub use people::{Answered, Origin, OriginError, People};
pub use routes::Route;

/// Every route, with what it needs.
pub fn routes() -> Vec<Route> {
    routes::routes()
}

/// Every page, for whoever is answered.
pub fn router(desk: Arc<dyn Desk>, answered: Answered) -> Router {
    let rooms = Rooms { desk, answered: answered.clone() };
    routes::permitted(routes::routes())
        .fallback(error::no_such_page)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(middleware::from_fn_with_state(rooms.clone(), permit::identify))
        .layer(middleware::from_fn_with_state(answered, guard::guard))
        .with_state(rooms)
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
