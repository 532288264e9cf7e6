//! The API: what its document says, and what comes of a token.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use serde_json::Value;
use waymark_accounts::{Role, TokenScope};
use waymark_web::routes;

use crate::{Answer, get, people::House, request};

async fn ask(house: &House, token: &str, path: &str) -> Answer {
    let mut asked: Request<_> = request(Method::GET, path, "127.0.0.1:50000", &["localhost"]);
    asked.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    house.send(asked).await
}

async fn token(house: &House, role: Role, scopes: &[TokenScope]) -> String {
    house.person(role).await;
    let scopes: BTreeSet<TokenScope> = scopes.iter().copied().collect();
    let made = house.accounts.make_token("root", role.name(), "tests", &scopes, TimeDelta::days(1)).await.unwrap();
    made.reveal().to_owned()
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn the_document_has_every_route() {
    let document = json(&get(&Arc::default(), "/api/v1/openapi.json").await);
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut there: BTreeSet<&str> =
        routes().iter().map(|route| route.path).filter(|path| path.starts_with("/api/")).collect();
    there.remove("/api/v1/openapi.json");
    assert_eq!(described, there);
}

#[tokio::test]
async fn figures_are_those_of_the_pages() {
    let desk = Arc::default();
    let rows = json(&get(&desk, "/api/v1/measures?measure=5S3&organization=D1&program=*&subgroup=all").await);
    assert_eq!(rows["rows"][0]["numerator"], 10);
    assert_eq!(rows["rows"][0]["denominator"], 16);
    assert_eq!(rows["snapshot"], 7);
    let text = get(&desk, "/api/v1/measures?measure=5S3&organization=D1&program=*&subgroup=all&format=csv").await;
    assert!(text.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    assert_eq!(text.text.lines().nth(1), Some("2024-25,5S3,,D1,*,all,16,10,0.625"));
    let levels = json(&get(&desk, "/api/v1/levels?organization=D1").await);
    let own = levels["rows"].as_array().unwrap().iter().find(|row| row["indicator"] == "5S3").unwrap();
    assert_eq!(own["standing"], "met");
    assert_eq!(own["line"], "54.00");
    let students = json(&get(&desk, "/api/v1/students?measure=5S3&side=not_numerator").await);
    assert_eq!(students["rows"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_token_reads_what_its_scopes_and_its_account_allow() {
    let house = House::new("http://localhost:8080").await;
    let figures = token(&house, Role::SchoolLeader, &[TokenScope::Figures]).await;
    let rows = json(&ask(&house, &figures, "/api/v1/measures?measure=5S3&subgroup=all&program=*").await);
    let organizations: Vec<&Value> =
        rows["rows"].as_array().unwrap().iter().map(|row| &row["organization_id"]).collect();
    assert_eq!(organizations, ["S1"]);
    let names = json(&ask(&house, &figures, "/api/v1/organizations").await);
    assert_eq!(names.as_array().unwrap().len(), 1);
    assert_eq!(ask(&house, &figures, "/api/v1/students?measure=5S3").await.status, StatusCode::NOT_FOUND);
    // A token is for programs: no page takes it.
    assert_eq!(ask(&house, &figures, "/indicators").await.status, StatusCode::SEE_OTHER);
    let both = token(&house, Role::ProgramTeacher, &TokenScope::ALL).await;
    let students = json(&ask(&house, &both, "/api/v1/students?measure=5S3&program=P1").await);
    assert_eq!(students["rows"].as_array().unwrap().len(), 8);
    assert!(house.desk.log.text().contains("by the token `tests`"));
    assert_eq!(ask(&house, &both, "/api/v1/levels").await.status, StatusCode::NOT_FOUND);
    let viewer = token(&house, Role::Viewer, &TokenScope::ALL).await;
    assert_eq!(ask(&house, &viewer, "/api/v1/measures").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_goes_wrong_is_a_problem() {
    let house = House::new("http://localhost:8080").await;
    let token = token(&house, Role::Coordinator, &TokenScope::ALL).await;
    for (path, status) in [
        ("/api/v1/measures?measure=9S9", 404),
        ("/api/v1/measures?year=soon", 404),
        ("/api/v1/measures?rulebook=x", 404),
        ("/api/v1/measures?format=xml", 400),
        ("/api/v1/measures?mesure=5S3", 400),
        ("/api/v1/organizations?organization=D1", 400),
        ("/api/v1/students", 400),
        ("/api/v1/nowhere", 404),
    ] {
        let answer = ask(&house, &token, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{path}");
        let problem = json(&answer);
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{path}");
    }
    for path in ["/api/v1/measures", "/api/v1/nowhere"] {
        let answer = ask(&house, "made-up", path).await;
        assert_eq!((answer.status, json(&answer)["status"].as_u64()), (StatusCode::UNAUTHORIZED, Some(401)), "{path}");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    }
}
