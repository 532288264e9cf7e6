//! School years, organizations, courses and classes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::SchoolYear;

use super::{
    Reader, accept,
    csv::{Row, list},
    layout::File,
};
use crate::draft::Draft;

/// `orgs.type` and `organizations.kind`. `local` is a local education agency.
const KINDS: &[(&str, &str)] =
    &[("school", "school"), ("district", "district"), ("local", "district"), ("state", "state")];
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
}

#[derive(Debug)]
struct Class {
    school: String,
    terms: Vec<String>,
}

impl Places {
    /// A row of `academicSessions`.
    pub(super) fn add_session(&mut self, draft: &mut Draft<'_>, row: Row<'_>) {
        if !row.reasons.is_empty() {
            return row.set_aside(None, draft);
        }
        match session(&row) {
            Some(session) => {
                self.sessions.insert(row.get("sourcedId").to_owned(), session);
            }
            None => draft.note(&no_school_year(&row)),
        }
    }

    /// Reads `orgs`.
    pub(super) fn read_organizations(
        &mut self,
        reader: &mut Reader<'_>,
        draft: &mut Draft<'_>,
        layout: &'static File,
        file: &Arc<str>,
    ) -> u64 {
        let mut builder = reader.table(draft, "organizations", file);
        let rows = reader.read(draft, layout, file, &mut |draft, row| {
            if !row.reasons.is_empty() {
                return row.set_aside(Some(&mut builder), draft);
            }
            let organization = Organization {
                line: row.line,
                parent: row.get("parentSourcedId").to_owned(),
                name: row.get("name").to_owned(),
                kind: row.get("type").to_owned(),
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
                ("kind", kind.map_or(organization.kind.as_str(), |(_, kind)| *kind)),
            ];
            builder.push(organization.line, &values);
        }
        accept(draft, builder, rows);
        if without_kind > 0 {
            draft.note(&no_organizations(file, without_kind));
        }
        rows
    }

    /// The organization itself, or the nearest above it that the bundle has.
    fn kept<'o>(&'o self, id: &'o str) -> &'o str {
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
    pub(super) fn add_class(&mut self, draft: &mut Draft<'_>, row: Row<'_>) {
        if !row.reasons.is_empty() {
            return row.set_aside(None, draft);
        }
        let class = Class {
            school: row.get("schoolSourcedId").to_owned(),
            terms: list(row.get("termSourcedIds")).map(str::to_owned).collect(),
        };
        self.classes.insert(row.get("sourcedId").to_owned(), class);
    }

    /// The school of a class.
    pub(super) fn school_of(&self, class: &str) -> &str {
        self.classes.get(class).map_or("", |class| self.kept(&class.school))
    }

    /// The school years in which a class is held, each with the first day of its first term.
    pub(super) fn years_of(&self, class: &str) -> BTreeMap<SchoolYear, NaiveDate> {
        let mut years = BTreeMap::new();
        let terms = self.classes.get(class).map_or(&[][..], |class| class.terms.as_slice());
        for session in terms.iter().filter_map(|term| self.sessions.get(term)) {
            let start = years.entry(session.year).or_insert(session.start);
            *start = session.start.min(*start);
        }
        years
    }
}

/// `schoolYear` is the calendar year in which the school year ends; where it is empty, the year follows from the start.
fn session(row: &Row<'_>) -> Option<Session> {
    let start = row.get("startDate").parse().ok()?;
    let ends = row.get("schoolYear");
    let year = if ends.is_empty() {
        SchoolYear::containing(start)
    } else {
        ends.parse::<u16>().ok().and_then(|ends| ends.checked_sub(1)).and_then(SchoolYear::starting)
    };
    Some(Session { year: year?, start })
}

/// Reads `courses`.
pub(super) fn read_courses(
    reader: &mut Reader<'_>,
    draft: &mut Draft<'_>,
    layout: &'static File,
    file: &Arc<str>,
) -> u64 {
    let mut courses = reader.table(draft, "courses", file);
    let rows = reader.read(draft, layout, file, &mut |draft, row| {
        if !row.reasons.is_empty() {
            return row.set_aside(Some(&mut courses), draft);
        }
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
