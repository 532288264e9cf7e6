//! Ed-Fi interchanges: the XML files of the Ed-Fi Data Standard's bulk format.
//!
//! A file is known by its root element. What becomes of the records of an interchange:
//!
//! | interchange | record | table |
//! | --- | --- | --- |
//! | `EducationOrganization` | agencies, service centers, schools | `organizations` |
//! | | `Course` | `courses` |
//! | | `Program` of type Career and Technical Education | `programs` |
//! | `Student` | `Student` | `students` |
//! | `StudentEnrollment` | `StudentEducationOrganizationAssociation` | `students`: sex, ethnicity, races, State's id |
//! | | `StudentSchoolAssociation` | `enrollments` |
//! | `MasterSchedule` | `Section` of a CTE program | `program_courses` of its course, in its school year |
//! | `StudentTranscript` | `CourseTranscript` | `course_outcomes` |
//! | | `StudentAcademicRecord` | `diplomas` |
//! | `PostSecondaryEvent` | enrollments in college, degrees | `postsecondary_enrollments`, `postsecondary_awards` |
//! | `StudentProgram` | `StudentCTEProgramAssociation` | `program_participations` |
//! | | migrant, homeless, language, special education, section 504 | `student_populations` |
//!
//! What was fetched from the REST API ([`json`]) is read by the same words, and [`mappings`] may lie beside either.
//!
//! Texts are taken as they stand: an id with a space behind it is another id, which names nothing.

mod associations;
mod descriptors;
mod enrollments;
pub(crate) mod json;
mod mappings;
mod organizations;
mod postsecondary;
mod schedule;
mod students;
#[cfg(test)]
mod tests;
mod transcripts;
mod xml;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead, BufReader, Read},
    sync::Arc,
};

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use self::{
    json::Resource,
    mappings::Mappings,
    organizations::Organizations,
    xml::{Element, Records, XmlError},
};
use crate::{Extent, Progress, TableBuilder, draft::Draft, files::Files};

/// How many records lie between two reports of progress.
const PROGRESS_EVERY: u64 = 1024;

/// Whether there is an interchange among the files, or what was fetched from the API.
pub(super) fn is_among(files: &Files) -> bool {
    let any_csv = files.names().any(|name| name.to_ascii_lowercase().ends_with(".csv") && !mappings::is_mapping(name));
    !any_csv && files.names().any(|name| is_interchange(name) || json::resource_of(name).is_some())
}

/// Whether a file of that name may be an interchange.
fn is_interchange(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("xml"))
}

/// Reads every interchange that has rows for the bundle, those first that others refer to.
pub(super) fn read(files: &Files, draft: &mut Draft<'_>) {
    let mappings = Mappings::read(files, draft);
    draft.extent = if fetched_changes(files) { Extent::Changes } else { Extent::Part };
    let mut roots: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for name in files.names().filter(|name| *name != FETCH_STATE && !mappings::is_mapping(name)) {
        if let Some(interchange) = interchange_of(files, name, draft) {
            roots.entry(interchange).or_default().push(name);
        }
    }
    if roots.is_empty() {
        draft.refuse(nothing_to_read());
        return;
    }
    let of = |interchange: &str| roots.get(interchange).map_or(&[][..], Vec::as_slice);
    let mut package = Package { files, draft, mappings };
    let organizations = organizations::read(&mut package, of("EducationOrganization"));
    let demographics = enrollments::read(&mut package, of("StudentEnrollment"), &organizations);
    students::read(&mut package, of("Student"), &demographics);
    associations::read(&mut package, of("StudentProgram"), &organizations);
    schedule::read(&mut package, of("MasterSchedule"), &organizations);
    transcripts::read(&mut package, of("StudentTranscript"), &organizations);
    postsecondary::read(&mut package, of("PostSecondaryEvent"), &organizations);
}

/// Where a fetch keeps how far it came.
pub(crate) const FETCH_STATE: &str = "fetch.json";

/// Whether what was fetched are the changes since an earlier fetch.
fn fetched_changes(files: &Files) -> bool {
    let mut text = String::new();
    if files.size(FETCH_STATE).is_some() {
        // What cannot be read is none that Waymark wrote.
        let _ = files.open(FETCH_STATE, &mut |source| {
            let _ = source.take(STATE_BYTES).read_to_string(&mut text);
        });
    }
    let state: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    state.is_some_and(|state| state["since"].is_number())
}

/// No state of a fetch is longer.
const STATE_BYTES: u64 = 1 << 20;

/// The roots that are read, without `Interchange`, and the interchange of today's standard that each stands for.
const INTERCHANGES: &[(&str, &str)] = &[
    ("EducationOrganization", "EducationOrganization"),
    ("Student", "Student"),
    // Data Standard 3 and 4.
    ("StudentParent", "Student"),
    ("StudentEnrollment", "StudentEnrollment"),
    ("StudentProgram", "StudentProgram"),
    ("MasterSchedule", "MasterSchedule"),
    ("StudentTranscript", "StudentTranscript"),
    ("PostSecondaryEvent", "PostSecondaryEvent"),
];

/// The interchange that a file is; none where it is not read, which is said.
fn interchange_of(files: &Files, name: &str, draft: &mut Draft<'_>) -> Option<&'static str> {
    if let Some(resource) = json::resource_of(name) {
        return Some(resource.interchange);
    }
    if !is_interchange(name) {
        draft.note(&not_read(name, "this is no XML; the file is not read"));
        return None;
    }
    let mut found = None;
    let opened = files.open(name, &mut |source| {
        found = Some(Records::open(source).map(|records| records.root().to_owned()));
    });
    match (opened, found) {
        (Err(diagnostic), _) => draft.refuse(*diagnostic),
        (Ok(()), Some(Err((line, error)))) => draft.refuse(unreadable(name, line, &error)),
        (Ok(()), Some(Ok(root))) => {
            let kind = root.strip_prefix("Interchange").unwrap_or_default();
            let known = INTERCHANGES.iter().find(|(known, _)| *known == kind);
            if known.is_none() {
                draft.note(&not_read(name, "nothing in the bundle is made of this; the file is not read").value(&root));
            }
            return known.map(|(_, interchange)| *interchange);
        }
        (Ok(()), None) => {}
    }
    None
}

/// The files of the package, and what becomes of them.
struct Package<'p, 'd> {
    files: &'p Files,
    draft: &'p mut Draft<'d>,
    mappings: Mappings,
}

impl Package<'_, '_> {
    /// Hands every wanted record of a file to `take`. What makes the file unfit goes to [`Draft::refuse`].
    fn read(&mut self, file: &str, wanted: &[&str], take: &mut dyn FnMut(&mut Draft<'_>, &Element)) {
        let size = self.files.size(file).unwrap_or_default();
        let (draft, mappings) = (&mut *self.draft, &self.mappings);
        let mut take = |draft: &mut Draft<'_>, record: &mut Element| {
            mappings.translate(record);
            take(draft, record);
        };
        let opened = match json::resource_of(file) {
            Some(resource) if !wanted.contains(&resource.record) => return,
            Some(resource) => self.files.open(file, &mut |source| {
                if let Err(diagnostic) = read_lines(source, file, size, resource, mappings, draft, &mut take) {
                    draft.refuse(*diagnostic);
                }
            }),
            None => self.files.open(file, &mut |source| {
                if let Err((line, error)) = read_records(source, file, size, wanted, draft, &mut take) {
                    draft.refuse(unreadable(file, line, &error));
                }
            }),
        };
        if let Err(diagnostic) = opened {
            self.draft.refuse(*diagnostic);
        }
    }

    /// A builder for the rows that a file has for a table.
    fn table(&self, name: &str, file: &str) -> TableBuilder {
        let Some(table) = Table::named(name) else { unreachable!("`{name}` is a table of the bundle") };
        let mut builder = self.draft.table(table, file);
        builder.bytes = self.files.size(file).unwrap_or_default();
        builder
    }
}

fn read_records(
    source: &mut dyn Read,
    file: &str,
    size: u64,
    wanted: &[&str],
    draft: &mut Draft<'_>,
    take: &mut dyn FnMut(&mut Draft<'_>, &mut Element),
) -> Result<(), (u64, XmlError)> {
    let mut records = Records::open(source)?;
    let mut count = 0_u64;
    while let Some(mut record) = records.next(|name| wanted.contains(&name))? {
        take(draft, &mut record);
        count += 1;
        if count.is_multiple_of(PROGRESS_EVERY) {
            draft.progress(Progress::Reading { file, bytes: records.bytes_read(), of: size });
        }
    }
    draft.progress(Progress::Reading { file, bytes: records.bytes_read(), of: size });
    Ok(())
}

/// Reads the records of a resource, one in each line.
fn read_lines(
    source: &mut dyn Read,
    file: &str,
    size: u64,
    resource: &'static Resource,
    mappings: &Mappings,
    draft: &mut Draft<'_>,
    take: &mut dyn FnMut(&mut Draft<'_>, &mut Element),
) -> Result<(), Box<Diagnostic>> {
    let mut lines = BufReader::new(source);
    let mut text = Vec::new();
    let (mut line, mut bytes) = (0_u64, 0_u64);
    loop {
        text.clear();
        let read = lines.by_ref().take(RECORD_BYTES).read_until(b'\n', &mut text);
        let read = read.map_err(|error| unreadable(file, line + 1, &XmlError::Io(error)))? as u64;
        if read == 0 {
            break;
        }
        (line, bytes) = (line + 1, bytes + read);
        if read == RECORD_BYTES {
            return Err(Box::new(unreadable(file, line, &XmlError::TooLarge)));
        }
        let mut object = serde_json::from_slice(&text).map_err(|error| malformed_json(file, line, &error))?;
        mappings.extend(resource.name, &mut object);
        take(draft, &mut json::element(resource, &object, line));
        if line.is_multiple_of(PROGRESS_EVERY) {
            draft.progress(Progress::Reading { file, bytes, of: size });
        }
    }
    draft.progress(Progress::Reading { file, bytes, of: size });
    Ok(())
}

/// Bytes of one record.
const RECORD_BYTES: u64 = 4 << 20;

fn malformed_json(file: &str, line: u64, error: &serde_json::Error) -> Box<Diagnostic> {
    let message = format!("this is no record in JSON: {error}");
    let diagnostic = Diagnostic::new("malformed_json", Severity::Fatal, Place::line(file, line), message);
    Box::new(diagnostic.help("it may have been cut off on its way; fetch it again"))
}

/// What an element refers to: the id, and the element that has it.
struct Reference<'e> {
    id: &'e str,
    element: &'e Element,
}

impl<'e> Reference<'e> {
    /// The organization that `holder` refers to by its child `SomethingReference`: by key (`SomethingIdentity`,
    /// `SomethingId`), or by the `id` of an element of the same file.
    fn organization(
        holder: &'e Element,
        something: &str,
        organizations: &'e Organizations,
        file: &str,
    ) -> Option<Self> {
        let reference = holder.child(&format!("{something}Reference"))?;
        if let Some(xml_id) = &reference.refers_to {
            let id = organizations.by_xml_id(file, xml_id).unwrap_or(xml_id);
            return Some(Self { id, element: reference });
        }
        // A district's parent district is named by the identity of any district.
        let kind = something.strip_prefix("Parent").unwrap_or(something);
        let key = reference.at(&[&format!("{kind}Identity"), &format!("{kind}Id")])?;
        Some(Self { id: &key.text, element: key })
    }
}

/// The student that a record is about.
fn student_id(record: &Element) -> &str {
    let reference = record.child("StudentReference");
    let by_xml_id = reference.and_then(|reference| reference.refers_to.as_deref());
    by_xml_id.unwrap_or_else(|| record.text_at(&["StudentReference", "StudentIdentity", "StudentUniqueId"]))
}

/// `true` and `1`, `false` and `0` (XML Schema, boolean); anything else as it stands.
fn boolean(text: &str) -> &str {
    match text {
        "1" => "true",
        "0" => "false",
        other => other,
    }
}

/// Says that a descriptor's value is none that Ed-Fi publishes.
fn unknown_descriptor(descriptor: &str, file: &str, element: &Element) -> Diagnostic {
    let place = Place::line(file, element.line).column(&element.name);
    let message = format!("this is no value of Ed-Fi's `{descriptor}Descriptor`");
    Diagnostic::new("unknown_descriptor", Severity::Warning, place, message)
        .value(&element.text)
        .expected(format!("a value that Ed-Fi publishes, beginning with `uri://ed-fi.org/{descriptor}Descriptor#`"))
        .help("it is taken as not known")
}

/// Says that the bundle cannot tell what a descriptor's value tells.
fn descriptor_without_code(descriptor: &str, file: &str, element: &Element) -> Diagnostic {
    let place = Place::line(file, element.line).column(&element.name);
    let message =
        format!("the bundle has no code for this value of `{descriptor}Descriptor`; it is taken as not known");
    Diagnostic::new("descriptor_without_code", Severity::Note, place, message).value(&element.text)
}

/// Sets a row aside, its values given by name.
fn set_aside(builder: &mut TableBuilder, line: u64, values: &[(&str, &str)], reasons: Vec<Diagnostic>) {
    let columns: Arc<[String]> = values.iter().map(|(name, _)| (*name).to_owned()).collect();
    builder.set_aside(line, columns, values.iter().map(|(_, value)| (*value).to_owned()).collect(), reasons);
}

/// Says that a reference leads nowhere.
fn reference_not_found(file: &str, element: &Element, value: &str, row: &str, likely: Option<String>) -> Diagnostic {
    let place = Place::line(file, element.line).column(&element.name);
    let message = format!("`{}` names no `{row}`", element.name);
    let diagnostic = Diagnostic::new("reference_not_found", Severity::Error, place, message)
        .value(value)
        .expected("one of these files, or one that is stored");
    match likely {
        Some(likely) => diagnostic.help(likely),
        None => diagnostic,
    }
}

fn not_read(file: &str, message: &str) -> Diagnostic {
    Diagnostic::new("file_not_read", Severity::Note, Place::file(file), message)
}

fn nothing_to_read() -> Diagnostic {
    let message = "no interchange with students, schools or programs is among the files";
    let expected: BTreeSet<String> = INTERCHANGES.iter().map(|(_, name)| format!("`Interchange{name}`")).collect();
    Diagnostic::new("nothing_to_read", Severity::Fatal, Place::file("."), message)
        .expected(format!("one of {}", expected.into_iter().collect::<Vec<_>>().join(", ")))
}

fn unreadable(file: &str, line: u64, error: &XmlError) -> Diagnostic {
    let fatal = |code: &str| Diagnostic::new(code, Severity::Fatal, Place::line(file, line), error.to_string());
    match error {
        XmlError::Io(io) if io.kind() == io::ErrorKind::InvalidData => {
            fatal("damaged_archive").help("it may have been cut off on its way; fetch it again")
        }
        XmlError::Io(_) => fatal("cannot_read"),
        XmlError::Encoding => fatal("wrong_encoding").expected("UTF-8"),
        XmlError::Malformed(_) => fatal("malformed_xml").help("it may have been cut off on its way; fetch it again"),
        XmlError::DocumentType => fatal("document_type").expected("an interchange without `<!DOCTYPE`"),
        XmlError::Entity(_) => {
            fatal("unknown_entity").expected("`&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`, or a number")
        }
        XmlError::TooDeep | XmlError::TooLarge => fatal("oversized_xml"),
    }
}
