//! What a browser keeps for us: a session, and before that a token for the sign-in form.

use axum_extra::extract::cookie::{Cookie, SameSite};
use waymark_accounts::Secret;

use crate::people::Origin;

/// The session.
pub(crate) const SESSION: &str = "waymark";

/// What the forms that are shown before anybody is signed in carry.
pub(crate) const FORM: &str = "waymark-form";

/// The name of a cookie. With `__Host-`, browsers take it from nobody but this host by an encrypted connection
/// (RFC 6265bis, 4.1.3.2).
pub(crate) fn name(origin: &Origin, name: &str) -> String {
    if origin.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie that scripts cannot read and forms of other servers do not send. It goes with the browser; how long it is
/// good, the server knows.
pub(crate) fn cookie(origin: &Origin, called: &str, value: &Secret) -> Cookie<'static> {
    Cookie::build((name(origin, called), value.reveal().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(origin.is_secure())
        .build()
}

/// What makes a browser forget it.
pub(crate) fn forget(origin: &Origin, called: &str) -> Cookie<'static> {
    let mut cookie = cookie(origin, called, &Secret::given(""));
    cookie.make_removal();
    cookie
}
