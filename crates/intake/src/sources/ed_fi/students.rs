//! The `Student` interchange, and what associations with organizations say of students.

use std::{collections::BTreeMap, sync::Arc};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{
    Package, boolean, descriptor_without_code,
    descriptors::{self, Meaning, RACE, SEX},
    unknown_descriptor,
    xml::Element,
};
use crate::draft::Draft;

/// The columns of `students` for ethnicity and race.
const FLAGS: [&str; 6] = [
    "hispanic_or_latino",
    "american_indian_or_alaska_native",
    "asian",
    "black_or_african_american",
    "native_hawaiian_or_other_pacific_islander",
    "white",
];

/// What one or more records say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Said<T> {
    #[default]
    Nothing,
    One(T),
    /// Two that differ: nobody can tell which is right.
    Different,
}

impl<T: PartialEq> Said<T> {
    /// Whether it now differs and did not before.
    fn add(&mut self, value: T) -> bool {
        match self {
            Self::Nothing => *self = Self::One(value),
            Self::One(said) if *said != value => {
                *self = Self::Different;
                return true;
            }
            Self::One(_) | Self::Different => {}
        }
        false
    }

    fn get(&self) -> Option<&T> {
        match self {
            Self::One(value) => Some(value),
            Self::Nothing | Self::Different => None,
        }
    }
}

/// What the associations of one student with organizations say.
#[derive(Debug)]
struct Person {
    file: Arc<str>,
    line: u64,
    state_student_id: Said<String>,
    sex: Said<&'static str>,
    flags: [Said<bool>; FLAGS.len()],
}

/// What associations say of students.
#[derive(Debug, Default)]
pub(super) struct Demographics(BTreeMap<String, Person>);

impl Demographics {
    /// Takes over what a `StudentEducationOrganizationAssociation` says.
    pub(super) fn add(&mut self, student: &str, record: &Element, file: &Arc<str>, draft: &mut Draft<'_>) {
        let person = self.0.entry(student.to_owned()).or_insert_with(|| Person {
            file: Arc::clone(file),
            line: record.line,
            state_student_id: Said::Nothing,
            sex: Said::Nothing,
            flags: Default::default(),
        });
        let mut differing = Vec::new();
        if let Some(id) = state_student_id(record)
            && person.state_student_id.add(id.to_owned())
        {
            differing.push("state_student_id");
        }
        if let Some(sex) = sex(record, file, draft)
            && person.sex.add(sex)
        {
            differing.push("sex");
        }
        for ((said, value), name) in person.flags.iter_mut().zip(flags(record, file, draft)).zip(FLAGS) {
            if value.is_some_and(|value| said.add(value)) {
                differing.push(name);
            }
        }
        for column in differing {
            draft.note(&differs(file, record.line, column, student));
        }
    }
}

/// Reads students, with what is known of them from elsewhere.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str], demographics: &Demographics) {
    let mut unknown: BTreeMap<&str, &Person> =
        demographics.0.iter().map(|(id, person)| (id.as_str(), person)).collect();
    for file in files {
        let mut students = package.table("students", file);
        package.read(file, &["Student"], &mut |_, record| {
            let id = record.text_at(&["StudentUniqueId"]);
            unknown.remove(id);
            let person = demographics.0.get(id);
            let mut values = vec![
                ("student_id", id),
                ("first_name", record.text_at(&["Name", "FirstName"])),
                ("last_name", record.text_at(&["Name", "LastSurname"])),
                ("birth_date", record.text_at(&["BirthData", "BirthDate"])),
            ];
            if let Some(person) = person {
                values.push(("state_student_id", person.state_student_id.get().map_or("", String::as_str)));
                values.push(("sex", person.sex.get().copied().unwrap_or_default()));
                let flag = |said: &Said<bool>| said.get().map_or("", |yes| if *yes { "true" } else { "false" });
                values.extend(FLAGS.into_iter().zip(person.flags.iter().map(flag)));
            }
            students.push(record.line, &values);
        });
        package.draft.accept(students);
    }
    for (id, person) in unknown {
        package.draft.note(&nobody(id, person));
    }
}

fn state_student_id(record: &Element) -> Option<&str> {
    let system = "StudentIdentificationSystem";
    let is_state = |code: &&Element| descriptors::is(system, code.text_at(&[system]), "State");
    let code = record.children("StudentIdentificationCode").find(is_state)?;
    Some(code.text_at(&["IdentificationCode"])).filter(|id| !id.is_empty())
}

fn sex(record: &Element, file: &str, draft: &mut Draft<'_>) -> Option<&'static str> {
    let element = record.child("Sex")?;
    match SEX.meaning(&element.text) {
        Meaning::Code(code) => Some(code),
        Meaning::NoCode => None,
        Meaning::Unknown => {
            draft.note(&unknown_descriptor(SEX.name, file, element));
            None
        }
    }
}

/// Ethnicity and races, in the order of [`FLAGS`]. Who names races is not of the others, unless one of those named
/// cannot be told in the bundle; who names none has not answered.
fn flags(record: &Element, file: &str, draft: &mut Draft<'_>) -> [Option<bool>; FLAGS.len()] {
    let mut flags = [None; FLAGS.len()];
    let mut all_told = true;
    for race in record.children("Race") {
        match RACE.meaning(&race.text) {
            Meaning::Code(column) => {
                for (flag, _) in flags.iter_mut().zip(FLAGS).filter(|(_, name)| *name == column) {
                    *flag = Some(true);
                }
                continue;
            }
            Meaning::NoCode => draft.note(&descriptor_without_code(RACE.name, file, race)),
            Meaning::Unknown => draft.note(&unknown_descriptor(RACE.name, file, race)),
        }
        all_told = false;
    }
    if all_told && flags[1..].contains(&Some(true)) {
        for flag in &mut flags[1..] {
            flag.get_or_insert(false);
        }
    }
    if let Some(element) = record.child("HispanicLatinoEthnicity") {
        match boolean(&element.text) {
            "true" => flags[0] = Some(true),
            // Not over a race that says otherwise.
            "false" if flags[0].is_none() => flags[0] = Some(false),
            "false" => flags[0] = None,
            _ => draft.note(&not_boolean(file, element)),
        }
    }
    flags
}

fn not_boolean(file: &str, element: &Element) -> Diagnostic {
    let place = Place::line(file, element.line).column(&element.name);
    Diagnostic::new("bad_boolean", Severity::Warning, place, format!("`{}` is not true or false", element.name))
        .value(&element.text)
        .expected("`true` or `false`")
        .help("it is taken as not known")
}

fn differs(file: &str, line: u64, column: &str, student: &str) -> Diagnostic {
    let message = format!("another association of the student says something else of `{column}`");
    Diagnostic::new("associations_differ", Severity::Warning, Place::line(file, line).column(column), message)
        .value(student)
        .help("it is taken as not known; correct one of them")
}

fn nobody(student: &str, person: &Person) -> Diagnostic {
    let place = Place::line(&*person.file, person.line).column("StudentUniqueId");
    let message = "the association is with a student who is not among the students; what it says is not read";
    Diagnostic::new("reference_not_found", Severity::Warning, place, message).value(student)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_not_known() {
        let mut said = Said::Nothing;
        assert!(!said.add(1) && !said.add(1));
        assert_eq!(said.get(), Some(&1));
        assert!(said.add(2) && !said.add(3));
        assert_eq!(said.get(), None);
    }
}
