//! Every page, as a browser at this machine gets it.

#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "../../disclosure/tests/district/mod.rs"]
mod district;

mod desk;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, Response, StatusCode},
};
use desk::TestDesk;
use district::MARKED;
use tower::ServiceExt;
use waymark_web::router;

const PAGES: [&str; 16] = [
    "/",
    "/?year=2023-24&rulebook=texas",
    "/indicators",
    "/indicators?year=2024-25&organization=D1",
    "/indicators/5S3?organization=D1",
    "/indicators/2S1?variant=graduates",
    "/indicators/concentrators?organization=S1",
    "/participation?year=2024-25",
    "/participation?organization=S3",
    "/number?measure=5S3&organization=D1",
    "/number?measure=5S3&organization=D1&program=P1&subgroup=sex:F",
    "/number/students?measure=concentrators&side=not_numerator",
    "/students/MARKED-7F3A?year=2024-25",
    "/data",
    "/batches",
    "/definitions?rulebook=texas",
];

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

async fn send(desk: Arc<TestDesk>, request: Request<Body>) -> Answer {
    let response: Response<Body> = router(desk).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
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
    ];
    for path in not_there {
        let answer = get(&Arc::default(), path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
        assert!(answer.text.contains("<h1>Not found</h1>"), "{path}");
    }
    for path in ["/?year=soon", "/number", "/number/students?measure=5S3&side=both", "/data?from=x", "/?year=1&year=2"]
    {
        assert_eq!(get(&Arc::default(), path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let answer = send(Arc::default(), request(Method::POST, "/", "127.0.0.1:1", &["localhost"])).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text.contains("Pages can only be read"));
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
