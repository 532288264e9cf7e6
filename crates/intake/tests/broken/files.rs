//! Files that cannot be trusted.

use std::{fs, io::Write, os::unix::fs::symlink};

use tempfile::TempDir;
use waymark_intake::Limits;

use crate::support::{Bundle, archive_said, read_at, said, transcript};

const STUDENTS: &str = "students.csv";

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn a_clean_bundle_says_nothing() {
    assert_eq!(Bundle::clean().said(), "");
    let text = Bundle::clean().text(STUDENTS);
    for (what, changed) in [
        ("byte-order mark", format!("\u{feff}{text}")),
        ("both line ends", text.replace('\n', "\r\n")),
        ("no last line end", text.trim_end().to_owned()),
        ("blank lines", text.replace('\n', "\n\n")),
        ("quotes", text.replace("Ruiz", "\"Ruiz\"")),
        ("quotes and a comma", text.replace("Ruiz", "\"Ruiz, \"\"Jr.\"\"\"")),
        ("other letters", text.replace("Ruiz", "Núñez 李")),
        ("columns in another order", "sex,hispanic_or_latino,student_id\nF,true,0001\nM,true,0002\n".to_owned()),
    ] {
        assert_eq!(Bundle::clean().with(STUDENTS, changed).said(), "", "{what}");
    }
}

#[test]
fn files_that_cannot_be_trusted_are_refused() {
    let clean = Bundle::clean;
    let text = clean().text(STUDENTS);
    let latin_1 = text.replace("Ruiz", "N??ez").replace('?', "\u{1}").into_bytes();
    let latin_1: Vec<u8> = latin_1.into_iter().map(|byte| if byte == 1 { 0xf1 } else { byte }).collect();
    let cases = vec![
        ("a required file is missing", "missing_file", clean().without("courses.csv").said()),
        ("a required file has another name", "missing_file", clean().renamed(STUDENTS, "Student.csv").said()),
        ("an empty folder", "missing_file", Bundle { files: [].into(), ..clean() }.said()),
        ("an empty file", "empty_file", clean().with(STUDENTS, "").said()),
        ("line ends only", "empty_file", clean().with(STUDENTS, "\n\n\n").said()),
        ("UTF-16, little-endian", "wrong_encoding", clean().with(STUDENTS, utf16(&text, u16::to_le_bytes)).said()),
        ("UTF-16, big-endian", "wrong_encoding", clean().with(STUDENTS, utf16(&text, u16::to_be_bytes)).said()),
        (
            "UTF-16 without a mark",
            "wrong_encoding",
            clean().with(STUDENTS, &utf16(&text, u16::to_le_bytes)[2..]).said(),
        ),
        ("Latin-1", "wrong_encoding", clean().with(STUDENTS, latin_1).said()),
        ("Latin-1 in the header", "wrong_encoding", clean().with(STUDENTS, b"student_id,a\xf1o\n0001,1\n").said()),
        ("a spreadsheet", "wrong_encoding", clean().with(STUDENTS, b"PK\x03\x04\x14\x00\x06\x00").said()),
        ("semicolons", "wrong_delimiter", clean().with(STUDENTS, text.replace(',', ";")).said()),
        ("tabs", "wrong_delimiter", clean().with(STUDENTS, text.replace(',', "\t")).said()),
        ("bars", "wrong_delimiter", clean().with(STUDENTS, text.replace(',', "|")).said()),
        ("a column twice", "duplicate_column", clean().changed(STUDENTS, "last_name", "first_name").said()),
        ("a required column is missing", "missing_column", clean().changed(STUDENTS, "student_id", "id").said()),
        (
            "a required column is misspelt",
            "missing_column",
            clean().changed(STUDENTS, "student_id", "Student ID").said(),
        ),
        ("no header", "missing_column", clean().with(STUDENTS, "0001,Ana,Ruiz\n0002,Ben,Okafor\n").said()),
        ("an unclosed quote", "unclosed_quote", clean().changed(STUDENTS, "Okafor", "\"Okafor").said()),
        ("a page of the web", "missing_column", clean().with(STUDENTS, "<!DOCTYPE html>\n<html></html>\n").said()),
        ("random bytes", "wrong_encoding", clean().with(STUDENTS, [0x81, 0x9d, 0xfe, 0x00, 0x01, 0x0a]).said()),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn odd_files_are_read_and_named() {
    let clean = Bundle::clean;
    let text = clean().text(STUDENTS);
    let cases = vec![
        (
            "a header and no rows",
            "no_rows",
            clean().with("student_populations.csv", "student_id,population,begin_date\n").said(),
        ),
        ("an unknown column", "unknown_column", clean().changed(STUDENTS, "last_name", "lastname").said()),
        ("a column of the district's own", "unknown_column", clean().changed(STUDENTS, "last_name", "locker").said()),
        ("columns without a name", "unnamed_column", clean().with(STUDENTS, text.replace('\n', ",,\n")).said()),
        ("an unknown file", "unknown_file", clean().with("enrolments.csv", "a\n").said()),
        (
            "line ends of the last century",
            "lone_carriage_return",
            clean().with(STUDENTS, text.replace('\n', "\r")).said(),
        ),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn places_that_are_no_source_are_refused() {
    let place = TempDir::new().unwrap();
    let at = |name: &str| place.path().join(name);
    let limits = Limits::default();
    fs::write(at("students.csv"), "student_id\n").unwrap();
    fs::write(at("secret.csv"), Bundle::clean().text(STUDENTS)).unwrap();
    Bundle::clean().without(STUDENTS).folder(&at("linked"));
    symlink(at("secret.csv"), at("linked/students.csv")).unwrap();
    Bundle::clean().without(STUDENTS).folder(&at("dangling"));
    symlink(at("nowhere.csv"), at("dangling/students.csv")).unwrap();
    Bundle::clean().without(STUDENTS).folder(&at("folder"));
    fs::create_dir(at("folder/students.csv")).unwrap();
    Bundle::clean().with("STUDENTS.csv", "").folder(&at("capitals"));
    Bundle::clean().folder(&at("many"));
    let cases = vec![
        ("nothing there", "cannot_read", said(&at("nothing"), limits)),
        ("a single file", "not_a_source", said(&at("students.csv"), limits)),
        ("a link out of the folder", "link_leads_outside", said(&at("linked"), limits)),
        ("a link to nothing", "cannot_read", said(&at("dangling"), limits)),
        ("a folder in place of a file", "missing_file", said(&at("folder"), limits)),
        ("names that differ in capitals", "duplicate_file", said(&at("capitals"), limits)),
        ("more files than allowed", "too_many_files", said(&at("many"), Limits { files: 3, ..limits })),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn a_folder_and_its_archive_say_the_same() {
    let bundle = Bundle::clean().changed("enrollments.csv", ",12,", ",13,");
    assert_eq!(bundle.said(), archive_said(&bundle.archive(), bundle.limits));
}

/// Takes a while: run it with `--ignored`.
#[test]
#[ignore = "writes 2 GB"]
fn a_field_of_two_gigabytes_is_set_aside() {
    let place = TempDir::new().unwrap();
    Bundle::clean().folder(place.path());
    let mut file = fs::OpenOptions::new().append(true).open(place.path().join(STUDENTS)).unwrap();
    let megabyte = vec![b'x'; 1 << 20];
    file.write_all(b"0003,").unwrap();
    for _ in 0..2048 {
        file.write_all(&megabyte).unwrap();
    }
    file.write_all(b",Poe,2008-01-01,F,true\n").unwrap();
    let reading = read_at(place.path(), Limits::default()).unwrap();
    assert_eq!((reading.rows("students"), reading.set_aside.len()), (2, 1));
    assert_eq!(reading.set_aside[0].reasons[0].code, "value_too_long");
}
