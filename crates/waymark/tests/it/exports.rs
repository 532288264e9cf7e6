//! What is written can be imported again.

use std::fs;

use crate::support::Waymark;

/// Rows of a table as text, sorted.
fn rows(waymark: &Waymark, query: &str) -> Vec<String> {
    let mut rows: Vec<String> = waymark.sql(query).lines().map(str::to_owned).collect();
    rows.sort();
    rows
}

#[test]
fn a_made_up_district_comes_back_as_bundle_and_as_onerosters_package() {
    let waymark = Waymark::new();
    let path = |name: &str| waymark.path(name).display().to_string();
    waymark.done(&["synthetic", &path("made-up"), "--students", "300", "--schools", "3", "--years", "2"]);
    waymark.done(&["import", &path("made-up")]);
    waymark.done(&["export", &path("bundle"), "--format", "bundle"]);
    let refused = waymark.run(&["export", &path("bundle"), "--format", "bundle"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);

    let again = Waymark::new();
    again.done(&["import", &path("bundle")]);
    for table in ["organizations", "students", "enrollments", "courses", "course_outcomes", "credentials", "placements"]
    {
        let query = format!("SELECT * EXCEPT (_line) FROM {table}");
        assert_eq!(rows(&waymark, &query), rows(&again, &query), "{table}");
    }

    again.done(&["export", &path("roster"), "--format", "oneroster-1.2"]);
    let third = Waymark::new();
    third.done(&["import", &path("roster")]);
    let year = again.sql("SELECT max(school_year) FROM enrollments");
    let of_year = format!("school_year = '{year}'");
    let enrolled = format!("student_id IN (SELECT student_id FROM enrollments WHERE {of_year})");
    for (columns, table, condition) in [
        ("organization_id, parent_organization_id, name, kind", "organizations", "true"),
        ("student_id, first_name, last_name, birth_date, sex, asian, white", "students", enrolled.as_str()),
        ("course_id, title, sced_code", "courses", "true"),
        (
            "student_id, organization_id, school_year, grade_level, entry_date, exit_date",
            "enrollments",
            of_year.as_str(),
        ),
    ] {
        let query = format!("SELECT {columns} FROM {table} WHERE {condition}");
        let found = rows(&third, &query);
        assert!(!found.is_empty(), "{table}");
        assert_eq!(rows(&again, &query), found, "{table}");
    }
    // Sections: who is in which course at which school.
    let lists = |name: &str| fs::read_to_string(waymark.path("roster").join(name)).unwrap();
    let sections =
        format!("SELECT DISTINCT organization_id, course_id, term FROM course_outcomes WHERE {of_year} AND {enrolled}");
    assert_eq!(lists("classes.csv").lines().count() - 1, rows(&again, &sections).len());
    let places = format!(
        "SELECT DISTINCT student_id, organization_id, course_id, term FROM course_outcomes WHERE {of_year} AND {enrolled}"
    );
    assert_eq!(lists("enrollments.csv").lines().count() - 1, rows(&again, &places).len());

    // A roster has no place for credits, and takes none away.
    let credits = "SELECT course_id, credits FROM courses WHERE credits IS NOT NULL";
    let before = rows(&again, credits);
    again.done(&["import", &path("roster")]);
    assert!(!before.is_empty());
    assert_eq!(rows(&again, credits), before);

    waymark.done(&["export", &path("tables"), "--format", "parquet"]);
    assert!(waymark.path("tables").join("quarantine.parquet").exists());
    let graduates =
        ["graduates-file", &path("graduates.txt"), "--account-code", "10003061", "--account-name", "Dale Schools"];
    waymark.done(&graduates);
    let text = fs::read_to_string(waymark.path("graduates.txt")).unwrap();
    let sent = text.lines().filter(|line| line.starts_with("PD3\t")).count();
    assert!(sent > 0 && text.ends_with(&format!("PT3\t{}\r\n", sent + 2)), "{sent}");
}

const REPORT: &str = "Your Unique Identifier,Requester Return Field,Record Found Y/N,Search Date,College Code/Branch,\
    College Name,College State,2-year / 4-year,Public / Private,Enrollment Begin,Enrollment End,Enrollment Status,\
    Enrollment CIP 1,Graduated?,Graduation Date,Degree Title,Degree CIP 1";

#[test]
fn a_later_search_replaces_what_an_earlier_one_found() {
    let waymark = Waymark::with_district_one();
    let students = waymark.sql("SELECT student_id FROM students ORDER BY 1");
    let [first, second, ..] = &students.lines().collect::<Vec<_>>()[..] else { panic!("{students}") };
    let term = |student: &str| format!(",{student},Y,20251220,1,C,NE,4,Public,20250826,20251213,F,,N,,,\n");
    let none = |student: &str| format!(",{student},N,20260420,,,,,,,,,,,,,\n");
    for (name, text) in [
        ("earlier", format!("{REPORT}\n{}{}", term(first), term(second))),
        ("later", format!("{REPORT}\n{}{}", none(first), term(second))),
    ] {
        let folder = waymark.path(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("detail.csv"), text).unwrap();
        waymark.done(&["import", &folder.display().to_string()]);
    }
    assert_eq!(waymark.sql("SELECT student_id FROM postsecondary_enrollments"), *second);
    let found = "SELECT found FROM postsecondary_matches WHERE searched_on = DATE '2026-04-20'";
    assert_eq!(waymark.sql(found), "no");
}
