//! Who saw which students and why, and who changed what about accounts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{Row, Sqlite, SqliteConnection, Transaction, sqlite::SqliteRow};

use crate::{
    Accounts, AccountsError,
    store::{instant, stamp},
};

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody was shown something.
    Seen,
    /// Somebody said why students are looked at.
    Reason,
    /// Somebody signed in.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// Somebody was not let in.
    Refused,
    /// Something about an account changed.
    Account,
    /// A student was erased: the log no longer knows whose number that was.
    Erased,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Seen, Self::Reason, Self::SignIn, Self::SignOut, Self::Refused, Self::Account, Self::Erased];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Reason => "reason",
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::Refused => "refused",
            Self::Account => "account",
            Self::Erased => "erased",
        }
    }

    fn named(name: &str) -> Result<Self, AccountsError> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| AccountsError::Unreadable { what: "kind of event", value: name.to_owned() })
    }
}

/// Something to be written down. Students are named apart from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    kind: Kind,
    who: String,
    what: String,
    why: String,
    cells: u64,
}

impl Event {
    /// That somebody did something.
    pub fn new(kind: Kind, who: impl Into<String>, what: String) -> Self {
        Self { kind, who: who.into(), what, why: String::new(), cells: 0 }
    }

    /// For that reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// With so many cells with counts.
    #[must_use]
    pub fn cells(mut self, cells: u64) -> Self {
        self.cells = cells;
        self
    }
}

/// An event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number; there are no gaps.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: String,
    /// What kind of thing happened.
    pub kind: Kind,
    /// What.
    pub what: String,
    /// Why; empty where there is nothing to say.
    pub why: String,
    /// How many cells with counts.
    pub cells: u64,
    /// How many students.
    pub students: u64,
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Only those of this account.
    pub who: Option<String>,
    /// Only those in which this student was seen.
    pub student: Option<String>,
    /// Only those before this number.
    pub before: Option<i64>,
}

/// What came of reading the whole log again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Every event confirms the one before.
    Holds {
        /// How many there are.
        events: u64,
        /// The hash of the last, in hexadecimal: noted elsewhere, it shows later whether anything up to it was changed.
        head: String,
    },
    /// From this event on, something was changed.
    Broken {
        /// The first event that does not confirm the one before.
        number: i64,
    },
}

impl Accounts {
    /// Writes an event down, with the students who were seen.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn record(&self, event: Event, students: &[&str]) -> Result<(), AccountsError> {
        let mut writing = self.writing().await?;
        self.append(&mut writing, event, students).await?;
        writing.commit().await?;
        Ok(())
    }

    pub(crate) async fn append(
        &self,
        writing: &mut Transaction<'static, Sqlite>,
        event: Event,
        students: &[&str],
    ) -> Result<(), AccountsError> {
        let group = if students.is_empty() { None } else { Some(group(writing, students).await?) };
        let last: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1")
                .fetch_optional(&mut **writing)
                .await?;
        let (number, before) = last.map_or((1, Vec::new()), |(number, hash)| (number + 1, hash));
        let entry = Entry {
            number,
            at: self.now(),
            who: event.who,
            kind: event.kind,
            what: event.what,
            why: event.why,
            cells: event.cells,
            students: group.as_ref().map_or(0, |(_, _, students)| *students),
        };
        let digest = group.as_ref().map_or(&[][..], |(_, digest, _)| digest);
        sqlx::query("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(number)
            .bind(stamp(entry.at))
            .bind(&entry.who)
            .bind(entry.kind.name())
            .bind(&entry.what)
            .bind(&entry.why)
            .bind(i64::try_from(entry.cells).unwrap_or(i64::MAX))
            .bind(i64::try_from(entry.students).unwrap_or(i64::MAX))
            .bind(group.as_ref().map(|(id, ..)| *id))
            .bind(chained(&before, &entry, digest))
            .execute(&mut **writing)
            .await?;
        Ok(())
    }

    /// Events, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn events(&self, seen: &Seen, limit: u32) -> Result<Vec<Entry>, AccountsError> {
        let rows = sqlx::query(
            "SELECT * FROM events AS e
             WHERE (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR number < ?2)
               AND (?3 IS NULL OR group_id IN (SELECT group_id FROM group_members JOIN subjects USING (subject)
                                               WHERE student_id = ?3))
             ORDER BY number DESC LIMIT ?4",
        )
        .bind(&seen.who)
        .bind(seen.before)
        .bind(&seen.student)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Entry::of).collect()
    }

    /// The students of an event, by identifier; those who were erased since are not among them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn students_of(&self, event: i64) -> Result<Vec<String>, AccountsError> {
        let find = "SELECT student_id FROM events JOIN group_members USING (group_id) JOIN subjects USING (subject)
            WHERE number = ? ORDER BY student_id";
        Ok(sqlx::query_scalar(find).bind(event).fetch_all(&self.pool).await?)
    }

    /// Reads the whole log again.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn verify(&self) -> Result<Chain, AccountsError> {
        let mut reading = self.pool.begin().await?;
        let broken: BTreeSet<i64> = broken_groups(&mut reading).await?;
        let all = "SELECT e.*, digest FROM events AS e LEFT JOIN groups USING (group_id) ORDER BY number";
        let rows = sqlx::query(all).fetch_all(&mut *reading).await?;
        let mut before: Vec<u8> = Vec::new();
        for (row, expected) in rows.iter().zip(1..) {
            let entry = Entry::of(row)?;
            let digest: Option<Vec<u8>> = row.try_get("digest")?;
            let hash: Vec<u8> = row.try_get("hash")?;
            let group: Option<i64> = row.try_get("group_id")?;
            let whole = group.is_none_or(|group| digest.is_some() && !broken.contains(&group));
            if entry.number != expected || !whole || hash != chained(&before, &entry, &digest.unwrap_or_default()) {
                return Ok(Chain::Broken { number: entry.number });
            }
            before = hash;
        }
        Ok(Chain::Holds { events: rows.len() as u64, head: hexadecimal(&before) })
    }

    /// Forgets whose number a student had, when the student is erased. That it happened is written down, without the name.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget(&self, by: &str, student: &str) -> Result<bool, AccountsError> {
        let mut writing = self.writing().await?;
        let gone =
            sqlx::query("DELETE FROM subjects WHERE student_id = ?").bind(student).execute(&mut *writing).await?;
        let forgotten = gone.rows_affected() > 0;
        if forgotten {
            let event = Event::new(Kind::Erased, by, "a student, whose number stays".to_owned());
            self.append(&mut writing, event, &[]).await?;
        }
        writing.commit().await?;
        // Older pages lie in the journal until it is emptied.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        Ok(forgotten)
    }
}

impl Entry {
    fn of(row: &SqliteRow) -> Result<Self, AccountsError> {
        Ok(Self {
            number: row.try_get("number")?,
            at: instant(row.try_get("at")?)?,
            who: row.try_get("who")?,
            kind: Kind::named(row.try_get("kind")?)?,
            what: row.try_get("what")?,
            why: row.try_get("why")?,
            cells: row.try_get::<i64, _>("cells")?.unsigned_abs(),
            students: row.try_get::<i64, _>("students")?.unsigned_abs(),
        })
    }
}

/// The group of these students: its number, its digest and how many they are.
async fn group(
    writing: &mut Transaction<'static, Sqlite>,
    students: &[&str],
) -> Result<(i64, Vec<u8>, u64), AccountsError> {
    let json = serde_json::Value::from(students).to_string();
    sqlx::query(
        "INSERT INTO subjects (student_id) SELECT DISTINCT value FROM json_each(?) WHERE TRUE ON CONFLICT DO NOTHING",
    )
    .bind(&json)
    .execute(&mut **writing)
    .await?;
    let numbers: Vec<i64> = sqlx::query_scalar(
        "SELECT subject FROM subjects WHERE student_id IN (SELECT value FROM json_each(?)) ORDER BY subject",
    )
    .bind(&json)
    .fetch_all(&mut **writing)
    .await?;
    let digest = digest(&numbers);
    let known: Option<i64> = sqlx::query_scalar("SELECT group_id FROM groups WHERE digest = ?")
        .bind(&digest)
        .fetch_optional(&mut **writing)
        .await?;
    let count = numbers.len() as u64;
    if let Some(known) = known {
        return Ok((known, digest, count));
    }
    let id: i64 = sqlx::query_scalar("INSERT INTO groups (digest) VALUES (?) RETURNING group_id")
        .bind(&digest)
        .fetch_one(&mut **writing)
        .await?;
    sqlx::query("INSERT INTO group_members SELECT ?, value FROM json_each(?)")
        .bind(id)
        .bind(serde_json::Value::from(numbers).to_string())
        .execute(&mut **writing)
        .await?;
    Ok((id, digest, count))
}

/// Groups whose members are not those they had.
async fn broken_groups(reading: &mut SqliteConnection) -> Result<BTreeSet<i64>, AccountsError> {
    let all = "SELECT group_id, digest, json_group_array(subject) AS members
        FROM groups LEFT JOIN (SELECT * FROM group_members ORDER BY group_id, subject) USING (group_id) GROUP BY group_id";
    let mut broken = BTreeSet::new();
    for row in sqlx::query(all).fetch_all(reading).await? {
        let members: String = row.try_get("members")?;
        let members: Vec<Option<i64>> = serde_json::from_str(&members)
            .map_err(|_| AccountsError::Unreadable { what: "group of students", value: members.clone() })?;
        let mut members: Vec<i64> = members.into_iter().flatten().collect();
        members.sort_unstable();
        if row.try_get::<Vec<u8>, _>("digest")? != digest(&members) {
            broken.insert(row.try_get("group_id")?);
        }
    }
    Ok(broken)
}

fn digest(numbers: &[i64]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    hash.finalize().to_vec()
}

/// The hash of an event, which has that of the event before in it. Every part says how long it is, so that no two events
/// have the same bytes.
fn chained(before: &[u8], entry: &Entry, group: &[u8]) -> Vec<u8> {
    let numbers = [entry.number.unsigned_abs(), entry.cells, entry.students].map(u64::to_be_bytes);
    let at = stamp(entry.at);
    let texts = [&at, &entry.who, entry.kind.name(), &entry.what, &entry.why].map(str::as_bytes);
    let mut hash = Sha256::new();
    for part in [before, group].into_iter().chain(numbers.iter().map(<[u8; 8]>::as_slice)).chain(texts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
