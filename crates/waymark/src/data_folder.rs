//! The data folder, opened for a command.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Local, NaiveDate, NaiveTime, Utc};
use clap::Args;
use datafusion::{
    arrow::{
        array::{Array, AsArray, StringArray},
        compute::cast,
        datatypes::DataType,
    },
    prelude::SessionContext,
};
use waymark_disclosure::{Audience, Door, SnapshotInfo};
use waymark_engine::{CubeStore, Engine};
use waymark_lake::{At, Lake, LakeError, Notice, SessionOptions, Snapshot};
use waymark_rulebook::Rulebook;
use waymark_terms::SchoolYear;

use crate::{access::Log, failure::Failure, output::visible, rulebooks};

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// The folder that holds the data; it is made on first use
    #[arg(long, global = true, env = "WAYMARK_DATA", value_name = "DIR", help_heading = "Data")]
    pub(crate) data: Option<PathBuf>,
}

impl Global {
    /// The folder that was named, or else the one of this person on this machine.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        if let Some(folder) = &self.data {
            return Ok(folder.clone());
        }
        let own = directories::ProjectDirs::from("", "", "waymark").map(|dirs| dirs.data_dir().to_owned());
        own.ok_or_else(|| Failure::user("there is no home folder for the data").hint("name a folder with --data"))
    }

    /// Opens the folder. What happened to it since it was last open is said on standard error, a line each.
    pub(crate) async fn open(&self) -> Result<Lake, Failure> {
        let (lake, notices) = Lake::open(&self.folder()?, Utc::now()).await?;
        for notice in notices {
            let _ = writeln!(std::io::stderr().lock(), "{}: {notice}", word(&notice));
            if matches!(notice, Notice::Erased(_)) {
                forget_counts(&lake)?;
            }
        }
        Ok(lake)
    }

    /// Opens the folder for a command that changes it. Files in the making belong on the disk of the data, where the
    /// next start finds and removes them after a kill.
    pub(crate) async fn open_for_writing(&self) -> Result<Lake, Failure> {
        let lake = self.open().await?;
        staged(&lake)?;
        Ok(lake)
    }
}

/// Lets files in the making lie on the disk of the data.
pub(crate) fn staged(lake: &Lake) -> Result<(), Failure> {
    let staging = lake.staging();
    std::fs::create_dir_all(&staging).map_err(|error| Failure::file(&staging, &error))?;
    // Set once for the process; whoever was first set the same.
    let _ = tempfile::env::override_temp_dir(&staging);
    Ok(())
}

fn word(notice: &Notice) -> &'static str {
    match notice {
        Notice::Unproven { .. } => "warning",
        Notice::Interrupted { .. } | Notice::Unfinished { .. } | Notice::Moved { .. } | Notice::Erased(_) => "note",
    }
}

/// Who gives the command, as far as the system says.
pub(crate) fn who() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// What is counted: a rulebook over a snapshot, for a year.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// The report year, 1 July to 30 June [default: the latest with enrollments]
    #[arg(long, value_name = "YEAR")]
    pub(crate) report_year: Option<SchoolYear>,
    /// The definitions: a built-in rulebook (`federal`, `texas`, `clearinghouse`) or the path of a .toml file
    #[arg(long, value_name = "NAME|FILE", default_value = "federal")]
    pub(crate) rulebook: String,
    /// Read the data as they were: after a batch (`3`), at the end of a day (`2025-06-30`), or `snapshot:12`
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) at: Option<At>,
    /// How much memory the students that are counted at a time may take, such as `2GB` or `500MB`; the program itself and
    /// the counts come on top [default: what 40,000 students take for each of two streams]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) memory: Option<usize>,
    /// Count the measures on a cluster: `ballista://HOST:PORT` of a `waymark scheduler`
    #[cfg(feature = "cluster")]
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Option<String>,
}

/// A door that is ready to release numbers.
pub(crate) struct Counting {
    pub(crate) door: Door,
    pub(crate) audience: Audience,
    pub(crate) year: SchoolYear,
    pub(crate) session: SessionContext,
}

impl Which {
    pub(crate) async fn open(&self, global: &Global) -> Result<Counting, Failure> {
        let book = rulebooks::open(&self.rulebook)?;
        let lake = global.open().await?;
        let snapshot = lake.snapshot(self.at.unwrap_or(At::Latest)).await?;
        let session = snapshot.session(&SessionOptions { memory: self.memory, ..SessionOptions::default() })?;
        let year = match self.report_year {
            Some(year) => year,
            None => latest_year(&session, &snapshot).await?.ok_or_else(|| nothing_imported(lake.dir()))?,
        };
        outside_its_years(&book, year);
        let engine = Engine::new(session.clone(), Arc::new(book)).with_store(counts(&lake, &snapshot));
        #[cfg(feature = "cluster")]
        let engine = match &self.engine {
            Some(address) => crate::cluster::counted_by(engine, address, &self.rulebook, &snapshot).await?,
            None => engine,
        };
        let info = SnapshotInfo { number: snapshot.number, batch: snapshot.batch };
        let door = Door::new(engine, info, Arc::new(Log::new(lake.dir())), Arc::new(Utc::now));
        Ok(Counting { door, audience: Audience::at_this_machine(who()), year, session })
    }
}

/// Where the counts of a snapshot are kept, beside the lake. Its number alone would not do: a folder that was emptied and
/// filled again begins at the first.
pub(crate) fn counts(lake: &Lake, snapshot: &Snapshot) -> CubeStore {
    let at = snapshot.at.map(|at| at.to_rfc3339()).unwrap_or_default();
    CubeStore::new(lake.dir().join(COUNTS), format!("snapshot {} of {at}", snapshot.number))
}

/// The folder of counts in the data folder. It may be deleted at any time.
const COUNTS: &str = "cube";

/// Removes the counts of every snapshot: in those from before an erasure somebody who was erased is still one of a few.
pub(crate) fn forget_counts(lake: &Lake) -> Result<(), Failure> {
    let folder = lake.dir().join(COUNTS);
    CubeStore::clear(&folder).map_err(|error| Failure::file(&folder, &error))
}

impl Counting {
    /// Makes sure that identifiers are there, so that a slip of the pen is no empty answer.
    pub(crate) async fn known_names(&self, organization: Option<&str>, program: Option<&str>) -> Result<(), Failure> {
        if let Some(name) = organization {
            self.known("organization", name, "SELECT organization_id FROM organizations").await?;
        }
        if let Some(name) = program.filter(|name| *name != "*") {
            let programs = "SELECT program_id FROM programs UNION SELECT concat('cluster:', cluster_16) FROM programs \
                            WHERE cluster_16 IS NOT NULL";
            self.known("program", name, programs).await?;
        }
        Ok(())
    }

    async fn known(&self, what: &str, name: &str, sql: &str) -> Result<(), Failure> {
        let names = self.texts(sql).await?;
        if names.iter().any(|known| known == name) {
            return Ok(());
        }
        let failure = Failure::user(format!("no {what} `{}`", visible(name)));
        let distance = |known: &&String| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
        let nearest = names.iter().min_by_key(distance).filter(|near| distance(near) <= 1.max(name.len() / 4));
        Err(match nearest {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        })
    }

    /// As [`texts`]; nothing before the first import, when there are no tables.
    pub(crate) async fn texts(&self, sql: &str) -> Result<Vec<String>, Failure> {
        if self.session.table_exist("organizations").map_err(LakeError::from)? {
            texts(&self.session, sql).await
        } else {
            Ok(Vec::new())
        }
    }
}

/// Says when a rulebook is asked about a year for which it was not written.
fn outside_its_years(book: &Rulebook, year: SchoolYear) {
    let header = &book.header;
    let from = header.effective_from.as_deref().and_then(|from| from.parse::<SchoolYear>().ok());
    let to = header.effective_to.as_deref().and_then(|to| to.parse::<SchoolYear>().ok());
    if from.is_some_and(|from| year < from) || to.is_some_and(|to| year > to) {
        let span = match (from, to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("{from} on"),
            (None, Some(to)) => format!("years up to {to}"),
            (None, None) => return,
        };
        let line = format!("warning: the rulebook `{}` holds for {span}, not for {year}", header.name);
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}

pub(crate) fn nothing_imported(folder: &Path) -> Failure {
    Failure::user(format!("nothing is imported in `{}` yet", folder.display()))
        .hint("`waymark import PATH` reads a bundle; `waymark synthetic OUT` makes one up; --data names another folder")
}

/// The latest school year with enrollments.
pub(crate) async fn latest_year(session: &SessionContext, snapshot: &Snapshot) -> Result<Option<SchoolYear>, Failure> {
    if !snapshot.tables()?.iter().any(|table| table == "enrollments") {
        return Ok(None);
    }
    let years = texts(session, "SELECT max(school_year) AS year FROM enrollments").await?;
    Ok(years.first().and_then(|year| year.parse().ok()))
}

/// The values of the only column of a query, without those that are not known.
pub(crate) async fn texts(session: &SessionContext, sql: &str) -> Result<Vec<String>, Failure> {
    let batches = waymark_lake::select(session, sql).await?.collect().await.map_err(LakeError::from)?;
    let mut texts = Vec::new();
    for batch in batches {
        let column = cast(batch.column(0), &DataType::Utf8).map_err(LakeError::from)?;
        let column: &StringArray = column.as_string();
        texts.extend((0..column.len()).filter(|row| column.is_valid(*row)).map(|row| column.value(row).to_owned()));
    }
    Ok(texts)
}

/// `3` is a batch, `2025-06-30` the end of that day here, an instant itself, `snapshot:12` a snapshot of the catalog.
pub(crate) fn moment(text: &str) -> Result<At, String> {
    if let Some(number) = text.strip_prefix("snapshot:").and_then(|number| number.parse().ok()) {
        return Ok(At::Number(number));
    }
    if let Ok(batch) = text.parse() {
        return Ok(At::Batch(batch));
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        let last = day.and_time(NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap_or_default());
        if let Some(last) = last.and_local_timezone(Local).latest() {
            return Ok(At::Time(last.to_utc()));
        }
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => Ok(At::Time(instant.to_utc())),
        Err(_) => Err("expected a batch (`3`), a day (`2025-06-30`), an instant or `snapshot:12`".to_owned()),
    }
}

/// `2GB`, `500MB`, `64KB` or bytes; a kilobyte is 1024 of them.
pub(crate) fn size(text: &str) -> Result<usize, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let shift = match unit.trim_start().to_ascii_uppercase().as_str() {
        "" | "B" => Some(0),
        "KB" => Some(10),
        "MB" => Some(20),
        "GB" => Some(30),
        _ => None,
    };
    let bytes = number.parse::<usize>().ok().zip(shift).and_then(|(number, shift)| number.checked_mul(1 << shift));
    bytes.ok_or_else(|| "expected a size such as `2GB` or `500MB`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("2GB"), Ok(2 << 30));
        assert_eq!(size("500 mb"), Ok(500 << 20));
        assert_eq!(size("4096"), Ok(4096));
        assert!(size("GB").is_err() && size("1.5GB").is_err() && size("2TB").is_err() && size("").is_err());
    }

    #[test]
    fn moments_are_told_apart() {
        assert_eq!(moment("3"), Ok(At::Batch(3)));
        assert_eq!(moment("snapshot:12"), Ok(At::Number(12)));
        assert_eq!(moment("2025-06-30T12:00:00Z"), Ok(At::Time("2025-06-30T12:00:00Z".parse().unwrap())));
        assert!(matches!(moment("2025-06-30"), Ok(At::Time(_))));
        assert!(moment("yesterday").is_err() && moment("snapshot:").is_err() && moment("-1").is_err());
    }
}
