//! An Ed-Fi REST API is fetched, whatever it does, and what was fetched is read like an interchange.

mod double;
mod openapi;
mod records;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;
use waymark_intake::{
    Extent, Options, Reading,
    ed_fi_api::{FetchError, Fetched, fetch},
};

use double::{Double, Fault};
use openapi::Description;
use records::district;

fn double() -> Double {
    let double = Double::new();
    for (resource, records) in district() {
        for record in records {
            double.put(resource, record);
        }
    }
    double
}

/// Fetches two records at a time, and gives what was waited, in seconds.
fn fetched(double: &Double, folder: &Path, since: Option<&Path>) -> (Result<Fetched, FetchError>, Vec<u64>) {
    let mut waits = Vec::new();
    let mut wait = |time: Duration| waits.push(time.as_secs());
    let outcome = fetch(&double.connection(2), folder, since, &mut wait, &mut |_| {});
    (outcome, waits)
}

/// The files of a folder, the state apart.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()));
    files.filter(|(name, _)| name != "fetch.json").collect()
}

fn read(folder: &Path) -> Reading {
    let options = Options::new("2025-10-01".parse().unwrap());
    waymark_intake::read(folder, &options, &mut |_| {}).unwrap_or_else(|refusal| panic!("{refusal}"))
}

const TABLES: [&str; 10] = [
    "organizations",
    "students",
    "enrollments",
    "courses",
    "programs",
    "program_courses",
    "program_participations",
    "course_outcomes",
    "diplomas",
    "postsecondary_enrollments",
];

#[test]
fn what_was_fetched_is_read_like_an_interchange() {
    let folder = TempDir::new().unwrap();
    let (outcome, waits) = fetched(&double(), folder.path(), None);
    let outcome = outcome.unwrap();
    assert!(waits.is_empty());
    assert!(outcome.records.contains(&("students", 5)) && outcome.not_available.is_empty(), "{outcome:?}");
    let reading = read(folder.path());
    let rows: Vec<usize> = TABLES.iter().map(|table| reading.rows(table)).collect();
    assert_eq!(rows, [2, 5, 5, 1, 1, 1, 1, 1, 1, 1], "{:#?}", reading.findings);
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    assert_eq!(reading.extent, Extent::Part);
}

#[test]
fn a_service_that_fails_and_recovers_gives_the_same() {
    let (calm, rough) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fetched(&double(), calm.path(), None).0.unwrap();
    let service = double();
    service.fail("oauth", Fault::Status(503, None));
    service.fail("students?offset=2", Fault::Status(429, Some(7)));
    service.fail("students?offset=2", Fault::Status(500, None));
    service.fail("students?offset=4", Fault::Cut);
    service.fail("studentSchoolAssociations?offset=2", Fault::Expire);
    let (outcome, waits) = fetched(&service, rough.path(), None);
    outcome.unwrap();
    assert_eq!(files(calm.path()), files(rough.path()));
    // As the service asks, or longer each time.
    assert_eq!(waits, [1, 7, 2, 1]);
}

#[test]
fn a_fetch_that_was_stopped_goes_on_where_it_stopped() {
    let (whole, stopped) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fetched(&double(), whole.path(), None).0.unwrap();
    let service = double();
    for _ in 0..8 {
        service.fail("students?offset=2", Fault::Status(503, None));
    }
    let (outcome, waits) = fetched(&service, stopped.path(), None);
    assert!(matches!(outcome, Err(FetchError::Status { status: 503, .. })), "{outcome:?}");
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
    // Killed between the bytes and the state: what is not known to be whole is written anew.
    let path = stopped.path().join("students.jsonl");
    let mut text = fs::read(&path).unwrap();
    text.extend(b"{\"half\":");
    fs::write(&path, text).unwrap();
    service.requests();
    fetched(&service, stopped.path(), None).0.unwrap();
    assert_eq!(files(whole.path()), files(stopped.path()));
    let requests = service.requests();
    let again = ["schools", "courses", "students?offset=0"];
    assert!(!requests.iter().any(|asked| again.iter().any(|done| asked.contains(done))), "{requests:#?}");

    let other = fetched(&double(), stopped.path(), None).0;
    assert!(matches!(other, Err(FetchError::OtherFetch { .. })), "{other:?}");
}

#[test]
fn changes_are_fetched_since_an_earlier_fetch() {
    let (all, changes) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let service = double();
    let until = fetched(&service, all.path(), None).0.unwrap().until;
    let record = json!({ "id": "s2", "studentUniqueId": "0002", "firstName": "New", "lastSurname": "Name",
        "birthDate": "2007-01-02" });
    service.put("students", record);
    let outcome = fetched(&service, changes.path(), Some(all.path())).0.unwrap();
    assert_eq!(outcome.until, until.map(|until| until + 1));
    assert_eq!(outcome.records.iter().map(|(_, count)| count).sum::<u64>(), 1);
    let reading = read(changes.path());
    assert_eq!((reading.rows("students"), reading.extent), (1, Extent::Changes));
    let nothing = TempDir::new().unwrap();
    let outcome = fetched(&service, changes.path(), Some(nothing.path())).0;
    assert!(matches!(outcome, Err(FetchError::NoBeginning(_))), "{outcome:?}");
}

#[test]
fn what_a_key_may_not_see_is_named() {
    let folder = TempDir::new().unwrap();
    let service = double();
    service.hide("courseTranscripts");
    let outcome = fetched(&service, folder.path(), None).0.unwrap();
    assert_eq!(outcome.not_available, ["courseTranscripts"]);
    assert!(!folder.path().join("courseTranscripts.jsonl").exists());
    let mut connection = service.connection(2);
    connection.secret = "wrong".to_owned();
    let other = TempDir::new().unwrap();
    let refused = fetch(&connection, other.path(), None, &mut |_| {}, &mut |_| {});
    assert!(matches!(refused, Err(FetchError::Status { status: 401, .. })), "{refused:?}");
    assert!(!format!("{connection:?}").contains("wrong"));
}

#[test]
fn a_record_that_is_deleted_meanwhile_hides_no_other() {
    let folder = TempDir::new().unwrap();
    let service = double();
    service.fail("students?offset=2", Fault::Delete("students"));
    fetched(&service, folder.path(), None).0.unwrap();
    let students = fs::read_to_string(folder.path().join("students.jsonl")).unwrap();
    let ids: Vec<&str> = (2..=5).map(|id| ["\"0002\"", "\"0003\"", "\"0004\"", "\"0005\""][id - 2]).collect();
    assert_eq!(students.lines().count(), 4);
    assert!(ids.iter().all(|id| students.contains(id)), "{students}");
}

#[test]
fn words_of_a_state_are_read_by_its_tables() {
    let folder = TempDir::new().unwrap();
    let service = double();
    service.put(
        "studentSchoolAssociations",
        json!({ "id": "h1", "studentReference": { "studentUniqueId": "0001" }, "schoolReference": { "schoolId": 101 },
            "schoolYearTypeReference": { "schoolYear": 2025 }, "_ext": { "state": { "firstDay": "2024-09-02" } },
            "entryGradeLevelDescriptor": "uri://state.example/GradeLevelDescriptor#10" }),
    );
    fetched(&service, folder.path(), None).0.unwrap();
    assert_eq!(read(folder.path()).rows("enrollments"), 4);
    let grade = "uri://state.example/GradeLevelDescriptor#10,uri://ed-fi.org/GradeLevelDescriptor#Tenth grade";
    fs::write(folder.path().join("descriptors.csv"), format!("value,means\n{grade}\n")).unwrap();
    let extension = "studentSchoolAssociations,/_ext/state/firstDay,/entryDate";
    fs::write(folder.path().join("extensions.csv"), format!("resource,from,to\n{extension}\n")).unwrap();
    assert_eq!(read(folder.path()).rows("enrollments"), 5);
    fs::write(folder.path().join("descriptors.csv"), "value\n").unwrap();
    let options = Options::new("2025-10-01".parse().unwrap());
    let refusal = waymark_intake::read(folder.path(), &options, &mut |_| {}).unwrap_err();
    assert_eq!(refusal.diagnostics[0].code, "wrong_mapping");
    fs::remove_file(folder.path().join("descriptors.csv")).unwrap();
    fs::write(folder.path().join("students.jsonl"), "{\n").unwrap();
    let refusal = waymark_intake::read(folder.path(), &options, &mut |_| {}).unwrap_err();
    assert_eq!(refusal.diagnostics[0].code, "malformed_json");
}

/// Every record that the service has, and so every answer of it, is what the official description asks for.
#[test]
fn the_service_answers_as_the_official_description_asks() {
    let folder = Path::new("../../../shared/data/edfi-spec");
    if !folder.exists() {
        // Past the harness, which would swallow it: a test that reads nothing says so.
        writeln!(io::stderr(), "skipped: there is no {}", folder.display()).unwrap();
        return;
    }
    for version in ["4.0", "5.0"] {
        let description = Description::read(&folder.join(format!("resources-ds-{version}.openapi.yaml")));
        let mut faults = Vec::new();
        for (resource, records) in district() {
            let schema = format!("edFi_{}", singular(resource));
            faults.extend(records.iter().flat_map(|record| description.faults(&schema, record)));
        }
        assert!(faults.is_empty(), "{version}: {faults:#?}");
        let nonsense = json!({ "studentUniqueId": 7, "sex": "F" });
        assert_eq!(description.faults("edFi_student", &nonsense).len(), 5, "a description that finds no fault is none");
    }
}

fn singular(resource: &str) -> String {
    match resource.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => resource.trim_end_matches('s').to_owned(),
    }
}
