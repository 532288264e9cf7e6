//! Every route, with what a visitor needs to be answered. There is no other way to an answer.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{Method, header::CONTENT_TYPE},
    middleware,
    response::IntoResponse,
    routing::{MethodRouter, get, post},
};
use waymark_accounts::Permission;

use crate::{api, pages, people::Rooms, permit};

/// The style sheet of pages; that of figures, and its fonts, come with the figures.
const STYLE: &str = include_str!("../static/style.css");

const CSS: &str = "text/css; charset=utf-8";
const TTF: &str = "font/ttf";

/// A route and what it needs.
pub struct Route {
    /// `GET` or `POST`.
    pub method: Method,
    /// The address, with the names of its variable parts in braces.
    pub path: &'static str,
    /// What a visitor must be allowed; none: everybody is answered.
    pub needs: Option<Permission>,
    handler: MethodRouter<Rooms>,
}

/// The routes, in the order of the questions that they answer.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{Administer, ChangeData, Data, Figures, Organizations, SignedIn, Students};
    vec![
        page("/", SignedIn, pages::start::show),
        page("/indicators", Organizations, pages::indicators::show),
        page("/indicators/{measure}", Figures, pages::indicator::show),
        page("/indicators/{measure}/progress", Organizations, pages::progress::show),
        page("/indicators/{measure}/progress.csv", Organizations, pages::progress::file),
        page("/participation", Figures, pages::participation::show),
        page("/programs", Organizations, pages::programs::show),
        page("/programs.csv", Organizations, pages::programs::file),
        page("/programs/{program}", Organizations, pages::program::show),
        page("/programs/{program}/funnel.csv", Organizations, pages::program::file),
        page("/losses", Organizations, pages::losses::show),
        page("/losses.csv", Organizations, pages::losses::file),
        page("/one-course-away", Students, pages::one_course_away::show),
        page("/one-course-away.csv", Students, pages::one_course_away::file),
        page("/fairness", Organizations, pages::fairness::show),
        page("/fairness.csv", Organizations, pages::fairness::file),
        page("/number", Students, pages::number::show),
        page("/number/clauses", Students, pages::number_clauses::show),
        page("/number/change", Students, pages::number_change::show),
        page("/number/students", Students, pages::number_students::show),
        page("/students/{student}", Students, pages::student::show),
        page("/import", ChangeData, pages::import::start::show),
        upload("/import", ChangeData, pages::import::start::begin),
        action("/import/undo", ChangeData, pages::import::start::undo),
        page("/import/{case}", ChangeData, pages::import::case::show),
        action("/import/{case}/answers", ChangeData, pages::import::case::answer),
        upload("/import/{case}/files", ChangeData, pages::import::case::add),
        action("/import/{case}/{action}", ChangeData, pages::import::case::act),
        page("/data", Data, pages::data::show),
        page("/batches", Data, pages::batches::show),
        page("/definitions", SignedIn, pages::definitions::show),
        page("/api/v1/measures", Figures, api::measures),
        page("/api/v1/levels", Organizations, api::levels),
        page("/api/v1/students", Students, api::students),
        page("/api/v1/organizations", Figures, api::organizations),
        page("/api/v1/programs", Figures, api::programs),
        open(Method::GET, "/api/v1/openapi.json", get(api::document)),
        page("/accounts", Administer, pages::accounts::show),
        action("/accounts/add", Administer, pages::accounts::add),
        action("/accounts/change", Administer, pages::accounts::change),
        action("/accounts/reset", Administer, pages::accounts::reset),
        action("/accounts/disable", Administer, pages::accounts::disable),
        action("/accounts/enable", Administer, pages::accounts::enable),
        action("/accounts/revoke", Administer, pages::accounts::revoke),
        page("/audit", Administer, pages::audit::show),
        page("/audit/chain", Administer, pages::audit::chain),
        page("/audit/{event}", Administer, pages::audit::event),
        page("/reason", SignedIn, pages::reason::show),
        action("/reason", SignedIn, pages::reason::give),
        open(Method::GET, "/sign-in", get(pages::sign_in::show)),
        open(Method::POST, "/sign-in", post(pages::sign_in::enter)),
        open(Method::GET, "/sign-in/with/{provider}", get(pages::single_sign_on::with)),
        open(Method::GET, "/sign-in/from/{provider}", get(pages::single_sign_on::from)),
        action("/sign-out", SignedIn, pages::sign_in::leave),
        open(Method::GET, "/welcome", get(pages::invitation::show)),
        open(Method::POST, "/welcome", post(pages::invitation::accept)),
        file("/style.css", CSS, STYLE),
        file("/figure.css", CSS, waymark_figure::STYLE),
        file("/public-sans.ttf", TTF, waymark_figure::REGULAR),
        file("/public-sans-semi-bold.ttf", TTF, waymark_figure::SEMI_BOLD),
    ]
}

/// A page: it can be read.
fn page<H: Handler<T, Rooms>, T: 'static>(path: &'static str, needs: Permission, handler: H) -> Route {
    Route { method: Method::GET, path, needs: Some(needs), handler: get(handler) }
}

/// An action: it changes something, and its form carries a token of the visitor's own.
fn action<H: Handler<T, Rooms>, T: 'static>(path: &'static str, needs: Permission, handler: H) -> Route {
    Route { method: Method::POST, path, needs: Some(needs), handler: post(handler) }
}

/// An action that takes files, whose size is counted where they are written. The token is in the address.
fn upload<H: Handler<T, Rooms>, T: 'static>(path: &'static str, needs: Permission, handler: H) -> Route {
    let handler = post(handler).layer(DefaultBodyLimit::disable());
    Route { method: Method::POST, path, needs: Some(needs), handler }
}

/// What everybody is answered.
fn open(method: Method, path: &'static str, handler: MethodRouter<Rooms>) -> Route {
    Route { method, path, needs: None, handler }
}

/// A file that pages need.
fn file<B: IntoResponse + Copy + Send + Sync + 'static>(path: &'static str, kind: &'static str, content: B) -> Route {
    open(Method::GET, path, get(move || async move { ([(CONTENT_TYPE, kind)], content) }))
}

/// A router of these, each behind what it needs.
pub(crate) fn permitted(routes: Vec<Route>) -> Router<Rooms> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let behind = middleware::from_fn_with_state(route.needs, permit::permit);
        router.route(route.path, route.handler.layer(behind))
    })
}
