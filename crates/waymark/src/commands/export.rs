use std::{
    fmt::Write as _,
    fs,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use datafusion::{arrow::record_batch::RecordBatch, parquet::arrow::ArrowWriter, prelude::SessionContext};
use futures::StreamExt;
use waymark_intake::export::{CsvFile, Tables, write_one_roster};
use waymark_lake::{At, SessionOptions, Snapshot};
use waymark_terms::{
    SchoolYear,
    bundle::{TABLES, Table},
};

use crate::{
    data_folder::{Global, moment, texts},
    failure::Failure,
    output::thousands,
};

/// What the data are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Waymark's own CSV files, which can be imported again.
    Bundle,
    /// The roster of one school year: students, schools, courses, classes, enrollments.
    #[value(name = "oneroster-1.2")]
    OneRoster,
    /// A file for every table.
    Parquet,
}

/// Write the data in a format of others
#[derive(Args, Debug)]
#[command(
    long_about = "Writes a folder of files, all of it or none of it.\n\n\
        - bundle: every table of the bundle (docs/bundle.md), as CSV. What is in quarantine is left out.\n\
        - oneroster-1.2: a bulk package of one school year. A class stands for a course at a school in a term. Outcomes, \
        programs and whatever else a roster has no place for are left out.\n\
        - parquet: every table of the data folder, quarantine and findings among them.\n\n\
        A cell that a spreadsheet would run as a formula has an apostrophe in front. The files hold the names and data of \
        students: keep them as you keep the data folder.",
    after_long_help = "Examples:\n  \
        waymark export backup --format bundle\n  \
        waymark export roster --format oneroster-1.2 --school-year 2024-25\n  \
        waymark export tables --format parquet --at 2025-06-30"
)]
pub(crate) struct Arguments {
    /// The folder to write, which is not there yet
    out: PathBuf,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Bundle)]
    format: Format,
    /// The school year of a roster; the latest with enrollments where none is given
    #[arg(long, value_name = "YEAR")]
    school_year: Option<SchoolYear>,
    /// Write the data as they were: after a batch (`3`), at the end of a day (`2025-06-30`), or `snapshot:12`
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    at: Option<At>,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let lake = global.open().await?;
    let snapshot = lake.snapshot(arguments.at.unwrap_or(At::Latest)).await?;
    let folder = Unfinished::beside(&arguments.out)?;
    let written = match arguments.format {
        Format::Bundle => write_bundle(&snapshot, folder.path()).await?,
        Format::Parquet => write_parquet(&snapshot, folder.path()).await?,
        Format::OneRoster => write_roster(&snapshot, arguments.school_year, folder.path()).await?,
    };
    folder.finish(&arguments.out)?;
    Ok(writeln!(std::io::stderr().lock(), "{written} to `{}`", arguments.out.display())?)
}

/// A folder that becomes the one that was asked for when all of it is written.
struct Unfinished(tempfile::TempDir);

impl Unfinished {
    fn beside(out: &Path) -> Result<Self, Failure> {
        if fs::symlink_metadata(out).is_ok() {
            return Err(Failure::user(format!("`{}` is there already", out.display())).hint("name a new folder"));
        }
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|error| Failure::file(parent, &error))?;
        let folder = tempfile::Builder::new().prefix(".waymark-export-").tempdir_in(parent);
        folder.map(Self).map_err(|error| Failure::file(parent, &error))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn finish(self, out: &Path) -> Result<(), Failure> {
        // Renamed first: where that fails, the folder is still the temporary one, and is removed.
        fs::rename(self.0.path(), out).map_err(|error| Failure::file(out, &error))?;
        let _ = self.0.keep();
        Ok(())
    }
}

/// Rows come in the order in which they are stored.
fn session(snapshot: &Snapshot) -> Result<SessionContext, Failure> {
    Ok(snapshot.session(&SessionOptions { partitions: 1, ..SessionOptions::default() })?)
}

/// Hands every batch of a table to `take`.
async fn each_batch(
    session: &SessionContext,
    table: &str,
    mut take: impl FnMut(&RecordBatch) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let frame = session.table(table).await.map_err(waymark_lake::LakeError::from)?;
    let mut batches = frame.execute_stream().await.map_err(waymark_lake::LakeError::from)?;
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(waymark_lake::LakeError::from)?;
        rows += batch.num_rows() as u64;
        take(&batch)?;
    }
    Ok(rows)
}

async fn write_bundle(snapshot: &Snapshot, folder: &Path) -> Result<String, Failure> {
    let session = session(snapshot)?;
    let stored = snapshot.tables()?;
    let (mut files, mut rows) = (0_u64, 0);
    for table in TABLES {
        let is_stored = stored.iter().any(|name| name == table.name);
        if !is_stored && !table.required {
            continue;
        }
        let mut file = CsvFile::of_table(folder, table)?;
        let mut of_table = 0;
        if is_stored {
            of_table = each_batch(&session, table.name, |batch| Ok(file.write(table, batch)?)).await?;
        }
        file.finish()?;
        if of_table == 0 && !table.required {
            // A file without rows says of the students that they have none; nobody has said that.
            let path = folder.join(format!("{}.csv", table.name));
            fs::remove_file(&path).map_err(|error| Failure::file(&path, &error))?;
            continue;
        }
        files += 1;
        rows += of_table;
    }
    Ok(format!("{} rows in {files} files", thousands(rows)))
}

async fn write_parquet(snapshot: &Snapshot, folder: &Path) -> Result<String, Failure> {
    let session = session(snapshot)?;
    let (mut files, mut rows) = (0_u64, 0);
    for table in snapshot.tables()? {
        let Some(schema) = snapshot.schema(&table).await? else { continue };
        let path = folder.join(format!("{table}.parquet"));
        let file = fs::File::create_new(&path).map_err(|error| Failure::file(&path, &error))?;
        let unwritten = |error: datafusion::parquet::errors::ParquetError| {
            Failure::user(format!("cannot write `{}`: {error}", path.display()))
        };
        let mut writer = ArrowWriter::try_new(BufWriter::new(file), schema.clone(), None).map_err(unwritten)?;
        rows += each_batch(&session, &table, |batch| writer.write(&plain(batch, &schema)?).map_err(unwritten)).await?;
        writer.close().map_err(unwritten)?;
        files += 1;
    }
    Ok(format!("{} rows in {files} files", thousands(rows)))
}

/// The rows as they were stored: a session reads text as views.
fn plain(batch: &RecordBatch, schema: &datafusion::arrow::datatypes::SchemaRef) -> Result<RecordBatch, Failure> {
    let bug = |error: datafusion::arrow::error::ArrowError| Failure::bug(error.to_string());
    let columns = schema.fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, column)| datafusion::arrow::compute::cast(column, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(bug)?;
    RecordBatch::try_new(schema.clone(), columns).map_err(bug)
}

/// The rows of some tables of the bundle.
pub(super) async fn tables(snapshot: &Snapshot, names: &[&str]) -> Result<Tables, Failure> {
    let session = session(snapshot)?;
    let stored = snapshot.tables()?;
    let mut tables = Tables::default();
    for table in names.iter().filter_map(|name| Table::named(name)) {
        if stored.iter().any(|name| name == table.name) {
            each_batch(&session, table.name, |batch| Ok(tables.add(table, std::slice::from_ref(batch))?)).await?;
        }
    }
    Ok(tables)
}

/// The year that is meant, or the latest in a column of years.
pub(super) async fn year_or_latest(snapshot: &Snapshot, year: Option<SchoolYear>) -> Result<SchoolYear, Failure> {
    if let Some(year) = year {
        return Ok(year);
    }
    let nothing =
        || Failure::user("there are no enrollments").hint("`waymark import` stores the exports of a district");
    if !snapshot.tables()?.iter().any(|table| table == "enrollments") {
        return Err(nothing());
    }
    let latest = texts(&session(snapshot)?, "SELECT max(school_year) FROM enrollments").await?;
    latest.first().and_then(|year| year.parse().ok()).ok_or_else(nothing)
}

async fn write_roster(snapshot: &Snapshot, year: Option<SchoolYear>, folder: &Path) -> Result<String, Failure> {
    let year = year_or_latest(snapshot, year).await?;
    let names = ["organizations", "students", "enrollments", "courses", "course_outcomes"];
    let package = write_one_roster(&tables(snapshot, &names).await?, year, folder)?;
    let mut written = format!(
        "{year}: {} students with {} enrollments in schools, and in {} classes {} times",
        thousands(package.students),
        thousands(package.roles),
        thousands(package.classes),
        thousands(package.enrollments)
    );
    if package.left_out > 0 {
        let left_out = thousands(package.left_out);
        let _ = write!(written, "; {left_out} course records of students who are enrolled nowhere are left out");
    }
    Ok(written)
}
