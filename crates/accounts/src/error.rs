use std::{io, path::PathBuf};

use crate::Weakness;

/// What can go wrong with accounts.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The database cannot be read or written.
    #[error("cannot use the accounts: {0}")]
    Storage(#[from] sqlx::Error),
    /// The database was made by a newer program, or was changed by another.
    #[error("cannot bring the accounts up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The file of the database cannot be made.
    #[error("cannot make `{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("there are no random numbers: {0}")]
    Randomness(io::Error),
    /// Nobody is called that.
    #[error("no account `{0}`")]
    NoAccount(String),
    /// Somebody else is called that.
    #[error("there is an account `{0}` already")]
    Taken(String),
    /// Nobody can be called that.
    #[error("`{0}` is no name for an account: 1 to 100 characters, none of them a space or a control character")]
    Name(String),
    /// Without that, a role would reach nothing.
    #[error("the role `{role}` needs {needs}")]
    Grant {
        /// The role.
        role: &'static str,
        /// What it needs, or may not have.
        needs: &'static str,
    },
    /// A password that others would guess.
    #[error("{0}")]
    Password(#[from] Weakness),
    /// The code was used, is too old, or never was one.
    #[error("this code was used already, or is too old; an administrator can make another")]
    NoInvitation,
    /// There is no such token.
    #[error("no token {0}")]
    NoToken(i64),
    /// What stands in the database is nothing that this program wrote.
    #[error("the accounts have a {what} `{value}`, which this program does not know")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// What it is.
        value: String,
    },
    /// Something in the background came to an end before its work was done.
    #[error("a password could not be looked at: {0}")]
    Stopped(String),
}
