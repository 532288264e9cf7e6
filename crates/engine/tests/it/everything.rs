//! The forms that States use, run: a sequence in order, a continuing course, two thirds of a program, a regional
//! approval, a career field, evidence, and counting where courses were delivered.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path, sync::Arc};

use waymark_engine::{Cell, Engine, Selection, Side};
use waymark_rulebook::SourceFile;

use crate::support;

const FILES: &[(&str, &str)] = &[
    (
        "organizations",
        "organization_id,parent_organization_id,name,kind\nST,,State,state\nD1,ST,One,district\nD2,ST,Two,district\n\
         HS,D1,High,school\nCC,D1,Career center,career_center\n",
    ),
    ("students", "student_id,sex\ns1,F\ns2,M\ns3,F\ns4,M\ns5,F\n"),
    (
        "courses",
        "course_id,title,credits,hours\nI,Intro,1,60\nA,First,1,60\nB,Second,1,60\nC,Last,1,60\nQ1,Q one,1,60\nQ2,Q \
         two,1,60\nQ3,Q three,1,60\n",
    ),
    ("programs", "program_id,title,cluster_16,pathway\nP,Precision,13,W\nQ,Quality,04,V\n"),
    (
        "program_courses",
        "program_id,course_id,level\nP,I,introductory\nP,A,1\nP,B,2\nP,C,capstone\nQ,Q1,1\nQ,Q2,2\nQ,Q3,3\n",
    ),
    ("program_approvals", "program_id,organization_id,begin_year\nP,D1,2020-21\nQ,D2,2020-21\n"),
    (
        "course_outcomes",
        "student_id,organization_id,course_id,school_year,status,grade,credits_earned\n\
         s1,HS,A,2022-23,completed,B,1\ns1,HS,B,2023-24,completed,B,1\ns1,CC,C,2024-25,in_progress,,\n\
         s2,HS,B,2022-23,completed,B,1\ns2,HS,A,2023-24,completed,B,1\n\
         s3,HS,I,2022-23,completed,A,1\ns3,HS,A,2023-24,completed,c-,1\ns3,HS,B,2024-25,completed,B,1\n\
         s4,HS,Q1,2022-23,completed,A,1\ns4,HS,Q2,2023-24,completed,A,1\ns4,HS,Q3,2024-25,completed,D,1\n\
         s5,HS,A,2021-22,completed,B,1\ns5,HS,B,2022-23,completed,B,1\ns5,CC,C,2023-24,completed,B,1\n",
    ),
    ("diplomas", "student_id,kind,awarded_on\ns5,regular,2025-06-05\n"),
    (
        "work_based_learning",
        "student_id,kind,begin_date,end_date,verified_hours,status\ns5,paid_internship,2024-09-01,2025-05-01,100,completed\n",
    ),
];

fn engine(folder: &Path) -> Engine {
    for (table, text) in FILES {
        fs::write(folder.join(format!("{table}.csv")), text).unwrap();
    }
    let mut enrollments = "student_id,organization_id,school_year,grade_level,entry_date\n".to_owned();
    for student in ["s1", "s2", "s3", "s4", "s5"] {
        for (year, grade) in [(2021, "09"), (2022, "10"), (2023, "11"), (2024, "12")] {
            let _ = writeln!(enrollments, "{student},HS,{year}-{},{grade},{year}-08-15", year - 1999);
        }
    }
    fs::write(folder.join("enrollments.csv"), enrollments).unwrap();
    let text = include_str!("../../../rulebook/tests/it/everything.toml").to_owned();
    let book = waymark_rulebook::load(SourceFile { name: "everything.toml".to_owned(), text }).unwrap();
    Engine::new(support::snapshot(folder), Arc::new(book))
}

#[tokio::test]
async fn levels_of_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let statuses = engine.statuses("2024-25".parse().unwrap()).await.unwrap();
    let whole: BTreeMap<_, _> =
        statuses.iter().filter(|s| s.program_id == "*").map(|s| (s.student_id.as_str(), s.level.as_str())).collect();
    let expected = [
        // Two courses in order, and enrolled in a continuing one.
        ("s1", "concentrator"),
        // Two courses, but neither a continuing one nor two thirds of the program.
        ("s2", "participant"),
        // Three courses.
        ("s3", "concentrator"),
        // Three courses of a program that is not approved here; two of them with a grade for hours: 120.
        ("s4", "participant"),
        // A capstone, in order, with a diploma and a hundred hours.
        ("s5", "completer"),
    ];
    assert_eq!(whole, BTreeMap::from(expected));
}

#[tokio::test]
async fn delivered_courses_count_where_they_were_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let selection = Selection { measure: Some("delivered".to_owned()), ..Selection::default() };
    let counts = engine.measures("2024-25".parse().unwrap(), &selection).await.unwrap();
    let all: Vec<_> = counts
        .rows
        .iter()
        .filter(|row| row.program_id == "*" && row.subgroup == "all")
        .map(|row| (row.organization_id.as_str(), row.numerator, row.denominator))
        .collect();
    assert_eq!(all, [("CC", 1, 2), ("D1", 1, 3), ("HS", 0, 1), ("ST", 1, 3)]);
}

/// A student's numbers are the student's own: it does not matter whose are worked out at the same time.
#[tokio::test]
async fn buckets_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = (engine(folder.path()), engine(folder.path()).with_bucket(1));
    let year = "2024-25".parse().unwrap();
    let pairs = Selection { pairs: true, ..Selection::default() };
    let counts = whole.measures(year, &pairs).await.unwrap();
    assert!(!counts.rows.is_empty());
    assert_eq!(counts, cut.measures(year, &pairs).await.unwrap());
    assert_eq!(whole.statuses(year).await.unwrap(), cut.statuses(year).await.unwrap());
    for row in counts.rows.iter().filter(|row| row.numerator > 0) {
        let cell = Cell {
            measure: row.measure.clone(),
            variant: Some(row.variant.clone()),
            organization: Some(row.organization_id.clone()),
            program: row.program_id.clone(),
            subgroup: row.subgroup.clone(),
        };
        let students = cut.students(year, &cell, Side::Numerator).await.unwrap();
        assert_eq!(students, whole.students(year, &cell, Side::Numerator).await.unwrap());
        assert_eq!(students.len() as u64, row.numerator, "{row:?}");
    }
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let trace = engine(folder.path()).explain("2024-25".parse().unwrap(), "s2", Some("P")).await.unwrap();
    let program = &trace.programs[0];
    let completer = program.levels.iter().find(|level| level.name == "completer").unwrap();
    let needs: Vec<_> = completer.clauses.iter().filter_map(|clause| clause.needs.as_deref()).collect();
    assert_eq!(needs, ["needs 1 more capstone", "needs 1 more course in sequence", "needs 1 more course level"]);
    assert!(!completer.met);
    assert_eq!(program.records.len(), 2);
}
