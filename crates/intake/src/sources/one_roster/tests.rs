//! Small packages, and the conformance packages where they lie beside the workspace.

use std::collections::BTreeMap;

use tempfile::TempDir;
use waymark_diagnostics::Severity;

use crate::{
    Extent, Known, Options, Reading, Refusal,
    sources::testing::{self, data, findings, transcript, values},
};

const TODAY: &str = "2025-03-01";

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

    fn folder(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        let names: Vec<String> = self.0.keys().map(|name| format!("{name}.csv")).collect();
        testing::write(folder.path(), names.iter().map(String::as_str).zip(self.0.values().map(String::as_str)));
        folder
    }

    fn read(&self) -> Result<Reading, Refusal> {
        testing::read(self.folder().path(), TODAY)
    }

    /// As a delta: every row is active, and says when it was changed.
    fn delta() -> Self {
        let mut package = Self::new();
        let manifest = package.0.get_mut("manifest").unwrap();
        *manifest = manifest.replace(",bulk", ",delta");
        for (name, text) in package.0.iter_mut().filter(|(name, _)| **name != "manifest") {
            let active = |line: &str| line.replacen(",,,", ",active,2025-02-01T08:00:00.000Z,", 1);
            let (header, rows) = text.split_once('\n').unwrap();
            let rows: Vec<String> = rows.lines().map(active).collect();
            assert!(rows.iter().all(|row| row.contains(",active,")), "{name}");
            *text = format!("{header}\n{}\n", rows.join("\n"));
        }
        package
    }

    /// Only these files, besides the manifest.
    fn only(mut self, names: &[&str]) -> Self {
        self.0.retain(|name, _| *name == "manifest" || names.contains(name));
        for (name, _) in FILES.iter().filter(|(name, _)| !names.contains(name)) {
            let manifest = self.0.get_mut("manifest").unwrap();
            for mode in ["bulk", "delta"] {
                *manifest = manifest.replace(&format!("file.{name},{mode}"), &format!("file.{name},absent"));
            }
        }
        self
    }

    /// Everything found in reading, one line each.
    fn findings(&self) -> Vec<String> {
        findings(&self.read())
    }
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
    let mut package = Package::new()
        .with("manifest", "propertyName,value", "propertyName,propertyValue")
        .with("manifest", "manifest.version,1.0", "manifest.version,1")
        .with("manifest", "file.demographics,bulk\n", "")
        .with("roles", "dateLastModified", "dataLastModified")
        .with("users", "preferredGivenName", "prefferedGivenName")
        .with("users", "familyName", "FamilyName")
        .with("users", "pronouns", "pronouns,metadata.locker,lunch")
        .with("roles", "k,primary,student", "k,primary,Student")
        .with("demographics", "false,true,false", "FALSE,true,false")
        .with("demographics", "2010-02-03", "2/13/2010")
        .with("demographics", "female", "Female")
        .with("academicSessions", "2024-08-12,2025-05-30", "2024-08-12T00:00:00Z,2025-05-30")
        .with("enrollments", "2024-08-14", "8/14/2024")
        .with("enrollments", "2025-01-07", "1/07/2025")
        .with("courses", "13207", "13207,,")
        .with("orgs", "d,,,Dale", "d,active,,Dale");
    let rows = package.0.get_mut("users").unwrap();
    *rows = rows.replace(",,hs,\n", ",,hs,,,\n");
    let text = package.0.remove("users").unwrap();
    package.0.insert("Users", text);
    let reading = package.read().unwrap();
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    assert_eq!(
        values(&reading, "students", &["student_id", "last_name", "birth_date", "sex"]),
        ["a,Able,2010-02-13,F", "b,Baker,,", "k,Kane,,"]
    );
    assert_eq!(values(&reading, "enrollments", &["student_id", "entry_date"]), ["a,2024-08-14", "b,2024-08-12"]);
    let found = package.findings();
    for expected in [
        "warning misspelled_column manifest.csv:1: propertyValue",
        "warning misspelled_column roles.csv:1: dataLastModified",
        "warning misspelled_column Users.csv:1: prefferedGivenName",
        "warning misspelled_column Users.csv:1: FamilyName",
        "note unknown_column Users.csv:1: lunch",
        "warning misspelled_file Users.csv: ",
        "warning manifest_differs demographics.csv: ",
        "warning other_capitals roles.csv:4 role: Student",
        "warning other_capitals demographics.csv:2 sex: Female",
        "warning other_capitals demographics.csv:2 americanIndianOrAlaskaNative: FALSE",
        "warning misformatted_date demographics.csv:2 birthDate: 2/13/2010",
        "warning misformatted_date academicSessions.csv:2 startDate: 2024-08-12T00:00:00Z",
        "warning misformatted_date enrollments.csv:2 beginDate: 1/07/2025",
        "warning lifecycle_in_bulk orgs.csv:4 status: active",
    ] {
        assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:#?}");
    }
    assert!(!found.iter().any(|found| found.contains("metadata.locker")), "{found:#?}");
}

#[test]
fn a_date_that_can_be_read_in_two_ways_is_not_guessed() {
    let found = Package::new().with("demographics", "2010-02-03", "1/05/2010").findings();
    assert!(found.contains(&"warning bad_date demographics.csv:2 birthDate: 1/05/2010".to_owned()), "{found:#?}");
    let package = Package::new().with("enrollments", "2024-08-14", "8/12/2024");
    assert!(package.findings().contains(&"error bad_date enrollments.csv:3 beginDate: 8/12/2024".to_owned()));
    assert_eq!(package.read().unwrap().set_aside.len(), 1);
    // Two that contradict each other show nothing.
    let package = package.with("enrollments", "2025-01-07", "14/8/2024").with("enrollments", "2024-10-01", "8/14/2024");
    assert_eq!(package.read().unwrap().set_aside.len(), 2);
}

#[test]
fn a_delta_adds_and_changes_and_takes_nothing_away() {
    let package = Package::delta();
    let reading = package.read().unwrap();
    assert_eq!(reading.extent, Extent::Changes);
    assert_eq!(Package::new().read().unwrap().extent, Extent::Part);
    for table in ["organizations", "students", "courses", "enrollments"] {
        assert_eq!(reading.rows(table), Package::new().read().unwrap().rows(table), "{table}");
    }
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);

    let gone = package.with("users", "b,active", "b,tobedeleted");
    let reading = gone.read().unwrap();
    assert_eq!(values(&reading, "students", &["student_id"]), ["a", "k"]);
    let found = gone.findings();
    assert!(found.contains(&"warning deletions_not_applied users.csv: ".to_owned()), "{found:#?}");
}

#[derive(Debug)]
struct Stored;

impl Known for Stored {
    fn has(&self, table: &str, key: &str) -> bool {
        match table {
            "students" => ["a", "b"].contains(&key),
            "organizations" => key == "hs",
            _ => false,
        }
    }
}

#[test]
fn a_delta_may_refer_to_what_is_stored() {
    // Neither roles, classes nor sessions changed.
    let package = Package::delta().only(&["users", "enrollments"]);
    let folder = package.folder();
    let options = Options { known: &Stored, ..Options::new(TODAY.parse().unwrap()) };
    let outcome = crate::read(folder.path(), &options, &mut |_| {});
    let reading = outcome.as_ref().unwrap();
    assert_eq!(values(reading, "students", &["student_id"]), ["a", "b"]);
    assert_eq!(
        values(reading, "enrollments", &["student_id", "organization_id", "school_year", "entry_date"]),
        ["a,hs,2024-25,2024-08-14"]
    );
    let found = findings(&outcome);
    for expected in [
        // Without the class, and without a day, the year is not known.
        "error class_without_year enrollments.csv:4 classSourcedId: c1",
        // Who is not stored and has no role is no student.
        "error enrolled_without_role enrollments.csv:5 userSourcedId: k",
    ] {
        assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:#?}");
    }
}

#[test]
fn a_row_of_a_delta_says_what_became_of_it() {
    let package = Package::delta().with("users", "b,active", "b,");
    assert!(package.findings().contains(&"error lifecycle_missing_in_delta users.csv:3 status: ".to_owned()));
    let package = Package::delta().with("users", "b,active,2025-02-01T08:00:00.000Z", "b,active,");
    assert!(
        package.findings().contains(&"warning lifecycle_missing_in_delta users.csv:3 dateLastModified: ".to_owned())
    );
    let package = Package::delta().with("manifest", "file.orgs,delta", "file.orgs,bulk");
    assert!(package.findings().contains(&"warning mixed_package manifest.csv: ".to_owned()));
}

#[test]
fn without_a_manifest_only_files_that_cannot_say_what_is_gone_are_read() {
    let mut package = Package::new().without("manifest");
    assert_eq!(package.findings(), ["fatal missing_manifest manifest.csv: "]);
    for text in package.0.values_mut() {
        *text = text.lines().flat_map(|line| [without_lifecycle(line), "\n".to_owned()]).collect();
    }
    let reading = package.read().unwrap();
    assert_eq!((reading.rows("students"), reading.rows("enrollments")), (3, 2));
    assert!(package.findings().contains(&"warning missing_manifest manifest.csv: ".to_owned()));
}

fn without_lifecycle(line: &str) -> String {
    let mut fields: Vec<&str> = line.split(',').collect();
    fields.drain(1..3);
    fields.join(",")
}

#[test]
fn a_role_with_a_first_day_is_an_enrollment() {
    let package = Package::new().with("roles", "a,primary,student,,", "a,primary,student,2024-09-02,2025-02-14").with(
        "roles",
        "b,primary,student,,",
        "b,primary,student,2022-08-15,",
    );
    let reading = package.read().unwrap();
    let columns = ["student_id", "organization_id", "school_year", "entry_date", "exit_date", "_line"];
    // Not when a class began, nor when the student first came to the school.
    assert_eq!(
        values(&reading, "enrollments", &columns),
        ["a,hs,2024-25,2024-09-02,2025-02-14,2", "b,hs,2024-25,2024-08-12,,3"]
    );
}

#[test]
fn a_class_in_a_school_of_others_makes_no_enrollment() {
    let package = Package::new().with("orgs", "d,,,Dale", "cc,,,Career Center,school,,d\nd,,,Dale").with(
        "classes",
        "hs,spring",
        "cc,spring",
    );
    let reading = package.read().unwrap();
    assert_eq!(
        values(&reading, "enrollments", &["student_id", "organization_id", "entry_date"]),
        ["a,hs,2024-08-14", "b,hs,2024-08-12"]
    );
    assert!(package.findings().contains(&"note class_elsewhere enrollments.csv: ".to_owned()));
}

#[test]
fn a_year_that_is_named_by_its_begin_is_read_by_its_days() {
    let mut package = Package::new();
    let sessions = package.0.get_mut("academicSessions").unwrap();
    *sessions = sessions.replace(",2025\n", ",2024\n");
    let found = package.findings();
    assert!(found.contains(&"warning school_year_by_its_begin academicSessions.csv:2 schoolYear: 2024".to_owned()));
    // Spring begins in 2025: it is in the year that ends in 2025, and not in 2023-24.
    assert_eq!(values(&package.read().unwrap(), "enrollments", &["school_year"]), ["2024-25", "2024-25"]);
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
        (Package::new().with("roles", "teacher", "pupil"), "warning unknown_role roles.csv:5 role: pupil"),
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

/// Every diagnostic that only this reader makes, word for word.
#[test]
fn every_diagnostic_as_it_is_said() {
    let cases = [
        ("no manifest", "missing_manifest", Package::new().without("manifest")),
        ("another header", "wrong_manifest_header", Package::new().with("manifest", "propertyName", "property")),
        ("another version", "unknown_version", Package::new().with("manifest", "version,1.2", "version,2.0")),
        ("another mode", "unknown_mode", Package::new().with("manifest", "file.users,bulk", "file.users,some")),
        (
            "a property that contradicts itself",
            "property_twice",
            Package::new().with("manifest", "file.users,bulk", "file.users,bulk\nfile.users,absent"),
        ),
        ("a file that is named and not there", "missing_file", Package::new().without("classes")),
        ("some files bulk, some delta", "mixed_package", Package::delta().with("manifest", "orgs,delta", "orgs,bulk")),
        (
            "a file that is there and said to be absent",
            "manifest_differs",
            Package::new().with("manifest", "file.courses,bulk", "file.courses,absent"),
        ),
        (
            "a name misspelled",
            "misspelled_column",
            Package::new().with("users", "preferredGivenName", "prefferedGivenName"),
        ),
        ("a column that is none", "unknown_column", Package::new().with("users", "pronouns", "pronoun")),
        ("a day in American order", "misformatted_date", Package::new().with("enrollments", "2025-01-07", "1/17/2025")),
        ("a day in any order", "bad_date", Package::new().with("enrollments", "2025-01-07", "1/07/2025")),
        (
            "a word in capitals",
            "other_capitals",
            Package::new().with("roles", "a,primary,student", "a,primary,STUDENT"),
        ),
        ("a status in bulk", "lifecycle_in_bulk", Package::new().with("orgs", "d,,,Dale", "d,active,,Dale")),
        ("a deletion in bulk", "lifecycle_in_bulk", Package::new().with("users", "b,,,", "b,tobedeleted,,")),
        ("no status in a delta", "lifecycle_missing_in_delta", Package::delta().with("users", "b,active", "b,")),
        ("a deletion", "deletions_not_applied", Package::delta().with("users", "b,active", "b,tobedeleted")),
        ("an id twice", "duplicate_key", Package::new().with("users", "b,,,", "a,,,")),
        ("a class that is not there", "reference_not_found", Package::new().with("enrollments", "c2", "c9")),
        ("a class in no year", "class_without_year", Package::new().with("classes", "hs,spring", "hs,never")),
        (
            "a session in no year",
            "session_without_year",
            Package::new().with("academicSessions", "2025-01-06", "in spring"),
        ),
        (
            "a year named by its begin",
            "school_year_by_its_begin",
            Package::new().with("academicSessions", "2024-12-20,y,2025", "2024-12-20,y,2024"),
        ),
        (
            "a teacher as a student",
            "enrolled_without_role",
            Package::new().with("enrollments", "t,teacher", "t,student"),
        ),
        ("a role that is none", "unknown_role", Package::new().with("roles", "teacher", "teecher")),
        ("nobody is a student", "no_students", Package::new().without_students()),
        (
            "a grade of another year",
            "grade_of_another_year",
            Package::new()
                .with("academicSessions", "spring,,,", "last,,,Last,term,2024-01-08,2024-05-31,,2024\nspring,,,")
                .with("classes", "hs,spring", "hs,last"),
        ),
        ("a grade that the bundle has not", "grade_outside_bundle", Package::new()),
        (
            "a class elsewhere",
            "class_elsewhere",
            Package::new().with("orgs", "d,,,Dale", "cc,,,Career Center,school,,d\nd,,,Dale").with(
                "classes",
                "hs,spring",
                "cc,spring",
            ),
        ),
        ("a department", "organization_not_read", Package::new()),
        ("nothing of use", "nothing_to_read", Package::new().only(&["academicSessions"])),
    ];
    insta::assert_snapshot!(transcript(cases.map(|(case, code, package)| (case, code, package.read()))));
}

impl Package {
    fn without_students(mut self) -> Self {
        let roles = self.0.get_mut("roles").unwrap();
        *roles = roles.replace(",student,", ",aide,");
        self
    }
}

/// The verdict of `expected.json` on every package beside it, and the finding that is its reason. A finding of severity
/// warning or above is what makes a package invalid here: this reader goes on where it can.
#[test]
fn conformance_packages_have_the_verdict_of_the_independent_validator() {
    /// Their codes, and the findings that say the same.
    const REASONS: &[(&str, &str)] = &[
        // The package is an archive without any file.
        ("package.missing_manifest", "fatal missing_file .: "),
        ("manifest.invalid_header", "fatal wrong_manifest_header manifest.csv:1: PropertyName,value"),
        ("csv.unescaped_quote", "error misplaced_quote users.csv:2: "),
        ("row.field_forbidden_in_bulk", "warning lifecycle_in_bulk users.csv:2 status: active"),
        ("reference.duplicate_sourced_id", "error duplicate_key users.csv:3 sourcedId: user-1"),
        (
            "reference.missing_target_record",
            "warning reference_not_found lineItems.csv:2 categorySourcedId: category-missing",
        ),
    ];
    /// What is not about the package: that nobody is a student, or that nothing of it is of use to CTE.
    const OF_ANOTHER_KIND: [&str; 3] = ["no_students", "nothing_to_read", "no_rows"];
    let Some(folder) = data("oneroster/conformance-1.2") else { return };
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Vec<serde_json::Value> = serde_json::from_str(&expected).unwrap();
    assert_eq!(expected.len(), 11);
    for package in &expected {
        let name = package["file"].as_str().unwrap();
        let outcome = testing::read(&folder.join(name), TODAY);
        let found = findings(&outcome);
        let faults: Vec<&String> = found
            .iter()
            .filter(|found| !found.starts_with("note") && !OF_ANOTHER_KIND.iter().any(|code| found.contains(code)))
            .collect();
        if package["expected"] == "valid" {
            assert!(outcome.is_ok() && faults.iter().all(|fault| is_a_rule(fault)), "{name}: {found:#?}");
            continue;
        }
        for code in package["expectedCodes"].as_array().unwrap() {
            let (_, reason) = REASONS.iter().find(|(theirs, _)| code == theirs).expect("their code is known");
            assert!(faults.iter().any(|fault| fault == reason), "{name}: {reason} is not in {found:#?}");
        }
    }
}

/// Whether a finding is that of a data-quality rule: it is about the district, not about the package.
fn is_a_rule(finding: &str) -> bool {
    let code = finding.split(' ').nth(1).unwrap_or_default();
    crate::rules::RULES.iter().any(|rule| rule.name == code)
}

/// Organizations, students, courses and enrollments of the valid packages, counted by looking into the files: every user
/// of theirs has the role `teacher`.
#[test]
fn conformance_packages_become_rows() {
    let Some(folder) = data("oneroster/conformance-1.2/valid") else { return };
    for (package, rows) in [
        ("manifest-only-package", [0, 0, 0, 0]),
        ("rostering-bulk-package", [2, 0, 1, 0]),
        ("rostering-delta-package", [2, 0, 1, 0]),
        ("gradebook-bulk-package", [2, 0, 1, 0]),
        ("full-bulk-package", [2, 0, 1, 0]),
    ] {
        let reading = testing::read(&folder.join(format!("{package}.zip")), TODAY).unwrap();
        let found = ["organizations", "students", "courses", "enrollments"].map(|table| reading.rows(table));
        assert_eq!((found, reading.count(Severity::Error)), (rows, 0), "{package}");
    }
}

/// School Data Sync of Microsoft, version 2.1: no manifest, no `status`, some columns under other names.
#[test]
fn school_data_sync_is_read() {
    let Some(folder) = data("oneroster/microsoft-sds/CSV Samples/SDS v2.1") else { return };
    let outcome = testing::read(&folder, "2022-03-01");
    let reading = outcome.unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!(
        values(&reading, "organizations", &["organization_id", "parent_organization_id", "kind"]),
        ["110001,,postsecondary", "110003,110004,school", "110004,,state"]
    );
    let columns = ["student_id", "last_name", "sex", "hispanic_or_latino", "asian", "white"];
    assert_eq!(
        values(&reading, "students", &columns),
        [
            "114001,Craig,M,true,,",
            "114003,Hutch,M,,true,false",
            "114004,Smithee,F,,false,true",
            "114008,Miller,M,,false,false"
        ]
    );
    let columns = ["student_id", "organization_id", "school_year", "grade_level", "entry_date"];
    assert_eq!(
        values(&reading, "enrollments", &columns),
        ["114001", "114003", "114004"].map(|student| format!("{student},110003,2021-22,10,2021-08-24"))
    );
    // Who is in a college is in no grade of the bundle.
    let [row] = &reading.set_aside[..] else { panic!("{:?}", reading.set_aside) };
    assert_eq!((row.value("student_id"), row.value("grade_level")), (Some("114008"), Some("ps1")));
}
