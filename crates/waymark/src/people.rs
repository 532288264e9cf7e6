//! The accounts of a data folder, with the clock and the chance of this machine.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::Utc;
use waymark_accounts::{Accounts, AccountsError, Policy, Randomness};

use crate::failure::{Failure, Kind};

/// The file of the accounts: beside the catalog of the tables and no part of it.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join("waymark.accounts.sqlite")
}

/// The accounts, which are made on first use.
pub(crate) async fn open(folder: &Path) -> Result<Accounts, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    Ok(Accounts::open(&file(folder), Policy::default(), Arc::new(Utc::now), randomness()).await?)
}

/// The accounts, if there is at least one.
pub(crate) async fn if_any(folder: &Path) -> Result<Option<Accounts>, Failure> {
    if !file(folder).exists() {
        return Ok(None);
    }
    let accounts = open(folder).await?;
    Ok(if accounts.list().await?.is_empty() { None } else { Some(accounts) })
}

/// The chance of the system.
pub(crate) fn randomness() -> Randomness {
    Arc::new(|bytes: &mut [u8]| getrandom::fill(bytes).map_err(io::Error::from))
}

impl From<AccountsError> for Failure {
    fn from(error: AccountsError) -> Self {
        let kind = match &error {
            AccountsError::NoAccount(_)
            | AccountsError::Taken(_)
            | AccountsError::Name(_)
            | AccountsError::Grant { .. }
            | AccountsError::Password(_)
            | AccountsError::NoInvitation
            | AccountsError::NoToken(_) => Kind::User,
            AccountsError::Storage(_)
            | AccountsError::Migration(_)
            | AccountsError::File { .. }
            | AccountsError::Randomness(_)
            | AccountsError::Unreadable { .. }
            | AccountsError::Stopped(_) => Kind::Storage,
        };
        let failure = Self::new(kind, error.to_string());
        match &error {
            AccountsError::NoAccount(_) => failure.hint("`waymark account list` lists them"),
            _ => failure,
        }
    }
}
