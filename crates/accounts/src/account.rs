use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use crate::{
    Accounts, AccountsError, Event, Kind, Role, Secret, password,
    store::{instant, stamp},
};

/// What somebody is here, and how far that reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// See [`Role::Administrator`].
    Administrator,
    /// See [`Role::DistrictAnalyst`].
    DistrictAnalyst,
    /// See [`Role::Coordinator`].
    Coordinator,
    /// See [`Role::SchoolLeader`].
    SchoolLeader {
        /// The schools, by `organization_id`; what is below them too.
        schools: BTreeSet<String>,
    },
    /// See [`Role::ProgramTeacher`].
    ProgramTeacher {
        /// The programs, by `program_id`.
        programs: BTreeSet<String>,
        /// At these schools only; none named: wherever the program is taught.
        schools: BTreeSet<String>,
    },
    /// See [`Role::Viewer`].
    Viewer,
}

impl Grant {
    /// A role with its schools and programs.
    ///
    /// # Errors
    /// The role needs some, or has none.
    pub fn new(role: Role, schools: BTreeSet<String>, programs: BTreeSet<String>) -> Result<Self, AccountsError> {
        let needs = |needs| Err(AccountsError::Grant { role: role.name(), needs });
        let bare = |grant| match (schools.is_empty(), programs.is_empty()) {
            (true, true) => Ok(grant),
            _ => needs("no schools or programs: it is not narrowed"),
        };
        match role {
            Role::Administrator => bare(Self::Administrator),
            Role::DistrictAnalyst => bare(Self::DistrictAnalyst),
            Role::Coordinator => bare(Self::Coordinator),
            Role::Viewer => bare(Self::Viewer),
            Role::SchoolLeader if schools.is_empty() => needs("at least one school"),
            Role::SchoolLeader if !programs.is_empty() => needs("no programs: it reaches all of a school"),
            Role::SchoolLeader => Ok(Self::SchoolLeader { schools }),
            Role::ProgramTeacher if programs.is_empty() => needs("at least one program"),
            Role::ProgramTeacher => Ok(Self::ProgramTeacher { programs, schools }),
        }
    }

    /// The role alone.
    pub fn role(&self) -> Role {
        match self {
            Self::Administrator => Role::Administrator,
            Self::DistrictAnalyst => Role::DistrictAnalyst,
            Self::Coordinator => Role::Coordinator,
            Self::SchoolLeader { .. } => Role::SchoolLeader,
            Self::ProgramTeacher { .. } => Role::ProgramTeacher,
            Self::Viewer => Role::Viewer,
        }
    }

    /// Schools and programs, each empty where there is nothing to name.
    pub fn reach(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        match self {
            Self::SchoolLeader { schools } => (schools.clone(), BTreeSet::new()),
            Self::ProgramTeacher { programs, schools } => (schools.clone(), programs.clone()),
            _ => (BTreeSet::new(), BTreeSet::new()),
        }
    }

    /// In words, for the audit log.
    fn words(&self) -> String {
        let (schools, programs) = self.reach();
        let named: Vec<String> = schools.into_iter().chain(programs).collect();
        if named.is_empty() {
            self.role().name().to_owned()
        } else {
            format!("{} of {}", self.role().name(), named.join(", "))
        }
    }
}

/// Somebody's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(crate) id: i64,
    /// By which the person signs in.
    pub name: String,
    /// What the person is here.
    pub grant: Grant,
    /// Whether the account is out of use.
    pub disabled: bool,
    /// Whether there is a password.
    pub has_password: bool,
    /// How many identities of providers are tied to it.
    pub identities: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// An account, and the code with which its owner begins.
#[derive(Debug)]
pub struct Invited {
    /// The account.
    pub account: Account,
    /// Good once, for choosing a password or tying an identity.
    pub code: Secret,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Accounts with schools and programs as JSON.
const ACCOUNTS: &str = "SELECT account_id, name, role, password IS NOT NULL AS has_password, disabled, created_at,
    (SELECT json_group_array(organization_id) FROM account_organizations o WHERE o.account_id = a.account_id) AS schools,
    (SELECT json_group_array(program_id) FROM account_programs p WHERE p.account_id = a.account_id) AS programs,
    (SELECT count(*) FROM identities i WHERE i.account_id = a.account_id) AS identities
    FROM accounts AS a WHERE (?1 IS NULL OR account_id = ?1) AND (?2 IS NULL OR name = ?2) ORDER BY name";

impl Account {
    pub(crate) fn of(row: &SqliteRow) -> Result<Self, AccountsError> {
        let role: String = row.try_get("role")?;
        let names = |column: &'static str| -> Result<BTreeSet<String>, AccountsError> {
            let json: String = row.try_get(column)?;
            serde_json::from_str(&json).map_err(|_| AccountsError::Unreadable { what: column, value: json.clone() })
        };
        let Some(role) = Role::named(&role) else {
            return Err(AccountsError::Unreadable { what: "role", value: role });
        };
        Ok(Self {
            id: row.try_get("account_id")?,
            name: row.try_get("name")?,
            grant: Grant::new(role, names("schools")?, names("programs")?)?,
            disabled: row.try_get("disabled")?,
            has_password: row.try_get("has_password")?,
            identities: row.try_get::<i64, _>("identities")?.unsigned_abs(),
            created_at: instant(row.try_get("created_at")?)?,
        })
    }
}

impl Accounts {
    /// Every account, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list(&self) -> Result<Vec<Account>, AccountsError> {
        let rows = sqlx::query(ACCOUNTS).bind(None::<i64>).bind(None::<&str>).fetch_all(&self.pool).await?;
        rows.iter().map(Account::of).collect()
    }

    /// The account of that name.
    ///
    /// # Errors
    /// There is none.
    pub async fn named(&self, name: &str) -> Result<Account, AccountsError> {
        let row = sqlx::query(ACCOUNTS).bind(None::<i64>).bind(name).fetch_optional(&self.pool).await?;
        row.as_ref().map(Account::of).transpose()?.ok_or_else(|| AccountsError::NoAccount(name.to_owned()))
    }

    pub(crate) async fn by_id(&self, id: i64) -> Result<Account, AccountsError> {
        Account::of(&sqlx::query(ACCOUNTS).bind(id).bind(None::<&str>).fetch_one(&self.pool).await?)
    }

    /// Adds an account. Its owner chooses the password, so that nobody else knows it.
    ///
    /// # Errors
    /// There is one of that name; nobody can be called that.
    pub async fn add(&self, by: &str, name: &str, grant: &Grant) -> Result<Invited, AccountsError> {
        let unfit = |c: char| c.is_control() || c.is_whitespace();
        if name.is_empty() || name.chars().count() > 100 || name.contains(unfit) {
            return Err(AccountsError::Name(name.to_owned()));
        }
        let mut writing = self.writing().await?;
        let add = "INSERT INTO accounts (name, role, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING account_id";
        let (role, now) = (grant.role().name(), stamp(self.now()));
        let id: Option<i64> =
            sqlx::query_scalar(add).bind(name).bind(role).bind(now).fetch_optional(&mut *writing).await?;
        let id = id.ok_or_else(|| AccountsError::Taken(name.to_owned()))?;
        reach(&mut writing, id, grant).await?;
        let (code, expires_at) = self.invitation(&mut writing, id).await?;
        let event = Event::new(Kind::Account, by, format!("added `{name}` as {}", grant.words()));
        self.append(&mut writing, event, &[]).await?;
        writing.commit().await?;
        Ok(Invited { account: self.by_id(id).await?, code, expires_at })
    }

    /// Makes somebody something else here. Sessions go on, with the new grant at the next request.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn grant(&self, by: &str, name: &str, grant: &Grant) -> Result<Account, AccountsError> {
        let account = self.named(name).await?;
        let mut writing = self.writing().await?;
        sqlx::query("UPDATE accounts SET role = ? WHERE account_id = ?")
            .bind(grant.role().name())
            .bind(account.id)
            .execute(&mut *writing)
            .await?;
        reach(&mut writing, account.id, grant).await?;
        let event = Event::new(Kind::Account, by, format!("made `{}` {}", account.name, grant.words()));
        self.append(&mut writing, event, &[]).await?;
        writing.commit().await?;
        self.by_id(account.id).await
    }

    /// Takes password, identities, sessions and tokens away and invites again: for somebody who cannot get in any more.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn reset(&self, by: &str, name: &str) -> Result<Invited, AccountsError> {
        let account = self.named(name).await?;
        let mut writing = self.writing().await?;
        sqlx::query("UPDATE accounts SET password = NULL WHERE account_id = ?")
            .bind(account.id)
            .execute(&mut *writing)
            .await?;
        sqlx::query("DELETE FROM identities WHERE account_id = ?").bind(account.id).execute(&mut *writing).await?;
        sqlx::query("DELETE FROM attempts WHERE name = ?").bind(&account.name).execute(&mut *writing).await?;
        shut_out(&mut writing, account.id).await?;
        let (code, expires_at) = self.invitation(&mut writing, account.id).await?;
        let event = Event::new(Kind::Account, by, format!("reset `{}`", account.name));
        self.append(&mut writing, event, &[]).await?;
        writing.commit().await?;
        Ok(Invited { account: self.by_id(account.id).await?, code, expires_at })
    }

    /// Takes an account out of use, or back into it. Its sessions and tokens end.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn disable(&self, by: &str, name: &str, disabled: bool) -> Result<Account, AccountsError> {
        let account = self.named(name).await?;
        let mut writing = self.writing().await?;
        sqlx::query("UPDATE accounts SET disabled = ? WHERE account_id = ?")
            .bind(disabled)
            .bind(account.id)
            .execute(&mut *writing)
            .await?;
        shut_out(&mut writing, account.id).await?;
        let done = if disabled { "disabled" } else { "enabled" };
        let event = Event::new(Kind::Account, by, format!("{done} `{}`", account.name));
        self.append(&mut writing, event, &[]).await?;
        writing.commit().await?;
        self.by_id(account.id).await
    }

    /// Whose invitation that is; none where it was used or is too old.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn invited(&self, code: &Secret) -> Result<Option<Account>, AccountsError> {
        let find = "SELECT account_id FROM invitations JOIN accounts USING (account_id)
            WHERE code_hash = ? AND expires_at > ? AND NOT disabled";
        let id: Option<i64> =
            sqlx::query_scalar(find).bind(code.hash()).bind(stamp(self.now())).fetch_optional(&self.pool).await?;
        match id {
            Some(id) => Ok(Some(self.by_id(id).await?)),
            None => Ok(None),
        }
    }

    /// Uses an invitation to choose a password.
    ///
    /// # Errors
    /// The invitation is none; the password is too easy to guess.
    pub async fn accept(&self, code: &Secret, password: &str) -> Result<Account, AccountsError> {
        let account = self.invited(code).await?.ok_or(AccountsError::NoInvitation)?;
        password::check(password, &account.name)?;
        let hashed = self.hashed(password).await?;
        let mut writing = self.writing().await?;
        self.used(&mut writing, &code.hash(), account.id).await?;
        sqlx::query("UPDATE accounts SET password = ? WHERE account_id = ?")
            .bind(hashed)
            .bind(account.id)
            .execute(&mut *writing)
            .await?;
        let event = Event::new(Kind::Account, &account.name, "chose a password".to_owned());
        self.append(&mut writing, event, &[]).await?;
        writing.commit().await?;
        self.by_id(account.id).await
    }

    /// A code for an account, instead of any it had.
    async fn invitation(
        &self,
        writing: &mut Transaction<'static, Sqlite>,
        id: i64,
    ) -> Result<(Secret, DateTime<Utc>), AccountsError> {
        let code = Secret::new(&self.randomness)?;
        let expires_at = self.now() + self.policy.invitation;
        sqlx::query("DELETE FROM invitations WHERE account_id = ?").bind(id).execute(&mut **writing).await?;
        sqlx::query("INSERT INTO invitations VALUES (?, ?, ?)")
            .bind(code.hash())
            .bind(id)
            .bind(stamp(expires_at))
            .execute(&mut **writing)
            .await?;
        Ok((code, expires_at))
    }

    /// Uses an invitation up; two at once cannot both.
    pub(crate) async fn used(
        &self,
        writing: &mut Transaction<'static, Sqlite>,
        code_hash: &[u8],
        id: i64,
    ) -> Result<(), AccountsError> {
        let used = sqlx::query("DELETE FROM invitations WHERE code_hash = ? AND account_id = ? AND expires_at > ?")
            .bind(code_hash)
            .bind(id)
            .bind(stamp(self.now()))
            .execute(&mut **writing)
            .await?;
        if used.rows_affected() == 1 { Ok(()) } else { Err(AccountsError::NoInvitation) }
    }
}

/// Writes down schools and programs.
async fn reach(writing: &mut Transaction<'static, Sqlite>, id: i64, grant: &Grant) -> Result<(), AccountsError> {
    sqlx::query("DELETE FROM account_organizations WHERE account_id = ?").bind(id).execute(&mut **writing).await?;
    sqlx::query("DELETE FROM account_programs WHERE account_id = ?").bind(id).execute(&mut **writing).await?;
    let (schools, programs) = grant.reach();
    for school in schools {
        let add = "INSERT INTO account_organizations VALUES (?, ?)";
        sqlx::query(add).bind(id).bind(school).execute(&mut **writing).await?;
    }
    for program in programs {
        let add = "INSERT INTO account_programs VALUES (?, ?)";
        sqlx::query(add).bind(id).bind(program).execute(&mut **writing).await?;
    }
    Ok(())
}

/// Ends what an account has open.
async fn shut_out(writing: &mut Transaction<'static, Sqlite>, id: i64) -> Result<(), AccountsError> {
    sqlx::query("DELETE FROM sessions WHERE account_id = ?").bind(id).execute(&mut **writing).await?;
    sqlx::query("DELETE FROM tokens WHERE account_id = ?").bind(id).execute(&mut **writing).await?;
    sqlx::query("DELETE FROM invitations WHERE account_id = ?").bind(id).execute(&mut **writing).await?;
    Ok(())
}
