use chrono::{DateTime, Utc};

use crate::{
    Account, Accounts, AccountsError, Event, Kind,
    store::{instant, stamp},
};

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Name and password do not belong together. Which of them is wrong, or whether the account is disabled, is not said.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too often, for this account or from this address.
    #[error("there were too many attempts; try again after {}", .0.format("%H:%M UTC"))]
    TooMany(DateTime<Utc>),
    /// It could not be found out.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Accounts(error.into())
    }
}

impl Accounts {
    /// Lets somebody in by name and password. `address` is where the request came from.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn sign_in(&self, name: &str, password: &str, address: &str) -> Result<Account, Refusal> {
        // The attempt is written down before the password is looked at, so that many at once are many.
        self.attempt(name, address).await?;
        let find = "SELECT account_id, password FROM accounts WHERE name = ? AND NOT disabled";
        let found: Option<(i64, Option<String>)> = sqlx::query_as(find).bind(name).fetch_optional(&self.pool).await?;
        let hash = found.as_ref().and_then(|(_, password)| password.clone());
        let verified = self.verified(password, hash).await?;
        let Some((id, _)) = found.filter(|_| verified) else {
            let event = Event::new(Kind::Refused, name, format!("sign-in by password from {address}"));
            self.record(event, &[]).await?;
            return Err(Refusal::Wrong);
        };
        sqlx::query("DELETE FROM attempts WHERE name = ?").bind(name).execute(&self.pool).await?;
        let account = self.by_id(id).await?;
        let event = Event::new(Kind::SignIn, &account.name, format!("by password from {address}"));
        self.record(event, &[]).await?;
        Ok(account)
    }

    /// Writes an attempt down, unless there were too many.
    async fn attempt(&self, name: &str, address: &str) -> Result<(), Refusal> {
        let policy = self.policy;
        let now = self.now();
        let mut writing = self.writing().await?;
        sqlx::query("DELETE FROM attempts WHERE at <= ?")
            .bind(stamp(now - policy.attempts_within))
            .execute(&mut *writing)
            .await?;
        let of_name = "SELECT count(*), min(at) FROM attempts WHERE name = ?";
        let of_address = "SELECT count(*), min(at) FROM attempts WHERE address = ?";
        let limits = [(of_name, name, policy.attempts_by_name), (of_address, address, policy.attempts_by_address)];
        for (count, value, limit) in limits {
            let (attempts, first): (i64, Option<String>) =
                sqlx::query_as(count).bind(value).fetch_one(&mut *writing).await?;
            if attempts >= limit
                && let Some(first) = first
            {
                return Err(Refusal::TooMany(instant(&first)? + policy.attempts_within));
            }
        }
        sqlx::query("INSERT INTO attempts VALUES (?, ?, ?)")
            .bind(stamp(now))
            .bind(name)
            .bind(address)
            .execute(&mut *writing)
            .await?;
        writing.commit().await?;
        Ok(())
    }
}
