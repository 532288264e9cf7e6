//! The `EducationOrganization` interchange: organizations, the course catalog, and programs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Package, Reference,
    descriptors::{self, GRADE_LEVEL, Meaning},
    unknown_descriptor,
    xml::Element,
};
use crate::{TableBuilder, draft::Draft};

/// A record that is an organization.
struct OrganizationRecord {
    name: &'static str,
    /// `organizations.kind`.
    kind: &'static str,
    /// Who it may be part of, the nearest first.
    parents: &'static [&'static str],
}

/// Organizations that students go to, and those above them. A regional service center is an agency of its own kind among
/// local agencies (NCES, Common Core of Data, agency type 4), so it is a `district`.
const ORGANIZATIONS: &[OrganizationRecord] = &[
    OrganizationRecord { name: "StateEducationAgency", kind: "state", parents: &[] },
    OrganizationRecord { name: "EducationServiceCenter", kind: "district", parents: &["StateEducationAgency"] },
    OrganizationRecord {
        name: "LocalEducationAgency",
        kind: "district",
        parents: &["ParentLocalEducationAgency", "EducationServiceCenter", "StateEducationAgency"],
    },
    OrganizationRecord { name: "School", kind: "school", parents: &["LocalEducationAgency"] },
];

pub(super) const CTE: &str = "Career and Technical Education";

/// Colleges: they are named in events, and no students of the district belong to them.
const INSTITUTION: &str = "PostSecondaryInstitution";

/// What later records refer to.
#[derive(Debug, Default)]
pub(super) struct Organizations {
    /// Every organization of the package.
    ids: BTreeSet<String>,
    /// For each file, organizations by the `id` of their element.
    by_xml_id: BTreeMap<String, BTreeMap<String, String>>,
    /// Names of colleges by their identifiers.
    institutions: BTreeMap<String, String>,
    /// Programs by organization, name and type.
    programs: BTreeSet<(String, String, String)>,
}

impl Organizations {
    /// The organization whose element has that `id` in that file.
    pub(super) fn by_xml_id(&self, file: &str, xml_id: &str) -> Option<&str> {
        self.by_xml_id.get(file)?.get(xml_id).map(String::as_str)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.ids.iter().map(String::as_str)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// The name of a college.
    pub(super) fn institution(&self, id: &str) -> Option<&str> {
        self.institutions.get(id).map(String::as_str)
    }

    /// Whether the program is there; none where the package names no program of that organization.
    pub(super) fn has_program(&self, organization: &str, name: &str, kind: &str) -> Option<bool> {
        let first = (organization.to_owned(), String::new(), String::new());
        let any = self.programs.range(first..).next().is_some_and(|(of, _, _)| of == organization);
        any.then(|| self.programs.contains(&(organization.to_owned(), name.to_owned(), kind.to_owned())))
    }
}

/// The `program_id` of a program: an organization has no two of one name and type.
pub(super) fn program_id(organization: &str, name: &str) -> String {
    format!("{organization}/{name}")
}

/// The `course_id` of the course that an element names: the same code elsewhere may be another course (key of the
/// standard).
pub(super) fn course_id(element: &Element, organizations: &Organizations, file: &str) -> String {
    let organization = Reference::organization(element, "EducationOrganization", organizations, file);
    let code = element.text_at(&["CourseCode"]);
    organization.map_or_else(|| code.to_owned(), |organization| format!("{}/{code}", organization.id))
}

/// Reads organizations, courses and programs; first the organizations' ids, for references may lead forward.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str]) -> Organizations {
    let mut found = Organizations::default();
    let names: Vec<&str> = ORGANIZATIONS.iter().map(|record| record.name).chain([INSTITUTION]).collect();
    for file in files {
        package.read(file, &names, &mut |_, record| {
            if record.name == INSTITUTION {
                let id = record.text_at(&["PostSecondaryInstitutionId"]).to_owned();
                found.institutions.insert(id, record.text_at(&["NameOfInstitution"]).to_owned());
                return;
            }
            let id = record.text_at(&[&format!("{}Id", record.name)]);
            found.ids.insert(id.to_owned());
            if let Some(xml_id) = &record.id {
                found.by_xml_id.entry((*file).to_owned()).or_default().insert(xml_id.clone(), id.to_owned());
            }
        });
    }
    for file in files {
        read_file(package, file, &mut found);
    }
    found
}

fn read_file(package: &mut Package<'_, '_>, file: &str, found: &mut Organizations) {
    let mut organizations = package.table("organizations", file);
    let mut courses = package.table("courses", file);
    let mut programs = package.table("programs", file);
    let mut wanted: Vec<&str> = ORGANIZATIONS.iter().map(|record| record.name).collect();
    wanted.extend(["Course", "Program"]);
    package.read(file, &wanted, &mut |draft, record| match record.name.as_str() {
        "Course" => push_course(&mut courses, record, found, file),
        "Program" => push_program(&mut programs, record, found, file, draft),
        _ => push_organization(&mut organizations, record, found, file, draft),
    });
    for builder in [organizations, courses, programs] {
        package.draft.accept(builder);
    }
}

fn push_organization(
    organizations: &mut TableBuilder,
    record: &Element,
    found: &Organizations,
    file: &str,
    draft: &mut Draft<'_>,
) {
    let Some(kind) = ORGANIZATIONS.iter().find(|kind| kind.name == record.name) else { return };
    let parent = kind.parents.iter().find_map(|parent| Reference::organization(record, parent, found, file));
    let address = physical_address(record);
    let state = address.map_or("", |address| address.text_at(&["StateAbbreviation"]));
    let coordinate = |name| address.map_or("", |address| address.text_at(&[name]));
    let (low, high) = grade_span(record, file, draft);
    let career_center =
        record.child("SchoolType").is_some_and(|school_type| descriptors::is("SchoolType", &school_type.text, CTE));
    organizations.push(
        record.line,
        &[
            ("organization_id", record.text_at(&[&format!("{}Id", record.name)])),
            ("parent_organization_id", parent.map_or("", |parent| parent.id)),
            ("name", record.text_at(&["NameOfInstitution"])),
            ("kind", if career_center { "career_center" } else { kind.kind }),
            ("nces_id", nces_id(record)),
            ("grade_low", low),
            ("grade_high", high),
            ("city", address.map_or("", |address| address.text_at(&["City"]))),
            ("state", descriptors::published("StateAbbreviation", state).unwrap_or_default()),
            ("latitude", coordinate("Latitude")),
            ("longitude", coordinate("Longitude")),
        ],
    );
}

fn physical_address(record: &Element) -> Option<&Element> {
    let is_physical =
        |address: &&Element| descriptors::is("AddressType", address.text_at(&["AddressType"]), "Physical");
    record.children("Address").find(is_physical)
}

fn nces_id(record: &Element) -> &str {
    let system = "EducationOrganizationIdentificationSystem";
    record
        .children("EducationOrganizationIdentificationCode")
        .find(|code| descriptors::is(system, code.text_at(&[system]), "NCES"))
        .map_or("", |code| code.text_at(&["IdentificationCode"]))
}

/// The lowest and the highest grade that a school offers, of those that can be ordered.
fn grade_span(record: &Element, file: &str, draft: &mut Draft<'_>) -> (&'static str, &'static str) {
    let mut grades: Vec<&'static str> = Vec::new();
    for grade in record.children("GradeLevel") {
        match GRADE_LEVEL.meaning(&grade.text) {
            Meaning::Code(code) => grades.push(code),
            Meaning::NoCode => {}
            Meaning::Unknown => draft.note(&unknown_descriptor(GRADE_LEVEL.name, file, grade)),
        }
    }
    let rank = |grade: &&&str| GRADE_LEVEL.rank(grade);
    let end = |grade: Option<&&'static str>| grade.copied().unwrap_or_default();
    (end(grades.iter().min_by_key(rank)), end(grades.iter().max_by_key(rank)))
}

fn push_course(courses: &mut TableBuilder, record: &Element, found: &Organizations, file: &str) {
    let id = course_id(record, found, file);
    let system = "CourseIdentificationSystem";
    let sced = record
        .children("CourseIdentificationCode")
        .find(|code| descriptors::is(system, code.text_at(&[system]), "SCED course code"))
        .map_or("", |code| code.text_at(&["IdentificationCode"]));
    let dual_credit = record
        .children("CourseLevelCharacteristic")
        .any(|characteristic| descriptors::is("CourseLevelCharacteristic", &characteristic.text, "Dual Credit"));
    courses.push(
        record.line,
        &[
            ("course_id", &id),
            ("title", record.text_at(&["CourseTitle"])),
            ("sced_code", sced),
            ("credits", credits(record)),
            // A list without it does not say that there is none.
            ("dual_credit", if dual_credit { "true" } else { "" }),
        ],
    );
}

/// Carnegie units, where the course always gives the same.
fn credits(record: &Element) -> &str {
    let of = |name: &str| {
        let credits = record.child(name)?;
        let kind = credits.text_at(&["CreditType"]);
        descriptors::is("CreditType", kind, "Carnegie unit").then(|| credits.text_at(&["Credits"]))
    };
    match (of("MinimumAvailableCredits"), of("MaximumAvailableCredits")) {
        (Some(least), Some(most)) if least == most => most,
        _ => "",
    }
}

fn push_program(
    programs: &mut TableBuilder,
    record: &Element,
    found: &mut Organizations,
    file: &str,
    draft: &mut Draft<'_>,
) {
    let organization = Reference::organization(record, "EducationOrganization", found, file);
    let organization = organization.map_or(String::new(), |organization| organization.id.to_owned());
    let (name, kind) = (record.text_at(&["ProgramName"]), record.text_at(&["ProgramType"]));
    let id = program_id(&organization, name);
    found.programs.insert((organization, name.to_owned(), kind.to_owned()));
    match (record.child("ProgramType"), descriptors::published("ProgramType", kind)) {
        (_, Some(CTE)) => programs.push(record.line, &[("program_id", &id), ("title", name)]),
        (Some(kind), None) => draft.note(&unknown_descriptor("ProgramType", file, kind)),
        _ => {}
    }
}
