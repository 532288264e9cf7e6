//! The records of a small district, as the API has them.

use serde_json::{Value, json};

fn uri(descriptor: &str, value: &str) -> String {
    format!("uri://ed-fi.org/{descriptor}Descriptor#{value}")
}

const CTE: &str = "Career and Technical Education";

/// Records by resource.
pub(crate) fn district() -> Vec<(&'static str, Vec<Value>)> {
    let agency = |id: u32| json!({ "localEducationAgencyId": id });
    let organization = |id: u32| json!({ "educationOrganizationId": id });
    let categories =
        |kind: &str| json!([{ "educationOrganizationCategoryDescriptor": uri("EducationOrganizationCategory", kind) }]);
    let student = |id: u32| json!({ "studentUniqueId": format!("{id:04}") });
    let welding = json!({
        "educationOrganizationId": 10, "programName": "Welding", "programTypeDescriptor": uri("ProgramType", CTE),
    });
    let key_of_record = |id: u32| {
        json!({
            "educationOrganizationId": 101, "schoolYear": 2025, "studentUniqueId": format!("{id:04}"),
            "termDescriptor": uri("Term", "Fall Semester"),
        })
    };
    let ids = 1..=5_u32;
    vec![
        (
            "localEducationAgencies",
            vec![json!({
                "id": "a", "localEducationAgencyId": 10, "nameOfInstitution": "Dale Schools",
                "categories": categories("Local Education Agency"),
                "localEducationAgencyCategoryDescriptor": uri("LocalEducationAgencyCategory", "Regular public school district"),
            })],
        ),
        (
            "schools",
            vec![json!({
                "id": "b", "schoolId": 101, "nameOfInstitution": "Hill High", "localEducationAgencyReference": agency(10),
                "educationOrganizationCategories": categories("School"),
                "gradeLevels": [{ "gradeLevelDescriptor": uri("GradeLevel", "Ninth grade") },
                    { "gradeLevelDescriptor": uri("GradeLevel", "Twelfth grade") }],
            })],
        ),
        (
            "courses",
            vec![json!({
                "id": "c", "courseCode": "WELD1", "courseTitle": "Welding I", "numberOfParts": 1,
                "educationOrganizationReference": organization(10),
                "identificationCodes": [{ "identificationCode": "13207",
                    "courseIdentificationSystemDescriptor": uri("CourseIdentificationSystem", "SCED course code") }],
                "minimumAvailableCredits": 1.0, "maximumAvailableCredits": 1.0,
                "minimumAvailableCreditTypeDescriptor": uri("CreditType", "Carnegie unit"),
                "maximumAvailableCreditTypeDescriptor": uri("CreditType", "Carnegie unit"),
            })],
        ),
        (
            "programs",
            vec![json!({
                "id": "d", "programName": "Welding", "programTypeDescriptor": uri("ProgramType", CTE),
                "educationOrganizationReference": organization(10),
            })],
        ),
        (
            "courseOfferings",
            vec![json!({
                "id": "e", "localCourseCode": "W", "schoolReference": { "schoolId": 101 },
                "sessionReference": { "schoolId": 101, "schoolYear": 2025, "sessionName": "Fall" },
                "courseReference": { "courseCode": "WELD1", "educationOrganizationId": 10 },
            })],
        ),
        (
            "sections",
            vec![json!({
                "id": "f", "sectionIdentifier": "W-1",
                "courseOfferingReference":
                    { "localCourseCode": "W", "schoolId": 101, "schoolYear": 2025, "sessionName": "Fall" },
                "programs": [{ "programReference": welding }],
            })],
        ),
        (
            "students",
            ids.clone()
                .map(|id| {
                    json!({
                        "id": format!("s{id}"), "studentUniqueId": format!("{id:04}"), "firstName": format!("First{id}"),
                        "lastSurname": "Able", "birthDate": "2007-01-02",
                    })
                })
                .collect(),
        ),
        (
            "studentEducationOrganizationAssociations",
            vec![json!({
                "id": "g", "studentReference": student(1), "educationOrganizationReference": organization(10),
                "sexDescriptor": uri("Sex", "Female"), "hispanicLatinoEthnicity": false,
                "races": [{ "raceDescriptor": uri("Race", "Asian") }],
                "studentIdentificationCodes": [{ "assigningOrganizationIdentificationCode": "State",
                    "identificationCode": "S-1",
                    "studentIdentificationSystemDescriptor": uri("StudentIdentificationSystem", "State") }],
            })],
        ),
        (
            "studentSchoolAssociations",
            ids.map(|id| {
                json!({
                    "id": format!("h{id}"), "studentReference": student(id), "schoolReference": { "schoolId": 101 },
                    "schoolYearTypeReference": { "schoolYear": 2025 }, "entryDate": "2024-08-19",
                    "entryGradeLevelDescriptor": uri("GradeLevel", "Tenth grade"),
                })
            })
            .collect(),
        ),
        (
            "studentCTEProgramAssociations",
            vec![json!({
                "id": "i", "beginDate": "2024-08-20", "studentReference": student(1), "programReference": welding,
                "educationOrganizationReference": organization(10),
            })],
        ),
        (
            "studentAcademicRecords",
            vec![json!({
                "id": "j", "studentReference": student(1), "educationOrganizationReference": organization(101),
                "schoolYearTypeReference": { "schoolYear": 2025 }, "termDescriptor": uri("Term", "Fall Semester"),
                "diplomas": [{ "diplomaTypeDescriptor": uri("DiplomaType", "Regular diploma"),
                    "diplomaAwardDate": "2025-05-30" }],
            })],
        ),
        (
            "courseTranscripts",
            vec![json!({
                "id": "k", "courseAttemptResultDescriptor": uri("CourseAttemptResult", "Pass"), "earnedCredits": 1.0,
                "earnedCreditTypeDescriptor": uri("CreditType", "Carnegie unit"), "finalLetterGradeEarned": "A",
                "courseReference": { "courseCode": "WELD1", "educationOrganizationId": 10 },
                "studentAcademicRecordReference": key_of_record(1),
            })],
        ),
        (
            "postSecondaryEvents",
            vec![json!({
                "id": "l", "eventDate": "2025-08-25", "studentReference": student(1),
                "postSecondaryInstitutionReference": { "postSecondaryInstitutionId": 6_000_203 },
                "postSecondaryEventCategoryDescriptor": uri("PostSecondaryEventCategory", "College Enrollment"),
            })],
        ),
    ]
}
