//! School years, organizations, courses and classes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::SchoolYear;

use super::{
    PackageFile, Reader, accept,
    csv::{Row, list},
    layout::File,
};
use crate::draft::Draft;

/// `orgs.type` and `organizations.kind`. `local` is a local education agency; the last three are of School Data Sync.
const KINDS: &[(&str, &str)] = &[
    ("school", "school"),
    ("district", "district"),
    ("local", "district"),
    ("state", "state"),
    ("college", "postsecondary"),
    ("university", "postsecondary"),
    ("ministryOfEducation", "state"),
];
/// The column in which a package of Waymark's says what kind of organization a `school` is.
pub(crate) const OWN_KIND: &str = "metadata.waymarkKind";
/// What it may say.
pub(crate) const KINDS_OF_SCHOOLS: &[&str] = &["career_center", "postsecondary"];
/// Types that are no organizations of a bundle; what is below them is below what they are part of.
const WITHOUT_KIND: &[&str] = &["department", "national"];

/// Files that rows of the bundle are made of.
pub(super) fn has_rows(layout: &File) -> bool {
    ["orgs", "users", "courses"].contains(&layout.name)
}

/// When and where classes are held.
#[derive(Debug, Default)]
pub(super) struct Places {
    sessions: BTreeMap<String, Session>,
    organizations: BTreeMap<String, Organization>,
    classes: BTreeMap<String, Class>,
}

/// A term, or a whole year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub(super) year: SchoolYear,
    pub(super) start: NaiveDate,
}

#[derive(Debug)]
struct Organization {
    line: u64,
    parent: String,
    name: String,
    kind: String,
    /// `organizations.kind`, where the package says it.
    own_kind: Option<String>,
}

#[derive(Debug)]
struct Class {
    school: String,
    terms: Vec<String>,
}

impl Places {
    /// A row of `academicSessions`.
    pub(super) fn add_session(&mut self, draft: &mut Draft<'_>, row: &Row<'_>) {
        match session(row, draft) {
            Some(session) => {
                self.sessions.insert(row.get("sourcedId").to_owned(), session);
            }
            None => draft.note(&no_school_year(row)),
        }
    }

    /// Reads `orgs`.
    pub(super) fn read_organizations(
        &mut self,
        reader: &mut Reader<'_>,
        draft: &mut Draft<'_>,
        file: &PackageFile<'_>,
    ) -> u64 {
        let types: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).chain(WITHOUT_KIND.iter().copied()).collect();
        let (mut builder, rows) = reader.read_table(draft, file, "organizations", &mut |_, draft, row| {
            // A package that Waymark wrote says what kind of school it is.
            let own = row.get(OWN_KIND);
            let organization = Organization {
                line: row.line,
                parent: row.get("parentSourcedId").to_owned(),
                name: row.get("name").to_owned(),
                kind: row.code(draft, "type", &types).to_owned(),
                own_kind: KINDS_OF_SCHOOLS.contains(&own).then(|| own.to_owned()),
            };
            self.organizations.insert(row.get("sourcedId").to_owned(), organization);
        });
        let mut by_line: Vec<_> = self.organizations.iter().collect();
        by_line.sort_by_key(|(_, organization)| organization.line);
        let mut without_kind = 0;
        for (id, organization) in by_line {
            if WITHOUT_KIND.contains(&organization.kind.as_str()) {
                without_kind += 1;
                continue;
            }
            let kind = KINDS.iter().find(|(kind, _)| *kind == organization.kind);
            let values = [
                ("organization_id", id.as_str()),
                ("parent_organization_id", self.kept(&organization.parent)),
                ("name", &organization.name),
                // A type that is not known is left for the reader of the column to tell.
                (
                    "kind",
                    organization.own_kind.as_deref().or(kind.map(|(_, kind)| *kind)).unwrap_or(&organization.kind),
                ),
            ];
            builder.push(organization.line, &values);
        }
        accept(draft, builder, rows);
        if without_kind > 0 {
            draft.note(&no_organizations(&file.name, without_kind));
        }
        rows
    }

    /// The organization itself, or the nearest above it that the bundle has.
    pub(super) fn kept<'o>(&'o self, id: &'o str) -> &'o str {
        let mut seen = BTreeSet::new();
        let mut kept = id;
        while let Some(organization) = self.organizations.get(kept) {
            if !WITHOUT_KIND.contains(&organization.kind.as_str()) || !seen.insert(kept) {
                break;
            }
            kept = &organization.parent;
        }
        kept
    }

    /// A row of `classes`.
    pub(super) fn add_class(&mut self, row: &Row<'_>) {
        let class = Class {
            school: row.get("schoolSourcedId").to_owned(),
            terms: list(row.get("termSourcedIds")).map(str::to_owned).collect(),
        };
        self.classes.insert(row.get("sourcedId").to_owned(), class);
    }

    /// The school of a class; `said` where the class is not in the package.
    pub(super) fn school_of<'s>(&'s self, class: &str, said: &'s str) -> &'s str {
        self.kept(self.classes.get(class).map_or(said, |class| &class.school))
    }

    /// Whether students go to the organization.
    pub(super) fn is_school(&self, organization: &str) -> bool {
        self.organizations.get(organization).is_some_and(|organization| organization.kind == "school")
    }

    /// The school years of the package, each with the first day of its first session.
    pub(super) fn years(&self) -> BTreeMap<SchoolYear, NaiveDate> {
        first_days(self.sessions.values())
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.classes.contains_key(class)
    }

    /// The school years in which a class is held, each with the first day of its first term.
    pub(super) fn years_of(&self, class: &str) -> BTreeMap<SchoolYear, NaiveDate> {
        let terms = self.classes.get(class).map_or(&[][..], |class| class.terms.as_slice());
        first_days(terms.iter().filter_map(|term| self.sessions.get(term)))
    }
}

/// The school years of sessions, each with the first day of its first.
fn first_days<'s>(sessions: impl Iterator<Item = &'s Session>) -> BTreeMap<SchoolYear, NaiveDate> {
    let mut years = BTreeMap::new();
    for session in sessions {
        let start = years.entry(session.year).or_insert(session.start);
        *start = session.start.min(*start);
    }
    years
}

/// `schoolYear` is the calendar year in which the school year ends; where it is empty, the year follows from the start.
/// So it does where the session begins after the year that is said is over: some write the year in which it begins.
fn session(row: &Row<'_>, draft: &mut Draft<'_>) -> Option<Session> {
    let start = row.day(draft, "startDate").parse().ok()?;
    let ends = row.get("schoolYear");
    if ends.is_empty() {
        return Some(Session { year: SchoolYear::containing(start)?, start });
    }
    let year = ends.parse::<u16>().ok().and_then(|ends| ends.checked_sub(1)).and_then(SchoolYear::starting)?;
    let begins = SchoolYear::containing(start)?;
    if begins <= year {
        return Some(Session { year, start });
    }
    if begins.first().to_string() == ends {
        draft.note(&year_by_its_begin(row, begins));
        return Some(Session { year: begins, start });
    }
    None
}

/// Reads `courses`.
pub(super) fn read_courses(reader: &mut Reader<'_>, draft: &mut Draft<'_>, file: &PackageFile<'_>) -> u64 {
    let (courses, rows) = reader.read_table(draft, file, "courses", &mut |courses, _, row| {
        let values = [
            ("course_id", row.get("sourcedId")),
            ("title", row.get("title")),
            ("sced_code", sced_code(row.get("subjectCodes"))),
        ];
        courses.push(row.line, &values);
    });
    accept(draft, courses, rows);
    rows
}

/// The only subject code, where it has the form of a SCED code: 5 digits, or all 12 characters. States have codes of
/// their own in the same place.
fn sced_code(subject_codes: &str) -> &str {
    let mut codes = list(subject_codes);
    match (codes.next(), codes.next()) {
        (Some(code), None) if is_sced(code) => code,
        _ => "",
    }
}

fn is_sced(code: &str) -> bool {
    let subject = code.len() >= 5 && code.bytes().take(5).all(|byte| byte.is_ascii_digit());
    subject && matches!(code.len(), 5 | 12)
}

fn year_by_its_begin(row: &Row<'_>, year: SchoolYear) -> Diagnostic {
    let message = format!("`schoolYear` is the calendar year in which the session begins; it is read as {year}");
    Diagnostic::new("school_year_by_its_begin", Severity::Warning, row.place("schoolYear"), message)
        .value(row.get("schoolYear"))
        .expected("the calendar year in which the school year ends")
}

fn no_school_year(row: &Row<'_>) -> Diagnostic {
    let message = "the session is in no school year; classes of it have no enrollments";
    Diagnostic::new("session_without_year", Severity::Warning, row.place("startDate"), message)
        .value(row.get("startDate"))
        .expected("`startDate` as `YYYY-MM-DD`, and `schoolYear` as the calendar year in which the school year ends")
}

fn no_organizations(file: &str, count: usize) -> Diagnostic {
    let message = format!("{count} departments or national bodies are no organizations of a bundle; they are not read");
    Diagnostic::new("organization_not_read", Severity::Note, Place::file(file), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_a_sced_code_is_one() {
        assert_eq!(sced_code("13207"), "13207");
        assert_eq!(sced_code("13207G0.5011"), "13207G0.5011");
        for other in ["", "MATH", "1320", "132070", "13207,13208"] {
            assert_eq!(sced_code(other), "", "{other}");
        }
    }
}
