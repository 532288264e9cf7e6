//! How commands end that cannot do what they are asked.

use std::{fs, process::Stdio};

use crate::support::{Waymark, district_one};

#[test]
fn every_error_has_its_code_and_says_what_to_do() {
    let waymark = Waymark::with_district_one();
    let broken = waymark.path("broken.toml");
    let text = "[rulebook]\nname = \"b\"\nversion = \"1\"\ntitle = \"B\"\nextends = \"federal\"\n\n[[level]]\n\
                name = \"participant\"\ntitle = \"P\"\nscope = \"program\"\nwhen = \"courss >= 1\"\nsource = \"none\"\n";
    fs::write(&broken, text).unwrap();
    let broken = broken.display().to_string();
    let mut refused = district_one();
    refused.remove("courses");
    let refused = waymark.bundle("refused", &refused);
    let file = waymark.path("file");
    fs::write(&file, "").unwrap();
    let file = file.display().to_string();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["measure", "--measure", "5S9"], 2, "no measure `5S9`"),
        (&["measure", "--report-year", "2024"], 2, "not a school year"),
        (&["measure", "--organization", "H9"], 2, "did you mean `H1`?"),
        (&["measure", "--program", "WELT"], 2, "did you mean `WELD`?"),
        (&["measure", "--subgroup", "sex:Q"], 2, "no subgroup `sex:Q`"),
        (&["measure", "--rulebook", "ohio"], 2, "`federal`, `texas`, `clearinghouse`"),
        (&["measure", "--rulebook", "nowhere.toml"], 2, "nowhere.toml"),
        (&["measure", "--at", "9"], 2, "there is no batch 9"),
        (&["measure", "--at", "1999-01-01"], 2, "nothing was stored by"),
        (&["explain", "measure", "5S9"], 2, "there are participants"),
        (&["explain", "student", "nobody"], 2, "no student `nobody`"),
        (&["students", "--measure", "5S3", "--variant", "x"], 2, "no variant `x`"),
        (&["import", "nowhere"], 3, "nowhere"),
        (&["import", &refused], 3, "courses.csv"),
        (&["measure", "--rulebook", &broken], 4, "courss"),
        (&["rulebook", "check", &broken], 4, "broken.toml:11"),
        (&["batches", "--data", &file], 5, &file),
        (&["synthetic", "--schools", "0", "out"], 2, "at least 1"),
        (&["nothing"], 2, "unrecognized subcommand"),
    ];
    for (arguments, code, text) in cases {
        let ended = waymark.run(arguments);
        assert_eq!(ended.code, *code, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(text), "{arguments:?} does not say `{text}`: {}", ended.stderr);
        assert!(ended.stdout.is_empty(), "{arguments:?}: {}", ended.stdout);
    }
    assert_eq!(waymark.done(&["batches", "--format", "csv"]).lines().count(), 2, "nothing was stored");
}

#[test]
fn sql_only_reads() {
    let waymark = Waymark::with_district_one();
    let out = waymark.path("out.csv").display().to_string();
    for query in [
        "DELETE FROM students",
        "UPDATE students SET sex = 'X'",
        "INSERT INTO students (student_id) VALUES ('9')",
        "DROP TABLE students",
        "TRUNCATE TABLE students",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        &format!("COPY students TO '{out}'"),
        "SET datafusion.execution.batch_size = 1",
        "SELECT 1; DROP TABLE students",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM nobodys_table",
        "not a query",
        "",
    ] {
        let ended = waymark.run(&["sql", query]);
        assert_eq!(ended.code, 2, "{query}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains("hint: one query that reads"), "{query}: {}", ended.stderr);
    }
    assert!(!waymark.path("out.csv").exists());
    assert_eq!(waymark.sql("SELECT count(*) FROM students"), "3");
    assert!(waymark.done(&["sql", "SHOW TABLES"]).contains("course_outcomes"));
    assert!(waymark.sql("SELECT * FROM placements").is_empty(), "a table that no bundle brought is empty");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let waymark = Waymark::with_district_one();
    for format in ["csv", "table", "json", "parquet"] {
        let mut command = waymark.command(&["measure", "--pairs", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), stderr.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn help_is_the_manual() {
    let waymark = Waymark::new();
    let help = waymark.done(&["--help"]);
    for command in ["import", "batches", "undo", "erase", "check-data", "measure", "statuses", "explain", "students"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in\n{help}");
        assert!(waymark.done(&["help", command]).len() > 200, "{command}");
    }
    assert!(waymark.done(&["import", "--help"]).contains("replaces just that"));
    assert!(!waymark.path("data").exists(), "help needs no data");
}
