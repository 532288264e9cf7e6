use sqlx::Row;

use crate::{Account, Accounts, AccountsError, Event, Kind, Secret, store::stamp};

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub account: Account,
    /// Why students are looked at, once it was said.
    pub reason: Option<String>,
    /// What a form of this session carries, and a form of another server cannot know.
    pub form_token: Secret,
    token: Secret,
}

impl Accounts {
    /// Begins a session; the token is for the browser alone.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn begin_session(&self, account: &Account) -> Result<Secret, AccountsError> {
        let token = Secret::new(&self.randomness)?;
        let now = self.now();
        let over = "DELETE FROM sessions WHERE seen_at <= ? OR begun_at <= ?";
        let (idle, absolute) = (now - self.policy.idle, now - self.policy.absolute);
        sqlx::query(over).bind(stamp(idle)).bind(stamp(absolute)).execute(&self.pool).await?;
        sqlx::query("INSERT INTO sessions (token_hash, account_id, begun_at, seen_at) VALUES (?, ?, ?, ?)")
            .bind(token.hash())
            .bind(account.id)
            .bind(stamp(now))
            .bind(stamp(now))
            .execute(&self.pool)
            .await?;
        Ok(token)
    }

    /// The session of a token, if it is not over; it lasts on from now.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn session(&self, token: &Secret) -> Result<Option<Session>, AccountsError> {
        let now = self.now();
        let find = "SELECT account_id, reason, seen_at FROM sessions JOIN accounts USING (account_id)
            WHERE token_hash = ? AND seen_at > ? AND begun_at > ? AND NOT disabled";
        let row = sqlx::query(find)
            .bind(token.hash())
            .bind(stamp(now - self.policy.idle))
            .bind(stamp(now - self.policy.absolute))
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        // To the minute is near enough, and spares a write for every picture of a page.
        let seen_at: String = row.try_get("seen_at")?;
        if seen_at < stamp(now - chrono::TimeDelta::minutes(1)) {
            sqlx::query("UPDATE sessions SET seen_at = ? WHERE token_hash = ?")
                .bind(stamp(now))
                .bind(token.hash())
                .execute(&self.pool)
                .await?;
        }
        Ok(Some(Session {
            account: self.by_id(row.try_get("account_id")?).await?,
            reason: row.try_get("reason")?,
            form_token: token.derived("form"),
            token: token.clone(),
        }))
    }

    /// Writes down why students are looked at, for as long as the session lasts.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn give_reason(&self, session: &Session, reason: &str) -> Result<(), AccountsError> {
        sqlx::query("UPDATE sessions SET reason = ? WHERE token_hash = ?")
            .bind(reason)
            .bind(session.token.hash())
            .execute(&self.pool)
            .await?;
        let event = Event::new(Kind::Reason, &session.account.name, "opened students' records".to_owned());
        self.record(event.why(reason), &[]).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn end_session(&self, session: &Session) -> Result<(), AccountsError> {
        sqlx::query("DELETE FROM sessions WHERE token_hash = ?").bind(session.token.hash()).execute(&self.pool).await?;
        self.record(Event::new(Kind::SignOut, &session.account.name, String::new()), &[]).await
    }
}
