//! What goes through the door, and what is written down of it.

#[allow(dead_code, reason = "each test uses a part of it")]
mod district;
mod planted;

use std::sync::Arc;

use async_trait::async_trait;
use district::{Logged, MARKED, door};
use waymark_disclosure::{
    Access, AccessLog, AccessLogError, Audience, Cell, DoorError, Rate, Selection, Side, Standing, StudentTrace,
};
use waymark_terms::SchoolYear;

fn year() -> SchoolYear {
    "2024-25".parse().unwrap()
}

fn staff() -> Audience {
    Audience::at_this_machine("ana")
}

fn cell(measure: &str) -> Cell {
    let (organization, program, subgroup) = (Some("D1".to_owned()), "*".to_owned(), "all".to_owned());
    Cell { measure: measure.to_owned(), variant: None, organization, program, subgroup }
}

#[tokio::test]
async fn measures_carry_rulebook_snapshot_and_time() {
    let log = Arc::new(Logged::default());
    let door = door("federal", log.clone());
    let selection = Selection { measure: Some("5S3".into()), organization: Some("S1".into()), ..Selection::default() };
    let released = door.measures(&staff(), year(), &selection).await.unwrap();
    let all = released.content().rows().iter().find(|row| row.program_id == "*" && row.subgroup == "all").unwrap();
    assert_eq!((all.numerator, all.denominator), (5, 8));
    assert_eq!(released.provenance().snapshot.number, 7);
    assert_eq!(released.provenance().rulebook, door.book().identity());
    assert_eq!(released.provenance().at, district::now());
    let logged = log.0.lock().unwrap();
    assert_eq!((logged.len(), logged[0].who.as_str()), (1, "ana"));
    assert_eq!(logged[0].what, "measures of 2024-25, 5S3, S1");
    assert_eq!(logged[0].cells, released.content().rows().len() as u64);
    assert_eq!(released.only(|row| row.subgroup == "all").content().rows().len(), 3, "all programs, P1, its cluster");
}

#[tokio::test]
async fn every_indicator_stands_beside_its_level() {
    let released = door("federal", Arc::new(Logged::default())).levels(&staff(), year(), Some("D1")).await.unwrap();
    let row = |name: &str| released.content().rows().iter().find(|row| row.indicator == name).unwrap();
    assert_eq!(row("5S3").standing, Standing::Met);
    assert_eq!(row("5S3").rate, Rate { numerator: 10, denominator: 16 });
    assert_eq!(row("5S3").target.unwrap().line.to_string(), "54.00");
    assert_eq!(row("5S1").standing, Standing::NotMet);
    assert_eq!(row("5S2").standing, Standing::NoLevel);
    assert_eq!(row("1S1").standing, Standing::Nobody, "there are no cohorts");
    assert!(released.content().rows().iter().all(|row| row.indicator != "participants"));
    assert_eq!(released.content().line_percent, 90);
}

#[tokio::test]
async fn parts_stand_beside_the_whole() {
    let parts = ["S1".to_owned(), "S2".to_owned()];
    let door = door("federal", Arc::new(Logged::default()));
    let released = door.gaps(&staff(), year(), "5S3", "D1", &parts).await.unwrap();
    let table = released.content();
    assert_eq!((table.wholes().len(), table.wholes()[0].denominator), (1, 16));
    let names: Vec<String> = table
        .rows()
        .iter()
        .map(|part| format!("{} {} {}", part.row.organization_id, part.row.program_id, part.row.subgroup))
        .collect();
    assert_eq!(&names[..3], ["S1 * all", "S2 * all", "D1 P1 all"]);
    assert!(names.contains(&"D1 * sex:F".to_owned()) && !names.contains(&"S1 * sex:F".to_owned()));
    // 4 of 8 girls concentrate and 2 of these have the hours, of each school: 4/8 against 10/16.
    let girls = table.rows().iter().find(|part| part.row.subgroup == "sex:F").unwrap();
    assert_eq!(girls.gap.unwrap().points(), "-12.50");
}

#[tokio::test]
async fn students_and_explanations_leave_no_identifier_in_the_log() {
    let log = Arc::new(Logged::default());
    let door = door("federal", log.clone());
    let students = door.students(&staff(), year(), &cell("5S3"), Side::Numerator).await.unwrap();
    assert_eq!(students.content().lines().len(), 10);
    assert!(students.content().lines().iter().any(|line| line.student_id == MARKED));
    let mut text = Vec::new();
    students.content().write_csv(&mut text).unwrap();
    assert!(String::from_utf8(text).unwrap().contains(MARKED));
    let trace = door.explain(&staff(), year(), MARKED, None).await.unwrap();
    let StudentTrace { level, .. } = trace.content();
    assert_eq!(level.0, "concentrator");
    let statuses = door.statuses(&staff(), year()).await.unwrap();
    assert!(statuses.content().rows().iter().any(|row| row.student_id == MARKED && row.level == "concentrator"));
    assert!(!log.text().contains(MARKED), "{}", log.text());
    let students: Vec<u64> = log.0.lock().unwrap().iter().map(|access| access.students).collect();
    assert_eq!(students, [10, 1, 24]);
}

#[tokio::test]
async fn names_that_are_not_there_are_errors_with_the_name() {
    let log = Arc::new(Logged::default());
    let door = door("federal", log.clone());
    let error = door.explain(&staff(), year(), "NOBODY", None).await.unwrap_err();
    assert!(matches!(&error, DoorError::Unknown { what: "student", .. }), "{error}");
    assert_eq!(error.to_string(), "no student `NOBODY`");
    assert!(door.definition("9S9").is_err());
    assert_eq!(door.definition("5S3").unwrap().title, "Participated in work-based learning");
    assert!(log.0.lock().unwrap().is_empty());
}

struct Full;

#[async_trait]
impl AccessLog for Full {
    async fn record(&self, _: Access) -> Result<(), AccessLogError> {
        Err(AccessLogError("the disk is full".into()))
    }
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_released() {
    let refused = door("federal", Arc::new(Full)).measures(&staff(), year(), &Selection::default()).await;
    assert!(matches!(refused, Err(DoorError::Log(_))));
}
