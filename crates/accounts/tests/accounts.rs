//! What an account goes through: invited, signed in, looking, shut out.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use waymark_accounts::{
    Account, Accounts, AccountsError, Chain, Event, Grant, Kind, Policy, Refusal, Role, Secret, Seen, TokenScope,
    Weakness,
};

const GOOD: &str = "four lamps under gravel";

/// Accounts at a time that the test moves, with chance that is none.
struct House {
    accounts: Accounts,
    minutes: Arc<AtomicI64>,
    folder: TempDir,
}

fn begin() -> DateTime<Utc> {
    "2025-09-01T12:00:00Z".parse().unwrap()
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let minutes = Arc::new(AtomicI64::new(0));
        let accounts = open(&folder.path().join("accounts.sqlite"), &minutes).await;
        Self { accounts, minutes, folder }
    }

    fn later(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::SeqCst);
    }

    /// Somebody with the password [`GOOD`].
    async fn person(&self, name: &str, grant: Grant) -> Account {
        let invited = self.accounts.add("root", name, &grant).await.unwrap();
        self.accounts.accept(&invited.code, GOOD).await.unwrap()
    }

    async fn what(&self) -> Vec<String> {
        let events = self.accounts.events(&Seen::default(), 100).await.unwrap();
        events.iter().rev().map(|event| format!("{} {} {}", event.kind.name(), event.who, event.what)).collect()
    }
}

async fn open(path: &Path, minutes: &Arc<AtomicI64>) -> Accounts {
    let minutes = Arc::clone(minutes);
    let clock = Arc::new(move || begin() + TimeDelta::minutes(minutes.load(Ordering::SeqCst)));
    let counter = AtomicU64::new(0);
    let randomness = Arc::new(move |bytes: &mut [u8]| {
        let next = counter.fetch_add(1, Ordering::SeqCst);
        bytes.fill(0);
        bytes[..8].copy_from_slice(&next.to_be_bytes());
        Ok(())
    });
    Accounts::open(path, Policy::default(), clock, randomness).await.unwrap()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn an_invitation_is_good_once_and_not_for_ever() {
    let house = House::new().await;
    let accounts = &house.accounts;
    let invited = accounts.add("root", "Ana", &Grant::Coordinator).await.unwrap();
    assert_eq!(invited.expires_at, begin() + TimeDelta::days(7));
    assert!(matches!(accounts.accept(&invited.code, "short").await, Err(AccountsError::Password(Weakness::Short))));
    assert_eq!(accounts.accept(&invited.code, GOOD).await.unwrap().name, "Ana");
    assert!(matches!(accounts.accept(&invited.code, GOOD).await, Err(AccountsError::NoInvitation)));
    let late = accounts.add("root", "Ben", &Grant::Viewer).await.unwrap();
    house.later(7 * 24 * 60);
    assert!(accounts.invited(&late.code).await.unwrap().is_none());
    assert!(matches!(accounts.accept(&late.code, GOOD).await, Err(AccountsError::NoInvitation)));
    assert!(accounts.invited(&Secret::given("made up")).await.unwrap().is_none());
}

#[tokio::test]
async fn names_are_one_persons_whatever_their_case() {
    let house = House::new().await;
    house.accounts.add("root", "Ana", &Grant::Viewer).await.unwrap();
    assert!(matches!(house.accounts.add("root", "ANA", &Grant::Viewer).await, Err(AccountsError::Taken(_))));
    for name in ["", "a b", "a\n", &"a".repeat(101)] {
        assert!(matches!(house.accounts.add("root", name, &Grant::Viewer).await, Err(AccountsError::Name(_))));
    }
    assert_eq!(house.accounts.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_role_reaches_what_it_names() {
    let house = House::new().await;
    let grant = Grant::new(Role::ProgramTeacher, names(&["S1"]), names(&["P1", "P2"])).unwrap();
    house.accounts.add("root", "cy", &grant).await.unwrap();
    assert_eq!(house.accounts.named("cy").await.unwrap().grant, grant);
    let narrower = Grant::SchoolLeader { schools: names(&["S2"]) };
    assert_eq!(house.accounts.grant("root", "cy", &narrower).await.unwrap().grant, narrower);
    for (role, schools, programs) in [
        (Role::SchoolLeader, vec![], vec![]),
        (Role::SchoolLeader, vec!["S1"], vec!["P1"]),
        (Role::ProgramTeacher, vec!["S1"], vec![]),
        (Role::Coordinator, vec!["S1"], vec![]),
        (Role::Administrator, vec![], vec!["P1"]),
    ] {
        assert!(Grant::new(role, names(&schools), names(&programs)).is_err(), "{role:?}");
    }
}

#[tokio::test]
async fn guessing_is_slow_by_account_and_by_address() {
    let house = House::new().await;
    let accounts = &house.accounts;
    house.person("ana", Grant::Coordinator).await;
    for attempt in 0..5 {
        let address = format!("10.0.0.{attempt}");
        assert!(matches!(accounts.sign_in("ana", "wrong", &address).await, Err(Refusal::Wrong)));
        house.later(1);
    }
    // The right password does not help now, and the account is let in again when the first attempt is old.
    let refusal = accounts.sign_in("ANA", GOOD, "10.0.0.9").await;
    assert!(matches!(refusal, Err(Refusal::TooMany(at)) if at == begin() + TimeDelta::minutes(15)), "{refusal:?}");
    house.later(11);
    assert_eq!(accounts.sign_in("ana", GOOD, "10.0.0.9").await.unwrap().name, "ana");
    // A success forgives the account.
    for _ in 0..4 {
        assert!(matches!(accounts.sign_in("ana", "wrong", "10.0.0.9").await, Err(Refusal::Wrong)));
    }
    assert!(accounts.sign_in("ana", GOOD, "10.0.0.9").await.is_ok());
    for attempt in 0..50 {
        assert!(matches!(accounts.sign_in(&format!("nobody{attempt}"), "x", "10.9.9.9").await, Err(Refusal::Wrong)));
    }
    assert!(matches!(accounts.sign_in("ana", GOOD, "10.9.9.9").await, Err(Refusal::TooMany(_))));
    assert!(accounts.sign_in("ana", GOOD, "10.0.0.9").await.is_ok());
}

#[tokio::test]
async fn a_session_ends_idle_or_old_or_signed_out() {
    let house = House::new().await;
    let accounts = &house.accounts;
    let ana = house.person("ana", Grant::Coordinator).await;
    let token = accounts.begin_session(&ana).await.unwrap();
    assert!(accounts.session(&Secret::given("made up")).await.unwrap().is_none());
    for _ in 0..24 {
        house.later(29);
        assert!(accounts.session(&token).await.unwrap().is_some());
    }
    house.later(24);
    assert!(accounts.session(&token).await.unwrap().is_none(), "12 hours");
    let token = accounts.begin_session(&ana).await.unwrap();
    house.later(30);
    assert!(accounts.session(&token).await.unwrap().is_none(), "half an hour without a request");
    let token = accounts.begin_session(&ana).await.unwrap();
    let session = accounts.session(&token).await.unwrap().unwrap();
    assert!(session.form_token.is(session.form_token.reveal()) && !session.form_token.is(token.reveal()));
    accounts.give_reason(&session, "advising").await.unwrap();
    assert_eq!(accounts.session(&token).await.unwrap().unwrap().reason.as_deref(), Some("advising"));
    accounts.end_session(&session).await.unwrap();
    assert!(accounts.session(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn recovery_shuts_out_whoever_was_in() {
    let house = House::new().await;
    let accounts = &house.accounts;
    let ana = house.person("ana", Grant::Coordinator).await;
    let token = accounts.begin_session(&ana).await.unwrap();
    let scopes = BTreeSet::from([TokenScope::Figures]);
    let program = accounts.make_token("ana", "ana", "sheet", &scopes, TimeDelta::days(30)).await.unwrap();
    let invited = accounts.reset("root", "ana").await.unwrap();
    assert!(accounts.session(&token).await.unwrap().is_none() && accounts.bearer(&program).await.unwrap().is_none());
    assert!(matches!(accounts.sign_in("ana", GOOD, "::1").await, Err(Refusal::Wrong)));
    accounts.accept(&invited.code, "eleven quiet tugboats").await.unwrap();
    assert!(accounts.sign_in("ana", "eleven quiet tugboats", "::1").await.is_ok());
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let house = House::new().await;
    let accounts = &house.accounts;
    let ana = house.person("ana", Grant::Coordinator).await;
    let token = accounts.begin_session(&ana).await.unwrap();
    let reset = accounts.reset("root", "ana").await.unwrap();
    accounts.disable("root", "ana", true).await.unwrap();
    assert!(accounts.session(&token).await.unwrap().is_none());
    assert!(accounts.invited(&reset.code).await.unwrap().is_none());
    assert!(matches!(accounts.sign_in("ana", GOOD, "::1").await, Err(Refusal::Wrong)));
    assert!(!accounts.disable("root", "ana", false).await.unwrap().disabled);
}

#[tokio::test]
async fn a_token_speaks_for_its_account_until_it_ends() {
    let house = House::new().await;
    let accounts = &house.accounts;
    house.person("ana", Grant::Coordinator).await;
    let scopes = BTreeSet::from([TokenScope::Figures]);
    let token = accounts.make_token("ana", "ana", "sheet", &scopes, TimeDelta::days(1)).await.unwrap();
    let bearer = accounts.bearer(&token).await.unwrap().unwrap();
    assert_eq!((bearer.account.name.as_str(), &bearer.scopes), ("ana", &scopes));
    let listed = accounts.tokens().await.unwrap();
    assert_eq!((listed.len(), listed[0].label.as_str()), (1, "sheet"));
    house.later(24 * 60);
    assert!(accounts.bearer(&token).await.unwrap().is_none() && accounts.tokens().await.unwrap().is_empty());
    let token = accounts.make_token("ana", "ana", "sheet", &scopes, TimeDelta::days(1)).await.unwrap();
    let number = accounts.tokens().await.unwrap()[0].number;
    accounts.revoke_token("root", number).await.unwrap();
    assert!(accounts.bearer(&token).await.unwrap().is_none());
    assert!(matches!(accounts.revoke_token("root", number).await, Err(AccountsError::NoToken(_))));
}

#[tokio::test]
async fn the_log_says_who_saw_which_students_and_why() {
    let house = House::new().await;
    let accounts = &house.accounts;
    house.person("ana", Grant::Coordinator).await;
    accounts.sign_in("ana", GOOD, "::1").await.unwrap();
    let seen = |what: &str| Event::new(Kind::Seen, "ana", what.to_owned()).why("advising").cells(2);
    accounts.record(seen("list"), &["2", "1", "2"]).await.unwrap();
    accounts.record(seen("the list again"), &["1", "2"]).await.unwrap();
    accounts.record(seen("one"), &["3"]).await.unwrap();
    let of = |student: &str| Seen { student: Some(student.to_owned()), ..Seen::default() };
    let found = accounts.events(&of("1"), 10).await.unwrap();
    assert_eq!(found.iter().map(|event| event.what.as_str()).collect::<Vec<_>>(), ["the list again", "list"]);
    assert_eq!((found[0].students, found[0].cells, found[0].why.as_str()), (2, 2, "advising"));
    assert_eq!(accounts.students_of(found[0].number).await.unwrap(), ["1", "2"]);
    assert_eq!(accounts.events(&Seen { before: Some(found[0].number), ..of("1") }, 10).await.unwrap().len(), 1);
    assert!(accounts.events(&Seen { who: Some("ben".to_owned()), ..Seen::default() }, 10).await.unwrap().is_empty());
    assert_eq!(
        house.what().await[..3],
        ["account root added `ana` as coordinator", "account ana chose a password", "sign-in ana by password from ::1"]
    );
}

#[tokio::test]
async fn whoever_changes_the_log_is_found_out() {
    let house = House::new().await;
    let path = house.folder.path().join("accounts.sqlite");
    for student in ["1", "2", "3"] {
        let event = Event::new(Kind::Seen, "ana", format!("page {student}"));
        house.accounts.record(event, &[student]).await.unwrap();
    }
    let Chain::Holds { events: 3, head } = house.accounts.verify().await.unwrap() else { panic!("it holds") };
    assert_eq!(head.len(), 64);
    house.accounts.close().await;
    let change = async |sql: &'static str| {
        use sqlx::Connection;
        let mut connection = sqlx::SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
    };
    assert!(change("UPDATE events SET who = 'ben' WHERE number = 2").await.is_err());
    assert!(change("DELETE FROM events WHERE number = 3").await.is_err());
    assert!(change("DELETE FROM group_members").await.is_err());
    let reopened = open(&path, &house.minutes).await;
    assert!(matches!(reopened.verify().await.unwrap(), Chain::Holds { events: 3, .. }));
    // With the triggers gone it can be done, but not without a trace.
    for (tampering, first) in [
        ("DROP TRIGGER members_stay; UPDATE group_members SET subject = 9 WHERE subject = 3", 3),
        ("DROP TRIGGER events_stay; UPDATE events SET why = 'asked to' WHERE number = 2", 2),
        ("DROP TRIGGER events_are_kept; DELETE FROM events WHERE number = 1", 2),
    ] {
        change(tampering).await.unwrap();
        assert_eq!(reopened.verify().await.unwrap(), Chain::Broken { number: first }, "{tampering}");
    }
}

#[tokio::test]
async fn an_erased_student_is_nowhere_in_the_file_and_the_chain_holds() {
    let house = House::new().await;
    let accounts = &house.accounts;
    let students: Vec<String> = (0..500).map(|number| format!("ERASED-{number:04}")).collect();
    let all: Vec<&str> = students.iter().map(String::as_str).collect();
    accounts.record(Event::new(Kind::Seen, "ana", "list".to_owned()), &all).await.unwrap();
    accounts.record(Event::new(Kind::Seen, "ana", "page".to_owned()), &["ERASED-0007"]).await.unwrap();
    let bytes = || {
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(house.folder.path()).unwrap() {
            bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
        }
        bytes
    };
    let occurs = |text: &str| bytes().windows(text.len()).any(|window| window == text.as_bytes());
    assert!(occurs("ERASED-0007"));
    assert!(accounts.forget("root", "ERASED-0007").await.unwrap());
    assert!(!accounts.forget("root", "ERASED-0007").await.unwrap());
    assert!(!occurs("ERASED-0007") && occurs("ERASED-0008"));
    let events = accounts.events(&Seen::default(), 10).await.unwrap();
    assert_eq!((events[2].students, accounts.students_of(events[2].number).await.unwrap().len()), (500, 499));
    assert!(matches!(accounts.verify().await.unwrap(), Chain::Holds { events: 3, .. }));
    // Seen again after another import, the student is somebody new to the log.
    accounts.record(Event::new(Kind::Seen, "ana", "again".to_owned()), &["ERASED-0007"]).await.unwrap();
    let of = Seen { student: Some("ERASED-0007".to_owned()), ..Seen::default() };
    assert_eq!(accounts.events(&of, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_hashes_of_secrets_are_in_the_file() {
    let house = House::new().await;
    let accounts = &house.accounts;
    let ana = house.person("ana", Grant::Coordinator).await;
    let invited = accounts.add("root", "ben", &Grant::Viewer).await.unwrap();
    let session = accounts.begin_session(&ana).await.unwrap();
    let scopes = BTreeSet::from([TokenScope::Figures]);
    let token = accounts.make_token("ana", "ana", "sheet", &scopes, TimeDelta::days(1)).await.unwrap();
    accounts.close().await;
    let bytes = std::fs::read(house.folder.path().join("accounts.sqlite")).unwrap();
    for secret in [invited.code.reveal(), session.reveal(), token.reveal(), GOOD] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    assert!(bytes.windows(9).any(|window| window == b"$argon2id"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(house.folder.path().join("accounts.sqlite")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
