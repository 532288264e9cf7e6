//! What goes through the door, and what is written down of it.

#[allow(dead_code, reason = "each test uses a part of it")]
mod district;
mod planted;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use district::{Logged, MARKED, door};
use waymark_disclosure::{
    Access, AccessLog, AccessLogError, Audience, Cell, DoorError, Rate, Reach, Scope, Selection, Side, Standing,
    StudentTrace,
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

fn leader(schools: &[&str]) -> Audience {
    let organizations = Some(schools.iter().map(|&school| school.to_owned()).collect());
    Audience::staff("lee", Scope::Rows(Reach { organizations, programs: None }), "advising")
}

fn teacher(programs: &[&str], schools: Option<&[&str]>) -> Audience {
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let reach = Reach { organizations: schools.map(set), programs: Some(set(programs)) };
    Audience::staff("tom", Scope::Rows(reach), "advising")
}

fn of(organization: Option<&str>, program: &str) -> Cell {
    Cell { organization: organization.map(str::to_owned), program: program.to_owned(), ..cell("5S3") }
}

#[tokio::test]
async fn a_school_leader_gets_the_rows_of_the_school_with_the_numbers_that_all_get() {
    let door = door("federal", Arc::new(Logged::default()));
    for selection in [Selection::default(), Selection { pairs: true, ..Selection::default() }] {
        let all = door.measures(&staff(), year(), &selection).await.unwrap();
        let own = door.measures(&leader(&["S1"]), year(), &selection).await.unwrap();
        let expected = all.only(|row| row.organization_id == "S1");
        assert_eq!(own.content(), expected.content());
        assert!(!own.content().rows().is_empty() && own.content().rows().len() < all.content().rows().len());
    }
    let district = Selection { organization: Some("D1".into()), ..Selection::default() };
    assert!(door.measures(&leader(&["S1"]), year(), &district).await.unwrap().content().rows().is_empty());
    // A district is its schools too.
    let own = door.measures(&leader(&["D1"]), year(), &Selection::default()).await.unwrap();
    let organizations: BTreeSet<&str> = own.content().rows().iter().map(|row| row.organization_id.as_str()).collect();
    assert_eq!(organizations, BTreeSet::from(["D1", "S1", "S2"]));
    let levels = door.levels(&leader(&["S1"]), year(), Some("D1")).await.unwrap();
    assert!(levels.content().rows().iter().all(|row| row.rate.denominator == 0));
    let gaps = door.gaps(&leader(&["S1"]), year(), "5S3", "D1", &["S1".to_owned(), "S2".to_owned()]).await.unwrap();
    assert!(gaps.content().wholes().is_empty());
    assert!(gaps.content().rows().iter().all(|part| part.row.organization_id == "S1"));
}

#[tokio::test]
async fn a_school_leader_gets_the_students_of_the_school() {
    let log = Arc::new(Logged::default());
    let door = door("federal", log.clone());
    let lee = leader(&["S2"]);
    let students = door.students(&lee, year(), &of(None, "*"), Side::Denominator).await.unwrap();
    assert_eq!(students.content().lines().len(), 8);
    assert!(students.content().lines().iter().all(|line| line.organization_id == "S2"));
    for organization in ["S1", "D1", "NOWHERE"] {
        let refused = door.students(&lee, year(), &of(Some(organization), "*"), Side::Denominator).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("no organization `{organization}`"));
    }
    let statuses = door.statuses(&lee, year()).await.unwrap();
    assert!(statuses.content().rows().iter().all(|row| row.student_id.starts_with("S2-")));
    assert_eq!(door.explain(&lee, year(), "S2-01", None).await.unwrap().content().student_id, "S2-01");
    // Somebody else's student is as unknown as nobody's.
    for student in [MARKED, "NOBODY"] {
        let refused = door.explain(&lee, year(), student, None).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("no student `{student}`"));
    }
    assert!(log.0.lock().unwrap().iter().all(|access| access.who == "lee" && access.why == "advising"));
}

#[tokio::test]
async fn a_program_teacher_gets_the_rows_and_students_of_the_program() {
    let door = door("federal", Arc::new(Logged::default()));
    let tom = teacher(&["P1"], None);
    let own = door.measures(&tom, year(), &Selection::default()).await.unwrap();
    let all = door.measures(&staff(), year(), &Selection::default()).await.unwrap();
    assert_eq!(own.content(), all.only(|row| row.program_id == "P1").content());
    assert_eq!(
        door.students(&tom, year(), &of(Some("D1"), "P1"), Side::Denominator).await.unwrap().content().lines().len(),
        8
    );
    for program in ["*", "P2", "cluster:13", "P9"] {
        let refused = door.students(&tom, year(), &of(None, program), Side::Denominator).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("no program `{program}`"));
    }
    let trace = door.explain(&tom, year(), MARKED, None).await.unwrap();
    assert_eq!(trace.content().programs.iter().map(|program| program.program_id.as_str()).collect::<Vec<_>>(), ["P1"]);
    assert!(trace.content().facts.is_empty() && trace.content().measures.is_empty());
    assert_eq!(trace.content().level.0, "concentrator");
    assert!(door.explain(&tom, year(), "S2-01", None).await.is_err());
    assert!(door.explain(&tom, year(), MARKED, Some("P2")).await.is_err());
    let statuses = door.statuses(&tom, year()).await.unwrap();
    assert!(statuses.content().rows().iter().all(|row| row.program_id == "P1"));
    assert_eq!(statuses.content().rows().len(), 12, "participants and concentrators");
    // Welding is not taught at Clay High.
    let elsewhere = teacher(&["P1"], Some(&["S2"]));
    assert!(door.explain(&elsewhere, year(), MARKED, None).await.is_err());
    let none = door.students(&elsewhere, year(), &of(None, "P1"), Side::Denominator).await.unwrap();
    assert!(none.content().lines().is_empty());
}

#[tokio::test]
async fn whoever_reaches_nothing_gets_nothing() {
    let nobody = Audience::staff("vi", Scope::Rows(Reach::nothing()), "");
    let door = door("federal", Arc::new(Logged::default()));
    assert!(door.measures(&nobody, year(), &Selection::default()).await.unwrap().content().rows().is_empty());
    assert!(door.statuses(&nobody, year()).await.unwrap().content().rows().is_empty());
    assert!(door.explain(&nobody, year(), MARKED, None).await.is_err());
    assert!(door.students(&nobody, year(), &of(None, "*"), Side::Denominator).await.is_err());
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
    async fn record(&self, _: Access, _: &[&str]) -> Result<(), AccessLogError> {
        Err(AccessLogError("the disk is full".into()))
    }
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_released() {
    let refused = door("federal", Arc::new(Full)).measures(&staff(), year(), &Selection::default()).await;
    assert!(matches!(refused, Err(DoorError::Log(_))));
}
