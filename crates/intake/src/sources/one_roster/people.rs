//! Who is a student.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use super::{Reader, accept, csv::Row, layout::File};
use crate::{TableBuilder, draft::Draft, suggest, value};

pub(super) const STUDENT: &str = "student";
/// Roles of 1.1 and 1.2; those of a vendor begin with `ext:`.
const ROLES: &[&str] = &[
    STUDENT,
    "administrator",
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "systemAdministrator",
    "teacher",
];

/// `demographics.sex` and `students.sex`; `unspecified` is not known.
const SEX: &[(&str, &str)] = &[("female", "F"), ("male", "M"), ("other", "X"), ("unspecified", "")];

/// Columns of `demographics` and of `students` that are true or false.
const FLAGS: &[(&str, &str)] = &[
    ("hispanicOrLatinoEthnicity", "hispanic_or_latino"),
    ("americanIndianOrAlaskaNative", "american_indian_or_alaska_native"),
    ("asian", "asian"),
    ("blackOrAfricanAmerican", "black_or_african_american"),
    ("nativeHawaiianOrOtherPacificIslander", "native_hawaiian_or_other_pacific_islander"),
    ("white", "white"),
];

/// `users.grades` and `enrollments.grade_level` (codes as in CEDS Grade Level; some write them without the zero).
const GRADES: &[(&str, &str)] = &[
    ("06", "06"),
    ("07", "07"),
    ("08", "08"),
    ("09", "09"),
    ("10", "10"),
    ("11", "11"),
    ("12", "12"),
    ("6", "06"),
    ("7", "07"),
    ("8", "08"),
    ("9", "09"),
];
const OTHER_GRADES: &[&str] = &[
    "IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "13", "1", "2", "3", "4", "5", "AE", "PS", "UG",
    "Other",
];

/// What a user's grade is in the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade<'g> {
    /// 06 to 12; or, as it stands, what is no grade.
    Of(&'g str),
    /// A grade below or above.
    Outside,
}

#[derive(Debug)]
struct User {
    line: u64,
    first_name: String,
    last_name: String,
    grades: String,
    /// Columns of `students` from `demographics`.
    demographics: Vec<(&'static str, String)>,
}

/// Everybody in the package.
#[derive(Debug, Default)]
pub(super) struct People {
    users: BTreeMap<String, User>,
    students: BTreeSet<String>,
    /// The builder for students, and the rows of the file of users.
    table: Option<(TableBuilder, u64)>,
}

impl People {
    /// Reads `users`. Students are told by their role, which 1.2 has in a file of its own.
    pub(super) fn read_users(
        &mut self,
        reader: &mut Reader<'_>,
        draft: &mut Draft<'_>,
        layout: &'static File,
        file: &Arc<str>,
    ) -> u64 {
        let mut students = reader.table(draft, "students", file);
        let rows = reader.read(draft, layout, file, &mut |draft, row| {
            if !row.reasons.is_empty() {
                return row.set_aside(Some(&mut students), draft);
            }
            let id = row.get("sourcedId").to_owned();
            if is_student(&row, draft) {
                self.students.insert(id.clone());
            }
            let user = User {
                line: row.line,
                first_name: row.get("givenName").to_owned(),
                last_name: row.get("familyName").to_owned(),
                grades: row.get("grades").to_owned(),
                demographics: Vec::new(),
            };
            self.users.insert(id, user);
        });
        self.table = Some((students, rows));
        rows
    }

    /// A row of `roles`.
    pub(super) fn add_role(&mut self, draft: &mut Draft<'_>, row: Row<'_>) {
        if !row.reasons.is_empty() {
            return row.set_aside(None, draft);
        }
        if is_student(&row, draft) {
            self.students.insert(row.get("userSourcedId").to_owned());
        }
    }

    /// A row of `demographics`; what cannot be read is taken as not known.
    pub(super) fn add_demographics(&mut self, draft: &mut Draft<'_>, row: Row<'_>) {
        if !row.reasons.is_empty() {
            return row.set_aside(None, draft);
        }
        let mut demographics =
            vec![("birth_date", checked(draft, &row, "birthDate", "birth_date", row.get("birthDate")))];
        let sex = row.get("sex");
        let code = SEX.iter().find(|(name, _)| *name == sex).map_or(sex, |(_, code)| code);
        demographics.push(("sex", checked(draft, &row, "sex", "sex", code)));
        for (name, column) in FLAGS {
            let flag = row.get(name);
            let small = flag.to_ascii_lowercase();
            let capital = small != flag && ["true", "false"].contains(&small.as_str());
            if capital {
                draft.note(&boolean_in_capitals(&row, name));
            }
            demographics.push((column, checked(draft, &row, name, column, if capital { &small } else { flag })));
        }
        if let Some(user) = self.users.get_mut(row.get("sourcedId")) {
            user.demographics = demographics;
        }
    }

    pub(super) fn is_student(&self, user: &str) -> bool {
        self.students.contains(user)
    }

    /// The grade of a user, empty where it is not known.
    pub(super) fn grade(&self, user: &str) -> Grade<'_> {
        let grades = self.users.get(user).map_or("", |user| user.grades.as_str());
        match GRADES.iter().find(|(name, _)| *name == grades) {
            Some((_, code)) => Grade::Of(code),
            None if OTHER_GRADES.contains(&grades) => Grade::Outside,
            None => Grade::Of(grades),
        }
    }

    /// Hands in the students.
    pub(super) fn finish(self, draft: &mut Draft<'_>) {
        let Some((mut builder, rows)) = self.table else { return };
        let mut students: Vec<_> = self.users.iter().filter(|(id, _)| self.students.contains(*id)).collect();
        students.sort_by_key(|(_, user)| user.line);
        if students.is_empty() && !self.users.is_empty() {
            draft.note(&no_students(&builder.file));
        }
        for (id, user) in students {
            let mut values =
                vec![("student_id", id.as_str()), ("first_name", &user.first_name), ("last_name", &user.last_name)];
            values.extend(user.demographics.iter().map(|(column, value)| (*column, value.as_str())));
            builder.push(user.line, &values);
        }
        accept(draft, builder, rows);
    }
}

/// Whether the row has the role of a student; a role that nobody knows is said.
pub(super) fn is_student(row: &Row<'_>, draft: &mut Draft<'_>) -> bool {
    let role = row.get("role");
    if !role.is_empty() && !ROLES.contains(&role) && !role.starts_with("ext:") {
        draft.note(&unknown_role(row, role));
    }
    role == STUDENT
}

/// The value, if the column of `students` can have it; if not, it is said and taken as not known.
fn checked(draft: &mut Draft<'_>, row: &Row<'_>, name: &str, column: &str, text: &str) -> String {
    let Some(column) = Table::named("students").and_then(|table| table.column(column)) else { return String::new() };
    match value::read(column, text, draft.options.limits.field_bytes) {
        Ok(_) => text.to_owned(),
        Err(fault) => {
            let message = format!("{}; it is taken as not known", fault.message);
            let diagnostic = Diagnostic::new(fault.code, Severity::Warning, row.place(name), message);
            let mut diagnostic = diagnostic.value(row.get(name)).expected(fault.expected);
            diagnostic.help = fault.help;
            draft.note(&diagnostic);
            String::new()
        }
    }
}

fn boolean_in_capitals(row: &Row<'_>, name: &str) -> Diagnostic {
    let message = "true and false are written small; it is read as that";
    Diagnostic::new("boolean_in_capitals", Severity::Note, row.place(name), message).value(row.get(name))
}

fn unknown_role(row: &Row<'_>, role: &str) -> Diagnostic {
    let message = "this is no role of OneRoster; the row is not read as a student's";
    let diagnostic = Diagnostic::new("unknown_role", Severity::Warning, row.place("role"), message)
        .value(role)
        .expected("`student`, or another role of OneRoster");
    match suggest::nearest(role, ROLES.iter().copied()) {
        Some(likely) => diagnostic.help(format!("did you mean `{likely}`?")),
        None => diagnostic,
    }
}

fn no_students(file: &str) -> Diagnostic {
    let message = "no user has the role `student`";
    Diagnostic::new("no_students", Severity::Warning, Place::file(file), message)
}
