//! Bundles as they are written, read back from their files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chrono::NaiveDate;
use tempfile::TempDir;
use waymark_synthetic::{MARKER, Parameters, RetentionEffect, Summary, SyntheticError, write_bundle};
use waymark_terms::{
    SchoolYear,
    bundle::{Column, Kind, TABLES, Table},
};

fn small() -> Parameters {
    Parameters { students: 800, ..Parameters::default() }
}

fn written(parameters: &Parameters) -> (TempDir, Summary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = write_bundle(folder.path(), parameters, &mut |_| ()).unwrap();
    (folder, summary)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

/// The rows of a table, by column.
fn rows(folder: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(format!("{table}.csv"))).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// The tables of the contract that the bundle has a file of.
fn tables(folder: &Path) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| folder.join(format!("{}.csv", table.name)).exists())
}

/// Every value that does not read as its column says, and every reference that leads nowhere.
fn complaints(folder: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut keys: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for table in tables(folder) {
        let Some(key) = table.key else { continue };
        for row in rows(folder, table.name) {
            if !keys.entry((table.name, key)).or_default().insert(row[key].clone()) {
                complaints.push(format!("{}.{key}: {} is there twice", table.name, row[key]));
            }
        }
    }
    for table in tables(folder) {
        for row in rows(folder, table.name) {
            for column in table.columns {
                let Some(value) = row.get(column.name) else { continue };
                let resolves =
                    column.references.is_none_or(|to| value.is_empty() || keys[&(to.table, to.column)].contains(value));
                if !reads(column, value) || !resolves {
                    complaints.push(format!("{}.{}: {value}", table.name, column.name));
                }
            }
        }
    }
    complaints
}

fn reads(column: &Column, value: &str) -> bool {
    if value.is_empty() {
        return !column.required;
    }
    match column.kind {
        Kind::Text => value.trim() == value,
        Kind::Date => value.parse::<NaiveDate>().is_ok_and(|day| day.to_string() == value),
        Kind::Boolean => matches!(value, "true" | "false"),
        Kind::Decimal => value.parse::<f64>().is_ok_and(|number| number >= 0.0),
        Kind::Integer => value.parse::<u32>().is_ok(),
        Kind::SchoolYear => value.parse::<SchoolYear>().is_ok(),
        Kind::Coordinate => value.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= 180.0),
        Kind::Code(codes) => codes.contains(&value),
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let (one, _) = written(&small());
    let (same, _) = written(&small());
    let (other, _) = written(&Parameters { seed: 8, ..small() });
    assert!(files(one.path()) == files(same.path()));
    let (one, other) = (files(one.path()), files(other.path()));
    for table in ["students.csv", "enrollments.csv", "course_outcomes.csv"] {
        assert_ne!(one[table], other[table], "{table}");
    }
}

#[test]
fn a_student_lives_the_same_life_among_fewer() {
    let (many, _) = written(&small());
    let (few, _) = written(&Parameters { students: 100, ..small() });
    for table in tables(few.path()) {
        let name = format!("{}.csv", table.name);
        assert!(files(many.path())[&name].starts_with(&files(few.path())[&name]), "{name}");
    }
}

#[test]
fn every_file_is_as_the_contract_has_it() {
    let (folder, summary) = written(&small());
    for (name, written) in summary.rows {
        let mut reader = csv::Reader::from_path(folder.path().join(format!("{name}.csv"))).unwrap();
        let table = Table::named(name).unwrap();
        assert!(reader.headers().unwrap().iter().all(|column| table.column(column).is_some()), "{name}");
        assert_eq!(reader.records().map(Result::unwrap).count() as u64, written, "{name}");
        assert!(written > 0, "{name}");
    }
    // Another system's view of who is in which program comes with that system, and what is published for everybody, each
    // fact with its edition, comes from its publisher.
    let missing = TABLES.iter().filter(|table| !tables(folder.path()).any(|found| found.name == table.name));
    let comes_apart = |table: &Table| table.name == "program_participations" || table.column("edition").is_some();
    assert!(missing.into_iter().all(comes_apart));
    assert_eq!(complaints(folder.path()), Vec::<String>::new());
    assert_eq!(rows(folder.path(), "students").len(), 800);
}

#[test]
fn nothing_ends_before_it_begins() {
    let (folder, _) = written(&small());
    let spans = [
        ("enrollments", "entry_date", "exit_date"),
        ("student_populations", "begin_date", "end_date"),
        ("placements", "begin_date", "end_date"),
        ("work_based_learning", "begin_date", "end_date"),
        ("opportunities", "begin_date", "end_date"),
        ("postsecondary_enrollments", "begin_date", "end_date"),
        ("credential_catalog", "recognized_from", "recognized_to"),
    ];
    for (table, begin, end) in spans {
        for row in rows(folder.path(), table) {
            assert!(row[end].is_empty() || row[begin] <= row[end], "{table}: {row:?}");
        }
    }
}

#[test]
fn spells_and_enrollments_of_a_student_do_not_overlap() {
    let (folder, _) = written(&small());
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(folder.path(), "enrollments") {
        let year: SchoolYear = row["school_year"].parse().unwrap();
        let end = if row["exit_date"].is_empty() { year.end().to_string() } else { row["exit_date"].clone() };
        assert_eq!(SchoolYear::containing(row["entry_date"].parse().unwrap()), Some(year));
        assert_eq!(SchoolYear::containing(end.parse().unwrap()), Some(year));
        let before = last.insert(row["student_id"].clone(), end);
        assert!(before.is_none_or(|before| before < row["entry_date"]), "{row:?}");
    }
    let mut last: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in rows(folder.path(), "student_populations") {
        let key = (row["student_id"].clone(), row["population"].clone());
        let end = if row["end_date"].is_empty() { "9999".to_owned() } else { row["end_date"].clone() };
        assert!(last.insert(key, end).is_none_or(|before| before < row["begin_date"]), "{row:?}");
    }
}

/// The steps of every program: the courses of a level, which are halves or replace each other.
fn steps(folder: &Path) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut steps: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for row in rows(folder, "program_courses") {
        let program = steps.entry(row["program_id"].clone()).or_default();
        if program.last().is_none_or(|(level, _)| *level != row["level"]) {
            program.push((row["level"].clone(), Vec::new()));
        }
        program.last_mut().unwrap().1.push(row["course_id"].clone());
    }
    let courses = |steps: Vec<(String, Vec<String>)>| steps.into_iter().map(|(_, courses)| courses).collect();
    steps.into_iter().map(|(program, steps)| (program, courses(steps))).collect()
}

#[test]
fn a_course_is_taken_after_the_one_before_it() {
    let (folder, _) = written(&small());
    let steps = steps(folder.path());
    let mut completed = BTreeSet::new();
    let mut checked = 0;
    for row in rows(folder.path(), "course_outcomes") {
        let (student, course) = (&row["student_id"], &row["course_id"]);
        let done = |course: &String| completed.contains(&(student.clone(), course.clone()));
        let before = steps.values().find_map(|steps| {
            let place = steps.iter().position(|courses| courses.contains(course))?;
            Some(&steps[place.checked_sub(1)?])
        });
        if let Some(before) = before {
            checked += 1;
            assert!(before.iter().any(done), "{row:?}");
        }
        if row["status"] == "completed" && row["passed"] != "false" {
            completed.insert((student.clone(), course.clone()));
        }
    }
    assert!(checked > 200, "{checked}");
}

#[test]
fn life_has_its_traps() {
    let (folder, _) = written(&Parameters { students: 2_000, ..small() });
    let path = folder.path();
    let outcomes = rows(path, "course_outcomes");
    let has = |table: &str, condition: &dyn Fn(&BTreeMap<String, String>) -> bool| {
        assert!(rows(path, table).iter().any(condition), "{table}");
    };
    for status in ["completed", "failed", "withdrawn", "in_progress"] {
        has("course_outcomes", &|row| row["status"] == status);
    }
    has("course_outcomes", &|row| row["status"] == "completed" && row["passed"] == "false");
    has("course_outcomes", &|row| row["organization_id"].ends_with("-CC"));
    has("course_outcomes", &|row| row["organization_id"] == "COLL");
    has("students", &|row| row["sex"].is_empty());
    has("students", &|row| row["sex"] == "X");
    has("students", &|row| row["hispanic_or_latino"].is_empty());
    has("students", &|row| row["last_name"].contains('\''));
    has("students", &|row| row["last_name"].contains('ñ') || row["first_name"].contains('é'));
    has("assessments", &|row| row["proficient"].is_empty());
    has("cohorts", &|row| !row["removed"].is_empty());
    has("enrollments", &|row| row["grade_level"] == "08");
    for kind in ["regular", "alternate", "equivalency"] {
        has("diplomas", &|row| row["kind"] == kind);
    }
    has("diplomas", &|row| row["awarded_on"].contains("-08-"));
    for kind in ["postsecondary", "employment", "not_placed", "no_response"] {
        has("placements", &|row| row["kind"] == kind);
    }
    for status in ["planned", "active", "completed", "withdrawn"] {
        has("work_based_learning", &|row| row["status"] == status);
    }
    has("program_courses", &|row| !row["end_year"].is_empty());

    let repeated = outcomes.iter().filter(|row| row["status"] == "failed").any(|failed| {
        let again = |row: &&BTreeMap<String, String>| row["status"] == "completed" && row["passed"] != "false";
        let same = |row: &&BTreeMap<String, String>| ["student_id", "course_id"].iter().all(|c| row[*c] == failed[*c]);
        outcomes.iter().filter(same).any(|row| again(&row))
    });
    assert!(repeated);
    assert!(moves(path, ToOwned::to_owned) > moves(path, |organization| organization[..3].to_owned()));
    assert!(moves(path, |organization| organization[..3].to_owned()) > 0);
}

/// Students who were in two places in one school year.
fn moves(folder: &Path, place: impl Fn(&str) -> String) -> usize {
    let mut places: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for row in rows(folder, "enrollments") {
        let key = (row["student_id"].clone(), row["school_year"].clone());
        places.entry(key).or_default().insert(place(&row["organization_id"]));
    }
    places.values().filter(|places| places.len() > 1).count()
}

/// Of the students who completed their first course of the program in a school year and were enrolled in the next, how
/// many there are and how many took another course of it: those in the group, and the others.
fn retained(
    folder: &Path,
    program: &str,
    in_group: impl Fn(&str, SchoolYear) -> bool,
) -> ((usize, usize), (usize, usize)) {
    let steps = &steps(folder)[program];
    let enrolled: BTreeSet<(String, String)> = rows(folder, "enrollments")
        .into_iter()
        .map(|row| (row["student_id"].clone(), row["school_year"].clone()))
        .collect();
    let mut first: BTreeMap<String, SchoolYear> = BTreeMap::new();
    let mut went_on = BTreeSet::new();
    for row in rows(folder, "course_outcomes") {
        let of = |step: &Vec<String>| step.contains(&row["course_id"]);
        if of(&steps[0]) && row["status"] == "completed" && row["passed"] != "false" {
            first.insert(row["student_id"].clone(), row["school_year"].parse().unwrap());
        } else if of(&steps[1]) {
            went_on.insert(row["student_id"].clone());
        }
    }
    let (mut group, mut others) = ((0, 0), (0, 0));
    for (student, year) in first {
        if enrolled.contains(&(student.clone(), year.offset(1).unwrap().to_string())) {
            let side = if in_group(&student, year) { &mut group } else { &mut others };
            side.0 += 1;
            side.1 += usize::from(went_on.contains(&student));
        }
    }
    (group, others)
}

fn assert_near(found: (usize, usize), planted: f64, margin: f64) {
    let rate = found.1 as f64 / found.0 as f64;
    assert!((rate - planted).abs() < margin, "{found:?} is {rate}, planted was {planted}");
}

#[test]
fn the_health_program_loses_english_learners_after_the_first_course() {
    let parameters = Parameters { students: 2_000, ..Parameters::default() };
    let planted = parameters.planted();
    let planted = planted.iter().find(|planted| planted.program_id == "NURS").unwrap();
    assert_eq!(planted.effect.population.as_deref(), Some("english_learner"));
    let (folder, _) = written(&parameters);
    let spells = rows(folder.path(), "student_populations");
    let learner = |student: &str, year: SchoolYear| {
        spells.iter().any(|row| {
            let ends = row["end_date"].parse().unwrap_or(NaiveDate::MAX);
            let begins: NaiveDate = row["begin_date"].parse().unwrap();
            let overlaps = begins <= year.end() && ends >= year.begin();
            row["student_id"] == student && row["population"] == "english_learner" && overlaps
        })
    };
    let (learners, others) = retained(folder.path(), "NURS", learner);
    assert_near(others, planted.others, 0.1);
    assert_near(learners, planted.group, 0.2);
}

#[test]
fn another_effect_is_found_where_it_was_planted_and_nowhere_else() {
    let girls_stay = RetentionEffect::new(1.8).program("CULA").sex("F");
    let retention = vec![girls_stay];
    let parameters = Parameters { continuation: 0.5, retention, students: 2_000, ..Parameters::default() };
    let planted = &parameters.planted()[0];
    assert!((planted.group - 0.9).abs() < 1e-9);
    let (folder, _) = written(&parameters);
    let sex = rows(folder.path(), "students").into_iter().map(|row| (row["student_id"].clone(), row["sex"].clone()));
    let sex: BTreeMap<_, _> = sex.collect();
    let (girls, others) = retained(folder.path(), "CULA", |student, _| sex[student] == "F");
    assert_near(girls, planted.group, 0.2);
    assert_near(others, planted.others, 0.2);
    let (girls, others) = retained(folder.path(), "WELD", |student, _| sex[student] == "F");
    assert_near((girls.0 + others.0, girls.1 + others.1), 0.5, 0.2);
}

#[test]
fn flaws_are_rows_that_somebody_has_to_look_at() {
    let (clean, _) = written(&small());
    let (flawed, _) = written(&Parameters { flaws: 0.02, ..small() });
    let found = complaints(flawed.path());
    for column in
        ["enrollments.entry_date", "students.student_id", "course_outcomes.course_id", "enrollments.grade_level"]
    {
        assert!(found.iter().any(|complaint| complaint.starts_with(column)), "{column}");
    }
    let (clean, flawed) = (files(clean.path()), files(flawed.path()));
    for catalog in ["organizations.csv", "courses.csv", "programs.csv", "targets.csv"] {
        assert!(clean[catalog] == flawed[catalog], "{catalog}");
    }
    // What is not spoilt is as it was.
    let lines =
        |file: &[u8]| String::from_utf8(file.to_vec()).unwrap().lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (was, is) = (lines(&clean["enrollments.csv"]), lines(&flawed["enrollments.csv"]));
    assert!(was.intersection(&is).count() * 100 > was.len() * 96);
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("students.csv"), "the district's own").unwrap();
    let refused = write_bundle(folder.path(), &small(), &mut |_| ());
    assert!(matches!(refused, Err(SyntheticError::NotOurs(_))));
    assert_eq!(fs::read_to_string(folder.path().join("students.csv")).unwrap(), "the district's own");
    assert!(!folder.path().join(MARKER).exists());
}

#[test]
fn an_earlier_bundle_is_written_over() {
    let (folder, _) = written(&small());
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let few = Parameters { students: 10, ..small() };
    let mut done = 0;
    write_bundle(folder.path(), &few, &mut |students| done = students).unwrap();
    assert_eq!(done, 10);
    assert_eq!(rows(folder.path(), "students").len(), 10);
    assert_eq!(fs::read_to_string(folder.path().join("notes.txt")).unwrap(), "mine");
}

#[test]
fn one_student_in_one_school_for_one_year_is_a_bundle() {
    let least = Parameters { students: 1, schools: 1, years: 1, ..Parameters::default() };
    let (folder, summary) = written(&least);
    assert_eq!((summary.schools, summary.districts, summary.students), (1, 1, 1));
    assert_eq!(complaints(folder.path()), Vec::<String>::new());
}
