//! Every page, as a browser at this machine gets it.

#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "../../disclosure/tests/district/mod.rs"]
mod district;

mod api;
mod desk;
mod people;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, Response, StatusCode},
};
use desk::TestDesk;
use district::MARKED;
use tower::ServiceExt;
use waymark_accounts::Secret;
use waymark_web::{Answered, router};

const PAGES: [&str; 40] = [
    "/",
    "/?year=2023-24&rulebook=texas",
    "/indicators",
    "/indicators?year=2024-25&organization=D1",
    "/indicators/5S3?organization=D1",
    "/indicators/2S1?variant=graduates",
    "/indicators/concentrators?organization=S1",
    "/participation?year=2024-25",
    "/participation?organization=S3",
    "/indicators/5S3/progress?organization=D1",
    "/indicators/5S3/progress?organization=D1&group=sex:F",
    "/programs",
    "/programs?organization=S1&sort=concentrator&step=third_course&group=sex:F&years=1&cluster=13",
    "/programs?organization=D1&first=P1&second=P2",
    "/programs?rulebook=texas",
    "/programs/P1",
    "/programs/P1?organization=D1&cohort=2023-24&and=sex:M",
    "/programs/P2?organization=S1",
    "/losses",
    "/losses?years=3&group=sex:F",
    "/one-course-away?year=2023-24",
    "/one-course-away?year=2023-24&program=P1&group=sex:M",
    "/one-course-away?organization=S2",
    "/fairness",
    "/fairness?organization=D1&group=sex:F&step=5S3&program=P1",
    "/number?measure=5S3&organization=D1",
    "/number?measure=5S3&organization=D1&program=P1&subgroup=sex:F",
    "/number/clauses?measure=5S3&organization=D1",
    "/number/change?measure=5S3&organization=D1&since=1&then=texas",
    "/number/students?measure=concentrators&side=not_numerator",
    "/students/MARKED-7F3A?year=2024-25",
    "/data",
    "/batches",
    "/definitions?rulebook=texas",
    "/import",
    "/import/working",
    "/import/asking",
    "/import/checked",
    "/import/refused",
    "/import/stored",
];

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

async fn send(desk: Arc<TestDesk>, request: Request<Body>) -> Answer {
    let answered = Answered::ThisMachine { who: "ana".to_owned(), form: Secret::given("the-token") };
    send_to(answered, desk, request).await
}

async fn send_to(answered: Answered, desk: Arc<TestDesk>, request: Request<Body>) -> Answer {
    let response: Response<Body> = router(desk, answered).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
    Answer { status: parts.status, headers: parts.headers, text }
}

fn request(method: Method, path: &str, peer: &str, hosts: &[&str]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for host in hosts {
        request = request.header("host", *host);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    request
}

async fn get(desk: &Arc<TestDesk>, path: &str) -> Answer {
    send(desk.clone(), request(Method::GET, path, "127.0.0.1:50000", &["localhost:8080"])).await
}

async fn page(path: &str) -> String {
    let answer = get(&Arc::default(), path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

#[tokio::test]
async fn every_page_is_html_with_a_title_and_one_heading() {
    for path in PAGES {
        let text = page(path).await;
        assert!(text.starts_with("<!doctype html>\n<html lang=\"en\">"), "{path}");
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        assert!(text.contains("<title>") && text.contains("<main"), "{path}");
        assert!(!text.contains("style=\"") && !text.contains("<style") && !text.contains("onclick"), "{path}");
    }
}

#[tokio::test]
async fn nothing_of_the_data_becomes_markup() {
    for path in PAGES {
        let text = page(path).await;
        for markup in ["<script", "<b>", "<i>", "alert('D')</", "<date>", "<2025"] {
            assert!(!text.contains(markup), "{path} has {markup}");
        }
    }
    assert!(page("/indicators?organization=D1").await.contains("&#60;script&#62;alert(&#39;D&#39;)"));
}

#[tokio::test]
async fn identifiers_on_a_page_are_unique_and_labels_lead_somewhere() {
    for path in PAGES {
        let text = page(path).await;
        let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}");
        for attribute in ["aria-labelledby=\"", "aria-describedby=\"", "for=\"", "href=\"#"] {
            for name in text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(ids.binary_search(&name).is_ok(), "{path}: {attribute}{name}");
            }
        }
    }
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    for path in ["/", "/style.css", "/figure.css", "/nowhere", "/number"] {
        let answer = get(&Arc::default(), path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn only_this_machine_is_answered() {
    let refused = [
        ("10.0.0.7:50000", vec!["localhost:8080"], StatusCode::FORBIDDEN),
        ("127.0.0.1:50000", vec!["rebound.example:8080"], StatusCode::MISDIRECTED_REQUEST),
        ("127.0.0.1:50000", vec![], StatusCode::MISDIRECTED_REQUEST),
        ("127.0.0.1:50000", vec!["localhost", "rebound.example"], StatusCode::MISDIRECTED_REQUEST),
    ];
    for (peer, hosts, status) in refused {
        let answer = send(Arc::default(), request(Method::GET, "/", peer, &hosts)).await;
        assert_eq!(answer.status, status, "{peer} {hosts:?}");
        assert!(!answer.text.contains("State of") && answer.headers.contains_key("content-security-policy"));
    }
    for peer in ["127.0.0.1:50000", "[::1]:50000", "[::ffff:127.0.0.1]:50000"] {
        let answer = send(Arc::default(), request(Method::GET, "/", peer, &["[::1]:8080"])).await;
        assert_eq!(answer.status, StatusCode::OK, "{peer}");
    }
}

#[tokio::test]
async fn a_request_of_an_unknown_peer_is_refused() {
    let request = Request::builder().uri("/").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(send(Arc::default(), request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_not_there_is_said_in_words() {
    let not_there = [
        "/nowhere",
        "/indicators/9S9",
        "/indicators/5S3?variant=x",
        "/indicators?organization=XX",
        "/?rulebook=x",
        "/students/NOBODY",
        "/number?measure=5S3&program=P9",
        "/number?measure=2S1&variant=x",
        "/number?measure=5S3&subgroup=sex:Q",
        "/number/students?measure=5S3&side=numerator&from=1000",
        "/number/change?measure=5S3&since=9",
        "/number/change?measure=5S3&since=1&then=x",
        "/indicators/participants/progress",
        "/programs?sort=x",
        "/programs?step=x",
        "/programs?group=x",
        "/programs?cluster=99",
        "/programs?first=P1&second=P9",
        "/programs/P9",
        "/programs/cluster:13",
        "/programs/P1?cohort=2001-02",
        "/programs/P9/funnel.csv",
        "/one-course-away?program=P9",
        "/fairness?step=x",
        "/fairness?program=P9",
    ];
    for path in not_there {
        let answer = get(&Arc::default(), path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
        assert!(answer.text.contains("<h1>Not found</h1>"), "{path}");
    }
    for path in [
        "/?year=soon",
        "/number",
        "/number/students?measure=5S3&side=both",
        "/data?from=x",
        "/?year=1&year=2",
        "/programs?years=0",
        "/number/change?measure=5S3&since=x",
    ] {
        assert_eq!(get(&Arc::default(), path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let answer = send(Arc::default(), request(Method::POST, "/", "127.0.0.1:1", &["localhost"])).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text.contains("This page can only be read"));
    let broken = Arc::new(TestDesk { broken: true, ..TestDesk::default() });
    let answer = get(&broken, "/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text.contains("the disk &#60;b&#62;is gone"));
}

#[tokio::test]
async fn before_the_first_import_the_overview_says_how() {
    let empty = Arc::new(TestDesk { empty: true, ..TestDesk::default() });
    let overview = get(&empty, "/").await;
    assert_eq!(overview.status, StatusCode::OK);
    assert!(overview.text.contains("waymark import"));
    assert_eq!(get(&empty, "/definitions").await.status, StatusCode::OK);
    assert_eq!(get(&empty, "/indicators").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_log_has_every_number_and_no_student() {
    let desk = Arc::<TestDesk>::default();
    for path in
        ["/students/MARKED-7F3A", "/number?measure=5S3&organization=D1", "/number/students?measure=5S3&side=numerator"]
    {
        let text = get(&desk, path).await.text;
        assert!(text.contains(MARKED), "{path}");
    }
    assert!(get(&desk, "/students/MARKED-7F3A-TYPO").await.text.contains("MARKED-7F3A-TYPO"));
    let log = desk.log.text();
    assert!(log.contains("5S3") && log.contains("explanation of a student"), "{log}");
    assert!(!log.contains("MARKED") && !log.contains("script"), "{log}");
}

#[tokio::test]
async fn the_overview_tells_what_is_loaded_and_what_is_wrong() {
    let text = page("/").await;
    for part in
        ["1,024", "2023-24 to 2024-25", "batch 3", "1 error", "2,500 warnings", "51 rows set aside", "How do we stand?"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[tokio::test]
async fn indicators_stand_beside_their_levels() {
    let text = page("/indicators?organization=D1").await;
    assert!(text.contains("1 of the 2 indicators that are held to a level meets it, 1 does not"));
    assert!(text.contains("<svg class=\"indicator-bar\"") && text.contains("90 percent line 54.00"));
    assert!(text.contains("</svg> not met") && text.contains("</svg> met"));
    assert!(text.contains("snapshot 7 (batch 3)"));
}

#[tokio::test]
async fn parts_of_an_indicator_lead_to_their_numbers() {
    let text = page("/indicators/5S3?organization=D1").await;
    assert!(text.contains("few students: read with care"), "8 of a school");
    assert!(text.contains("\u{2212}12.50"), "girls against all");
    assert!(text.contains("Empty High") && text.contains("no students"));
    let link = text.split("href=\"").find(|link| link.contains("program=P1&")).unwrap();
    let path = link.split('"').next().unwrap().replace("&#38;", "&");
    let number = page(&path).await;
    assert!(number.contains("5 of 8") && number.contains("Welding &#60;i&#62;"));
}

#[tokio::test]
async fn a_number_names_its_students_on_either_side() {
    let text = page("/number?measure=5S3&organization=D1").await;
    for part in [
        "62.50%",
        "10 of 16",
        "10 students",
        "6 students",
        "20 U.S.C. 2323",
        "7, made by batch 3",
        "concentrators who graduated",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(text.contains("/students/MARKED%2D7F3A?year=2024%2D25"));
    let text = page("/number?measure=1S1").await;
    assert!(text.contains("no rate") && text.contains("0 of 0") && text.contains("Nobody."));
}

#[tokio::test]
async fn a_student_is_explained() {
    let text = page("/students/MARKED-7F3A").await;
    for part in ["CTE concentrator", "Welding II", "since 2024-25", "course_outcomes.csv", "in the numerator"] {
        assert!(text.contains(part), "{part}");
    }
    let text = page("/students/S1-12").await;
    assert!(text.contains("needs 1 more completed course to be a CTE concentrator"));
}

#[tokio::test]
async fn rows_set_aside_come_in_parts() {
    let first = page("/data").await;
    assert!(
        first.contains("Rows 1 to 50.")
            && first.contains("/data?from=50#set-aside")
            && first.contains("Exit before entry")
    );
    let second = page("/data?from=50").await;
    assert!(second.contains("Rows 51 to 51.") && second.contains(">Before</a>") && !second.contains(">After</a>"));
}

#[tokio::test]
async fn programs_tell_who_stays() {
    let text = page("/programs?organization=D1").await;
    for part in ["24 of 24 students who are enrolled in 2024-25", "Second course", "66.7%", "8 of 12", "All programs"] {
        assert!(text.contains(part), "{part}");
    }
    let text = page("/programs?organization=D1&first=P1&second=P2").await;
    assert!(text.contains("do not differ by more than chance") && text.contains("within chance"));
    let text = page("/programs/P1?organization=D1").await;
    assert!(text.contains(
        "Of 12 students who took a first course, 12 reached the first course (100.0%), 8 reached the second"
    ));
    assert!(text.contains("4 lost") && text.contains("Welding II") && text.contains("No group is lost more"));
    let text = page("/losses?organization=D1").await;
    assert!(text.contains("There are too few students to compare any group with the others."));
}

#[tokio::test]
async fn one_course_away_names_students_and_courses() {
    let desk = Arc::<TestDesk>::default();
    let text = get(&desk, "/one-course-away?year=2023-24&organization=S1").await.text;
    assert!(text.contains("12 students are one course away from being a CTE concentrator"), "{text}");
    assert!(text.contains(MARKED) && text.contains("Welding II") && text.contains("1 more completed course"));
    let log = desk.log.text();
    assert!(
        log.contains("one course away, 2023-24, S1") && log.contains("students: 12") && !log.contains(MARKED),
        "{log}"
    );
    // In the last year everybody is in grade 12.
    assert!(page("/one-course-away?year=2024-25").await.contains("Nobody here is one course away"));
}

#[tokio::test]
async fn files_are_what_the_pages_show() {
    let desk = Arc::<TestDesk>::default();
    let files = [
        ("/programs.csv?organization=D1", "P1,concentrator,8,12,66.67,39.06,86.19"),
        ("/programs/P1/funnel.csv?organization=D1", "P1,2023-24,all,12,concentrator,12,8,4,0,0"),
        ("/losses.csv?organization=D1", "P1,concentrator,sex:F,4,6,4,6,0.00,"),
        (
            "/one-course-away.csv?year=2023-24&program=P1",
            "P1,S1-02,O'Brien & <script>alert(2)</script>,<b>Ana</b>,S1,11,",
        ),
        ("/fairness.csv?organization=D1", "sex:F,concentrators,12,24,8,16,8,12,8,12,0.00,"),
        ("/indicators/5S3/progress.csv?organization=D1", "5S3,,2024-25,all,10,16,"),
    ];
    for (path, line) in files {
        let answer = get(&desk, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8", "{path}");
        assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"), "{path}");
        assert!(answer.text.contains(line), "{path} lacks {line}: {}", answer.text);
    }
}

#[tokio::test]
async fn groups_stand_beside_everybody_else() {
    let text = page("/fairness?organization=D1&step=concentrators").await;
    assert!(text.contains("No group of students is more or less often concentrators than everybody else"));
    assert!(text.contains("66.7%") && text.contains("8 of 12"));
    let text = page("/indicators/5S1/progress?organization=D1").await;
    assert!(text.contains("The 90 percent line was missed: an improvement plan is due"));
}

#[tokio::test]
async fn a_number_comes_about_clause_by_clause() {
    let text = page("/number/clauses?measure=5S3&organization=D1").await;
    for part in [
        "Of 24 students of this place and group, 16 meet every clause of the denominator, and 10 of these",
        "graduation_day IS NOT NULL",
        "work based learning hours, which is 40",
        "0 of 16",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let text = page("/number/change?measure=5S3&organization=D1&since=1").await;
    assert!(text.contains("It did not change: 62.50% (10 of 16)"));
    let text = page("/number/change?measure=concentrators&organization=D1&since=1&then=texas").await;
    assert!(text.contains("16 students another rule"), "nobody has credits there");
}

/// Sends a form to a page of the import.
async fn post(desk: &Arc<TestDesk>, path: &str, kind: &str, body: &str) -> Answer {
    let mut sent = request(Method::POST, path, "127.0.0.1:50000", &["localhost:8080"]);
    sent.headers_mut().insert("content-type", kind.parse().unwrap());
    *sent.body_mut() = Body::from(body.to_owned());
    send(desk.clone(), sent).await
}

const FORM: &str = "application/x-www-form-urlencoded";
const FILES: &str = "multipart/form-data; boundary=XX";

fn file(name: &str, content: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--XX--\r\n")
}

#[tokio::test]
async fn files_lead_to_a_page_of_their_own() {
    let desk = Arc::<TestDesk>::default();
    let answer = post(&desk, "/import?form_token=the-token", FILES, &file("students", "=1")).await;
    assert_eq!(
        (answer.status, answer.headers["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/import/students%3D1")
    );
    let none = post(&desk, "/import?form_token=the-token", FILES, &file("", "")).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST, "{}", none.text);
    assert!(none.text.contains("No file was chosen."));
    let more = post(&desk, "/import/checked/files?form_token=the-token", FILES, &file("checked", "")).await;
    assert_eq!(more.headers["location"], "/import/checked");
    let nowhere = post(&desk, "/import/nowhere/files?form_token=the-token", FILES, &file("a", "b")).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_of_another_server_changes_nothing() {
    let desk = Arc::<TestDesk>::default();
    for (path, kind, body) in [
        ("/import", FILES, file("students.csv", "a")),
        ("/import?form_token=another", FILES, file("students.csv", "a")),
        ("/import?form_token=", FILES, file("students.csv", "a")),
        ("/import/checked/store", FORM, String::new()),
        ("/import/checked/store", FORM, "form_token=another".to_owned()),
        ("/import/asking/answers", "text/plain", "form_token=the-token".to_owned()),
        ("/import/undo", FORM, "batch=3".to_owned()),
    ] {
        let answer = post(&desk, path, kind, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {body}");
    }
    assert!(desk.imports.done.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_case_is_answered_stored_and_undone() {
    let desk = Arc::<TestDesk>::default();
    let answers = "form_token=the-token&year=2024-25&v.0.1.sex.F%20%26=F";
    let led = post(&desk, "/import/asking/answers", FORM, answers).await;
    assert_eq!((led.status, led.headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/import/asking"));
    for action in ["store", "ask", "stop"] {
        post(&desk, &format!("/import/checked/{action}"), FORM, "form_token=the-token").await;
    }
    let unknown = post(&desk, "/import/checked/burn", FORM, "form_token=the-token").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&desk, "/import/undo", FORM, "form_token=the-token&batch=3").await.status, StatusCode::SEE_OTHER);
    let older = post(&desk, "/import/undo", FORM, "form_token=the-token&batch=1").await;
    assert!(older.status == StatusCode::BAD_REQUEST && older.text.contains("Batch 1 is not the newest."));
    assert_eq!(
        *desk.imports.done.lock().unwrap(),
        [
            "answer asking [(\"year\", \"2024-25\"), (\"v.0.1.sex.F &\", \"F\")]",
            "store checked by ana",
            "ask checked",
            "forget checked",
            "undo 3 by ana",
            "undo 1 by ana",
        ]
    );
}

#[tokio::test]
async fn a_page_that_waits_looks_again_by_itself() {
    let answer = get(&Arc::default(), "/import/working").await;
    assert_eq!(answer.headers["refresh"], "2");
    assert!(answer.text.contains("40 percent"));
    assert!(!get(&Arc::default(), "/import/asking").await.headers.contains_key("refresh"));
}

#[tokio::test]
async fn a_check_says_what_is_wrong_and_what_changes() {
    let text = page("/import/checked").await;
    for part in [
        "1,200 rows can be stored",
        "3 rows cannot be used",
        "Ambiguous date",
        "03/04/2008",
        "course outcomes",
        "900",
        "batch 3 of",
    ] {
        assert!(text.contains(part), "{part}");
    }
}
