//! Small packages, and the conformance packages where they lie beside the workspace.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
};

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::array_value_to_string;
use chrono::NaiveDate;
use tempfile::TempDir;
use waymark_diagnostics::Severity;

use crate::{Options, Reading, Refusal};

/// Files of a package by name.
struct Package(BTreeMap<&'static str, String>);

const FILES: &[(&str, &str)] = &[
    (
        "academicSessions",
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
         y,,,2024-25,schoolYear,2024-08-12,2025-05-30,,2025
         fall,,,Fall,term,2024-08-12,2024-12-20,y,2025
         spring,,,Spring,term,2025-01-06,2025-05-30,y,2025",
    ),
    (
        "orgs",
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
         hs,,,Hill High,school,,cte
         cte,,,Department of CTE,department,,d
         d,,,Dale Schools,district,,",
    ),
    (
        "users",
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns
         a,,,true,ann,,Ann,Able,,,,,,,9,,,,,,hs,
         b,,,true,ben,,Ben,Baker,,,,,,,11,,,,,,hs,
         k,,,true,kim,,Kim,Kane,,,,,,,KG,,,,,,hs,
         t,,,true,tom,,Tom,Tate,,,,,,,,,,,,,hs,",
    ),
    (
        "roles",
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
         r1,,,a,primary,student,,,hs,
         r2,,,b,primary,student,,,hs,
         r3,,,k,primary,student,,,hs,
         r4,,,t,primary,teacher,,,hs,",
    ),
    (
        "demographics",
        "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus
         a,,,2010-02-03,female,false,true,false,false,true,true,false,,,,",
    ),
    (
        "courses",
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
         c,,,y,Welding I,W1,9,hs,Welding,13207",
    ),
    (
        "classes",
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
         c1,,,Welding A,9,c,,scheduled,,hs,\"fall,spring\",,,1
         c2,,,Welding B,9,c,,scheduled,,hs,spring,,,2",
    ),
    (
        "enrollments",
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
         e1,,,c2,hs,a,student,,2025-01-07,
         e2,,,c1,hs,a,student,,2024-08-14,2024-10-01
         e3,,,c1,hs,b,student,,,
         e4,,,c1,hs,k,student,,,
         e5,,,c1,hs,t,teacher,,,",
    ),
];

impl Package {
    fn new() -> Self {
        let mut manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n".to_owned();
        let mut files = BTreeMap::new();
        for (name, text) in FILES {
            manifest.extend(["file.", name, ",bulk\n"]);
            files.insert(*name, text.lines().flat_map(|line| [line.trim_start(), "\n"]).collect());
        }
        files.insert("manifest", manifest);
        Self(files)
    }

    /// Replaces a text in a file.
    fn with(mut self, file: &str, old: &str, new: &str) -> Self {
        let text = self.0.get_mut(file).unwrap();
        assert!(text.contains(old), "{file} has no {old}");
        *text = text.replacen(old, new, 1);
        self
    }

    fn without(mut self, file: &str) -> Self {
        self.0.remove(file).unwrap();
        self
    }

    fn read(&self) -> Result<Reading, Refusal> {
        let folder = TempDir::new().unwrap();
        for (name, text) in &self.0 {
            fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
        }
        read(folder.path())
    }

    /// Everything found in reading, one line each.
    fn findings(&self) -> Vec<String> {
        findings(self.read())
    }
}

fn read(path: &Path) -> Result<Reading, Refusal> {
    let today = NaiveDate::from_ymd_opt(2025, 3, 1).unwrap();
    crate::read(path, &Options::new(today), &mut |_| {})
}

fn findings(outcome: Result<Reading, Refusal>) -> Vec<String> {
    let diagnostics = match outcome {
        Ok(reading) => reading.findings.into_iter().flat_map(|finding| finding.examples).collect(),
        Err(refusal) => refusal.diagnostics,
    };
    diagnostics
        .iter()
        .map(|d| format!("{} {} {}: {}", d.severity, d.code, d.place, d.value.as_deref().unwrap_or_default()))
        .collect()
}

/// The values of some columns of every row, empty where there is none.
fn values(reading: &Reading, table: &str, columns: &[&str]) -> Vec<String> {
    let batches = reading.tables.get(table).map_or(&[][..], Vec::as_slice);
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| line(batch, row, columns))).collect()
}

fn line(batch: &RecordBatch, row: usize, columns: &[&str]) -> String {
    let value = |name: &&str| {
        let array = batch.column_by_name(name).unwrap();
        if array.is_null(row) { String::new() } else { array_value_to_string(array, row).unwrap() }
    };
    columns.iter().map(value).collect::<Vec<_>>().join(",")
}

#[test]
fn a_package_becomes_rows_of_the_bundle() {
    let reading = Package::new().read().unwrap();
    assert_eq!(
        values(&reading, "organizations", &["organization_id", "parent_organization_id", "name", "kind", "_line"]),
        ["hs,d,Hill High,school,2", "d,,Dale Schools,district,4"]
    );
    let columns =
        ["student_id", "first_name", "last_name", "birth_date", "sex", "hispanic_or_latino", "asian", "white"];
    assert_eq!(
        values(&reading, "students", &columns),
        ["a,Ann,Able,2010-02-03,F,false,true,true", "b,Ben,Baker,,,,,", "k,Kim,Kane,,,,,"]
    );
    assert_eq!(values(&reading, "courses", &["course_id", "title", "sced_code"]), ["c,Welding I,13207"]);
    let columns = ["student_id", "organization_id", "school_year", "grade_level", "entry_date", "exit_date", "_line"];
    assert_eq!(
        values(&reading, "enrollments", &columns),
        ["a,hs,2024-25,09,2024-08-14,,3", "b,hs,2024-25,11,2024-08-12,,4"]
    );
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    let users = reading.files.iter().find(|file| file.file == "users.csv").unwrap();
    assert_eq!((users.rows_read, users.rows_kept, users.rows_set_aside), (4, 3, 0));
}

#[test]
fn a_package_of_1_1_has_its_roles_with_the_users() {
    let users = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,\
                 middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n\
                 a,,,true,\"hs,d\",student,ann,,Ann,Able,,,,,,,09,\nt,,,true,hs,teacher,tom,,Tom,Tate,,,,,,,,\n";
    let mut package = Package::new()
        .with("manifest", "version,1.2", "version,1.1")
        .with("manifest", "file.roles,bulk", "file.roles,absent")
        .without("roles");
    for line in ["e3,,,c1,hs,b,student,,,\n", "e4,,,c1,hs,k,student,,,\n"] {
        package = package.with("enrollments", line, "");
    }
    package.0.insert("users", users.to_owned());
    let reading = package.read().unwrap();
    assert_eq!(values(&reading, "students", &["student_id", "last_name"]), ["a,Able"]);
    assert_eq!(values(&reading, "enrollments", &["student_id", "grade_level"]), ["a,09"]);
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
}

#[test]
fn habits_of_vendors_are_read_and_said() {
    let package = Package::new()
        .with("manifest", "propertyName,value", "propertyName,propertyValue")
        .with("manifest", "manifest.version,1.0", "manifest.version,1")
        .with("manifest", "file.demographics,bulk\n", "")
        .with("roles", "dateLastModified", "dataLastModified")
        .with("demographics", "false,true,false", "FALSE,true,false")
        .with("courses", "13207", "13207,,")
        .with("orgs", "d,,,Dale", "d,active,,Dale");
    let reading = package.read().unwrap();
    assert_eq!(reading.rows("students"), 3);
    assert!(reading.set_aside.is_empty());
    let found = package.findings();
    for expected in [
        "warning misspelled_column manifest.csv:1: propertyValue",
        "warning misspelled_column roles.csv:1: dataLastModified",
        "warning manifest_differs demographics.csv: ",
        "note boolean_in_capitals demographics.csv:2 americanIndianOrAlaskaNative: FALSE",
        "warning lifecycle_in_bulk orgs.csv:4 status: active",
    ] {
        assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:#?}");
    }
}

#[test]
fn a_date_that_can_be_read_in_two_ways_is_not_guessed() {
    let found = Package::new().with("demographics", "2010-02-03", "1/05/2010").findings();
    assert!(found.contains(&"warning bad_date demographics.csv:2 birthDate: 1/05/2010".to_owned()), "{found:#?}");
    let package = Package::new().with("enrollments", "2024-08-14", "8/14/2024");
    assert!(package.findings().contains(&"error bad_date enrollments.csv:3 beginDate: 8/14/2024".to_owned()));
    assert_eq!(package.read().unwrap().set_aside.len(), 1);
}

#[test]
fn what_makes_a_package_unfit_refuses_it() {
    let refused = |package: Package| match package.read() {
        Ok(reading) => panic!("{reading:?}"),
        Err(_) => package.findings(),
    };
    let only = |package: Package| {
        let found = refused(package);
        assert_eq!(found.len(), 1, "{found:#?}");
        found.into_iter().next().unwrap()
    };
    assert_eq!(only(Package::new().without("manifest")), "fatal missing_manifest manifest.csv: ");
    assert_eq!(
        only(Package::new().with("manifest", "propertyName", "PropertyName")),
        "fatal wrong_manifest_header manifest.csv:1: PropertyName,value"
    );
    assert_eq!(
        only(Package::new().with("manifest", "file.users,bulk", "file.users,delta")),
        "fatal delta_package manifest.csv:6 file.users: delta"
    );
    assert_eq!(
        only(Package::new().with("manifest", "version,1.2", "version,2.0")),
        "fatal unknown_version manifest.csv:3 oneroster.version: 2.0"
    );
    assert_eq!(
        only(Package::new().with("manifest", "file.users,bulk", "file.users,some")),
        "fatal unknown_mode manifest.csv:6 file.users: some"
    );
    assert_eq!(only(Package::new().without("classes")), "fatal missing_file manifest.csv:10 file.classes: ");
    assert_eq!(only(Package::new().with("orgs", ",name,", ",title,")), "fatal missing_column orgs.csv:1 name: ");
    let twice = Package::new().with("manifest", "file.users,bulk", "file.users,bulk\nfile.users,absent");
    assert_eq!(only(twice), "fatal property_twice manifest.csv:7: file.users");
}

#[test]
fn rows_that_cannot_be_used_are_set_aside() {
    for (package, expected) in [
        (Package::new().with("users", "b,,,", "a,,,"), "error duplicate_key users.csv:3 sourcedId: a"),
        (Package::new().with("users", "ben", "b\"en"), "error misplaced_quote users.csv:3: "),
        (Package::new().with("users", "Ben,", ""), "error wrong_field_count users.csv:3: "),
        (
            Package::new().with("users", "b,,,", "b,tobedeleted,,"),
            "error lifecycle_in_bulk users.csv:3 status: tobedeleted",
        ),
        (Package::new().with("users", "b,,,", ",,,"), "error required_value_empty users.csv:3 sourcedId: "),
        (
            Package::new().with("enrollments", "c2", "c9"),
            "error reference_not_found enrollments.csv:2 classSourcedId: c9",
        ),
        (
            Package::new().with("classes", "hs,spring", "hs,never"),
            "error class_without_year enrollments.csv:2 classSourcedId: c2",
        ),
        (
            Package::new().with("enrollments", "hs,t,teacher", "hs,t,student"),
            "error enrolled_without_role enrollments.csv:6 userSourcedId: t",
        ),
        (
            Package::new().with("orgs", "Hill High,school", "Hill High,academy"),
            "error unknown_code orgs.csv:2 kind: academy",
        ),
        (
            Package::new().with("users", "Baker,,,,,,,11", "Baker,,,,,,,10th"),
            "error unknown_code enrollments.csv:4 grade_level: 10th",
        ),
    ] {
        let found = package.findings();
        assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:#?}");
        assert!(!package.read().unwrap().set_aside.is_empty(), "{expected}");
    }
}

#[test]
fn what_is_doubtful_is_said() {
    for (package, expected) in [
        (
            Package::new().with("courses", "c,,,y,", "c,,,z,"),
            "warning reference_not_found courses.csv:2 schoolYearSourcedId: z",
        ),
        (
            Package::new().with("academicSessions", "2024-12-20,y", "2024-12-20,z"),
            "warning reference_not_found academicSessions.csv:3 parentSourcedId: z",
        ),
        (Package::new().with("roles", "teacher", "Student"), "warning unknown_role roles.csv:5 role: Student"),
        (Package::new().with("demographics", "female", "woman"), "warning unknown_code demographics.csv:2 sex: woman"),
        (
            Package::new().with("orgs", "hs,,,", "hs,,2024-01-01T00:00:00Z,"),
            "warning lifecycle_in_bulk orgs.csv:2 dateLastModified: 2024-01-01T00:00:00Z",
        ),
        (Package::new(), "note organization_not_read orgs.csv: "),
        (Package::new(), "note grade_outside_bundle enrollments.csv: "),
    ] {
        let found = package.findings();
        assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:#?}");
    }
}

#[test]
fn the_grade_of_another_year_is_not_known() {
    let package = Package::new()
        .with("academicSessions", "spring,,,", "last,,,Last,term,2024-01-08,2024-05-31,,2024\nspring,,,")
        .with("classes", "hs,spring", "hs,last");
    let reading = package.read().unwrap();
    assert_eq!(values(&reading, "enrollments", &["student_id", "school_year"]), ["a,2024-25", "b,2024-25"]);
    let [row] = &reading.set_aside[..] else { panic!("{:?}", reading.set_aside) };
    assert_eq!((row.reasons[0].code.as_str(), row.value("school_year")), ("grade_of_another_year", Some("2023-24")));
}

/// The packages, and what must be among the findings, or the rows of a package that is valid: organizations, students and
/// courses, counted by looking into the files. Every user of theirs has the role `teacher`.
const CONFORMANCE: &[(&str, Result<[usize; 3], &str>)] = &[
    ("valid/manifest-only-package", Ok([0, 0, 0])),
    ("valid/rostering-bulk-package", Ok([2, 0, 1])),
    ("valid/gradebook-bulk-package", Ok([2, 0, 1])),
    ("valid/full-bulk-package", Ok([2, 0, 1])),
    // Valid, and refused: a delta says nothing of what did not change.
    ("valid/rostering-delta-package", Err("fatal delta_package manifest.csv:4 file.academicSessions: delta")),
    // An archive without any file.
    ("invalid/missing-manifest", Err("fatal missing_file .: ")),
    ("invalid/invalid-manifest-header", Err("fatal wrong_manifest_header manifest.csv:1: PropertyName,value")),
    ("invalid/csv-quote-failure", Err("error misplaced_quote users.csv:2: ")),
    ("invalid/bulk-lifecycle-status-failure", Err("warning lifecycle_in_bulk users.csv:2 status: active")),
    ("invalid/duplicate-sourcedid-failure", Err("error duplicate_key users.csv:3 sourcedId: user-1")),
    (
        "invalid/missing-target-record-failure",
        Err("warning reference_not_found lineItems.csv:2 categorySourcedId: category-missing"),
    ),
];

#[test]
fn conformance_packages_are_read_or_their_fault_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/oneroster/conformance-1.2");
    if !folder.exists() {
        // Past the harness, which would swallow it: a test that reads nothing says so.
        writeln!(io::stderr(), "skipped: there are no conformance packages in {}", folder.display()).unwrap();
        return;
    }
    for (package, expected) in CONFORMANCE {
        let outcome = read(&folder.join(format!("{package}.zip")));
        match expected {
            Ok(rows) => {
                let reading = outcome.unwrap_or_else(|refusal| panic!("{package}: {refusal}"));
                let found = ["organizations", "students", "courses"].map(|table| reading.rows(table));
                assert_eq!(found, *rows, "{package}");
                assert_eq!(reading.count(Severity::Error), 0, "{package}");
            }
            Err(expected) => {
                let found = findings(outcome);
                assert!(found.iter().any(|found| found == expected), "{package}: {expected} is not in {found:#?}");
            }
        }
    }
}
