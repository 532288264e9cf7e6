//! Who is a student.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use super::{
    PackageFile, Reader, accept,
    csv::{Row, list},
};
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
#[derive(Debug)]
pub(super) struct People {
    /// Whether only what changed is in the package: then those who are stored as students are students, too.
    delta: bool,
    users: BTreeMap<String, User>,
    students: BTreeSet<String>,
    /// Organizations that the package ties a student to.
    organizations: BTreeMap<String, BTreeSet<String>>,
    spells: Vec<Spell>,
    /// The builder for students, and the rows of the file of users.
    table: Option<(TableBuilder, u64)>,
}

/// A student's role in an organization, from its first day to its last.
#[derive(Debug)]
pub(super) struct Spell {
    pub(super) student: String,
    pub(super) organization: String,
    pub(super) begin: NaiveDate,
    pub(super) end: Option<NaiveDate>,
    pub(super) line: u64,
}

impl People {
    pub(super) fn new(delta: bool) -> Self {
        Self {
            delta,
            users: BTreeMap::new(),
            students: BTreeSet::new(),
            organizations: BTreeMap::new(),
            spells: Vec::new(),
            table: None,
        }
    }

    /// Reads `users`. Students are told by their role, which 1.2 has in a file of its own.
    pub(super) fn read_users(&mut self, reader: &mut Reader<'_>, draft: &mut Draft<'_>, file: &PackageFile<'_>) -> u64 {
        let (students, rows) = reader.read_table(draft, file, "students", &mut |_, draft, row| {
            let id = row.get("sourcedId").to_owned();
            if is_student(&row, draft) || (self.delta && draft.options.known.has("students", &id)) {
                self.students.insert(id.clone());
            }
            for column in ["orgSourcedIds", "primaryOrgSourcedId"] {
                let named = list(row.get(column)).map(str::to_owned);
                self.organizations.entry(id.clone()).or_default().extend(named);
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

    /// A row of `roles`; School Data Sync has the grade there.
    pub(super) fn add_role(&mut self, draft: &mut Draft<'_>, row: &Row<'_>) {
        let id = row.get("userSourcedId");
        if is_student(row, draft) {
            self.students.insert(id.to_owned());
            let organization = row.get("orgSourcedId");
            self.organizations.entry(id.to_owned()).or_default().insert(organization.to_owned());
            if let Ok(begin) = row.day(draft, "beginDate").parse() {
                let end = row.day(draft, "endDate").parse().ok();
                let (student, organization) = (id.to_owned(), organization.to_owned());
                self.spells.push(Spell { student, organization, begin, end, line: row.line });
            }
        }
        if let Some(user) = self.users.get_mut(id).filter(|user| user.grades.is_empty()) {
            row.get("grade").clone_into(&mut user.grades);
        }
    }

    /// A row of `demographics`; what cannot be read is taken as not known.
    pub(super) fn add_demographics(&mut self, draft: &mut Draft<'_>, row: &Row<'_>) {
        let birth_date = row.day(draft, "birthDate");
        let mut demographics = vec![("birth_date", checked(draft, row, "birthDate", "birth_date", &birth_date))];
        let names: Vec<&str> = SEX.iter().map(|(name, _)| *name).collect();
        let sex = row.code(draft, "sex", &names);
        let code = SEX.iter().find(|(name, _)| *name == sex).map_or(sex, |(_, code)| code);
        demographics.push(("sex", checked(draft, row, "sex", "sex", code)));
        for (name, column) in FLAGS {
            let listed = named_in_list(row, name);
            let flag = if listed.is_empty() { row.code(draft, name, &["true", "false"]) } else { listed };
            demographics.push((column, checked(draft, row, name, column, flag)));
        }
        if let Some(user) = self.users.get_mut(row.get("sourcedId")) {
            user.demographics = demographics;
        }
    }

    /// The organizations that the package ties a student to, classes aside.
    pub(super) fn organizations_of(&self, student: &str) -> impl Iterator<Item = &str> {
        self.organizations.get(student).into_iter().flatten().map(String::as_str)
    }

    /// The roles of students that have a first day.
    pub(super) fn spells(&self) -> &[Spell] {
        &self.spells
    }

    /// Whether nobody in the package says what the user is.
    pub(super) fn is_stranger(&self, user: &str) -> bool {
        self.delta && !self.users.contains_key(user)
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
    let role = row.code(draft, "role", ROLES);
    if !role.is_empty() && !ROLES.contains(&role) && !role.starts_with("ext:") {
        draft.note(&unknown_role(row, role));
    }
    role == STUDENT
}

/// `true` where School Data Sync lists the race or ethnicity, `false` where it lists others of the same; empty where the
/// file has no such lists, the list is empty, or it does not say which.
fn named_in_list<'r>(row: &'r Row<'_>, name: &str) -> &'r str {
    let column = if name == "hispanicOrLatinoEthnicity" { "ethnicityCodes" } else { "raceCodes" };
    let listed = row.get(column);
    if list(listed).any(|code| code == name) {
        "true"
    } else if list(listed).any(|code| FLAGS.iter().any(|(flag, _)| *flag == code)) {
        "false"
    } else {
        ""
    }
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
