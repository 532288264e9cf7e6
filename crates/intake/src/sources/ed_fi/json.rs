//! Records of the Ed-Fi REST API as the elements of an interchange, so that both are read by the same words.
//!
//! A file `students.jsonl` holds a record of the resource `students` in each line, as `waymark fetch ed-fi` writes it. The
//! API says what the XML says, more flatly: `studentReference.studentUniqueId` is
//! `StudentReference/StudentIdentity/StudentUniqueId`, `sexDescriptor` is `Sex`, `races[].raceDescriptor` is many `Race`.

use serde_json::{Map, Value};

use super::xml::Element;

/// A resource of the API.
#[derive(Debug)]
pub(crate) struct Resource {
    /// Its name in the address.
    pub(crate) name: &'static str,
    /// The interchange that has the same records.
    pub(super) interchange: &'static str,
    /// What a record is called there.
    pub(super) record: &'static str,
}

const fn resource(name: &'static str, interchange: &'static str, record: &'static str) -> Resource {
    Resource { name, interchange, record }
}

/// The resources that are fetched and read, those first that others refer to.
pub(crate) const RESOURCES: &[Resource] = &[
    resource("stateEducationAgencies", "EducationOrganization", "StateEducationAgency"),
    resource("educationServiceCenters", "EducationOrganization", "EducationServiceCenter"),
    resource("localEducationAgencies", "EducationOrganization", "LocalEducationAgency"),
    resource("schools", "EducationOrganization", "School"),
    resource("postSecondaryInstitutions", "EducationOrganization", "PostSecondaryInstitution"),
    resource("courses", "EducationOrganization", "Course"),
    resource("programs", "EducationOrganization", "Program"),
    resource("courseOfferings", "MasterSchedule", "CourseOffering"),
    resource("sections", "MasterSchedule", "Section"),
    resource("students", "Student", "Student"),
    resource(
        "studentEducationOrganizationAssociations",
        "StudentEnrollment",
        "StudentEducationOrganizationAssociation",
    ),
    resource("studentSchoolAssociations", "StudentEnrollment", "StudentSchoolAssociation"),
    resource("studentCTEProgramAssociations", "StudentProgram", "StudentCTEProgramAssociation"),
    resource("studentHomelessProgramAssociations", "StudentProgram", "StudentHomelessProgramAssociation"),
    resource(
        "studentLanguageInstructionProgramAssociations",
        "StudentProgram",
        "StudentLanguageInstructionProgramAssociation",
    ),
    resource(
        "studentMigrantEducationProgramAssociations",
        "StudentProgram",
        "StudentMigrantEducationProgramAssociation",
    ),
    resource(
        "studentSpecialEducationProgramAssociations",
        "StudentProgram",
        "StudentSpecialEducationProgramAssociation",
    ),
    resource("studentAcademicRecords", "StudentTranscript", "StudentAcademicRecord"),
    resource("courseTranscripts", "StudentTranscript", "CourseTranscript"),
    resource("postSecondaryEvents", "PostSecondaryEvent", "PostSecondaryEvent"),
];

/// The resource that a file has records of.
pub(super) fn resource_of(file: &str) -> Option<&'static Resource> {
    let name = file.rsplit('/').next()?.strip_suffix(".jsonl")?;
    RESOURCES.iter().find(|resource| resource.name == name)
}

/// Amounts of credits, which stand beside their kind.
const CREDITS: &[(&str, &str)] = &[
    ("attemptedCredits", "attemptedCreditTypeDescriptor"),
    ("earnedCredits", "earnedCreditTypeDescriptor"),
    ("minimumAvailableCredits", "minimumAvailableCreditTypeDescriptor"),
    ("maximumAvailableCredits", "maximumAvailableCreditTypeDescriptor"),
];

/// Keys within a reference that belong to a reference of their own.
const WITHIN_REFERENCES: &[(&str, &str)] =
    &[("educationOrganizationId", "EducationOrganization"), ("studentUniqueId", "Student"), ("schoolId", "School")];

/// Identities that are one key and nothing more.
const KEYS: &[&str] = &[
    "EducationOrganization",
    "EducationServiceCenter",
    "LocalEducationAgency",
    "PostSecondaryInstitution",
    "School",
    "StateEducationAgency",
    "Student",
];

/// The record of a line as an element.
pub(super) fn element(resource: &Resource, object: &Map<String, Value>, line: u64) -> Element {
    let mut element = Element { name: resource.record.to_owned(), line, ..Element::default() };
    let maker = Maker { record: resource.record, line };
    maker.fill(&mut element, object);
    if resource.record == "Student" {
        let name = maker.some_of(object, "Name", &["firstName", "lastSurname"]);
        let birth = maker.some_of(object, "BirthData", &["birthDate"]);
        element.children.extend([name, birth]);
    }
    element
}

struct Maker {
    record: &'static str,
    line: u64,
}

impl Maker {
    fn node(&self, name: String) -> Element {
        Element { name, line: self.line, ..Element::default() }
    }

    fn leaf(&self, name: &str, text: String) -> Element {
        Element { text, ..self.node(capital(name)) }
    }

    /// An element of some scalar properties.
    fn some_of(&self, object: &Map<String, Value>, name: &str, keys: &[&str]) -> Element {
        let mut element = self.node(name.to_owned());
        for key in keys {
            if let Some(text) = object.get(*key).and_then(|value| scalar(key, value)) {
                element.children.push(self.leaf(key, text));
            }
        }
        element
    }

    fn fill(&self, element: &mut Element, object: &Map<String, Value>) {
        for (key, value) in object {
            if let Some((_, kind)) = CREDITS.iter().find(|(amount, _)| amount == key) {
                element.children.extend(self.credits(key, value, object.get(*kind)));
                continue;
            }
            match value {
                // The year stands in the record itself.
                Value::Object(year) if key == "schoolYearTypeReference" => {
                    let text = year.get("schoolYear").and_then(|value| scalar("schoolYear", value));
                    element.children.extend(text.map(|text| self.leaf("schoolYear", text)));
                }
                Value::Object(reference) if key.ends_with("Reference") => {
                    element.children.push(self.reference(key, reference));
                }
                Value::Array(items) => element.children.extend(items.iter().filter_map(|item| self.item(key, item))),
                _ => element.children.extend(scalar(key, value).map(|text| self.leaf(stem(key), text))),
            }
        }
    }

    fn credits(&self, key: &str, amount: &Value, kind: Option<&Value>) -> Option<Element> {
        let mut credits = self.node(capital(key));
        credits.children.push(self.leaf("credits", scalar(key, amount)?));
        let kind = kind.and_then(|kind| scalar("creditTypeDescriptor", kind));
        credits.children.extend(kind.map(|kind| self.leaf("creditType", kind)));
        Some(credits)
    }

    /// `studentReference: {studentUniqueId}` as `StudentReference/StudentIdentity/StudentUniqueId`.
    fn reference(&self, key: &str, fields: &Map<String, Value>) -> Element {
        let name = capital(key);
        let whose = name.strip_suffix("Reference").unwrap_or(&name);
        // A district's parent district is named by the identity of any district.
        let whose = whose.strip_prefix("Parent").unwrap_or(whose).to_owned();
        let mut identity = self.node(format!("{whose}Identity"));
        let mut session = self.node("SessionIdentity".to_owned());
        for (field, value) in fields.iter().filter(|(field, _)| *field != "link") {
            let Some(text) = scalar(field, value) else { continue };
            let own = KEYS.contains(&whose.as_str());
            match WITHIN_REFERENCES.iter().find(|(key, _)| !own && key == field) {
                Some((_, other)) => {
                    let mut inner = self.node(format!("{other}Identity"));
                    inner.children.push(self.leaf(field, text));
                    identity.children.push(self.wrapped(format!("{other}Reference"), inner));
                }
                // An offering is one of a session, which has its own reference in the XML.
                None if whose == "CourseOffering" && ["sessionName", "schoolYear"].contains(&field.as_str()) => {
                    session.children.push(self.leaf(field, text));
                }
                None => identity.children.push(self.leaf(stem(field), text)),
            }
        }
        if !session.children.is_empty() {
            identity.children.push(self.wrapped("SessionReference".to_owned(), session));
        }
        self.wrapped(name, identity)
    }

    fn wrapped(&self, name: String, child: Element) -> Element {
        Element { children: vec![child], ..self.node(name) }
    }

    /// An entry of a list: `{raceDescriptor}` is the text of a `Race`, `{programReference}` the reference itself, and all
    /// others are elements with what stands in them.
    fn item(&self, list: &str, item: &Value) -> Option<Element> {
        let object = item.as_object()?;
        let mut fields = object.iter().filter(|(key, _)| *key != "_ext");
        if let (Some((key, value)), None) = (fields.next(), fields.next()) {
            match value {
                Value::Object(reference) if key.ends_with("Reference") => return Some(self.reference(key, reference)),
                _ if key.ends_with("Descriptor") => return scalar(key, value).map(|text| self.leaf(stem(key), text)),
                _ => {}
            }
        }
        let mut element = self.node(self.entry_name(list));
        self.fill(&mut element, object);
        Some(element)
    }

    /// What an entry of a list is called.
    fn entry_name(&self, list: &str) -> String {
        match (list, self.record) {
            ("identificationCodes", "Course") => "CourseIdentificationCode".to_owned(),
            ("identificationCodes", _) => "EducationOrganizationIdentificationCode".to_owned(),
            ("addresses", _) => "Address".to_owned(),
            _ => capital(list.strip_suffix('s').unwrap_or(list)),
        }
    }
}

/// A name without the word that says that it is a descriptor.
fn stem(key: &str) -> &str {
    key.strip_suffix("Descriptor").unwrap_or(key)
}

fn capital(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// A text, number or boolean as the XML writes it; a school year by its two calendar years.
fn scalar(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if key == "schoolYear" => {
            let ends = number.as_u64()?;
            Some(format!("{}-{ends}", ends.checked_sub(1)?))
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(resource: &str, json: &str) -> Element {
        let resource = RESOURCES.iter().find(|known| known.name == resource).unwrap();
        let Value::Object(object) = serde_json::from_str(json).unwrap() else { panic!("{json}") };
        element(resource, &object, 7)
    }

    #[test]
    fn references_and_lists_are_those_of_the_interchange() {
        let transcript = converted(
            "courseTranscripts",
            r#"{"courseAttemptResultDescriptor": "uri://ed-fi.org/CourseAttemptResultDescriptor#Pass", "earnedCredits": 0.5,
                "earnedCreditTypeDescriptor": "uri://ed-fi.org/CreditTypeDescriptor#Carnegie unit",
                "courseReference": {"courseCode": "W", "educationOrganizationId": 10, "link": {"rel": "Course"}},
                "studentAcademicRecordReference": {"educationOrganizationId": 101, "schoolYear": 2025,
                    "studentUniqueId": "007", "termDescriptor": "uri://ed-fi.org/TermDescriptor#Fall Semester"}}"#,
        );
        let record = ["StudentAcademicRecordReference", "StudentAcademicRecordIdentity"];
        let record = transcript.at(&record).unwrap();
        assert_eq!(record.text_at(&["StudentReference", "StudentIdentity", "StudentUniqueId"]), "007");
        assert_eq!((record.text_at(&["SchoolYear"]), record.line), ("2024-2025", 7));
        let organization =
            ["EducationOrganizationReference", "EducationOrganizationIdentity", "EducationOrganizationId"];
        assert_eq!(record.text_at(&organization), "101");
        let course = transcript.at(&["CourseReference", "CourseIdentity"]).unwrap();
        assert_eq!((course.text_at(&["CourseCode"]), course.text_at(&organization)), ("W", "10"));
        assert_eq!(transcript.text_at(&["EarnedCredits", "Credits"]), "0.5");
        assert!(transcript.text_at(&["EarnedCredits", "CreditType"]).ends_with("#Carnegie unit"));

        let section = converted(
            "sections",
            r#"{"courseOfferingReference": {"localCourseCode": "W", "schoolId": 101, "schoolYear": 2025,
                "sessionName": "Fall"}, "programs": [{"programReference": {"educationOrganizationId": 10,
                "programName": "Welding", "programTypeDescriptor": "x"}}]}"#,
        );
        let offering = section.at(&["CourseOfferingReference", "CourseOfferingIdentity"]).unwrap();
        assert_eq!(offering.text_at(&["SessionReference", "SessionIdentity", "SchoolYear"]), "2024-2025");
        assert_eq!(offering.text_at(&["SchoolReference", "SchoolIdentity", "SchoolId"]), "101");
        assert_eq!(section.text_at(&["ProgramReference", "ProgramIdentity", "ProgramName"]), "Welding");

        let student =
            converted("students", r#"{"studentUniqueId": "007", "firstName": "Ann", "birthDate": "2007-01-02"}"#);
        assert_eq!(student.text_at(&["Name", "FirstName"]), "Ann");
        assert_eq!(student.text_at(&["BirthData", "BirthDate"]), "2007-01-02");
        let association = converted(
            "studentEducationOrganizationAssociations",
            r#"{"races": [{"raceDescriptor": "a"}, {"raceDescriptor": "b", "_ext": {}}], "hispanicLatinoEthnicity": false}"#,
        );
        assert_eq!(association.children("Race").map(|race| race.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(association.text_at(&["HispanicLatinoEthnicity"]), "false");
    }
}
