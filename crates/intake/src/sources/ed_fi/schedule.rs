//! The `MasterSchedule` interchange: which courses were given as part of a CTE program, by the programs of their sections.

use std::collections::BTreeMap;

use super::{
    Package, Reference,
    descriptors::published,
    enrollments::school_year,
    organizations::{CTE, Organizations, course_id, program_id},
    xml::Element,
};

/// What tells a course offering from others: code, school, school year, session.
type Offering = (String, String, String, String);

/// Reads the programs of sections; first the offerings, which say of which course a section is.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str], organizations: &Organizations) {
    let mut offerings: BTreeMap<Offering, String> = BTreeMap::new();
    let mut by_xml_id: BTreeMap<(String, String), Offering> = BTreeMap::new();
    for file in files {
        package.read(file, &["CourseOffering"], &mut |_, record| {
            let key = offering(record, organizations, file);
            if let Some(course) = record.at(&["CourseReference", "CourseIdentity"]) {
                offerings.insert(key.clone(), course_id(course, organizations, file));
            }
            if let Some(id) = &record.id {
                by_xml_id.insert(((*file).to_owned(), id.clone()), key);
            }
        });
    }
    for file in files {
        // Many sections say the same of a course.
        let mut ties: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        package.read(file, &["Section"], &mut |_, record| {
            let Some(reference) = record.child("CourseOfferingReference") else { return };
            let referred = reference.refers_to.as_ref().and_then(|id| by_xml_id.get(&((*file).to_owned(), id.clone())));
            let by_key = || reference.child("CourseOfferingIdentity").map(|key| offering(key, organizations, file));
            let Some(key) = referred.cloned().or_else(by_key) else { return };
            let Some(course) = offerings.get(&key) else { return };
            for program in record.children("ProgramReference").filter_map(|program| program.child("ProgramIdentity")) {
                if published("ProgramType", program.text_at(&["ProgramType"])) != Some(CTE) {
                    continue;
                }
                let of = Reference::organization(program, "EducationOrganization", organizations, file);
                let id = program_id(of.map_or("", |of| of.id), program.text_at(&["ProgramName"]));
                ties.entry((id, course.clone(), key.2.clone())).or_insert(record.line);
            }
        });
        let mut program_courses = package.table("program_courses", file);
        let mut ties: Vec<_> = ties.into_iter().collect();
        ties.sort_by_key(|(_, line)| *line);
        for ((program, course, year), line) in &ties {
            let values =
                [("program_id", program.as_str()), ("course_id", course), ("begin_year", year), ("end_year", year)];
            program_courses.push(*line, &values);
        }
        package.draft.accept(program_courses);
    }
}

fn offering(key: &Element, organizations: &Organizations, file: &str) -> Offering {
    let school = Reference::organization(key, "School", organizations, file);
    let session = ["SessionReference", "SessionIdentity"];
    let year = key.at(&session).map_or("", |session| session.text_at(&["SchoolYear"]));
    let name = key.at(&session).map_or("", |session| session.text_at(&["SessionName"]));
    let school = school.map_or("", |school| school.id).to_owned();
    (key.text_at(&["LocalCourseCode"]).to_owned(), school, school_year(year, ""), name.to_owned())
}
