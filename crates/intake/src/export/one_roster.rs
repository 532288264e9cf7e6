//! A `OneRoster` 1.2 package, bulk, of one school year: organizations, students, their roles in schools, courses, classes,
//! and who is in them.
//!
//! A class stands for a course at a school in a term, for the bundle knows of no sections. There are no teachers, no days
//! of terms, and no results: the bundle has none of these.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::NaiveDate;
use waymark_terms::SchoolYear;

use super::{CsvFile, ExportError, Tables};
use crate::{
    rows::{Booleans, Dates, Texts},
    sources::one_roster::{
        layout::{FILES, FIRST_COLUMNS, File},
        places::{KINDS_OF_SCHOOLS, OWN_KIND},
    },
};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OneRosterPackage {
    /// Students who are enrolled in the year.
    pub students: u64,
    /// Their enrollments in schools.
    pub roles: u64,
    /// Classes.
    pub classes: u64,
    /// Students in classes.
    pub enrollments: u64,
    /// Course records of the year of students who are enrolled nowhere in it; they are left out.
    pub left_out: u64,
}

/// Files with rows; the others are absent.
const WRITTEN: [&str; 8] =
    ["academicSessions", "orgs", "users", "roles", "demographics", "courses", "classes", "enrollments"];

/// Columns of `students` and of `demographics`.
const FLAGS: [(&str, &str); 6] = [
    ("hispanic_or_latino", "hispanicOrLatinoEthnicity"),
    ("american_indian_or_alaska_native", "americanIndianOrAlaskaNative"),
    ("asian", "asian"),
    ("black_or_african_american", "blackOrAfricanAmerican"),
    ("native_hawaiian_or_other_pacific_islander", "nativeHawaiianOrOtherPacificIslander"),
    ("white", "white"),
];

/// Writes the package of a school year into a folder that is there and empty.
///
/// # Errors
/// If a file cannot be written.
pub fn write_one_roster(tables: &Tables, year: SchoolYear, folder: &Path) -> Result<OneRosterPackage, ExportError> {
    let mut package = OneRosterPackage::default();
    write_manifest(folder)?;
    write_year(year, folder)?;
    let root = write_organizations(tables, folder)?;
    let stays = Stays::of(tables, year);
    package.roles = stays.write(folder)?;
    package.students = write_students(tables, &stays, folder)?;
    let titles = write_courses(tables, &root, folder)?;
    write_classes(tables, year, &stays, &titles, folder, &mut package)?;
    Ok(package)
}

/// A file of the package that is being written.
struct RosterFile {
    csv: CsvFile,
    columns: Vec<&'static str>,
}

impl RosterFile {
    fn new(folder: &Path, name: &str, own: Option<&'static str>) -> Result<Self, ExportError> {
        let columns =
            FILES.iter().filter(|file| file.name == name).flat_map(|file: &File| file.columns.iter().copied());
        let columns: Vec<&str> = FIRST_COLUMNS.into_iter().chain(columns).chain(own).collect();
        Ok(Self { csv: CsvFile::new(folder.join(format!("{name}.csv")), columns.iter().copied())?, columns })
    }

    fn push(&mut self, values: &[(&str, &str)]) -> Result<(), ExportError> {
        let value =
            |column: &&'static str| values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        let row: Vec<&str> = self.columns.iter().map(value).collect();
        self.csv.row(row.into_iter())
    }
}

fn write_manifest(folder: &Path) -> Result<(), ExportError> {
    let mut csv = CsvFile::new(folder.join("manifest.csv"), ["propertyName", "value"].into_iter())?;
    csv.row(["manifest.version", "1.0"].into_iter())?;
    csv.row(["oneroster.version", "1.2"].into_iter())?;
    let mut names: Vec<&str> = FILES.iter().map(|file| file.name).collect();
    names.sort_unstable();
    for name in names {
        let mode = if WRITTEN.contains(&name) { "bulk" } else { "absent" };
        csv.row([format!("file.{name}").as_str(), mode].into_iter())?;
    }
    csv.row(["source.systemName", "Waymark"].into_iter())?;
    csv.row(["source.systemCode", "waymark"].into_iter())?;
    csv.finish()
}

fn write_year(year: SchoolYear, folder: &Path) -> Result<(), ExportError> {
    let mut sessions = RosterFile::new(folder, "academicSessions", None)?;
    let (id, begin, end) = (year.to_string(), year.begin().to_string(), year.end().to_string());
    sessions.push(&[
        ("sourcedId", &id),
        ("title", &id),
        ("type", "schoolYear"),
        ("startDate", &begin),
        ("endDate", &end),
        ("schoolYear", &year.second().to_string()),
    ])?;
    sessions.csv.finish()
}

/// Writes the organizations, and gives the topmost of them.
fn write_organizations(tables: &Tables, folder: &Path) -> Result<String, ExportError> {
    let mut orgs = RosterFile::new(folder, "orgs", Some(OWN_KIND))?;
    let mut root = None;
    for batch in tables.of("organizations") {
        let [ids, parents, names, kinds, nces] =
            ["organization_id", "parent_organization_id", "name", "kind", "nces_id"].map(|name| Texts::of(batch, name));
        for row in 0..batch.num_rows() {
            let kind = kinds.must(row);
            let parent = parents.get(row).unwrap_or_default();
            if parent.is_empty() && root.is_none() {
                root = Some(ids.must(row).to_owned());
            }
            // The standard has one word for all that students go to.
            let own = KINDS_OF_SCHOOLS.contains(&kind);
            orgs.push(&[
                ("sourcedId", ids.must(row)),
                ("name", names.must(row)),
                ("type", if own { "school" } else { kind }),
                ("identifier", nces.get(row).unwrap_or_default()),
                ("parentSourcedId", parent),
                (OWN_KIND, if own { kind } else { "" }),
            ])?;
        }
    }
    orgs.csv.finish()?;
    Ok(root.unwrap_or_default())
}

/// A student's enrollment in an organization.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    entry: NaiveDate,
    organization: String,
    exit: Option<NaiveDate>,
    grade: String,
}

/// The enrollments of a year by student, the latest entry last.
struct Stays(BTreeMap<String, Vec<Stay>>);

impl Stays {
    fn of(tables: &Tables, year: SchoolYear) -> Self {
        let year = year.to_string();
        let mut stays: BTreeMap<String, Vec<Stay>> = BTreeMap::new();
        for batch in tables.of("enrollments") {
            let [students, organizations, years, grades] =
                ["student_id", "organization_id", "school_year", "grade_level"].map(|name| Texts::of(batch, name));
            let (entries, exits) = (Dates::of(batch, "entry_date"), Dates::of(batch, "exit_date"));
            for row in (0..batch.num_rows()).filter(|row| years.get(*row) == Some(&year)) {
                stays.entry(students.must(row).to_owned()).or_default().push(Stay {
                    entry: entries.must(row),
                    organization: organizations.must(row).to_owned(),
                    exit: exits.get(row),
                    grade: grades.must(row).to_owned(),
                });
            }
        }
        for stays in stays.values_mut() {
            stays.sort_unstable();
        }
        Self(stays)
    }

    /// Writes the roles: the one of the latest entry is the primary one.
    fn write(&self, folder: &Path) -> Result<u64, ExportError> {
        let mut roles = RosterFile::new(folder, "roles", None)?;
        let mut count = 0;
        for (student, stays) in &self.0 {
            for (place, stay) in stays.iter().enumerate() {
                count += 1;
                let (begin, end) = (stay.entry.to_string(), stay.exit.map(|exit| exit.to_string()).unwrap_or_default());
                roles.push(&[
                    ("sourcedId", &format!("role-{count}")),
                    ("userSourcedId", student),
                    ("roleType", if place + 1 == stays.len() { "primary" } else { "secondary" }),
                    ("role", "student"),
                    ("beginDate", &begin),
                    ("endDate", &end),
                    ("orgSourcedId", &stay.organization),
                ])?;
            }
        }
        roles.csv.finish()?;
        Ok(count)
    }
}

fn write_students(tables: &Tables, stays: &Stays, folder: &Path) -> Result<u64, ExportError> {
    let mut users = RosterFile::new(folder, "users", None)?;
    let mut demographics = RosterFile::new(folder, "demographics", None)?;
    let mut count = 0;
    for batch in tables.of("students") {
        let [ids, state_ids, first_names, last_names, sexes] =
            ["student_id", "state_student_id", "first_name", "last_name", "sex"].map(|name| Texts::of(batch, name));
        let births = Dates::of(batch, "birth_date");
        let flags = FLAGS.map(|(name, column)| (column, Booleans::of(batch, name)));
        for row in 0..batch.num_rows() {
            let id = ids.must(row);
            let Some(last) = stays.0.get(id).and_then(|stays| stays.last()) else { continue };
            count += 1;
            users.push(&[
                ("sourcedId", id),
                ("enabledUser", "true"),
                ("username", id),
                ("givenName", first_names.get(row).unwrap_or_default()),
                ("familyName", last_names.get(row).unwrap_or_default()),
                ("identifier", state_ids.get(row).unwrap_or_default()),
                ("grades", &last.grade),
                ("primaryOrgSourcedId", &last.organization),
            ])?;
            let birth = births.get(row).map(|day| day.to_string()).unwrap_or_default();
            let sex = match sexes.get(row) {
                Some("F") => "female",
                Some("M") => "male",
                Some("X") => "other",
                _ => "",
            };
            let mut values = vec![("sourcedId", id), ("birthDate", &birth), ("sex", sex)];
            let flag = |flag: Option<bool>| flag.map_or("", |yes| if yes { "true" } else { "false" });
            values.extend(flags.iter().map(|(column, booleans)| (*column, flag(booleans.get(row)))));
            demographics.push(&values)?;
        }
    }
    users.csv.finish()?;
    demographics.csv.finish()?;
    Ok(count)
}

/// Writes the courses, and gives their titles.
fn write_courses(tables: &Tables, root: &str, folder: &Path) -> Result<BTreeMap<String, String>, ExportError> {
    let mut courses = RosterFile::new(folder, "courses", None)?;
    let mut titles = BTreeMap::new();
    for batch in tables.of("courses") {
        let [ids, names, codes] = ["course_id", "title", "sced_code"].map(|name| Texts::of(batch, name));
        for row in 0..batch.num_rows() {
            let code = codes.get(row).unwrap_or_default();
            titles.insert(ids.must(row).to_owned(), names.must(row).to_owned());
            courses.push(&[
                ("sourcedId", ids.must(row)),
                ("title", names.must(row)),
                ("courseCode", ids.must(row)),
                ("orgSourcedId", root),
                // Every code has its subject; ours have no other name.
                ("subjects", code),
                ("subjectCodes", code),
            ])?;
        }
    }
    courses.csv.finish()?;
    Ok(titles)
}

/// A course at a school in a term, which is empty where it is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    organization: String,
    course: String,
    term: String,
}

fn write_classes(
    tables: &Tables,
    year: SchoolYear,
    stays: &Stays,
    titles: &BTreeMap<String, String>,
    folder: &Path,
    package: &mut OneRosterPackage,
) -> Result<(), ExportError> {
    let year = year.to_string();
    let mut lists: BTreeMap<Class, BTreeSet<String>> = BTreeMap::new();
    for batch in tables.of("course_outcomes") {
        let [students, organizations, courses, years, terms] =
            ["student_id", "organization_id", "course_id", "school_year", "term"].map(|name| Texts::of(batch, name));
        for row in (0..batch.num_rows()).filter(|row| years.get(*row) == Some(&year)) {
            if !stays.0.contains_key(students.must(row)) {
                package.left_out += 1;
                continue;
            }
            let class = Class {
                organization: organizations.must(row).to_owned(),
                course: courses.must(row).to_owned(),
                term: terms.get(row).unwrap_or_default().to_owned(),
            };
            lists.entry(class).or_default().insert(students.must(row).to_owned());
        }
    }
    let mut classes = RosterFile::new(folder, "classes", None)?;
    let mut enrollments = RosterFile::new(folder, "enrollments", None)?;
    for (class, students) in &lists {
        package.classes += 1;
        let id = format!("class-{}", package.classes);
        let title = titles.get(&class.course).map_or("", String::as_str);
        let between = if class.term.is_empty() { "" } else { ", " };
        classes.push(&[
            ("sourcedId", &id),
            ("title", &format!("{title}{between}{}", class.term)),
            ("courseSourcedId", &class.course),
            ("classCode", &class.term),
            ("classType", "scheduled"),
            ("schoolSourcedId", &class.organization),
            ("termSourcedIds", &year),
        ])?;
        for student in students {
            package.enrollments += 1;
            enrollments.push(&[
                ("sourcedId", &format!("enrollment-{}", package.enrollments)),
                ("classSourcedId", &id),
                ("schoolSourcedId", &class.organization),
                ("userSourcedId", student),
                ("role", "student"),
                ("primary", "false"),
            ])?;
        }
    }
    classes.csv.finish()?;
    enrollments.csv.finish()
}
