//! The rows of an import as the data-quality rules see them.

mod field;
mod grouped;
mod schools;
mod tables;

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use waymark_diagnostics::Place;

pub(crate) use field::{Decimal, Grade, Id, Names};
pub(crate) use grouped::{Grouped, Keyed};
pub(crate) use schools::consecutive_years;
pub(crate) use tables::*;

use crate::{Extent, draft::Part, options::Options, summary::Summary};

/// Where a row was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) file: u16,
    pub(crate) line: u32,
}

/// The rows of an import, typed, each under the names of the contract.
pub(crate) struct Dataset<'a> {
    /// The day of the import.
    pub(crate) today: NaiveDate,
    pub(crate) summary: &'a Summary,
    /// Of the import before, unless this one has only what changed since.
    pub(crate) previous: Option<&'a Summary>,
    /// What the source leaves unsaid.
    pub(crate) extent: Extent,
    pub(crate) names: Names<'a>,
    pub(crate) files: Vec<Arc<str>>,
    pub(crate) organizations: Grouped<Organization<'a>>,
    pub(crate) students: Grouped<Student<'a>>,
    pub(crate) student_populations: Grouped<StudentPopulation<'a>>,
    pub(crate) enrollments: Grouped<Enrollment<'a>>,
    pub(crate) courses: Grouped<Course<'a>>,
    pub(crate) programs: Grouped<Program<'a>>,
    pub(crate) program_courses: Grouped<ProgramCourse>,
    pub(crate) course_outcomes: Grouped<CourseOutcome<'a>>,
    pub(crate) cohorts: Grouped<Cohort<'a>>,
    pub(crate) diplomas: Grouped<Diploma<'a>>,
    pub(crate) assessments: Grouped<Assessment<'a>>,
    pub(crate) credential_catalog: Grouped<RecognizedCredential>,
    pub(crate) credentials: Grouped<Credential>,
    pub(crate) postsecondary_credits: Grouped<PostsecondaryCredit>,
    pub(crate) postsecondary_enrollments: Grouped<PostsecondaryEnrollment>,
    pub(crate) postsecondary_matches: Grouped<PostsecondaryMatch<'a>>,
    pub(crate) placements: Grouped<Placement<'a>>,
    pub(crate) employers: Grouped<Employer>,
    pub(crate) opportunities: Grouped<Opportunity>,
    pub(crate) work_based_learning: Grouped<WorkBasedLearning<'a>>,
    pub(crate) targets: Vec<Target<'a>>,
}

impl<'a> Dataset<'a> {
    pub(crate) fn new(
        parts: &'a BTreeMap<&'static str, Vec<Part>>,
        summary: &'a Summary,
        options: &'a Options<'a>,
        extent: Extent,
    ) -> Self {
        let mut source = Source { parts, names: Names::default(), files: Vec::new() };
        Self {
            today: options.today,
            summary,
            previous: options.previous.filter(|_| extent != Extent::Changes),
            extent,
            organizations: Grouped::new(source.rows()),
            students: Grouped::new(source.rows()),
            student_populations: Grouped::new(source.rows()),
            enrollments: Grouped::new(source.rows()),
            courses: Grouped::new(source.rows()),
            programs: Grouped::new(source.rows()),
            program_courses: Grouped::new(source.rows()),
            course_outcomes: Grouped::new(source.rows()),
            cohorts: Grouped::new(source.rows()),
            diplomas: Grouped::new(source.rows()),
            assessments: Grouped::new(source.rows()),
            credential_catalog: Grouped::new(source.rows()),
            credentials: Grouped::new(source.rows()),
            postsecondary_credits: Grouped::new(source.rows()),
            postsecondary_enrollments: Grouped::new(source.rows()),
            postsecondary_matches: Grouped::new(source.rows()),
            placements: Grouped::new(source.rows()),
            employers: Grouped::new(source.rows()),
            opportunities: Grouped::new(source.rows()),
            work_based_learning: Grouped::new(source.rows()),
            targets: source.rows(),
            names: source.names,
            files: source.files,
        }
    }

    /// An identifier, to be shown.
    pub(crate) fn name(&self, id: Id) -> String {
        shown(self.names.text(id))
    }

    pub(crate) fn place(&self, at: At) -> Place {
        let file = self.files.get(usize::from(at.file)).map_or("", |file| file);
        Place::line(file, u64::from(at.line))
    }

    /// The file that a table was read from, or would be.
    pub(crate) fn file_of(&self, table: &str) -> String {
        let file = format!("{table}.csv");
        match self.files.as_slice() {
            [only] => only.to_string(),
            _ => file,
        }
    }
}

/// A text of the data within a message: cut where it is long, control characters made visible.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        if c.is_control() { shown.extend(c.escape_debug()) } else { shown.push(c) }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Reads rows out of the parts.
struct Source<'a> {
    parts: &'a BTreeMap<&'static str, Vec<Part>>,
    names: Names<'a>,
    files: Vec<Arc<str>>,
}

impl<'a> Source<'a> {
    fn rows<T: FromBatch<'a>>(&mut self) -> Vec<T> {
        let mut rows = Vec::new();
        for part in self.parts.get(T::TABLE).into_iter().flatten() {
            let file = self.file(&part.file);
            T::read(&part.batch, file, &mut self.names, &mut rows);
        }
        rows
    }

    fn file(&mut self, name: &Arc<str>) -> u16 {
        let position = self.files.iter().position(|file| file == name).unwrap_or_else(|| {
            self.files.push(Arc::clone(name));
            self.files.len() - 1
        });
        u16::try_from(position).unwrap_or(u16::MAX)
    }
}
