//! Small interchanges, and the sample district of the standard where it lies beside the workspace.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::array_value_to_string;
use chrono::NaiveDate;
use tempfile::TempDir;
use waymark_diagnostics::{Diagnostic, Severity};

use crate::{Options, Reading, Refusal};

const ORGANIZATIONS: &str = r#"
    <StateEducationAgency id="SEA">
        <NameOfInstitution>The State</NameOfInstitution>
        <StateEducationAgencyId>1</StateEducationAgencyId>
    </StateEducationAgency>
    <School>
        <NameOfInstitution>Hill &amp; Dale High</NameOfInstitution>
        <Address>
            <City>Elsewhere</City>
            <StateAbbreviation>uri://ed-fi.org/StateAbbreviationDescriptor#OH</StateAbbreviation>
            <AddressType>uri://ed-fi.org/AddressTypeDescriptor#Mailing</AddressType>
        </Address>
        <Address>
            <City>Dale</City>
            <StateAbbreviation>uri://ed-fi.org/StateAbbreviationDescriptor#OH</StateAbbreviation>
            <Latitude>40.5</Latitude>
            <Longitude>-82.25</Longitude>
            <AddressType>uri://ed-fi.org/AddressTypeDescriptor#Physical</AddressType>
        </Address>
        <SchoolId>101</SchoolId>
        <GradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Tenth grade</GradeLevel>
        <GradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Eighth grade</GradeLevel>
        <GradeLevel>uri://state.example/GradeLevelDescriptor#11</GradeLevel>
        <LocalEducationAgencyReference ref="LEA"/>
    </School>
    <School>
        <NameOfInstitution>Career Center</NameOfInstitution>
        <SchoolId>102</SchoolId>
        <SchoolType>uri://ed-fi.org/SchoolTypeDescriptor#Career and Technical Education</SchoolType>
        <LocalEducationAgencyReference>
            <LocalEducationAgencyIdentity><LocalEducationAgencyId>10</LocalEducationAgencyId></LocalEducationAgencyIdentity>
        </LocalEducationAgencyReference>
    </School>
    <LocalEducationAgency id="LEA">
        <EducationOrganizationIdentificationCode>
            <IdentificationCode>3900001</IdentificationCode>
            <EducationOrganizationIdentificationSystem>uri://ed-fi.org/EducationOrganizationIdentificationSystemDescriptor#NCES</EducationOrganizationIdentificationSystem>
        </EducationOrganizationIdentificationCode>
        <NameOfInstitution>Dale Schools</NameOfInstitution>
        <LocalEducationAgencyId>10</LocalEducationAgencyId>
        <StateEducationAgencyReference ref="SEA"></StateEducationAgencyReference>
    </LocalEducationAgency>
    <Course>
        <CourseCode>WELD1</CourseCode>
        <CourseTitle>Welding I</CourseTitle>
        <CourseIdentificationCode>
            <IdentificationCode>13207</IdentificationCode>
            <CourseIdentificationSystem>uri://ed-fi.org/CourseIdentificationSystemDescriptor#SCED course code</CourseIdentificationSystem>
        </CourseIdentificationCode>
        <CourseLevelCharacteristic>uri://ed-fi.org/CourseLevelCharacteristicDescriptor#Dual Credit</CourseLevelCharacteristic>
        <MinimumAvailableCredits>
            <Credits>0.5</Credits><CreditType>uri://ed-fi.org/CreditTypeDescriptor#Carnegie unit</CreditType>
        </MinimumAvailableCredits>
        <MaximumAvailableCredits>
            <Credits>0.5</Credits><CreditType>uri://ed-fi.org/CreditTypeDescriptor#Carnegie unit</CreditType>
        </MaximumAvailableCredits>
        <EducationOrganizationReference ref="LEA"/>
    </Course>
    <Program>
        <EducationOrganizationReference ref="LEA"/>
        <ProgramName>Welding</ProgramName>
        <ProgramType>uri://ed-fi.org/ProgramTypeDescriptor#Career and Technical Education</ProgramType>
    </Program>
    <Program>
        <EducationOrganizationReference ref="LEA"/>
        <ProgramName>Migrant</ProgramName>
        <ProgramType>uri://ed-fi.org/ProgramTypeDescriptor#Migrant Education</ProgramType>
    </Program>"#;

const STUDENTS: &str = "
    <Student>
        <StudentUniqueId>007</StudentUniqueId>
        <Name><FirstName>Ann</FirstName><LastSurname>Able</LastSurname></Name>
        <BirthData><BirthDate>2007-01-02</BirthDate></BirthData>
    </Student>
    <Student>
        <StudentUniqueId>008</StudentUniqueId>
        <Name><FirstName>Ben</FirstName><LastSurname>Baker</LastSurname></Name>
    </Student>";

/// A folder of interchanges.
struct Interchanges(TempDir);

impl Interchanges {
    fn new() -> Self {
        let interchanges = Self(TempDir::new().unwrap());
        interchanges.with("EducationOrganization", ORGANIZATIONS).with("Student", STUDENTS)
    }

    fn with(self, interchange: &str, records: &str) -> Self {
        let root = format!("Interchange{interchange}");
        let text = format!("<?xml version=\"1.0\"?>\n<{root} xmlns=\"http://ed-fi.org/5.2.0\">{records}\n</{root}>\n");
        self.file(&format!("{interchange}.xml"), &text)
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.0.path().join(name), text).unwrap();
        self
    }

    fn read(&self) -> Result<Reading, Refusal> {
        read(self.0.path())
    }
}

fn read(folder: &Path) -> Result<Reading, Refusal> {
    let today = NaiveDate::from_ymd_opt(2025, 10, 1).unwrap();
    crate::read(folder, &Options::new(today), &mut |_| {})
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

fn diagnostics(reading: &Reading, code: &str) -> Vec<Diagnostic> {
    reading.findings.iter().find(|finding| finding.code == code).map_or(Vec::new(), |finding| finding.examples.clone())
}

#[test]
fn organizations_have_their_parents_wherever_those_stand() {
    let reading = Interchanges::new().read().unwrap();
    let columns = ["organization_id", "parent_organization_id", "name", "kind", "nces_id", "grade_low", "grade_high"];
    assert_eq!(
        values(&reading, "organizations", &columns),
        [
            "1,,The State,state,,,",
            "101,10,Hill & Dale High,school,,08,10",
            "102,10,Career Center,career_center,,,",
            "10,1,Dale Schools,district,3900001,,",
        ]
    );
    let columns = ["city", "state", "latitude", "longitude", "_line"];
    assert_eq!(values(&reading, "organizations", &columns)[1], "Dale,OH,40.5,-82.25,7");
    let [unknown] = &diagnostics(&reading, "unknown_descriptor")[..] else { panic!("{:?}", reading.findings) };
    assert_eq!(unknown.place.to_string(), "EducationOrganization.xml:24 GradeLevel");
    assert_eq!(unknown.value.as_deref(), Some("uri://state.example/GradeLevelDescriptor#11"));
}

#[test]
fn courses_and_cte_programs_are_those_of_their_organization() {
    let reading = Interchanges::new().read().unwrap();
    let columns = ["course_id", "title", "sced_code", "credits", "dual_credit"];
    assert_eq!(values(&reading, "courses", &columns), ["10/WELD1,Welding I,13207,0.500000,true"]);
    assert_eq!(values(&reading, "programs", &["program_id", "title"]), ["10/Welding,Welding"]);
}

const ASSOCIATIONS: &str = "
    <StudentEducationOrganizationAssociation>
        <StudentReference><StudentIdentity><StudentUniqueId>007</StudentUniqueId></StudentIdentity></StudentReference>
        <StudentIdentificationCode>
            <IdentificationCode>S-7</IdentificationCode>
            <StudentIdentificationSystem>uri://ed-fi.org/StudentIdentificationSystemDescriptor#State</StudentIdentificationSystem>
        </StudentIdentificationCode>
        <Sex>uri://ed-fi.org/SexDescriptor#Female</Sex>
        <HispanicLatinoEthnicity>0</HispanicLatinoEthnicity>
        <Race>uri://ed-fi.org/RaceDescriptor#Asian</Race>
        <Race>uri://ed-fi.org/RaceDescriptor#White</Race>
    </StudentEducationOrganizationAssociation>
    <StudentEducationOrganizationAssociation>
        <StudentReference><StudentIdentity><StudentUniqueId>008</StudentUniqueId></StudentIdentity></StudentReference>
        <Sex>uri://ed-fi.org/SexDescriptor#Male</Sex>
        <Race>uri://ed-fi.org/RaceDescriptor#White</Race>
        <Race>uri://ed-fi.org/RaceDescriptor#Other</Race>
    </StudentEducationOrganizationAssociation>
    <StudentEducationOrganizationAssociation>
        <StudentReference><StudentIdentity><StudentUniqueId>008</StudentUniqueId></StudentIdentity></StudentReference>
        <Sex>uri://ed-fi.org/SexDescriptor#Female</Sex>
    </StudentEducationOrganizationAssociation>
    <StudentEducationOrganizationAssociation>
        <StudentReference><StudentIdentity><StudentUniqueId>009</StudentUniqueId></StudentIdentity></StudentReference>
        <Sex>uri://ed-fi.org/SexDescriptor#Female</Sex>
    </StudentEducationOrganizationAssociation>";

#[test]
fn students_are_described_by_their_associations() {
    let reading = Interchanges::new().with("StudentEnrollment", ASSOCIATIONS).read().unwrap();
    let columns = [
        "student_id",
        "state_student_id",
        "first_name",
        "last_name",
        "birth_date",
        "sex",
        "hispanic_or_latino",
        "american_indian_or_alaska_native",
        "asian",
        "white",
    ];
    assert_eq!(
        values(&reading, "students", &columns),
        ["007,S-7,Ann,Able,2007-01-02,F,false,false,true,true", "008,,Ben,Baker,,,,,,true"]
    );
    let differs = diagnostics(&reading, "associations_differ");
    assert_eq!(differs.iter().map(|d| d.place.to_string()).collect::<Vec<_>>(), ["StudentEnrollment.xml:20 sex"]);
    assert_eq!(diagnostics(&reading, "descriptor_without_code").len(), 1);
    let nobody = diagnostics(&reading, "reference_not_found");
    assert_eq!(nobody.iter().map(|d| d.value.as_deref()).collect::<Vec<_>>(), [Some("009")]);
}

fn enrollment(student: &str, grade: &str, rest: &str) -> String {
    format!(
        "
    <StudentSchoolAssociation>
        <StudentReference><StudentIdentity><StudentUniqueId>{student}</StudentUniqueId></StudentIdentity></StudentReference>
        <SchoolReference><SchoolIdentity><SchoolId>101</SchoolId></SchoolIdentity></SchoolReference>
        <EntryDate>2024-08-19</EntryDate>
        <EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#{grade}</EntryGradeLevel>
        {rest}
    </StudentSchoolAssociation>"
    )
}

#[test]
fn enrollments_are_those_of_the_bundles_grades() {
    let exit = |value: &str| {
        format!(
            "<ExitWithdrawDate>2025-05-30</ExitWithdrawDate>\
             <ExitWithdrawType>uri://ed-fi.org/ExitWithdrawTypeDescriptor#{value}</ExitWithdrawType>"
        )
    };
    let records = [
        enrollment("007", "Tenth grade", "<SchoolYear>2024-2025</SchoolYear>"),
        enrollment("008", "Ninth grade", &exit("Graduated")),
        enrollment("008", "Ninth grade", &exit("Transferred")),
        enrollment("008", "Ninth grade", &exit("No show")),
        enrollment("008", "Fifth grade", ""),
        enrollment("008", "Sophomore", ""),
    ];
    let reading = Interchanges::new().with("StudentEnrollment", &records.concat()).read().unwrap();
    let columns =
        ["student_id", "organization_id", "school_year", "grade_level", "entry_date", "exit_date", "exit_type"];
    assert_eq!(
        values(&reading, "enrollments", &columns),
        [
            "007,101,2024-25,10,2024-08-19,,",
            "008,101,2024-25,09,2024-08-19,2025-05-30,graduated",
            "008,101,2024-25,09,2024-08-19,2025-05-30,",
        ]
    );
    for code in ["grade_outside_bundle", "never_enrolled", "descriptor_without_code"] {
        assert_eq!(diagnostics(&reading, code).len(), 1, "{code}");
    }
    let [row] = &reading.set_aside[..] else { panic!("{:?}", reading.set_aside) };
    assert_eq!((row.table, row.reasons[0].code.as_str()), ("enrollments", "unknown_descriptor"));
}

fn association(record: &str, student: &str, organization: &str, program: &str, kind: &str) -> String {
    format!(
        "
    <{record}>
        <StudentReference><StudentIdentity><StudentUniqueId>{student}</StudentUniqueId></StudentIdentity></StudentReference>
        <ProgramReference><ProgramIdentity>
            <EducationOrganizationReference><EducationOrganizationIdentity>
                <EducationOrganizationId>{organization}</EducationOrganizationId>
            </EducationOrganizationIdentity></EducationOrganizationReference>
            <ProgramName>{program}</ProgramName>
            <ProgramType>uri://ed-fi.org/ProgramTypeDescriptor#{kind}</ProgramType>
        </ProgramIdentity></ProgramReference>
        <BeginDate>2024-08-20</BeginDate>
        <EducationOrganizationReference><EducationOrganizationIdentity>
            <EducationOrganizationId>10</EducationOrganizationId>
        </EducationOrganizationIdentity></EducationOrganizationReference>
    </{record}>"
    )
}

#[test]
fn associations_with_what_is_not_there_are_set_aside() {
    let (cte, migrant) = ("StudentCTEProgramAssociation", "StudentMigrantEducationProgramAssociation");
    let records = [
        association(cte, "007", "10", "Welding", "Career and Technical Education"),
        association(cte, "007", "10", "Cooking", "Career and Technical Education"),
        association(cte, "7", "10", "Welding", "Career and Technical Education"),
        association(migrant, "008", "10", "Migrant", "Migrant Education"),
        association(migrant, "008", "10 ", "Migrant", "Migrant Education"),
    ];
    let reading = Interchanges::new().with("StudentProgram", &records.concat()).read().unwrap();
    let columns = ["student_id", "program_id", "organization_id", "begin_date", "end_date", "source"];
    assert_eq!(
        values(&reading, "program_participations", &columns),
        ["007,10/Welding,10,2024-08-20,,Ed-Fi StudentCTEProgramAssociation"]
    );
    let columns = ["student_id", "population", "begin_date", "end_date"];
    assert_eq!(values(&reading, "student_populations", &columns), ["008,migrant,2024-08-20,"]);
    let reasons: Vec<(u64, String)> = reading
        .set_aside
        .iter()
        .flat_map(|row| row.reasons.iter().map(|reason| (row.line, reason.to_text())))
        .collect();
    insta::assert_debug_snapshot!(reasons);
}

#[test]
fn what_cannot_be_read_refuses_the_import() {
    let code = |interchanges: Interchanges| interchanges.read().unwrap_err().diagnostics.remove(0).code;
    let file = |text: &str| Interchanges::new().file("StudentProgram.xml", text);
    assert_eq!(code(file("<InterchangeStudentProgram><A>")), "malformed_xml");
    assert_eq!(code(file("<!DOCTYPE a [<!ENTITY b \"b\">]><InterchangeStudentProgram/>")), "document_type");
    assert_eq!(
        code(file("<InterchangeStudentProgram><StudentCTEProgramAssociation>&b;</StudentCTEProgramAssociation>")),
        "unknown_entity"
    );
    assert_eq!(code(file("\u{0}<\u{0}")), "wrong_encoding");
    let deep = format!("<InterchangeStudentProgram>{}", "<a>".repeat(100));
    assert_eq!(code(file(&deep)), "oversized_xml");
    let other = Interchanges(TempDir::new().unwrap()).with("Standards", "");
    assert_eq!(code(other), "nothing_to_read");
}

#[test]
fn a_file_that_is_not_read_is_named() {
    let reading = Interchanges::new().with("MasterSchedule", "").file("notes.txt", "").read().unwrap();
    let places: Vec<String> = diagnostics(&reading, "file_not_read").iter().map(|d| d.place.to_string()).collect();
    assert_eq!(places, ["MasterSchedule.xml", "notes.txt"]);
}

/// The counts were taken from the files with another parser (Python, `xml.etree.ElementTree`): elements directly under
/// the root by name, programs whose `ProgramType` ends in `#Career and Technical Education`, associations with an
/// `EducationOrganizationId` that is no organization's id letter by letter. There are 25 programs, 2 of them of CTE.
#[test]
fn the_sample_district_is_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/edfi-grandbend/xml");
    if !folder.exists() {
        // Past the harness, which would swallow it: a test that reads nothing says so.
        writeln!(io::stderr(), "skipped: there is no sample district in {}", folder.display()).unwrap();
        return;
    }
    let reading = read(&folder).unwrap();
    let rows = |table| reading.rows(table);
    assert_eq!((rows("organizations"), rows("students"), rows("courses"), rows("programs")), (5, 960, 84, 2));
    assert_eq!(rows("program_participations"), 64);
    // 38 in language instruction, 97 in special education, 3 in section 504; all 275 in migrant education and 11 in
    // services for the homeless name `255901 `, with a space, as the program's organization.
    assert_eq!((rows("student_populations"), reading.set_aside.len()), (138, 286));
    for row in &reading.set_aside {
        assert_eq!((&*row.file, row.table, row.reasons.len()), ("StudentProgram.xml", "student_populations", 1));
        let reason = &row.reasons[0];
        assert_eq!((reason.code.as_str(), reason.value.as_deref()), ("reference_not_found", Some("255901 ")));
    }
    assert_eq!(reading.set_aside[0].reasons[0].place.to_string(), "StudentProgram.xml:7643 EducationOrganizationId");
    assert_eq!(reading.count(Severity::Error), 286);
}
