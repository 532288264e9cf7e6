//! Small interchanges, and the sample district of the standard where it lies beside the workspace.

use tempfile::TempDir;
use waymark_diagnostics::Severity;

use crate::{
    Reading, Refusal,
    sources::testing::{self, data, of_code as diagnostics, transcript, values},
};

const TODAY: &str = "2025-10-01";

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
        testing::write(self.0.path(), [(name, text)]);
        self
    }

    fn read(&self) -> Result<Reading, Refusal> {
        testing::read(self.0.path(), TODAY)
    }
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

/// The parts of an academic record's key, with the student's.
fn academic_key(student: &str) -> String {
    format!(
        "<StudentReference><StudentIdentity><StudentUniqueId>{student}</StudentUniqueId></StudentIdentity></StudentReference>
        <EducationOrganizationReference><EducationOrganizationIdentity>
            <EducationOrganizationId>101</EducationOrganizationId>
        </EducationOrganizationIdentity></EducationOrganizationReference>
        <SchoolYear>2024-2025</SchoolYear>
        <Term>uri://ed-fi.org/TermDescriptor#Fall Semester</Term>"
    )
}

fn transcript_of(result: &str, credits: &str, record: &str) -> String {
    format!(
        "
    <CourseTranscript>
        <CourseAttemptResult>uri://ed-fi.org/CourseAttemptResultDescriptor#{result}</CourseAttemptResult>
        <AttemptedCredits><Credits>1</Credits></AttemptedCredits>
        <EarnedCredits><Credits>1</Credits>
            <CreditType>uri://ed-fi.org/CreditTypeDescriptor#{credits}</CreditType></EarnedCredits>
        <FinalLetterGradeEarned>B</FinalLetterGradeEarned>
        <CourseReference><CourseIdentity>
            <CourseCode>WELD1</CourseCode>
            <EducationOrganizationReference><EducationOrganizationIdentity>
                <EducationOrganizationId>10</EducationOrganizationId>
            </EducationOrganizationIdentity></EducationOrganizationReference>
        </CourseIdentity></CourseReference>
        {record}
    </CourseTranscript>"
    )
}

#[test]
fn transcripts_become_outcomes_and_diplomas() {
    let diploma = |kind: &str| {
        format!(
            "<Diploma><Achievement/><DiplomaAwardDate>2025-05-30</DiplomaAwardDate>
             <DiplomaType>uri://ed-fi.org/DiplomaTypeDescriptor#{kind}</DiplomaType></Diploma>"
        )
    };
    let key = |student: &str| {
        format!(
            "<StudentAcademicRecordReference><StudentAcademicRecordIdentity>{}</StudentAcademicRecordIdentity>\
             </StudentAcademicRecordReference>",
            academic_key(student)
        )
    };
    let kinds = ["Regular diploma", "Occupational License", "Sheepskin"].map(diploma).concat();
    let records = [
        format!("<StudentAcademicRecord id=\"R7\">{kinds}{}</StudentAcademicRecord>", academic_key("007")),
        transcript_of("Pass", "Carnegie unit", "<StudentAcademicRecordReference ref=\"R7\"/>"),
        transcript_of("Fail", "Carnegie unit", &key("008")),
        transcript_of("Incomplete", "Quarter hour credit", &key("008")),
        transcript_of("Maybe", "Carnegie unit", &key("008")),
    ];
    let reading = Interchanges::new().with("StudentTranscript", &records.concat()).read().unwrap();
    let columns = [
        "student_id",
        "organization_id",
        "course_id",
        "school_year",
        "term",
        "status",
        "credits_earned",
        "grade",
        "passed",
    ];
    let of = |student: &str, rest: &str| format!("{student},101,10/WELD1,2024-25,Fall Semester,{rest}");
    assert_eq!(
        values(&reading, "course_outcomes", &columns),
        [of("007", "completed,1.000000,B,true"), of("008", "failed,1.000000,B,false"), of("008", "in_progress,,B,"),]
    );
    assert_eq!(values(&reading, "diplomas", &["student_id", "kind", "awarded_on"]), ["007,regular,2025-05-30"]);
    let set_aside: Vec<(&str, &str)> =
        reading.set_aside.iter().map(|row| (row.table, row.reasons[0].code.as_str())).collect();
    assert_eq!(set_aside, [("diplomas", "unknown_descriptor"), ("course_outcomes", "unknown_descriptor")]);
    assert_eq!(diagnostics(&reading, "no_diploma").len(), 1);
}

#[test]
fn a_section_of_a_program_ties_its_course_to_the_program() {
    let school = "<SchoolReference><SchoolIdentity><SchoolId>101</SchoolId></SchoolIdentity></SchoolReference>";
    let key = |code: &str| {
        format!(
            "<LocalCourseCode>{code}</LocalCourseCode>{school}<SessionReference><SessionIdentity>\
             <SessionName>Fall</SessionName><SchoolYear>2024-2025</SchoolYear>{school}</SessionIdentity></SessionReference>"
        )
    };
    let organization = "<EducationOrganizationReference><EducationOrganizationIdentity>\
        <EducationOrganizationId>10</EducationOrganizationId>\
        </EducationOrganizationIdentity></EducationOrganizationReference>";
    let offering = format!(
        "<CourseOffering>{}<CourseReference><CourseIdentity><CourseCode>WELD1</CourseCode>{organization}\
         </CourseIdentity></CourseReference></CourseOffering>",
        key("W")
    );
    let section = |code: &str, program: &str, kind: &str| {
        format!(
            "<Section><SectionIdentifier>1</SectionIdentifier><CourseOfferingReference><CourseOfferingIdentity>{}\
             </CourseOfferingIdentity></CourseOfferingReference><ProgramReference><ProgramIdentity>{organization}\
             <ProgramName>{program}</ProgramName><ProgramType>uri://ed-fi.org/ProgramTypeDescriptor#{kind}</ProgramType>\
             </ProgramIdentity></ProgramReference></Section>",
            key(code)
        )
    };
    let cte = "Career and Technical Education";
    let records = [
        section("W", "Welding", cte),
        section("W", "Welding", cte),
        section("W", "Migrant", "Migrant Education"),
        section("X", "Welding", cte),
        offering,
    ];
    let reading = Interchanges::new().with("MasterSchedule", &records.concat()).read().unwrap();
    assert_eq!(
        values(&reading, "program_courses", &["program_id", "course_id", "begin_year", "end_year"]),
        ["10/Welding,10/WELD1,2024-25,2024-25"]
    );
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
}

#[test]
fn events_in_colleges_are_enrollments_and_degrees() {
    let event = |category: &str, college: &str| {
        format!(
            "<PostSecondaryEvent><EventDate>2025-08-25</EventDate>\
             <PostSecondaryEventCategory>{category}</PostSecondaryEventCategory>\
             <PostSecondaryInstitutionReference><PostSecondaryInstitutionIdentity>\
             <PostSecondaryInstitutionId>{college}</PostSecondaryInstitutionId>\
             </PostSecondaryInstitutionIdentity></PostSecondaryInstitutionReference>\
             <StudentReference><StudentIdentity><StudentUniqueId>007</StudentUniqueId></StudentIdentity>\
             </StudentReference></PostSecondaryEvent>"
        )
    };
    let published = |value: &str| format!("uri://ed-fi.org/PostSecondaryEventCategoryDescriptor#{value}");
    let records = [
        event(&published("College Enrollment"), "6000203"),
        event(&published("College Degree Received"), "77"),
        event(&published("College Acceptance"), "77"),
        event("uri://state.example/PostSecondaryEventCategoryDescriptor#Enrolled", "77"),
    ];
    let organizations = format!(
        "{ORGANIZATIONS}<PostSecondaryInstitution><NameOfInstitution>Dale College</NameOfInstitution>\
         <PostSecondaryInstitutionId>6000203</PostSecondaryInstitutionId></PostSecondaryInstitution>"
    );
    let interchanges = Interchanges(TempDir::new().unwrap());
    let interchanges = interchanges.with("EducationOrganization", &organizations).with("Student", STUDENTS);
    let reading = interchanges.with("PostSecondaryEvent", &records.concat()).read().unwrap();
    assert_eq!(
        values(&reading, "postsecondary_enrollments", &["student_id", "institution_name", "begin_date"]),
        ["007,Dale College,2025-08-25"]
    );
    assert_eq!(values(&reading, "postsecondary_awards", &["student_id", "institution_name"]), ["007,77"]);
    assert_eq!(diagnostics(&reading, "event_not_read").len(), 1);
    let unknown = diagnostics(&reading, "unknown_descriptor");
    assert_eq!(unknown.iter().filter(|unknown| unknown.place.file == "PostSecondaryEvent.xml").count(), 1);
}

/// Every diagnostic that only this reader makes, word for word.
#[test]
fn every_diagnostic_as_it_is_said() {
    let enrolled = |records: &str| Interchanges::new().with("StudentEnrollment", records).read();
    let file = |name: &str, text: &str| Interchanges::new().file(name, text).read();
    let program = |text: &str| file("StudentProgram.xml", text);
    let exit = |value: &str| {
        enrollment(
            "008",
            "Ninth grade",
            &format!("<ExitWithdrawType>uri://ed-fi.org/ExitWithdrawTypeDescriptor#{value}</ExitWithdrawType>"),
        )
    };
    let ethnicity = "<StudentEducationOrganizationAssociation><StudentReference><StudentIdentity>\
        <StudentUniqueId>007</StudentUniqueId></StudentIdentity></StudentReference>\
        <HispanicLatinoEthnicity>perhaps</HispanicLatinoEthnicity></StudentEducationOrganizationAssociation>";
    let license = format!(
        "<StudentAcademicRecord><Diploma><DiplomaType>uri://ed-fi.org/DiplomaTypeDescriptor#Occupational License\
         </DiplomaType></Diploma>{}</StudentAcademicRecord>",
        academic_key("007")
    );
    let acceptance = "<PostSecondaryEvent><PostSecondaryEventCategory>\
        uri://ed-fi.org/PostSecondaryEventCategoryDescriptor#College Acceptance</PostSecondaryEventCategory>\
        </PostSecondaryEvent>";
    let cooking = association("StudentCTEProgramAssociation", "007", "10", "Cooking", "Career and Technical Education");
    let deep = format!("<InterchangeStudentProgram>{}", "<a>".repeat(100));
    let cases = [
        ("a grade that Ed-Fi does not publish", "unknown_descriptor", enrolled(&enrollment("008", "Sophomore", ""))),
        ("a way out that the bundle has not", "descriptor_without_code", enrolled(&exit("Transferred"))),
        (
            "a program that is not there",
            "reference_not_found",
            Interchanges::new().with("StudentProgram", &cooking).read(),
        ),
        ("two that contradict each other", "associations_differ", enrolled(ASSOCIATIONS)),
        ("a grade below", "grade_outside_bundle", enrolled(&enrollment("008", "Fifth grade", ""))),
        ("nobody came", "never_enrolled", enrolled(&exit("No show"))),
        ("neither true nor false", "bad_boolean", enrolled(ethnicity)),
        ("a license", "no_diploma", Interchanges::new().with("StudentTranscript", &license).read()),
        ("an acceptance", "event_not_read", Interchanges::new().with("PostSecondaryEvent", acceptance).read()),
        ("a file of another kind", "file_not_read", file("notes.txt", "")),
        ("nothing of use", "nothing_to_read", Interchanges(TempDir::new().unwrap()).with("Standards", "").read()),
        ("a file cut off", "malformed_xml", program("<InterchangeStudentProgram><A>")),
        ("a document type", "document_type", program("<!DOCTYPE a [<!ENTITY b \"b\">]><InterchangeStudentProgram/>")),
        (
            "an entity of its own",
            "unknown_entity",
            program("<InterchangeStudentProgram><StudentCTEProgramAssociation>&b;</StudentCTEProgramAssociation>"),
        ),
        ("no UTF-8", "wrong_encoding", program("\u{0}<\u{0}")),
        ("too deep", "oversized_xml", program(&deep)),
        ("a mapping that is none", "wrong_mapping", file("descriptors.csv", "value\na\n")),
        ("a line that is no record", "malformed_json", file("schools.jsonl", "{\n")),
    ];
    insta::assert_snapshot!(transcript(cases));
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
    let reading = Interchanges::new().with("StudentAttendance", "").file("notes.txt", "").read().unwrap();
    let places: Vec<String> = diagnostics(&reading, "file_not_read").iter().map(|d| d.place.to_string()).collect();
    assert_eq!(places, ["StudentAttendance.xml", "notes.txt"]);
}

/// The counts were taken from the files with another parser (Python, `xml.etree.ElementTree`): elements directly under
/// the root by name, programs whose `ProgramType` ends in `#Career and Technical Education`, associations with an
/// `EducationOrganizationId` that is no organization's id letter by letter. There are 25 programs, 2 of them of CTE.
#[test]
fn the_sample_district_is_read_whole() {
    let Some(folder) = data("edfi-grandbend/xml") else { return };
    let reading = testing::read(&folder, TODAY).unwrap();
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
