//! Students in classes, to students in schools.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::SchoolYear;

use super::{
    PackageFile, Reader, accept,
    csv::Row,
    people::{self, Grade, People, Spell},
    places::Places,
};
use crate::{TableBuilder, draft::Draft};

/// A student at a school in a school year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    student: String,
    school: String,
    year: SchoolYear,
}

/// The earliest beginning in any class, and the line that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    on: NaiveDate,
    line: u64,
}

/// A file that enrollments come from, with its builder and its rows.
type Part = (TableBuilder, u64);

/// Students' enrollments: by their roles in schools, and class by class where no role tells of them.
#[derive(Debug, Default)]
pub(super) struct Enrollments {
    by_class: BTreeMap<Key, Entry>,
    classes: Option<Part>,
    roles: Option<(Arc<str>, u64)>,
    /// Students in classes of a school that is none of theirs.
    elsewhere: u64,
}

impl Enrollments {
    /// Says that there were roles, in that file.
    pub(super) fn expect_roles(&mut self, file: &Arc<str>, rows: u64) {
        self.roles = Some((Arc::clone(file), rows));
    }

    /// Reads `enrollments`. Who leaves a class does not leave the school, so that these have no end.
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'_>,
        draft: &mut Draft<'_>,
        file: &PackageFile<'_>,
        places: &Places,
        people: &People,
    ) -> u64 {
        let mut builder = reader.table(draft, "enrollments", &file.name);
        let rows = reader.read_all(draft, file, &mut |draft, row| {
            let is_student = people::is_student(&row, draft);
            self.add(&mut builder, draft, row, is_student, places, people);
        });
        self.classes = Some((builder, rows));
        rows
    }

    /// Hands in the rows.
    pub(super) fn finish(self, reader: &Reader<'_>, draft: &mut Draft<'_>, places: &Places, people: &People) {
        let Self { mut by_class, classes, roles, elsewhere } = self;
        let mut spells: Vec<(Key, Stay)> = Vec::new();
        for spell in people.spells().iter().filter(|spell| places.is_school(&spell.organization)) {
            for (year, first_day) in places.years() {
                if let Some(stay) = stay(spell, year, first_day) {
                    let (student, school) = (spell.student.clone(), places.kept(&spell.organization).to_owned());
                    spells.push((Key { student, school, year }, stay));
                }
            }
        }
        for (key, _) in &spells {
            by_class.remove(key);
        }
        let years = by_class.keys().chain(spells.iter().map(|(key, _)| key)).map(|key| key.year).collect();
        let current = year_of_grades(&years, draft.options.today);
        if let Some((file, rows)) = roles {
            let builder = reader.table(draft, "enrollments", &file);
            push(spells, (builder, rows), current, people, draft);
        }
        if let Some(part) = classes {
            let file = Arc::clone(&part.0.file);
            let by_class = by_class.into_iter().map(|(key, entry)| (key, Stay { entry, exit: None }));
            push(by_class.collect(), part, current, people, draft);
            if elsewhere > 0 {
                draft.note(&class_elsewhere(&file, elsewhere));
            }
        }
    }

    fn add(
        &mut self,
        builder: &mut TableBuilder,
        draft: &mut Draft<'_>,
        mut row: Row<'_>,
        is_student: bool,
        places: &Places,
        people: &People,
    ) {
        // A row whose fields cannot be told apart has no role.
        let readable = !row.get("role").is_empty();
        if !row.reasons.is_empty() {
            return row.set_aside((is_student || !readable).then_some(builder), draft);
        }
        if !is_student {
            return;
        }
        let (student, class) = (row.get("userSourcedId"), row.get("classSourcedId"));
        if !people.is_student(student) && !people.is_stranger(student) {
            row.reasons.push(no_student(&row));
            return row.set_aside(Some(builder), draft);
        }
        let begin_date = row.day(draft, "beginDate");
        let begun = begin_date.parse::<NaiveDate>().ok();
        if begun.is_none() && !begin_date.is_empty() {
            row.reasons.push(bad_date(&row));
            return row.set_aside(Some(builder), draft);
        }
        let mut years = places.years_of(class);
        if let (false, Some(begun)) = (places.has_class(class), begun) {
            // The class did not change: the student entered it in some year.
            years.extend(SchoolYear::containing(begun).map(|year| (year, begun)));
        }
        if years.is_empty() {
            row.reasons.push(no_year(&row));
            return row.set_aside(Some(builder), draft);
        }
        let school = places.school_of(class, row.get("schoolSourcedId"));
        let mut own = people.organizations_of(student).filter(|own| places.is_school(own)).peekable();
        if own.peek().is_some() && own.all(|own| own != school) {
            self.elsewhere += 1;
            return;
        }
        for (year, start) in years {
            let key = Key { student: student.to_owned(), school: school.to_owned(), year };
            // Who was put on the list in spring begins in fall; a class of several years begins once.
            let on = begun.filter(|begun| year.contains(*begun)).unwrap_or(start);
            let entry = Entry { on, line: row.line };
            let earliest = self.by_class.entry(key).or_insert(entry);
            *earliest = entry.min(*earliest);
        }
    }
}

/// A student's time at a school within a school year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    entry: Entry,
    exit: Option<NaiveDate>,
}

/// The part of a spell that lies in a school year. Who came in an earlier year begins on the first day of this one.
fn stay(spell: &Spell, year: SchoolYear, first_day: NaiveDate) -> Option<Stay> {
    let over = spell.end.is_some_and(|end| end < year.begin());
    if over || spell.begin > year.end() {
        return None;
    }
    let on = if year.contains(spell.begin) { spell.begin } else { first_day };
    Some(Stay { entry: Entry { on, line: spell.line }, exit: spell.end.filter(|end| year.contains(*end)) })
}

fn push(
    mut stays: Vec<(Key, Stay)>,
    (mut builder, rows): Part,
    current: Option<SchoolYear>,
    people: &People,
    draft: &mut Draft<'_>,
) {
    let mut other_grades = 0_u64;
    stays.sort_by(|(a_key, a), (b_key, b)| (a.entry.line, a_key).cmp(&(b.entry.line, b_key)));
    for (key, Stay { entry, exit }) in stays {
        let grade = match people.grade(&key.student) {
            Grade::Of(grade) => grade,
            Grade::Outside => {
                other_grades += 1;
                continue;
            }
        };
        let (year, on) = (key.year.to_string(), entry.on.to_string());
        let exit = exit.map(|exit| exit.to_string()).unwrap_or_default();
        let mut values = [
            ("student_id", key.student.as_str()),
            ("organization_id", key.school.as_str()),
            ("school_year", year.as_str()),
            ("grade_level", grade),
            ("entry_date", on.as_str()),
            ("exit_date", exit.as_str()),
        ];
        match current {
            Some(current) if key.year != current => {
                values[3].1 = "";
                let columns = values.iter().map(|(name, _)| (*name).to_owned()).collect();
                let texts = values.iter().map(|(_, value)| (*value).to_owned()).collect();
                let reason = other_year(&builder.file, entry.line, key.year, current);
                builder.set_aside(entry.line, columns, texts, vec![reason]);
            }
            _ => builder.push(entry.line, &values),
        }
    }
    if other_grades > 0 {
        let message = format!("{other_grades} enrollments are in grades outside 06 to 12; they are not read");
        draft.note(&Diagnostic::new("grade_outside_bundle", Severity::Note, Place::file(&*builder.file), message));
    }
    accept(draft, builder, rows);
}

/// The school year in which users are in their grades: this one, or the latest that there is.
fn year_of_grades(years: &BTreeSet<SchoolYear>, today: NaiveDate) -> Option<SchoolYear> {
    SchoolYear::containing(today).filter(|this| years.contains(this)).or_else(|| years.last().copied())
}

fn class_elsewhere(file: &str, count: u64) -> Diagnostic {
    let message =
        format!("{count} places in classes are in a school that is none of the student's; they make no enrollment");
    Diagnostic::new("class_elsewhere", Severity::Note, Place::file(file), message)
        .help("a student who goes to a career center for a class has a role there, or belongs to the home school only")
}

fn no_student(row: &Row<'_>) -> Diagnostic {
    let message = "the user is enrolled as a student and has not the role of one";
    Diagnostic::new("enrolled_without_role", Severity::Error, row.place("userSourcedId"), message)
        .value(row.get("userSourcedId"))
        .expected("a user with the role `student`")
}

fn no_year(row: &Row<'_>) -> Diagnostic {
    let message = "no term of the class is in a school year that is known";
    Diagnostic::new("class_without_year", Severity::Error, row.place("classSourcedId"), message)
        .value(row.get("classSourcedId"))
        .expected("a class with a term in `academicSessions.csv`")
}

fn bad_date(row: &Row<'_>) -> Diagnostic {
    let message = "`beginDate` is no date, or can be read in two ways";
    Diagnostic::new("bad_date", Severity::Error, row.place("beginDate"), message)
        .value(row.get("beginDate"))
        .expected("a day written `YYYY-MM-DD`")
}

fn other_year(file: &str, line: u64, year: SchoolYear, current: SchoolYear) -> Diagnostic {
    let message = format!("the grade in {year} is not known: the package has the grades of {current}");
    Diagnostic::new("grade_of_another_year", Severity::Error, Place::line(file, line).column("grade_level"), message)
        .help("import the package that was exported in that year")
}
