//! The `StudentTranscript` interchange: what became of courses, and diplomas.

use std::collections::BTreeMap;

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{
    Package, Reference, descriptor_without_code,
    descriptors::{self, COURSE_ATTEMPT_RESULT, DIPLOMA_TYPE, Meaning},
    enrollments::school_year,
    organizations::{Organizations, course_id},
    set_aside, student_id, unknown_descriptor,
    xml::Element,
};
use crate::{TableBuilder, draft::Draft};

/// Reads transcripts and academic records; first the records, for transcripts may refer to them by the `id` of their
/// element.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str], organizations: &Organizations) {
    for file in files {
        let mut records = BTreeMap::new();
        let mut diplomas = package.table("diplomas", file);
        package.read(file, &["StudentAcademicRecord"], &mut |draft, record| {
            let own = AcademicRecord::of(record, organizations, file);
            record.children("Diploma").for_each(|diploma| push_diploma(&mut diplomas, diploma, &own, file, draft));
            if let Some(id) = &record.id {
                records.insert(id.clone(), own);
            }
        });
        package.draft.accept(diplomas);
        let mut outcomes = package.table("course_outcomes", file);
        package.read(file, &["CourseTranscript"], &mut |draft, record| {
            push_outcome(&mut outcomes, record, &records, organizations, file, draft);
        });
        package.draft.accept(outcomes);
    }
}

/// What tells an academic record from others.
#[derive(Clone, Debug, Default)]
struct AcademicRecord {
    student: String,
    organization: String,
    school_year: String,
    term: String,
}

impl AcademicRecord {
    fn of(record: &Element, organizations: &Organizations, file: &str) -> Self {
        let organization = Reference::organization(record, "EducationOrganization", organizations, file);
        let term = record.text_at(&["Term"]);
        Self {
            student: student_id(record).to_owned(),
            organization: organization.map_or("", |organization| organization.id).to_owned(),
            school_year: school_year(record.text_at(&["SchoolYear"]), ""),
            // What a State calls its terms in a namespace of its own is still the name of a term.
            term: descriptors::value(term).to_owned(),
        }
    }
}

fn push_diploma(
    diplomas: &mut TableBuilder,
    diploma: &Element,
    record: &AcademicRecord,
    file: &str,
    draft: &mut Draft<'_>,
) {
    let Some(kind) = diploma.child("DiplomaType") else { return };
    let code = match DIPLOMA_TYPE.meaning(&kind.text) {
        Meaning::Code(code) => code,
        Meaning::NoCode => return draft.note(&no_diploma(file, kind)),
        Meaning::Unknown => "",
    };
    let values = [
        ("student_id", record.student.as_str()),
        ("kind", code),
        ("awarded_on", diploma.text_at(&["DiplomaAwardDate"])),
    ];
    if code.is_empty() {
        set_aside(diplomas, diploma.line, &values, vec![unknown_kind(DIPLOMA_TYPE.name, file, kind)]);
    } else {
        diplomas.push(diploma.line, &values);
    }
}

fn push_outcome(
    outcomes: &mut TableBuilder,
    record: &Element,
    records: &BTreeMap<String, AcademicRecord>,
    organizations: &Organizations,
    file: &str,
    draft: &mut Draft<'_>,
) {
    let reference = record.child("StudentAcademicRecordReference");
    let by_xml_id = reference.and_then(|reference| records.get(reference.refers_to.as_deref()?)).cloned();
    let by_key = || {
        let identity = record.at(&["StudentAcademicRecordReference", "StudentAcademicRecordIdentity"]);
        identity.map(|identity| AcademicRecord::of(identity, organizations, file)).unwrap_or_default()
    };
    let academic = by_xml_id.unwrap_or_else(by_key);
    let course = record.at(&["CourseReference", "CourseIdentity"]);
    let course = course.map(|course| course_id(course, organizations, file)).unwrap_or_default();
    let result = record.child("CourseAttemptResult");
    let (status, passed) = match result.map(|result| COURSE_ATTEMPT_RESULT.meaning(&result.text)) {
        Some(Meaning::Code(status)) => (status, if status == "completed" { "true" } else { "" }),
        _ => ("", ""),
    };
    let grade = match record.text_at(&["FinalLetterGradeEarned"]) {
        "" => record.text_at(&["FinalNumericGradeEarned"]),
        letter => letter,
    };
    let values = [
        ("student_id", academic.student.as_str()),
        ("organization_id", &academic.organization),
        ("course_id", &course),
        ("school_year", &academic.school_year),
        ("term", &academic.term),
        ("status", status),
        ("credits_attempted", credits(record, "AttemptedCredits", file, draft)),
        ("credits_earned", credits(record, "EarnedCredits", file, draft)),
        ("grade", grade),
        ("passed", if status == "failed" { "false" } else { passed }),
    ];
    match result.filter(|_| status.is_empty()) {
        Some(result) => {
            set_aside(outcomes, record.line, &values, vec![unknown_kind(COURSE_ATTEMPT_RESULT.name, file, result)]);
        }
        None => outcomes.push(record.line, &values),
    }
}

/// Credits in Carnegie units. Others are converted by a factor that the standard leaves to the State.
fn credits<'e>(record: &'e Element, name: &str, file: &str, draft: &mut Draft<'_>) -> &'e str {
    let Some(credits) = record.child(name) else { return "" };
    let Some(kind) = credits.child("CreditType") else { return credits.text_at(&["Credits"]) };
    if descriptors::is("CreditType", &kind.text, "Carnegie unit") {
        return credits.text_at(&["Credits"]);
    }
    draft.note(&descriptor_without_code("CreditType", file, kind));
    ""
}

fn unknown_kind(descriptor: &str, file: &str, element: &Element) -> Diagnostic {
    let mut reason = unknown_descriptor(descriptor, file, element);
    reason.severity = Severity::Error;
    reason.help = None;
    reason
}

fn no_diploma(file: &str, kind: &Element) -> Diagnostic {
    let place = Place::line(file, kind.line).column(&kind.name);
    let message = "this is a certificate or license, and no diploma; it is not read";
    Diagnostic::new("no_diploma", Severity::Note, place, message).value(&kind.text)
}
