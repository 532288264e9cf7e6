use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Row;

use crate::{
    Account, Accounts, AccountsError, Event, Kind, Secret,
    store::{instant, stamp},
};

/// What a program may read for somebody; never more than the account may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenScope {
    /// Figures, and what organizations and programs are called.
    Figures,
    /// Students behind a figure.
    Students,
}

impl TokenScope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Figures, Self::Students];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Students => "students",
        }
    }

    /// The scope that is written like that.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub number: i64,
    /// Whose it is.
    pub account: String,
    /// What it is for.
    pub label: String,
    /// What it may read.
    pub scopes: BTreeSet<TokenScope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// For whom a program asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub account: Account,
    /// What the token is for.
    pub label: String,
    /// What the token may read.
    pub scopes: BTreeSet<TokenScope>,
}

impl Accounts {
    /// Makes a token for a program; it is shown this once.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn make_token(
        &self,
        by: &str,
        name: &str,
        label: &str,
        scopes: &BTreeSet<TokenScope>,
        lasts: TimeDelta,
    ) -> Result<Secret, AccountsError> {
        let account = self.named(name).await?;
        let secret = Secret::new(&self.randomness)?;
        let now = self.now();
        let mut writing = self.writing().await?;
        sqlx::query(
            "INSERT INTO tokens (token_hash, account_id, label, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(secret.hash())
        .bind(account.id)
        .bind(label)
        .bind(written(scopes))
        .bind(stamp(now))
        .bind(stamp(now + lasts))
        .execute(&mut *writing)
        .await?;
        let what = format!("made the token `{label}` of `{}` for {}", account.name, written(scopes));
        self.append(&mut writing, Event::new(Kind::Account, by, what), &[]).await?;
        writing.commit().await?;
        Ok(secret)
    }

    /// Every token that is still good, by account and number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tokens(&self) -> Result<Vec<Token>, AccountsError> {
        let all = "SELECT token_id, name, label, scopes, t.created_at, expires_at FROM tokens t JOIN accounts USING (account_id)
            WHERE expires_at > ? ORDER BY name, token_id";
        let rows = sqlx::query(all).bind(stamp(self.now())).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                Ok(Token {
                    number: row.try_get("token_id")?,
                    account: row.try_get("name")?,
                    label: row.try_get("label")?,
                    scopes: read(row.try_get("scopes")?)?,
                    created_at: instant(row.try_get("created_at")?)?,
                    expires_at: instant(row.try_get("expires_at")?)?,
                })
            })
            .collect()
    }

    /// Ends a token.
    ///
    /// # Errors
    /// There is no such token.
    pub async fn revoke_token(&self, by: &str, number: i64) -> Result<(), AccountsError> {
        let mut writing = self.writing().await?;
        let delete = "DELETE FROM tokens WHERE token_id = ? RETURNING label";
        let label: Option<String> = sqlx::query_scalar(delete).bind(number).fetch_optional(&mut *writing).await?;
        let label = label.ok_or(AccountsError::NoToken(number))?;
        self.append(&mut writing, Event::new(Kind::Account, by, format!("revoked the token `{label}`")), &[]).await?;
        writing.commit().await?;
        Ok(())
    }

    /// For whom the token speaks, if it is still good.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn bearer(&self, token: &Secret) -> Result<Option<Bearer>, AccountsError> {
        let find = "SELECT account_id, label, scopes FROM tokens JOIN accounts USING (account_id)
            WHERE token_hash = ? AND expires_at > ? AND NOT disabled";
        let row = sqlx::query(find).bind(token.hash()).bind(stamp(self.now())).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Bearer {
            account: self.by_id(row.try_get("account_id")?).await?,
            label: row.try_get("label")?,
            scopes: read(row.try_get("scopes")?)?,
        }))
    }
}

fn written(scopes: &BTreeSet<TokenScope>) -> String {
    scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
}

fn read(text: &str) -> Result<BTreeSet<TokenScope>, AccountsError> {
    let scope = |name: &str| {
        TokenScope::named(name)
            .ok_or_else(|| AccountsError::Unreadable { what: "scope of a token", value: name.to_owned() })
    };
    text.split_whitespace().map(scope).collect()
}
