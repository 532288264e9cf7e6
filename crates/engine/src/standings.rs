//! How students stand in the rows of the measures table, packed: codes and bits instead of texts and booleans.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use datafusion::arrow::{
    array::{Array, BooleanArray, RecordBatch, StringViewArray},
    buffer::BooleanBuffer,
};
use waymark_rulebook::{
    Plan,
    definition::{Attribution, PopulationYear},
};
use waymark_terms::SchoolYear;

use crate::{
    EngineError,
    organizations::Organizations,
    slot::Bound,
    text::{booleans, views},
};

/// No organization.
const NOWHERE: u32 = u32::MAX;

/// Where a student can count.
pub(crate) const ATTRIBUTIONS: [Attribution; 3] =
    [Attribution::Belonging, Attribution::LastEnrollment, Attribution::Delivery];

/// The column of the cells that says where a student counts.
pub(crate) fn place_column(attribution: Attribution) -> &'static str {
    match attribution {
        Attribution::Belonging => "organization_id",
        Attribution::LastEnrollment => "last_organization_id",
        Attribution::Delivery => "delivering_organization_id",
    }
}

/// The programs of the measures table, `*` and clusters among them, by name.
pub(crate) struct Programs(pub(crate) Vec<String>);

impl Programs {
    /// The program's code; 0 is the row `''`, which is no program.
    pub(crate) fn code(&self, name: &str) -> Option<u32> {
        if name.is_empty() {
            return Some(0);
        }
        let place = self.0.binary_search_by(|other| other.as_str().cmp(name)).ok()?;
        u32::try_from(place + 1).ok()
    }
}

/// The cells of some students, a row each. What differs between rows stands in vectors side by side.
#[derive(Debug, Default)]
pub(crate) struct Standings {
    /// Words a row of `groups`.
    pub(crate) group_words: usize,
    /// Words a row of denominators, and as many of numerators.
    pub(crate) measure_words: usize,
    /// Who they are.
    pub(crate) students: Vec<Box<str>>,
    /// The grade of each student in the population year, as a code of `grades`.
    grade: Vec<u16>,
    grades: Vec<Option<Box<str>>>,
    /// The student of a row.
    pub(crate) student: Vec<u32>,
    /// The program's code of a row; 0 for the row `''`.
    pub(crate) program: Vec<u32>,
    /// The place of a row by attribution, in the order of [`ATTRIBUTIONS`].
    places: [Vec<u32>; 3],
    /// The subgroups of a row.
    groups: Vec<u64>,
    /// The denominators of a row, then the numerators.
    sides: Vec<u64>,
    /// The row `''` of a student.
    usual: Vec<u32>,
}

impl Standings {
    /// Packs the cells that a plan has made.
    pub(crate) fn read(
        results: &Bound,
        plan: &Plan,
        organizations: &Organizations,
        programs: &Programs,
    ) -> Result<Self, EngineError> {
        let mut all = Self {
            group_words: plan.subgroups.len().div_ceil(64).max(1),
            measure_words: plan.measures.len().div_ceil(64),
            ..Self::default()
        };
        let cells = results.get(Plan::CELLS)?;
        let mut codes: HashMap<Box<str>, u32> = HashMap::new();
        for batch in cells.iter() {
            all.push(batch, plan, organizations, programs, &mut codes)?;
        }
        all.usual = vec![NOWHERE; all.students.len()];
        for (row, (student, program)) in all.student.iter().zip(&all.program).enumerate() {
            if *program == 0 {
                all.usual[*student as usize] = code(row)?;
            }
        }
        all.read_grades(results, &codes)?;
        Ok(all)
    }

    fn push(
        &mut self,
        batch: &RecordBatch,
        plan: &Plan,
        organizations: &Organizations,
        programs: &Programs,
        codes: &mut HashMap<Box<str>, u32>,
    ) -> Result<(), EngineError> {
        let students = views(batch, "student_id")?;
        for row in 0..batch.num_rows() {
            let student = if let Some(student) = codes.get(students.value(row)) {
                *student
            } else {
                let student = code(self.students.len())?;
                self.students.push(students.value(row).into());
                codes.insert(students.value(row).into(), student);
                student
            };
            self.student.push(student);
        }
        let scopes = views(batch, "scope")?;
        let mut of_scope: HashMap<&str, u32> = HashMap::new();
        for row in 0..batch.num_rows() {
            let scope = scopes.value(row);
            let program = if let Some(program) = of_scope.get(scope) {
                *program
            } else {
                let unknown = || EngineError::Impossible(format!("no program `{scope}`"));
                let program = programs.code(scope).ok_or_else(unknown)?;
                of_scope.insert(scope, program);
                program
            };
            self.program.push(program);
        }
        for (places, attribution) in self.places.iter_mut().zip(ATTRIBUTIONS) {
            let names = views(batch, place_column(attribution))?;
            push_places(places, &names, organizations);
        }
        let subgroups = plan.subgroups.iter().map(|(_, column)| column.as_str());
        push_bits(&mut self.groups, batch, self.group_words, subgroups.enumerate())?;
        let numerators = self.measure_words * 64;
        let sides = plan.measures.iter().enumerate().flat_map(|(place, measure)| {
            [(place, measure.denominator.as_str()), (numerators + place, measure.numerator.as_str())]
        });
        let words = 2 * self.measure_words;
        let first = self.sides.len();
        push_bits(&mut self.sides, batch, words, sides)?;
        // Nobody is in a numerator without being in the denominator.
        for sides in self.sides[first..].chunks_exact_mut(words.max(1)) {
            let (denominators, numerators) = sides.split_at_mut(words / 2);
            numerators.iter_mut().zip(denominators).for_each(|(numerator, denominator)| *numerator &= *denominator);
        }
        Ok(())
    }

    fn read_grades(&mut self, results: &Bound, codes: &HashMap<Box<str>, u32>) -> Result<(), EngineError> {
        self.grade = vec![0; self.students.len()];
        self.grades = vec![None];
        for batch in results.get(Plan::STUDENTS)?.iter() {
            let (students, grades) = (views(batch, "student_id")?, views(batch, "grade_level")?);
            for row in (0..batch.num_rows()).filter(|row| grades.is_valid(*row)) {
                let grade = Some(grades.value(row));
                let known = self.grades.iter().position(|other| other.as_deref() == grade);
                let known = known.unwrap_or_else(|| {
                    self.grades.push(grade.map(Into::into));
                    self.grades.len() - 1
                });
                if let Some(student) = codes.get(students.value(row)) {
                    self.grade[*student as usize] = u16::try_from(known).unwrap_or_default();
                }
            }
        }
        Ok(())
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.student.len()
    }

    /// The row that says how the student of a row stands where nothing sets the student apart.
    pub(crate) fn usual(&self, row: usize) -> Option<usize> {
        let usual = self.usual[self.student[row] as usize];
        (usual != NOWHERE).then_some(usual as usize)
    }

    /// The rows `''`, one for each student.
    pub(crate) fn usual_rows(&self) -> impl Iterator<Item = usize> {
        self.usual.iter().filter(|row| **row != NOWHERE).map(|row| *row as usize)
    }

    pub(crate) fn place(&self, attribution: usize, row: usize) -> Option<u32> {
        let place = self.places[attribution][row];
        (place != NOWHERE).then_some(place)
    }

    pub(crate) fn groups(&self, row: usize) -> &[u64] {
        &self.groups[row * self.group_words..(row + 1) * self.group_words]
    }

    pub(crate) fn sides(&self, row: usize) -> &[u64] {
        &self.sides[row * 2 * self.measure_words..(row + 1) * 2 * self.measure_words]
    }

    pub(crate) fn in_group(&self, row: usize, group: usize) -> bool {
        self.groups(row)[group / 64] >> (group % 64) & 1 == 1
    }

    pub(crate) fn in_denominator(&self, row: usize, measure: usize) -> bool {
        self.sides(row)[measure / 64] >> (measure % 64) & 1 == 1
    }

    pub(crate) fn in_numerator(&self, row: usize, measure: usize) -> bool {
        self.sides(row)[self.measure_words + measure / 64] >> (measure % 64) & 1 == 1
    }

    pub(crate) fn grade(&self, row: usize) -> Option<&str> {
        self.grades[usize::from(self.grade[self.student[row] as usize])].as_deref()
    }

    /// Whether two rows say the same.
    pub(crate) fn same(&self, a: usize, b: usize) -> bool {
        self.sides(a) == self.sides(b)
            && self.groups(a) == self.groups(b)
            && self.places.iter().all(|places| places[a] == places[b])
    }

    /// Bytes that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let row = 5 * size_of::<u32>() + (self.group_words + 2 * self.measure_words) * size_of::<u64>();
        let names: usize = self.students.iter().map(|name| name.len() + size_of::<Box<str>>() + 6).sum();
        self.rows() * row + names
    }
}

fn push_places(places: &mut Vec<u32>, names: &StringViewArray, organizations: &Organizations) {
    let mut known: HashMap<&str, u32> = HashMap::new();
    for row in 0..names.len() {
        places.push(if names.is_valid(row) {
            let name = names.value(row);
            *known.entry(name).or_insert_with(|| organizations.place(name).unwrap_or(NOWHERE))
        } else {
            NOWHERE
        });
    }
}

/// Appends a mask of `words` words for every row: of each column that bit in which it is true.
fn push_bits<'a>(
    masks: &mut Vec<u64>,
    batch: &RecordBatch,
    words: usize,
    columns: impl Iterator<Item = (usize, &'a str)>,
) -> Result<(), EngineError> {
    let first = masks.len();
    masks.resize(first + batch.num_rows() * words, 0);
    for (bit, column) in columns {
        for row in known_true(booleans(batch, column)?).set_indices() {
            masks[first + row * words + bit / 64] |= 1 << (bit % 64);
        }
    }
    Ok(())
}

fn known_true(array: &BooleanArray) -> BooleanBuffer {
    match array.nulls() {
        Some(nulls) => array.values() & nulls.inner(),
        None => array.values().clone(),
    }
}

fn code(place: usize) -> Result<u32, EngineError> {
    u32::try_from(place).map_err(|_| EngineError::Impossible("more than 2^32 rows in a bucket".into()))
}

/// Bytes that the standings of one year may take to be kept.
const KEPT_BYTES: usize = 64 << 20;

/// How students stand in the year that was counted last: who asks for a number mostly asks for its students next.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Vec<OfYear>>);

/// The standings of a report year's students in its population year, bucket by bucket.
type OfYear = (SchoolYear, PopulationYear, Arc<Vec<Standings>>);

impl Kept {
    pub(crate) fn get(&self, year: SchoolYear, population: PopulationYear) -> Option<Arc<Vec<Standings>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(y, p, _)| (*y, *p) == (year, population)).map(|(_, _, standings)| Arc::clone(standings))
    }

    pub(crate) fn put(&self, year: SchoolYear, population: PopulationYear, standings: Arc<Vec<Standings>>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(y, p, _)| *y == year && *p != population);
        kept.push((year, population, standings));
    }
}

/// Standings of bucket after bucket, as long as they are few enough to be kept.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    standings: Vec<Standings>,
    bytes: usize,
}

impl Keeping {
    pub(crate) fn push(&mut self, standings: Standings) {
        self.bytes += standings.bytes();
        if self.bytes <= KEPT_BYTES {
            self.standings.push(standings);
        } else {
            self.standings.clear();
        }
    }

    pub(crate) fn done(self) -> Option<Arc<Vec<Standings>>> {
        (self.bytes <= KEPT_BYTES).then(|| Arc::new(self.standings))
    }
}
