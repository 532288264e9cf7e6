//! Archives that are damaged, or made to do harm.

use std::io::{Cursor, Write};

use waymark_intake::Limits;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{Bundle, archive_said, transcript};

/// An archive of the clean bundle and one more file.
fn with_file(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &Bundle::clean().files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

/// The bytes with every `from` made `to`, which is as long.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut found = 0;
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
            found += 1;
        }
    }
    assert!(found > 0);
    bytes
}

/// The archive with two bytes of every header set, at `local` in local headers and `central` in central ones.
fn with_header_field(mut bytes: Vec<u8>, local: usize, central: usize, value: &[u8]) -> Vec<u8> {
    for at in 0..bytes.len() - 4 {
        let offset = match &bytes[at..at + 4] {
            b"PK\x03\x04" => local,
            b"PK\x01\x02" => central,
            _ => continue,
        };
        bytes[at + offset..at + offset + value.len()].copy_from_slice(value);
    }
    bytes
}

/// The archive with a byte changed in the contents of its students.
fn damaged(mut bytes: Vec<u8>) -> Vec<u8> {
    let name = b"students.csv";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at + name.len() + 90] ^= 0xff;
    bytes
}

fn linked() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("students.csv", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives_that_are_honest_are_read() {
    let limits = Limits::default();
    let mut folder = Bundle::clean();
    folder.files = folder.files.into_iter().map(|(name, bytes)| (format!("District One 2025/{name}"), bytes)).collect();
    assert_eq!(archive_said(&folder.archive(), limits), "");
    let folder = folder.with("__MACOSX/District One 2025/._students.csv", [0, 5, 22, 7]);
    assert_eq!(archive_said(&folder.archive(), limits), "");
    assert_eq!(archive_said(&Bundle::clean().archive(), limits), "");
}

#[test]
fn archives_that_are_not_are_refused() {
    let clean = Bundle::clean().archive();
    let said = |bytes: Vec<u8>| archive_said(&bytes, Limits::default());
    let half = clean[..clean.len() / 2].to_vec();
    let bomb = with_file("zeros.csv", &vec![b'0'; 20 << 20]);
    let large = Limits { unpacked_bytes: 500, ..Limits::default() };
    let few = Limits { files: 3, ..Limits::default() };
    let cases = vec![
        ("cut off", "damaged_archive", said(half)),
        ("without its end", "damaged_archive", said(clean[..clean.len() - 10].to_vec())),
        ("empty", "damaged_archive", said(Vec::new())),
        ("text under the name of an archive", "damaged_archive", said(b"student_id\n0001\n".to_vec())),
        ("no file in it", "missing_file", said(ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap().into_inner())),
        ("damaged within", "damaged_archive", said(damaged(clean.clone()))),
        ("a path that climbs out", "climbing_path", said(with_file("../../etc/cron.d/x", b"x"))),
        ("a path that climbs out by backslashes", "climbing_path", said(with_file("..\\..\\x.csv", b"x"))),
        (
            "an absolute path",
            "climbing_path",
            said(patched(with_file("xetc/passwd", b"x"), b"xetc/passwd", b"/etc/passwd")),
        ),
        ("a drive", "climbing_path", said(with_file("C:\\Windows\\x.csv", b"x"))),
        ("a link", "link_in_archive", said(linked())),
        ("an archive within", "nested_archive", said(with_file("more.zip", &clean))),
        ("a bomb", "archive_too_large", said(bomb)),
        ("a bomb of archives", "nested_archive", said(with_file("0/1/2.ZIP", &with_file("3.zip", &clean)))),
        ("more than is allowed in all", "archive_too_large", archive_said(&clean, large)),
        ("more files than are allowed", "too_many_files", archive_said(&clean, few)),
        ("a password", "encrypted_archive", said(with_header_field(clean.clone(), 6, 8, &[1, 0]))),
        ("an unknown compression", "cannot_read", said(with_header_field(clean.clone(), 8, 10, &[9, 0]))),
        (
            "less declared than is in it",
            "damaged_archive",
            said(with_header_field(clean.clone(), 22, 24, &[9, 0, 0, 0])),
        ),
        (
            "a name twice",
            "duplicate_file",
            said(patched(with_file("studentz.csv", b"student_id\n9\n"), b"studentz.csv", b"students.csv")),
        ),
        ("names that differ in capitals", "duplicate_file", said(with_file("Students.csv", b"student_id\n9\n"))),
    ];
    insta::assert_snapshot!(transcript(cases));
}
