//! The graduates file that a district sends to the National Student Clearinghouse (`StudentTracker` for High Schools):
//! lines of tabs, a header `PH3`, a row `PD3 … ED` of 28 columns for each graduate, a trailer `PT3` with the number of lines.
//!
//! It says what a search needs: name, day of birth, diploma, school, and the identifier that comes back. Sex, ethnicity,
//! circumstances and scores have columns of their own, which stay empty: they are not needed to find anybody.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use chrono::NaiveDate;
use waymark_terms::SchoolYear;

use super::Tables;
use crate::rows::{Dates, Texts};

/// Columns of a row, A to AB.
const COLUMNS: usize = 28;

/// Who sends the file, and about whom.
#[derive(Clone, Debug)]
pub struct Graduates {
    /// The account at the clearinghouse.
    pub account_code: String,
    /// Its name.
    pub account_name: String,
    /// The school year of the diplomas.
    pub year: SchoolYear,
    /// The day on which the file is sent.
    pub sent_on: NaiveDate,
    /// Students who do not want their records to be shown (34 CFR 99.37), by `student_id`.
    pub blocked: BTreeSet<String>,
    /// ACT codes of high schools by `organization_id`.
    pub act_codes: BTreeMap<String, String>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraduatesFile {
    /// Graduates in the file.
    pub students: u64,
    /// Graduates without a name or a day of birth, who cannot be searched for: they are left out.
    pub left_out: Vec<String>,
    /// Schools without an ACT code.
    pub without_act_code: BTreeSet<String>,
}

impl Graduates {
    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, tables: &Tables, to: &mut dyn Write) -> io::Result<GraduatesFile> {
        let mut written = GraduatesFile::default();
        let diplomas = self.diplomas(tables);
        let schools = self.schools(tables);
        let names = names_of_schools(tables);
        let (sent_on, period) = (compact(self.sent_on), self.year.second().to_string());
        line(to, &["PH3", &self.account_code, &self.account_name, "P", &sent_on, &period])?;
        for batch in tables.of("students") {
            let [ids, first_names, last_names] =
                ["student_id", "first_name", "last_name"].map(|name| Texts::of(batch, name));
            let births = Dates::of(batch, "birth_date");
            for row in 0..batch.num_rows() {
                let id = ids.must(row);
                let Some((awarded_on, kind)) = diplomas.get(id) else { continue };
                let (first, last, birth) = (first_names.get(row), last_names.get(row), births.get(row));
                let (Some(first), Some(last), Some(birth)) = (first, last, birth) else {
                    written.left_out.push(id.to_owned());
                    continue;
                };
                let school = schools.get(id).map_or("", |(_, school)| school);
                let act_code = self.act_codes.get(school).map_or("", String::as_str);
                if act_code.is_empty() {
                    written.without_act_code.insert(school.to_owned());
                }
                let (birth, awarded_on) = (compact(birth), compact(*awarded_on));
                let mut fields = [""; COLUMNS];
                fields[0] = "PD3";
                fields[2] = first;
                fields[4] = last;
                fields[8] = &birth;
                fields[9] = id;
                fields[10] = diploma_type(kind);
                fields[11] = &awarded_on;
                fields[12] = if self.blocked.contains(id) { "Y" } else { "N" };
                fields[13] = names.get(school).map_or("", String::as_str);
                fields[14] = act_code;
                fields[COLUMNS - 1] = "ED";
                line(to, &fields)?;
                written.students += 1;
            }
        }
        // The trailer counts itself and the header.
        line(to, &["PT3", &(written.students + 2).to_string()])?;
        to.flush()?;
        Ok(written)
    }

    /// The first diploma of each student in the year, and its kind.
    fn diplomas(&self, tables: &Tables) -> BTreeMap<String, (NaiveDate, String)> {
        let mut diplomas: BTreeMap<String, (NaiveDate, String)> = BTreeMap::new();
        for batch in tables.of("diplomas") {
            let [students, kinds] = ["student_id", "kind"].map(|name| Texts::of(batch, name));
            let days = Dates::of(batch, "awarded_on");
            for row in (0..batch.num_rows()).filter(|row| self.year.contains(days.must(*row))) {
                let diploma = (days.must(row), kinds.must(row).to_owned());
                let first = diplomas.entry(students.must(row).to_owned()).or_insert_with(|| diploma.clone());
                if diploma < *first {
                    *first = diploma;
                }
            }
        }
        diplomas
    }

    /// The school of each student's latest entry in the year.
    fn schools(&self, tables: &Tables) -> BTreeMap<String, (NaiveDate, String)> {
        let year = self.year.to_string();
        let mut schools: BTreeMap<String, (NaiveDate, String)> = BTreeMap::new();
        for batch in tables.of("enrollments") {
            let [students, organizations, years] =
                ["student_id", "organization_id", "school_year"].map(|name| Texts::of(batch, name));
            let entries = Dates::of(batch, "entry_date");
            for row in (0..batch.num_rows()).filter(|row| years.get(*row) == Some(&year)) {
                let school = (entries.must(row), organizations.must(row).to_owned());
                let latest = schools.entry(students.must(row).to_owned()).or_insert_with(|| school.clone());
                if school > *latest {
                    *latest = school;
                }
            }
        }
        schools
    }
}

fn names_of_schools(tables: &Tables) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for batch in tables.of("organizations") {
        let [ids, names] = ["organization_id", "name"].map(|name| Texts::of(batch, name));
        all.extend((0..batch.num_rows()).map(|row| (ids.must(row).to_owned(), names.must(row).to_owned())));
    }
    all
}

/// `diplomas.kind` in the words of the clearinghouse.
fn diploma_type(kind: &str) -> &'static str {
    match kind {
        "regular" => "Regular Diploma",
        "alternate" => "Modified Diploma",
        "equivalency" => "High School Equivalency Credential (other than GED)",
        _ => "Other",
    }
}

fn compact(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// Writes a line; a tab or line end within a field is a space.
fn line(to: &mut dyn Write, fields: &[&str]) -> io::Result<()> {
    let fields: Vec<String> = fields.iter().map(|field| field.replace(|c: char| c.is_control(), " ")).collect();
    write!(to, "{}\r\n", fields.join("\t"))
}
