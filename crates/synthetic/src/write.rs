//! Writing the files.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use waymark_terms::{
    SchoolYear,
    bundle::{Column, Table},
};

use crate::{
    after,
    calendar::Calendar,
    credentials,
    dice::{Dice, Subject},
    flaws,
    organizations::Organizations,
    outcomes::{self, Transcript},
    parameters::Parameters,
    people::Person,
    populations, programs,
    rows::{FILES, Row},
    schooling::Schooling,
    targets, work,
};

/// The file that says that a folder holds a made-up bundle. A folder without it is never written into, unless it is
/// empty.
pub const MARKER: &str = "SYNTHETIC.txt";

/// Students between two reports of progress.
const REPORT_EVERY: u64 = 1000;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Students.
    pub students: u64,
    /// Districts.
    pub districts: usize,
    /// Schools, without the career centers.
    pub schools: usize,
    /// The first and the last school year.
    pub years: (SchoolYear, SchoolYear),
    /// The rows of every table that is written.
    pub rows: Vec<(&'static str, u64)>,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum SyntheticError {
    /// A number must be at least one.
    #[error("`{name}` is 0: at least 1 is needed")]
    None {
        /// The parameter.
        name: &'static str,
    },
    /// A number must not be negative.
    #[error("`{name}` is `{value}`: 0 or more is needed")]
    Negative {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A share must be at most 1.
    #[error("`{name}` is `{value}`: a share is at most 1")]
    Share {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The school years lie outside of the time in which students can be made up.
    #[error(
        "`{years}` school years up to `{last}` cannot be made: they begin in 1950 or later, and there is at least one"
    )]
    Years {
        /// How many.
        years: u16,
        /// The last.
        last: SchoolYear,
    },
    /// A code of a retention effect is unknown.
    #[error("`{value}` is not known: expected one of {expected}")]
    UnknownCode {
        /// What was given.
        value: String,
        /// What there is.
        expected: String,
    },
    /// The folder holds something else.
    #[error("`{}` is neither empty nor an earlier made-up bundle: choose another folder", .0.display())]
    NotOurs(PathBuf),
    /// A file could not be written or read.
    #[error("`{}` could not be written: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes a bundle into the folder `out`, which is made where it is missing, and tells `progress` the number of students
/// that are done.
///
/// The file [`MARKER`] is written first and completed last. An earlier bundle of this function is written over; other
/// files in its folder stay as they are.
///
/// # Errors
/// If a parameter makes no sense, if the folder holds anything but an earlier bundle, or if a file cannot be written.
pub fn write_bundle(
    out: &Path,
    parameters: &Parameters,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, SyntheticError> {
    parameters.check()?;
    let world = World::new(parameters)?;
    claim(out)?;
    let mark = |text: String| {
        let path = out.join(MARKER);
        fs::write(&path, text).map_err(|source| SyntheticError::Io { path, source })
    };
    mark(marker(parameters, None))?;
    let mut bundle = Bundle::create(out, parameters)?;
    world.organizations.write(&mut bundle)?;
    programs::write(&world, &mut bundle)?;
    credentials::write_catalog(&world, &mut bundle)?;
    work::write_employers(&world, &mut bundle)?;
    targets::write(&world, &mut bundle)?;
    for index in 0..parameters.students {
        bundle.spoil(index);
        write_student(&world, index, &mut bundle)?;
        if (index + 1) % REPORT_EVERY == 0 || index + 1 == parameters.students {
            progress(index + 1);
        }
    }
    let rows = bundle.finish()?;
    mark(marker(parameters, Some(&rows)))?;
    let years = &world.calendar.years;
    Ok(Summary {
        students: parameters.students,
        districts: world.organizations.districts.len(),
        schools: world.organizations.schools.len(),
        years: (years[0].school_year, years[world.calendar.last()].school_year),
        rows,
    })
}

/// What all students share.
pub(crate) struct World<'p> {
    pub(crate) parameters: &'p Parameters,
    pub(crate) calendar: Calendar,
    pub(crate) organizations: Organizations,
}

impl<'p> World<'p> {
    pub(crate) fn new(parameters: &'p Parameters) -> Result<Self, SyntheticError> {
        let calendar = Calendar::new(&parameters.school_years()?);
        Ok(Self { parameters, calendar, organizations: Organizations::new(parameters) })
    }

    /// The dice of a subject in the life of a student.
    pub(crate) fn dice(&self, subject: Subject, student: u64) -> Dice {
        Dice::new(self.parameters.seed, subject, student)
    }
}

fn write_student(world: &World<'_>, index: u64, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    let person = Person::new(world, index);
    let schooling = Schooling::new(world, &person);
    let transcript = Transcript::new(world, &person, &schooling);
    person.write(bundle)?;
    populations::write(&person, bundle)?;
    schooling.write(world, &person, bundle)?;
    outcomes::write(world, &person, &transcript, bundle)?;
    credentials::write(world, &person, &schooling, &transcript, bundle)?;
    work::write(world, &person, &schooling, &transcript, bundle)?;
    after::write(world, &person, &schooling, &transcript, bundle)
}

/// The files of a bundle, open for writing.
pub(crate) struct Bundle {
    files: Vec<TableFile>,
    seed: u64,
    flaws: f64,
    dice: Option<Dice>,
}

struct TableFile {
    table: &'static str,
    columns: Vec<&'static Column>,
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
    rows: u64,
}

impl Bundle {
    fn create(out: &Path, parameters: &Parameters) -> Result<Self, SyntheticError> {
        let files =
            FILES.iter().map(|(table, columns)| TableFile::create(out, table, columns)).collect::<Result<_, _>>()?;
        Ok(Self { files, seed: parameters.seed, flaws: parameters.flaws, dice: None })
    }

    /// From now on, spoils rows as the flaws of that student ask for. Rows before the first student are never spoilt:
    /// one bad course would take all its outcomes with it.
    fn spoil(&mut self, student: u64) {
        if self.flaws > 0.0 {
            self.dice = Some(Dice::new(self.seed, Subject::Flaws, student));
        }
    }

    /// Writes a row behind the others of its table.
    pub(crate) fn write<R: Row>(&mut self, row: &R) -> Result<(), SyntheticError> {
        let file = self.files.iter_mut().find(|file| file.table == R::TABLE).expect("every row has its file");
        let Some(dice) = &mut self.dice else { return file.write(row) };
        if !dice.chance(self.flaws) {
            return file.write(row);
        }
        for record in flaws::spoil(&file.columns, &fields(row).map_err(|error| file.error(error))?, dice) {
            file.writer.write_record(&record).map_err(|error| file.error(error))?;
            file.rows += 1;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<(&'static str, u64)>, SyntheticError> {
        self.files.into_iter().map(TableFile::finish).collect()
    }
}

impl TableFile {
    fn create(out: &Path, table: &'static str, columns: &[&str]) -> Result<Self, SyntheticError> {
        let path = out.join(format!("{table}.csv"));
        let file = File::create(&path).map_err(|source| SyntheticError::Io { path: path.clone(), source })?;
        let writer = csv::WriterBuilder::new().has_headers(false).from_writer(BufWriter::new(file));
        let contract = Table::named(table);
        let known = columns.iter().filter_map(|column| contract?.column(column));
        let mut file = Self { table, columns: known.collect(), path, writer, rows: 0 };
        // A file without rows has its header all the same.
        file.writer.write_record(columns).map_err(|error| file.error(error))?;
        Ok(file)
    }

    fn write<R: Row>(&mut self, row: &R) -> Result<(), SyntheticError> {
        self.rows += 1;
        self.writer.serialize(row).map_err(|error| self.error(error))
    }

    fn error(&self, error: csv::Error) -> SyntheticError {
        SyntheticError::Io { path: self.path.clone(), source: error.into() }
    }

    fn finish(mut self) -> Result<(&'static str, u64), SyntheticError> {
        self.writer.flush().map_err(|source| SyntheticError::Io { path: self.path, source })?;
        Ok((self.table, self.rows))
    }
}

/// The fields of a row as text.
fn fields<R: Row>(row: &R) -> Result<Vec<String>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.serialize(row)?;
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(io::Error::other(error.to_string())))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let record = reader.records().next().transpose()?.unwrap_or_default();
    Ok(record.iter().map(str::to_owned).collect())
}

/// Makes the folder, or makes sure that it may be written into.
fn claim(out: &Path) -> Result<(), SyntheticError> {
    let error = |source| SyntheticError::Io { path: out.to_owned(), source };
    fs::create_dir_all(out).map_err(error)?;
    let empty = fs::read_dir(out).map_err(error)?.next().is_none();
    let ours = || fs::read_to_string(out.join(MARKER)).is_ok_and(|text| text.starts_with(MARKER_BEGINS));
    if empty || ours() { Ok(()) } else { Err(SyntheticError::NotOurs(out.to_owned())) }
}

const MARKER_BEGINS: &str = "Made up by Waymark. Nobody in these files exists.\n";

fn marker(parameters: &Parameters, rows: Option<&[(&str, u64)]>) -> String {
    let rows = match rows {
        None => "unfinished".to_owned(),
        Some(rows) => rows.iter().map(|(table, rows)| format!("{table}: {rows}")).collect::<Vec<_>>().join("\n"),
    };
    format!("{MARKER_BEGINS}\n{parameters:#?}\n\n{rows}\n")
}
