//! The `StudentEnrollment` interchange: students in schools, and what organizations say of their students.

use std::sync::Arc;

use chrono::NaiveDate;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::{
    SchoolYear,
    bundle::{Kind, Table},
};

use super::{
    Package, Reference, descriptor_without_code,
    descriptors::{self, EXIT_TYPE, GRADE_LEVEL, Meaning},
    organizations::Organizations,
    set_aside, student_id,
    students::Demographics,
    unknown_descriptor,
    xml::Element,
};
use crate::{TableBuilder, draft::Draft};

/// Ways out of an enrollment that never was.
const NEVER_ENROLLED: &[&str] = &["No show", "Invalid enrollment"];

/// Reads enrollments into their table, and gives back what is said of the students.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str], organizations: &Organizations) -> Demographics {
    let mut demographics = Demographics::default();
    for file in files {
        let name: Arc<str> = Arc::from(*file);
        let mut enrollments = package.table("enrollments", file);
        let mut passed_over = PassedOver::default();
        let wanted = ["StudentSchoolAssociation", "StudentEducationOrganizationAssociation"];
        package.read(file, &wanted, &mut |draft, record| {
            if record.name == "StudentSchoolAssociation" {
                push(&mut enrollments, record, organizations, &name, draft, &mut passed_over);
            } else {
                demographics.add(student_id(record), record, &name, draft);
            }
        });
        package.draft.accept(enrollments);
        passed_over.note(package.draft, file);
    }
    demographics
}

/// Enrollments that are none in the bundle.
#[derive(Debug, Default)]
struct PassedOver {
    other_grades: u64,
    never_enrolled: u64,
}

impl PassedOver {
    fn note(&self, draft: &mut Draft<'_>, file: &str) {
        let mut note = |code: &str, count: u64, why: &str| {
            if count > 0 {
                let message = format!("{count} enrollments {why}; they are not read");
                draft.note(&Diagnostic::new(code, Severity::Note, Place::file(file), message));
            }
        };
        note("grade_outside_bundle", self.other_grades, "are in grades outside 06 to 12");
        note("never_enrolled", self.never_enrolled, "ended as `No show` or `Invalid enrollment`");
    }
}

fn push(
    enrollments: &mut TableBuilder,
    record: &Element,
    organizations: &Organizations,
    file: &str,
    draft: &mut Draft<'_>,
    passed_over: &mut PassedOver,
) {
    let grade = record.child("EntryGradeLevel");
    let grade_level = match grade.map(|grade| GRADE_LEVEL.meaning(&grade.text)) {
        Some(Meaning::Code(code)) if is_grade(code) => code,
        Some(Meaning::Code(_) | Meaning::NoCode) => {
            passed_over.other_grades += 1;
            return;
        }
        Some(Meaning::Unknown) | None => "",
    };
    let exit = record.child("ExitWithdrawType");
    let exit_value = exit.and_then(|exit| descriptors::published(EXIT_TYPE.name, &exit.text));
    if exit_value.is_some_and(|value| NEVER_ENROLLED.contains(&value)) {
        passed_over.never_enrolled += 1;
        return;
    }
    let entry_date = record.text_at(&["EntryDate"]);
    let year = school_year(record.text_at(&["SchoolYear"]), entry_date);
    let school = Reference::organization(record, "School", organizations, file);
    let values = [
        ("student_id", student_id(record)),
        ("organization_id", school.map_or("", |school| school.id)),
        ("school_year", &year),
        ("grade_level", grade_level),
        ("entry_date", entry_date),
        ("exit_date", record.text_at(&["ExitWithdrawDate"])),
        ("exit_type", exit.map_or("", |exit| exit_type(exit, file, draft))),
    ];
    match grade.filter(|_| grade_level.is_empty()) {
        Some(grade) => {
            let mut reason = unknown_descriptor(GRADE_LEVEL.name, file, grade);
            reason.severity = Severity::Error;
            reason.help = None;
            set_aside(enrollments, record.line, &values, vec![reason]);
        }
        None => enrollments.push(record.line, &values),
    }
}

fn is_grade(code: &str) -> bool {
    let column = Table::named("enrollments").and_then(|table| table.column("grade_level"));
    matches!(column.map(|column| column.kind), Some(Kind::Code(codes)) if codes.contains(&code))
}

fn exit_type(exit: &Element, file: &str, draft: &mut Draft<'_>) -> &'static str {
    match EXIT_TYPE.meaning(&exit.text) {
        Meaning::Code(code) => return code,
        Meaning::NoCode => draft.note(&descriptor_without_code(EXIT_TYPE.name, file, exit)),
        Meaning::Unknown => draft.note(&unknown_descriptor(EXIT_TYPE.name, file, exit)),
    }
    ""
}

/// The school year of an association: as it says (`2021-2022`), or else the one in which it begins.
pub(super) fn school_year(said: &str, entry_date: &str) -> String {
    if said.is_empty() {
        let begun = entry_date.parse::<NaiveDate>().ok().and_then(SchoolYear::containing);
        return begun.map(|year| year.to_string()).unwrap_or_default();
    }
    match said.split_once('-') {
        Some((first, second)) if first.len() == 4 && second.len() == 4 && second.is_ascii() => {
            let year = first.parse().ok().and_then(SchoolYear::starting);
            let year = year.filter(|year| year.second().to_string() == second);
            year.map_or_else(|| said.to_owned(), |year| year.to_string())
        }
        _ => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_year_is_said_or_follows_from_the_entry() {
        assert_eq!(school_year("2021-2022", "2020-09-01"), "2021-22");
        assert_eq!(school_year("", "2021-06-30"), "2020-21");
        assert_eq!(school_year("", "soon"), "");
        // What is none is left for the reader of the column to tell.
        assert_eq!(school_year("2021-2023", "2021-08-30"), "2021-2023");
        assert_eq!(school_year("2022", "2021-08-30"), "2022");
    }
}
