//! Pages for people with accounts: who gets which, and how they come in and go out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use tempfile::TempDir;
use waymark_accounts::{Accounts, Grant, Policy, Role, Secret, SingleSignOn};
use waymark_web::{Answered, Origin, People, routes};

use crate::{Answer, desk::TestDesk, district, request, send_to};

const GOOD: &str = "four lamps under gravel";

/// A place with an account for every role: the school leader's school is `S1`, the program teacher's program `P1`.
pub(crate) struct House {
    pub(crate) accounts: Accounts,
    answered: Answered,
    pub(crate) desk: Arc<TestDesk>,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new(origin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let counter = AtomicU64::new(0);
        let randomness = Arc::new(move |bytes: &mut [u8]| {
            bytes.fill(7);
            bytes[..8].copy_from_slice(&counter.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            Ok(())
        });
        let path = folder.path().join("accounts.sqlite");
        let accounts = Accounts::open(&path, Policy::default(), Arc::new(district::now), randomness).await.unwrap();
        let origin: Origin = origin.parse().unwrap();
        let single_sign_on = SingleSignOn::new(Vec::new(), origin.to_string()).unwrap();
        let people = People { accounts: accounts.clone(), single_sign_on, origin, behind_proxy: false };
        let answered = Answered::People(Arc::new(people));
        Self { accounts, answered, desk: Arc::default(), _folder: folder }
    }

    pub(crate) async fn person(&self, role: Role) -> String {
        let names = |name: &str| std::iter::once(name.to_owned()).collect();
        let (schools, programs) = match role {
            Role::SchoolLeader => (names("S1"), BTreeSet::default()),
            Role::ProgramTeacher => (BTreeSet::default(), names("P1")),
            _ => Default::default(),
        };
        let grant = Grant::new(role, schools, programs).unwrap();
        let invited = self.accounts.add("root", role.name(), &grant).await.unwrap();
        let token = self.accounts.begin_session(&invited.account).await.unwrap();
        token.reveal().to_owned()
    }

    async fn form_token(&self, token: &str) -> String {
        let session = self.accounts.session(&Secret::given(token)).await.unwrap().unwrap();
        session.form_token.reveal().to_owned()
    }

    async fn give_reason(&self, token: &str) {
        let session = self.accounts.session(&Secret::given(token)).await.unwrap().unwrap();
        self.accounts.give_reason(&session, "advising").await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send_to(self.answered.clone(), self.desk.clone(), request).await
    }

    async fn get(&self, token: Option<&str>, path: &str) -> Answer {
        self.send(with_cookie(request(Method::GET, path, "127.0.0.1:50000", &["localhost"]), token)).await
    }

    async fn post(&self, token: Option<&str>, path: &str, form: &str) -> Answer {
        self.send(with_cookie(posted(path, form), token)).await
    }
}

fn posted(path: &str, form: &str) -> Request<Body> {
    let mut posted = request(Method::POST, path, "127.0.0.1:50000", &["localhost"]);
    let kind = "application/x-www-form-urlencoded".parse().unwrap();
    posted.headers_mut().insert(header::CONTENT_TYPE, kind);
    *posted.body_mut() = Body::from(form.to_owned());
    posted
}

fn with_cookie(mut request: Request<Body>, token: Option<&str>) -> Request<Body> {
    if let Some(token) = token {
        request.headers_mut().insert(header::COOKIE, format!("waymark={token}").parse().unwrap());
    }
    request
}

/// What came of it, in a word or two.
fn outcome(answer: &Answer) -> String {
    match answer.status {
        StatusCode::OK => "yes".to_owned(),
        StatusCode::SEE_OTHER => {
            let to = answer.headers[header::LOCATION].to_str().unwrap();
            format!("to {}", to.split('?').next().unwrap())
        }
        StatusCode::NOT_FOUND => "not there".to_owned(),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => "yes, but".to_owned(),
        status => status.as_str().to_owned(),
    }
}

/// An address of a route that everybody reaches who has the permission.
fn example(path: &str) -> &str {
    match path {
        "/indicators/{measure}" => "/indicators/5S3",
        "/indicators/{measure}/progress" => "/indicators/5S3/progress",
        "/indicators/{measure}/progress.csv" => "/indicators/5S3/progress.csv",
        "/programs/{program}" => "/programs/P1",
        "/programs/{program}/funnel.csv" => "/programs/P1/funnel.csv",
        "/one-course-away" => "/one-course-away?program=P1",
        "/one-course-away.csv" => "/one-course-away.csv?program=P1",
        "/number/clauses" => "/number/clauses?measure=5S3&program=P1&organization=S1",
        "/number/change" => "/number/change?measure=5S3&program=P1&organization=S1",
        "/import/{case}" => "/import/asking",
        "/import/{case}/answers" => "/import/asking/answers",
        "/import/{case}/files" => "/import/asking/files",
        "/import/{case}/{action}" => "/import/checked/store",
        "/number" => "/number?measure=5S3&program=P1&organization=S1",
        "/number/students" => "/number/students?measure=5S3&side=numerator&program=P1&organization=S1",
        "/students/{student}" => "/students/MARKED-7F3A",
        "/welcome" => "/welcome?code=none",
        "/api/v1/students" => "/api/v1/students?measure=5S3&program=P1&organization=S1",
        "/audit/{event}" => "/audit/1",
        "/sign-in/with/{provider}" => "/sign-in/with/nowhere",
        "/sign-in/from/{provider}" => "/sign-in/from/nowhere?state=none",
        path => {
            assert!(!path.contains('{'), "write here an address of the new route `{path}`");
            path
        }
    }
}

/// Every role on every route, by asking. A new route has a new row here, and whoever adds it looks at that row.
#[tokio::test]
async fn who_gets_what() {
    let house = House::new("http://localhost:8080").await;
    let mut tokens = BTreeMap::new();
    for role in Role::ALL {
        let token = house.person(role).await;
        house.give_reason(&token).await;
        tokens.insert(role, token);
    }
    let mut table = format!("{:<34}{:<12}{:<12}", "", "machine", "nobody");
    for role in Role::ALL {
        write!(table, "{:<18}", role.name()).unwrap();
    }
    for route in routes() {
        if route.path == "/sign-out" {
            // It would end the sessions of the rows below; its own test is `out_is_out`.
            continue;
        }
        let path = example(route.path);
        let ask = |form: &str| match route.method {
            Method::POST => posted(path, &format!("form_token={form}")),
            _ => request(Method::GET, path, "127.0.0.1:50000", &["localhost"]),
        };
        let machine = Answered::ThisMachine { who: "ana".to_owned(), form: Secret::given("the-token") };
        let at_the_machine = send_to(machine, house.desk.clone(), ask("the-token")).await;
        let nobody = house.send(ask("none")).await;
        let needs = route.needs.map_or_else(|| "everybody".to_owned(), |needs| format!("{needs:?}"));
        writeln!(table).unwrap();
        write!(table, "{:<34}", format!("{} {}", route.method, route.path)).unwrap();
        write!(table, "{:<12}{:<12}", outcome(&at_the_machine), outcome(&nobody)).unwrap();
        for role in Role::ALL {
            let form = house.form_token(&tokens[&role]).await;
            let answer = house.send(with_cookie(ask(&form), Some(&tokens[&role]))).await;
            write!(table, "{:<18}", outcome(&answer)).unwrap();
        }
        write!(table, "{needs}").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn what_one_does_not_reach_is_not_there() {
    let house = House::new("http://localhost:8080").await;
    for (role, own, others) in [
        (
            Role::SchoolLeader,
            vec!["/indicators", "/indicators?organization=S1", "/students/MARKED-7F3A", "/number?measure=5S3"],
            vec![
                "/indicators?organization=D1",
                "/indicators?organization=S2",
                "/indicators?organization=XX",
                "/number?measure=5S3&organization=S2",
                "/number?measure=5S3&organization=XX",
                "/students/S2-01",
                "/students/NOBODY",
            ],
        ),
        (
            Role::ProgramTeacher,
            vec!["/participation", "/students/MARKED-7F3A", "/number?measure=5S3&program=P1"],
            vec![
                "/number?measure=5S3&program=P2",
                "/number?measure=5S3&program=P9",
                "/number?measure=5S3",
                "/students/S2-01",
                "/students/NOBODY",
                "/indicators",
                "/nowhere",
            ],
        ),
    ] {
        let token = house.person(role).await;
        house.give_reason(&token).await;
        for path in own {
            let answer = house.get(Some(&token), path).await;
            assert_eq!(answer.status, StatusCode::OK, "{role:?} {path}: {}", answer.text);
            // A program is taught at any school, and a school has any program.
            let other = if role == Role::SchoolLeader { "Clay High" } else { "Nursing" };
            for other in [other, "S2-0"] {
                assert!(!answer.text.contains(other), "{role:?} sees {other} at {path}");
            }
        }
        for path in others {
            let answer = house.get(Some(&token), path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role:?} {path}");
            assert!(answer.text.contains("<h1>Not found</h1>"), "{path}");
            assert!(!answer.text.contains("did you mean"), "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_learns_which_addresses_there_are() {
    let house = House::new("http://localhost:8080").await;
    for path in ["/indicators", "/nowhere", "/students/NOBODY", "/students/MARKED-7F3A"] {
        let answer = house.get(None, path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        let to = answer.headers[header::LOCATION].to_str().unwrap();
        assert!(to.starts_with("/sign-in?next=%2F"), "{to}");
        assert_eq!(house.get(Some("made up"), path).await.status, StatusCode::SEE_OTHER);
    }
    assert!(house.desk.log.text().contains("[]"), "nothing was released");
}

#[tokio::test]
async fn students_are_shown_for_a_reason() {
    let house = House::new("http://localhost:8080").await;
    let token = house.person(Role::Coordinator).await;
    let page = "/students/MARKED-7F3A?year=2024-25";
    let answer = house.get(Some(&token), page).await;
    let to = answer.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(to, "/reason?next=%2Fstudents%2FMARKED%2D7F3A%3Fyear%3D2024%2D25");
    let form = house.get(Some(&token), &to).await.text;
    assert!(form.contains("value=\"/students/MARKED-7F3A?year=2024-25\""), "{form}");
    let form_token = house.form_token(&token).await;
    let given = |reason: &str| format!("form_token={form_token}&next=/students/MARKED-7F3A&reason={reason}");
    assert_eq!(house.post(Some(&token), "/reason", &given("curiosity")).await.status, StatusCode::BAD_REQUEST);
    let other = format!("{}&other=a+parent+asked", given(""));
    assert_eq!(house.post(Some(&token), "/reason", &other).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(Some(&token), page).await.status, StatusCode::OK);
    let log = house.desk.log.text();
    assert!(log.contains("who: \"coordinator\"") && log.contains("why: \"a parent asked\""), "{log}");
    let events = house.accounts.events(&waymark_accounts::Seen::default(), 1).await.unwrap();
    assert_eq!((events[0].kind.name(), events[0].why.as_str()), ("reason", "a parent asked"));
}

#[tokio::test]
async fn a_form_of_another_server_changes_nothing() {
    let house = House::new("http://localhost:8080").await;
    let token = house.person(Role::Coordinator).await;
    for form in ["", "form_token=", "form_token=made+up"] {
        assert_eq!(house.post(Some(&token), "/sign-out", form).await.status, StatusCode::FORBIDDEN, "{form}");
    }
    let form = format!("form_token={}", house.form_token(&token).await);
    let mut elsewhere = with_cookie(posted("/sign-out", &form), Some(&token));
    elsewhere.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(house.send(elsewhere).await.status, StatusCode::FORBIDDEN);
    let mut as_text = with_cookie(posted("/sign-out", &form), Some(&token));
    as_text.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    assert_eq!(house.send(as_text).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.get(Some(&token), "/definitions").await.status, StatusCode::OK);
}

#[tokio::test]
async fn out_is_out() {
    let house = House::new("http://localhost:8080").await;
    let token = house.person(Role::Coordinator).await;
    let form = format!("form_token={}", house.form_token(&token).await);
    let answer = house.post(Some(&token), "/sign-out", &form).await;
    assert_eq!(outcome(&answer), "to /sign-in");
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("waymark=; "));
    assert_eq!(outcome(&house.get(Some(&token), "/").await), "to /sign-in");
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> String {
    let set = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let own = set.filter_map(|value| value.strip_prefix(name)?.strip_prefix('='));
    own.map(|value| value.split(';').next().unwrap().to_owned()).next().unwrap_or_default()
}

#[tokio::test]
async fn from_an_invitation_to_the_page_that_was_wanted() {
    let house = House::new("https://waymark.district.example").await;
    let invited = house.accounts.add("root", "lee", &Grant::Coordinator).await.unwrap();
    let at = |method: Method, path: &str, cookies: &str, form: &str| {
        let mut sent = request(method, path, "10.1.1.1:50000", &["waymark.district.example"]);
        sent.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
        sent.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        *sent.body_mut() = Body::from(form.to_owned());
        sent
    };
    let link = format!("/welcome?code={}", invited.code.reveal());
    let page = house.send(at(Method::GET, &link, "", "")).await;
    assert!(page.text.contains("lee, Coordinator"), "{}", page.text);
    assert!(page.headers.contains_key("strict-transport-security"));
    let form_token = cookie(&page, "__Host-waymark-form");
    let form_cookie = format!("__Host-waymark-form={form_token}");
    let filled = |one: &str, other: &str| {
        format!("form_token={form_token}&code={}&password={one}&again={other}", invited.code.reveal())
    };
    let good = GOOD.replace(' ', "+");
    for (one, other, refusal) in [("short", "short", "at least 15"), (good.as_str(), "other", "not the same")] {
        let answer = house.send(at(Method::POST, "/welcome", &form_cookie, &filled(one, other))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(refusal), "{refusal}: {}", answer.text);
    }
    let answer = house.send(at(Method::POST, "/welcome", &form_cookie, &filled(&good, &good))).await;
    assert_eq!(outcome(&answer), "to /");
    assert_eq!(house.send(at(Method::GET, &link, "", "")).await.status, StatusCode::NOT_FOUND);

    let page = house.send(at(Method::GET, "/sign-in?next=/indicators", "", "")).await;
    let form_token = cookie(&page, "__Host-waymark-form");
    let form_cookie = format!("__Host-waymark-form={form_token}");
    let filled = |password: &str| format!("form_token={form_token}&next=/indicators&name=lee&password={password}");
    assert_eq!(house.send(at(Method::POST, "/sign-in", "", &filled(&good))).await.status, StatusCode::FORBIDDEN);
    let wrong = house.send(at(Method::POST, "/sign-in", &form_cookie, &filled("wrong"))).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.text.contains("The name or the password is wrong."));
    let answer = house.send(at(Method::POST, "/sign-in", &form_cookie, &filled(&good))).await;
    assert_eq!(outcome(&answer), "to /indicators");
    let mut set = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let set = set.find(|value| value.starts_with("__Host-waymark=")).unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    let session = format!("__Host-waymark={}", cookie(&answer, "__Host-waymark"));
    let page = house.send(at(Method::GET, "/indicators", &session, "")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("lee, Coordinator") && page.text.contains("Sign out"));
    for _ in 0..5 {
        house.send(at(Method::POST, "/sign-in", &form_cookie, &filled("wrong"))).await;
    }
    let answer = house.send(at(Method::POST, "/sign-in", &form_cookie, &filled(&good))).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = request(Method::GET, "/sign-in", "10.1.1.1:50000", &["rebound.example"]);
    assert_eq!(house.send(elsewhere).await.status, StatusCode::MISDIRECTED_REQUEST);
}
