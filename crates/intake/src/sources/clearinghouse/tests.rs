//! Small reports of both generations.

use tempfile::TempDir;

use crate::{
    Known, Options, Reading, Refusal,
    sources::testing::{self, findings, transcript, values},
};

const MODERN: &str = "Your Unique Identifier,First Name,Middle Initial,Last Name,Name Suffix,Requester Return Field,\
    Record Found Y/N,Search Date,College Code/Branch,College Name,College State,2-year / 4-year,Public / Private,\
    Enrollment Begin,Enrollment End,Enrollment Status,Class Level,Enrollment Major 1,Enrollment CIP 1,\
    Enrollment Major 2,Enrollment CIP 2,Graduated?,Graduation Date,Degree Title,Degree Major 1,Degree CIP 1,\
    Degree Major 2,Degree CIP 2,Degree Major 3,Degree CIP 3,Degree Major 4,Degree CIP 4,College Sequence";

const OLDER: &str = "YOUR_UNIQUE_IDENTIFIER,FIRST_NAME,MIDDLE_INITIAL,LAST_NAME,NAME_SUFFIX,HIGH_SCHOOL_GRAD_DATE,\
    REQUESTER_RETURN_FIELD,RECORD_FOUND_Y/N,COLLEGE_CODE/BRANCH,COLLEGE_NAME,COLLEGE_STATE,2-YEAR/4-YEAR,\
    PUBLIC/PRIVATE,ENROLLMENT_BEGIN,ENROLLMENT_END,ENROLLMENT_STATUS,GRADUATED?,GRADUATION_DATE,DEGREE_TITLE,MAJOR,\
    COLLEGE_SEQUENCE";

/// Two terms, a degree, one not found, one found and not shown.
const ROWS: &str = "\
    ,ANN,,ABLE,,S-0A,Y,20251220,002500-00,CENTRAL COLLEGE,NE,2,Public,20240826,20241213,F,,WELDING,480508,,,N,,,,,,,,,,,1\n\
    ,ANN,,ABLE,,S-0A,Y,20251220,002800-00,STATE UNIVERSITY,NE,4,Public,20250825,,,,,10101,,,N,,,,,,,,,,,2\n\
    ,ANN,,ABLE,,S-0A,Y,20251220,002500-00,CENTRAL COLLEGE,NE,2,Public,,,,,,,,,Y,20250509,CERTIFICATE,WELDING,480508,,,,,,,1\n\
    ,BEN,,BAKER,,S-0B_,N,20251220,,,,,,,,,,,,,,,,,,,,,,,,,\n\
    ,CY,,COLE,,S-0C,Y,20251220,,,,,,,,,,,,,,,,,,,,,,,,,\n";

/// Students who are stored.
struct Stored;

impl Known for Stored {
    fn has(&self, table: &str, key: &str) -> bool {
        let mut found = false;
        self.each(table, &mut |id| found |= id == key);
        found
    }

    fn each(&self, table: &str, take: &mut dyn FnMut(&str)) {
        if table == "students" {
            ["s-0a", "S-0b", "s-0c", "s-0d", "x1", "X1"].into_iter().for_each(take);
        }
    }
}

fn read(files: &[(&str, &str)]) -> Result<Reading, Refusal> {
    let folder = TempDir::new().unwrap();
    testing::write(folder.path(), files.iter().copied());
    let options = Options { known: &Stored, ..Options::new("2026-01-01".parse().unwrap()) };
    crate::read(folder.path(), &options, &mut |_| {})
}

fn modern(rows: &str) -> Result<Reading, Refusal> {
    read(&[("detail.csv", &format!("{MODERN}\n{rows}"))])
}

const ENROLLMENT: [&str; 10] = [
    "student_id",
    "institution_id",
    "institution_name",
    "state",
    "level",
    "control",
    "begin_date",
    "end_date",
    "status",
    "cip_code",
];

#[test]
fn terms_degrees_and_answers_are_told_apart() {
    let reading = modern(ROWS).unwrap();
    assert_eq!(
        values(&reading, "postsecondary_enrollments", &ENROLLMENT),
        [
            "s-0a,002500-00,CENTRAL COLLEGE,NE,2-year,public,2024-08-26,2024-12-13,F,48.0508",
            "s-0a,002800-00,STATE UNIVERSITY,NE,4-year,public,2025-08-25,,,01.0101",
        ]
    );
    let columns = ["student_id", "institution_id", "awarded_on", "kind", "title", "cip_code", "_line"];
    assert_eq!(
        values(&reading, "postsecondary_awards", &columns),
        ["s-0a,002500-00,2025-05-09,certificate,CERTIFICATE,48.0508,4"]
    );
    assert_eq!(
        values(&reading, "postsecondary_matches", &["student_id", "searched_on", "found"]),
        ["s-0a,2025-12-20,yes", "S-0b,2025-12-20,no", "s-0c,2025-12-20,blocked"]
    );
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    assert_eq!(reading.files.iter().map(|file| file.rows_read).sum::<u64>(), 5);
}

#[test]
fn a_single_report_needs_no_folder() {
    let folder = TempDir::new().unwrap();
    testing::write(folder.path(), [("detail.csv", format!("{MODERN}\n{ROWS}").as_str()), ("other.csv", "a,b\n")]);
    let options = Options { known: &Stored, ..Options::new("2026-01-01".parse().unwrap()) };
    let reading = crate::read(&folder.path().join("detail.csv"), &options, &mut |_| {}).unwrap();
    assert_eq!((reading.rows("postsecondary_enrollments"), reading.files.len()), (2, 1));
    assert!(crate::read(&folder.path().join("other.csv"), &options, &mut |_| {}).is_err());
}

#[test]
fn the_older_generation_is_read_by_the_same_names() {
    let rows = "S-0A,ANN,,ABLE,,20240607,,Y,002500-00,CENTRAL COLLEGE,NE,2-year,Public,20230821,20240510,H,N,,,,1\n\
                S-0A,ANN,,ABLE,,20240607,,Y,002500-00,CENTRAL COLLEGE,NE,2-year,Public,20240826,20241213,F,N,,,,1\n";
    let name = "10003061-DETAIL-EFFDT-20150416-RUNDT-20250505.csv";
    let outcome = read(&[(name, &format!("{OLDER}\n{rows}"))]);
    let reading = outcome.as_ref().unwrap();
    assert_eq!(
        values(reading, "postsecondary_enrollments", &["begin_date", "status"]),
        ["2023-08-21,H", "2024-08-26,F"]
    );
    assert_eq!(values(reading, "postsecondary_matches", &["student_id", "searched_on"]), ["s-0a,2025-05-05"]);
    let found = findings(&outcome);
    assert!(found.contains(&format!("note enrolled_before_graduation {name}: ")), "{found:#?}");
}

#[test]
fn who_was_asked_about_and_not_answered_is_blocked() {
    let report = format!("{MODERN}\n{ROWS}");
    let row = |id: &str| format!("PD3\t\tA\t\tB\t\t\t\t20060101\t{id}\tRegular Diploma\t20240607\n");
    let sent = format!("PH3\t1\tDale\tP\t20240701\t2024\n{}{}PT3\t4\n", row("s-0a"), row("s-0d"));
    let reading = read(&[("detail.csv", &report), ("graduates.txt", &sent)]).unwrap();
    let columns = ["student_id", "searched_on", "found", "_line"];
    let answers = values(&reading, "postsecondary_matches", &columns);
    assert_eq!(answers.len(), 4, "{answers:?}");
    assert!(answers.contains(&"s-0d,2025-12-20,blocked,3".to_owned()), "{answers:?}");
}

#[test]
fn every_diagnostic_as_it_is_said() {
    let row = |id: &str, rest: &str| modern(&format!(",A,,B,,{id},{rest}\n"));
    let term = |level: &str, status: &str, cip: &str| {
        row("S-0A", &format!("Y,20251220,1,C,NE,{level},Public,20240826,,{status},,,{cip},,,N,,,,,,,,,,,1"))
    };
    let degree = row("S-0A", "Y,20251220,1,C,NE,4,Public,,,,,,,,,Y,20250509,WELDING,,,,,,,,,1");
    let no_day = row("S-0A", "N,,,,,,,,,,,,,,,,,,,,,,,,,,");
    let cases = [
        ("two students in capitals", "ambiguous_student", row("X1", "N,20251220,,,,,,,,,,,,,,,,,,,,,,,,,")),
        ("nobody's identifier", "reference_not_found", row("S-0Z", "N,20251220,,,,,,,,,,,,,,,,,,,,,,,,,")),
        ("neither found nor not", "unknown_code", row("S-0A", "?,20251220,,,,,,,,,,,,,,,,,,,,,,,,,")),
        ("a level that is none", "unknown_code", term("3", "F", "480508")),
        ("a status that is none", "unknown_code", term("4", "X", "480508")),
        ("a zero that is lost", "lost_zero", term("4", "F", "10101")),
        ("a degree of some kind", "award_of_unknown_kind", degree),
        ("no day of search", "search_without_day", no_day),
        ("a day that is none", "bad_date", row("S-0A", "Y,20251220,1,C,NE,4,Public,20241350,,F,,,,,,N,,,,,,,,,,,1")),
        ("a row too short", "wrong_field_count", modern(",A,,B\n")),
        ("a quote too many", "misplaced_quote", row("S-0A", "\"N\"x,20251220,,,,,,,,,,,,,,,,,,,,,,,,,")),
        ("a column twice", "duplicate_column", read(&[("d.csv", &format!("{MODERN},Graduated\n"))])),
        ("no identifier", "missing_column", read(&[("d.csv", "Record Found Y/N,College Code/Branch\nN,\n")])),
        (
            "a file of another kind",
            "file_not_read",
            read(&[("detail.csv", &format!("{MODERN}\n{ROWS}")), ("readme.txt", "Dear requester,\n")]),
        ),
    ];
    insta::assert_snapshot!(transcript(cases));
}
