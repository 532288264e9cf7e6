//! The `StudentProgram` interchange: students in CTE programs, and memberships that make a special population.

use waymark_diagnostics::Diagnostic;

use super::{
    Package, Reference,
    organizations::{Organizations, program_id},
    reference_not_found, set_aside, student_id,
    xml::Element,
};
use crate::{TableBuilder, draft::Draft, suggest};

const CTE: &str = "StudentCTEProgramAssociation";
const ORGANIZATION: &str = "EducationOrganization";

/// Associations with programs that only members of a population are in:
/// migrant education (20 U.S.C. 6399), services for homeless children (42 U.S.C. 11434a), language instruction for English
/// learners (20 U.S.C. 7011), special education (20 U.S.C. 1401) and section 504 (29 U.S.C. 705), both of which are
/// disabilities under Perkins V (20 U.S.C. 2302(27)). School meals are not among them: whole schools may have them free.
const POPULATIONS: &[(&str, &str)] = &[
    ("StudentMigrantEducationProgramAssociation", "migrant"),
    ("StudentHomelessProgramAssociation", "homeless"),
    ("StudentLanguageInstructionProgramAssociation", "english_learner"),
    ("StudentSpecialEducationProgramAssociation", "disability"),
    ("StudentSection504ProgramAssociation", "disability"),
];

/// Reads the associations.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str], organizations: &Organizations) {
    let wanted: Vec<&str> = POPULATIONS.iter().map(|(name, _)| *name).chain([CTE]).collect();
    for file in files {
        let mut participations = package.table("program_participations", file);
        let mut populations = package.table("student_populations", file);
        package.read(file, &wanted, &mut |draft, record| {
            let association = Association::of(record, organizations, file);
            let reasons = association.broken_references(organizations, file, draft);
            match POPULATIONS.iter().find(|(name, _)| *name == record.name) {
                Some((_, population)) => push_population(&mut populations, &association, population, reasons),
                None => push_participation(&mut participations, &association, reasons),
            }
        });
        package.draft.accept(participations);
        package.draft.accept(populations);
    }
}

/// An association of a student with a program.
struct Association<'e> {
    record: &'e Element,
    /// The organization that the program is of.
    program_of: Option<Reference<'e>>,
    program: Option<&'e Element>,
    /// The organization that the student is served by.
    organization: Option<Reference<'e>>,
}

impl<'e> Association<'e> {
    fn of(record: &'e Element, organizations: &'e Organizations, file: &str) -> Self {
        let organization = |holder| Reference::organization(holder, ORGANIZATION, organizations, file);
        let program = record.at(&["ProgramReference", "ProgramIdentity"]);
        Self { record, program_of: program.and_then(organization), program, organization: organization(record) }
    }

    fn program_id(&self) -> String {
        match (&self.program_of, self.program) {
            (Some(organization), Some(program)) => program_id(organization.id, program.text_at(&["ProgramName"])),
            _ => String::new(),
        }
    }

    /// References to organizations and programs that are not there. Those to students are checked with all others.
    fn broken_references(&self, organizations: &Organizations, file: &str, draft: &Draft<'_>) -> Vec<Diagnostic> {
        let mut reasons = Vec::new();
        for reference in [&self.program_of, &self.organization].into_iter().flatten() {
            if !organizations.has(reference.id) && !draft.options.known.has("organizations", reference.id) {
                let likely = likely(reference.id, organizations);
                reasons.push(reference_not_found(file, reference.element, reference.id, ORGANIZATION, likely));
            }
        }
        if let (true, Some(organization), Some(program)) = (reasons.is_empty(), &self.program_of, self.program) {
            let (name, kind) = (program.text_at(&["ProgramName"]), program.text_at(&["ProgramType"]));
            if organizations.has_program(organization.id, name, kind) == Some(false) {
                let value = format!("{name} of {}, {kind}", organization.id);
                reasons.push(reference_not_found(file, program, &value, "Program", None));
            }
        }
        reasons
    }
}

fn likely(id: &str, organizations: &Organizations) -> Option<String> {
    let nearest = suggest::nearest(id, organizations.ids())?;
    let space = if id != nearest && id.trim() == nearest { ", without the space around it" } else { "" };
    Some(format!("did you mean `{nearest}`{space}?"))
}

fn push_participation(participations: &mut TableBuilder, association: &Association<'_>, reasons: Vec<Diagnostic>) {
    let record = association.record;
    let values = [
        ("student_id", student_id(record)),
        ("program_id", &association.program_id()),
        ("organization_id", association.organization.as_ref().map_or("", |organization| organization.id)),
        ("begin_date", record.text_at(&["BeginDate"])),
        ("end_date", record.text_at(&["EndDate"])),
        ("source", "Ed-Fi StudentCTEProgramAssociation"),
    ];
    push(participations, record, &values, reasons);
}

fn push_population(
    populations: &mut TableBuilder,
    association: &Association<'_>,
    population: &str,
    reasons: Vec<Diagnostic>,
) {
    let record = association.record;
    let values = [
        ("student_id", student_id(record)),
        ("population", population),
        ("begin_date", record.text_at(&["BeginDate"])),
        ("end_date", record.text_at(&["EndDate"])),
    ];
    push(populations, record, &values, reasons);
}

fn push(builder: &mut TableBuilder, record: &Element, values: &[(&str, &str)], reasons: Vec<Diagnostic>) {
    if reasons.is_empty() {
        builder.push(record.line, values);
    } else {
        set_aside(builder, record.line, values, reasons);
    }
}
