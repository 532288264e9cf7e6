//! People, roles and scopes, sessions, single sign-on, and who saw what.
