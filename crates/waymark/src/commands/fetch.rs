use std::{io::Write, path::PathBuf, thread, time::Duration};

use clap::Args;
use waymark_intake::ed_fi_api::{Connection, FetchError, Told, fetch};

use crate::{
    failure::{Failure, Kind},
    output::{thousands, visible},
};

/// Fetch the records of an Ed-Fi REST API into a folder, to be imported
#[derive(Args, Debug)]
#[command(
    long_about = "Fetches students, schools, enrollments, courses, sections, transcripts, CTE associations and what else \
        Waymark reads from an Ed-Fi REST API (Data Standard 4 or 5) into a folder. `waymark import` reads the folder.\n\n\
        A fetch that was stopped goes on where it stopped when it is asked for again. With --since only what changed since \
        the fetch in another folder is fetched; an import of changes adds and changes, and takes nothing away.\n\n\
        Beside the files may lie `descriptors.csv` (value,means) with the meanings of a State's own descriptors, and \
        `extensions.csv` (resource,from,to) with properties of extensions that stand for those of the standard.\n\n\
        The folder holds the names and data of students: keep it as you keep the data folder.",
    after_long_help = "Examples:\n  \
        waymark fetch https://ods.example.org/ 2024-25\n  \
        waymark fetch https://ods.example.org/ changes --since 2024-25\n  \
        waymark import 2024-25"
)]
pub(crate) struct Arguments {
    /// The address under which the API describes itself
    address: String,
    /// The folder to fetch into
    folder: PathBuf,
    /// The key that the API gave
    #[arg(long, env = "WAYMARK_ED_FI_KEY", hide_env_values = true)]
    key: String,
    /// The secret that belongs to the key; better given as `WAYMARK_ED_FI_SECRET`, which no list of processes shows
    #[arg(long, env = "WAYMARK_ED_FI_SECRET", hide_env_values = true)]
    secret: String,
    /// Fetch only what changed since the fetch in this folder
    #[arg(long, value_name = "FOLDER")]
    since: Option<PathBuf>,
    /// Records asked for at a time
    #[arg(long, value_name = "COUNT", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    page: u32,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { address, folder, key, secret, since, page } = arguments;
    let connection = Connection { address, key, secret, page };
    let into = folder.clone();
    let fetched = tokio::task::spawn_blocking(move || {
        fetch(&connection, &into, since.as_deref(), &mut |time: Duration| thread::sleep(time), &mut tell)
    });
    let fetched = fetched.await.map_err(|error| Failure::bug(error.to_string()))?.map_err(|error| failure(&error))?;
    let mut said = std::io::stderr().lock();
    for resource in &fetched.not_available {
        writeln!(said, "note: `{resource}` is not there, or not shown to this key")?;
    }
    let count = fetched.records.iter().map(|(_, count)| count).sum();
    writeln!(said, "{} records in `{}`; `waymark import` stores them", thousands(count), folder.display())?;
    Ok(())
}

fn tell(told: Told<'_>) {
    let mut said = std::io::stderr().lock();
    // Nobody may be there to be told.
    let _ = match told {
        Told::Records { resource, count } => writeln!(said, "{resource}: {}", thousands(count)),
        Told::Waiting { address, status, time } => {
            let status = status.map_or_else(|| "does not answer".to_owned(), |status| format!("answers {status}"));
            writeln!(said, "note: `{}` {status}; asked again in {} seconds", visible(address), time.as_secs())
        }
    };
}

fn failure(error: &FetchError) -> Failure {
    let message = visible(&error.to_string());
    match error {
        FetchError::Unreachable { .. } | FetchError::Status { .. } | FetchError::Malformed { .. } => {
            Failure::new(Kind::Data, message).hint("what was fetched stays; the same command goes on from there")
        }
        FetchError::Unsteady(_) => Failure::new(Kind::Data, message),
        FetchError::OtherFetch { .. } => Failure::user(message).hint("name another folder"),
        FetchError::NoBeginning(_) | FetchError::File { .. } => Failure::user(message),
    }
}
