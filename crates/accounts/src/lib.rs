//! People: who they are, what each may see, and what was seen.
//!
//! [`Accounts`] is a database beside the tables of the data folder. It knows accounts with a [`Grant`] each, sessions and
//! tokens by the hash of a secret that only its bearer has, and an audit log in which every event confirms the one before.
//! [`Role::may`] is the one table of what a role may do. Of students it knows identifiers only, in the audit log, and
//! forgets them one by one when they are erased.
//!
//! Time and chance come from whoever opens it.

mod account;
mod audit;
mod error;
mod migrations;
mod password;
mod provider;
mod role;
mod secret;
mod session;
mod sign_in;
mod single_sign_on;
mod store;
mod token;

pub use account::{Account, Grant, Invited};
pub use audit::{Chain, Entry, Event, Kind, Seen};
pub use error::AccountsError;
pub use password::{LONGEST, SHORTEST, Weakness};
pub use provider::{Provider, ProviderError};
pub use role::{Permission, Role};
pub use secret::Secret;
pub use session::Session;
pub use sign_in::Refusal;
pub use single_sign_on::{Answer, SignOnError, SingleSignOn};
pub use store::{Accounts, Clock, Policy, Randomness};
pub use token::{Bearer, Token, TokenScope};
