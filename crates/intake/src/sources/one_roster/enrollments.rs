//! Students in classes, to students in schools.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::SchoolYear;

use super::{
    Reader, accept,
    csv::Row,
    layout::File,
    people::{self, Grade, People},
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

/// Students' enrollments, class by class.
#[derive(Debug, Default)]
pub(super) struct Enrollments {
    entries: BTreeMap<Key, Entry>,
}

impl Enrollments {
    /// Reads `enrollments`. Who leaves a class does not leave the school, so that no enrollment has an end.
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'_>,
        draft: &mut Draft<'_>,
        layout: &'static File,
        file: &Arc<str>,
        places: &Places,
        people: &People,
    ) -> u64 {
        let mut builder = reader.table(draft, "enrollments", file);
        let rows = reader.read(draft, layout, file, &mut |draft, row| {
            let is_student = people::is_student(&row, draft);
            self.add(&mut builder, draft, row, is_student, places, people);
        });
        self.push(&mut builder, people, draft, file);
        accept(draft, builder, rows);
        rows
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
        if !people.is_student(student) {
            row.reasons.push(no_student(&row));
            return row.set_aside(Some(builder), draft);
        }
        let years = places.years_of(class);
        if years.is_empty() {
            row.reasons.push(no_year(&row));
            return row.set_aside(Some(builder), draft);
        }
        let begin_date = row.get("beginDate");
        let begun = begin_date.parse::<NaiveDate>().ok();
        if begun.is_none() && !begin_date.is_empty() {
            row.reasons.push(bad_date(&row));
            return row.set_aside(Some(builder), draft);
        }
        for (year, start) in years {
            let key = Key { student: student.to_owned(), school: places.school_of(class).to_owned(), year };
            // Who was put on the list in spring begins in fall; a class of several years begins once.
            let on = begun.filter(|begun| year.contains(*begun)).unwrap_or(start);
            let entry = Entry { on, line: row.line };
            let earliest = self.entries.entry(key).or_insert(entry);
            *earliest = entry.min(*earliest);
        }
    }

    fn push(&self, builder: &mut TableBuilder, people: &People, draft: &mut Draft<'_>, file: &str) {
        let Some(current) = self.year_of_grades(draft.options.today) else { return };
        let mut other_grades = 0_u64;
        let mut by_line: Vec<_> = self.entries.iter().collect();
        by_line.sort_by_key(|(_, entry)| entry.line);
        for (key, entry) in by_line {
            let grade = match people.grade(&key.student) {
                Grade::Of(grade) => grade,
                Grade::Outside => {
                    other_grades += 1;
                    continue;
                }
            };
            let (year, on) = (key.year.to_string(), entry.on.to_string());
            let mut values = [
                ("student_id", key.student.as_str()),
                ("organization_id", key.school.as_str()),
                ("school_year", year.as_str()),
                ("grade_level", grade),
                ("entry_date", on.as_str()),
            ];
            if key.year == current {
                builder.push(entry.line, &values);
            } else {
                values[3].1 = "";
                let columns = values.iter().map(|(name, _)| (*name).to_owned()).collect();
                let texts = values.iter().map(|(_, value)| (*value).to_owned()).collect();
                builder.set_aside(entry.line, columns, texts, vec![other_year(file, entry.line, key.year, current)]);
            }
        }
        if other_grades > 0 {
            let message = format!("{other_grades} enrollments are in grades outside 06 to 12; they are not read");
            draft.note(&Diagnostic::new("grade_outside_bundle", Severity::Note, Place::file(file), message));
        }
    }

    /// The school year in which users are in their grades: this one, or the latest that there is.
    fn year_of_grades(&self, today: NaiveDate) -> Option<SchoolYear> {
        let this = SchoolYear::containing(today);
        let mut years = self.entries.keys().map(|key| key.year);
        this.filter(|this| years.clone().any(|year| year == *this)).or_else(|| years.by_ref().max())
    }
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
    Diagnostic::new("bad_date", Severity::Error, row.place("beginDate"), "`beginDate` is not a date")
        .value(row.get("beginDate"))
        .expected("a day written `YYYY-MM-DD`")
}

fn other_year(file: &str, line: u64, year: SchoolYear, current: SchoolYear) -> Diagnostic {
    let message = format!("the grade in {year} is not known: the package has the grades of {current}");
    Diagnostic::new("grade_of_another_year", Severity::Error, Place::line(file, line).column("grade_level"), message)
        .help("import the package that was exported in that year")
}
