//! Files of every format, broken by chance: each is read or refused, and no reader fails.
//!
//! `cargo test -p waymark-intake --test readers chance` tries a few hundred;
//! `WAYMARK_FUZZ_SECONDS=600 cargo test -p waymark-intake --test readers chance` goes on for ten minutes a reader.

use std::{
    env, fs,
    time::{Duration, Instant},
};

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use tempfile::TempDir;
use waymark_intake::{Known, Options};

/// Bytes that mean something to one reader or another.
const TELLING: &[&str] = &[
    "\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\0",
    "=",
    "-",
    "/",
    "#",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "<",
    ">",
    "</",
    "&",
    "&amp;",
    "<!DOCTYPE a>",
    "<![CDATA[",
    "{",
    "}",
    "[",
    "]",
    "null",
    "1e999",
    "9999-12-31",
    "00000000",
    "20250230",
    "1/05/2023",
    "delta",
    "tobedeleted",
    "true",
    "TRUE",
    "9223372036854775808",
    "99.9999",
    ">=1",
    "N/A",
    "=",
];

/// A change of a file.
#[derive(Clone, Debug)]
enum Change {
    Put(usize),
    Cut(usize),
    Flip(u8),
    /// Once more what stands there.
    Repeat(usize),
}

fn changes() -> impl Strategy<Value = Vec<(usize, prop::sample::Index, Change)>> {
    let change = prop_oneof![
        (0..TELLING.len()).prop_map(Change::Put),
        (1_usize..40).prop_map(Change::Cut),
        (0_u8..8).prop_map(Change::Flip),
        (1_usize..200).prop_map(Change::Repeat),
    ];
    prop::collection::vec((0_usize..64, any::<prop::sample::Index>(), change), 1..6)
}

fn apply(files: &mut [(String, Vec<u8>)], changes: &[(usize, prop::sample::Index, Change)]) {
    for (file, at, change) in changes {
        let count = files.len();
        let bytes = &mut files[file % count].1;
        let at = at.index(bytes.len() + 1);
        let end = |length: usize| (at + length).min(bytes.len());
        match change {
            Change::Put(telling) => drop(bytes.splice(at..at, TELLING[*telling].bytes())),
            Change::Cut(length) => drop(bytes.drain(at..end(*length))),
            Change::Flip(bit) if at < bytes.len() => bytes[at] ^= 1 << bit,
            Change::Flip(_) => {}
            Change::Repeat(length) => {
                let again = bytes[at..end(*length)].to_vec();
                drop(bytes.splice(at..at, again));
            }
        }
    }
}

/// Everybody whom the files speak of is stored.
struct Stored;

impl Known for Stored {
    fn has(&self, _table: &str, _key: &str) -> bool {
        true
    }

    fn each(&self, _table: &str, take: &mut dyn FnMut(&str)) {
        ["s-0a", "S-0B", "x", "X"].into_iter().for_each(take);
    }
}

fn survives(seed: &[(&str, &str)]) {
    let seed: Vec<(String, Vec<u8>)> =
        seed.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let long = env::var("WAYMARK_FUZZ_SECONDS").ok().map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let (begun, mut tried) = (Instant::now(), 0_u32);
    let mut runner = if long.is_some() { TestRunner::new(Config::default()) } else { TestRunner::deterministic() };
    let folder = TempDir::new().unwrap();
    while long.map_or(tried < 150, |long| begun.elapsed() < long) {
        let changes = changes().new_tree(&mut runner).unwrap().current();
        let mut files = seed.clone();
        apply(&mut files, &changes);
        for (name, bytes) in &files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let options = Options { known: &Stored, ..Options::new("2025-10-01".parse().unwrap()) };
        let read = || waymark_intake::read(folder.path(), &options, &mut |_| {});
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
        let Ok(outcome) = outcome else { panic!("a reader failed after {changes:?}") };
        match outcome {
            Ok(reading) => assert!(reading.set_aside.iter().all(|row| !row.reasons.is_empty()), "{changes:?}"),
            Err(refusal) => assert!(!refusal.diagnostics.is_empty(), "{changes:?}"),
        }
        tried += 1;
    }
    assert!(tried >= 150 || long.is_some());
}

#[test]
fn one_roster() {
    survives(&[
        (
            "manifest.csv",
            "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,bulk\n\
             file.roles,bulk\nfile.academicSessions,bulk\nfile.classes,bulk\nfile.enrollments,bulk\nfile.courses,bulk\n",
        ),
        (
            "academicSessions.csv",
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n\
             y,,,2024-25,schoolYear,8/14/2024,2025-05-30,,2025\n",
        ),
        (
            "orgs.csv",
            "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nhs,,,\"Hill, High\",school,,d\n\
             d,,,Dale,district,,\n",
        ),
        (
            "users.csv",
            "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,grades\na,,,true,a,Ann,Able,09\n",
        ),
        (
            "roles.csv",
            "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n\
             r,,,a,primary,student,2024-09-02,,hs\n",
        ),
        ("courses.csv", "sourcedId,status,dateLastModified,title,subjectCodes\nc,,,Welding,13207\n"),
        (
            "classes.csv",
            "sourcedId,status,dateLastModified,courseSourcedId,schoolSourcedId,termSourcedIds\nk,,,c,hs,y\n",
        ),
        (
            "enrollments.csv",
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,beginDate\n\
             e,,,k,hs,a,student,8/15/2024\n",
        ),
    ]);
}

#[test]
fn student_tracker() {
    survives(&[
        (
            "DETAIL-RUNDT-20251220.csv",
            "Your Unique Identifier,Requester Return Field,Record Found Y/N,Search Date,College Code/Branch,College Name,\
             2-year / 4-year,Public / Private,Enrollment Begin,Enrollment End,Enrollment Status,Enrollment CIP 1,Graduated?,\
             Graduation Date,Degree Title,Degree CIP 1\n\
             ,S-0A,Y,20251220,1,C,4,Public,20250826,20251213,F,10101,N,,,\n\
             ,S-0B,Y,20251220,1,C,4,Public,,,,,Y,20250509,CERTIFICATE,480508\n\
             ,X,N,20251220,,,,,,,,,,,,\n",
        ),
        ("sent.txt", "PH3\t1\tDale\tP\t20240701\t2024\nPD3\t\tA\t\tB\t\t\t\t20060101\ts-0a\nPT3\t3\n"),
    ]);
}

#[test]
fn lists_and_labor_market() {
    survives(&[
        (
            "CIPCode2020.csv",
            "\"CIPFamily\",\"CIPCode\",\"Action\",\"TextChange\",\"CIPTitle\",\"CIPDefinition\"\n\
             =\"48\",=\"48.0508\",\"New\",no,\"Welding.\",\"A program, of a kind.\"\n",
        ),
        (
            "projections.csv",
            "Occupation Title,Occupation Code,Employment 2024,Employment 2034,\"Employment Change, 2024-2034\",\
             \"Employment Percent Change, 2024-2034\",\"Occupational Openings, 2024-2034 Annual Average\",\
             Median Annual Wage 2024\nSurgeons    * Doctor,29-1211,\"1,579.80\",33,-0.8,-4.4,1.8,\">=239,200\"\n",
        ),
        (
            "oews_2025.csv",
            "AREA,AREA_TITLE,AREA_TYPE,OCC_CODE,OCC_TITLE,TOT_EMP,A_MEDIAN,FOOTNOTES\n37,NC,S,25-0001,Teachers,-,#,01:8\n",
        ),
        ("clusters_2024.csv", "Career Cluster,Career Pathway,Code,Occupation\nA; B,One; Two,47-5044.00,Operators\n"),
    ]);
}

#[test]
fn ed_fi_interchanges() {
    survives(&[
        (
            "EducationOrganization.xml",
            "<?xml version=\"1.0\"?>\n<InterchangeEducationOrganization xmlns=\"http://ed-fi.org/5.2.0\">\
             <LocalEducationAgency id=\"L\"><NameOfInstitution>Dale &amp; Co</NameOfInstitution>\
             <LocalEducationAgencyId>10</LocalEducationAgencyId></LocalEducationAgency>\
             <School><NameOfInstitution>Hill</NameOfInstitution><SchoolId>101</SchoolId>\
             <LocalEducationAgencyReference ref=\"L\"/></School></InterchangeEducationOrganization>\n",
        ),
        (
            "StudentTranscript.xml",
            "<InterchangeStudentTranscript><CourseTranscript><CourseAttemptResult>uri://ed-fi.org/\
             CourseAttemptResultDescriptor#Pass</CourseAttemptResult><EarnedCredits><Credits>1</Credits></EarnedCredits>\
             <StudentAcademicRecordReference><StudentAcademicRecordIdentity><SchoolYear>2024-2025</SchoolYear>\
             </StudentAcademicRecordIdentity></StudentAcademicRecordReference></CourseTranscript>\
             </InterchangeStudentTranscript>\n",
        ),
        ("descriptors.csv", "value,means\na,b\n"),
    ]);
}

#[test]
fn ed_fi_records() {
    survives(&[
        ("students.jsonl", "{\"studentUniqueId\":\"1\",\"firstName\":\"Ann\",\"birthDate\":\"2007-01-02\"}\n"),
        (
            "studentSchoolAssociations.jsonl",
            "{\"studentReference\":{\"studentUniqueId\":\"1\"},\"schoolReference\":{\"schoolId\":101},\
             \"schoolYearTypeReference\":{\"schoolYear\":2025},\"entryDate\":\"2024-08-19\",\
             \"entryGradeLevelDescriptor\":\"uri://ed-fi.org/GradeLevelDescriptor#Tenth grade\"}\n",
        ),
        ("fetch.json", "{\"since\":7}"),
        ("extensions.csv", "resource,from,to\nstudents,/_ext/a,/b\n"),
    ]);
}
