//! Fetches the records of an Ed-Fi REST API (Data Standard 4 and 5) into a folder, which is then read like any other
//! source.
//!
//! A file for each resource grows page by page, and `fetch.json` says how far it came: a fetch that was stopped goes on
//! from there. The folder stays as what the service said on that day. Nothing but these resources is asked for.

mod service;
mod state;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;

use self::{
    service::{Answer, Service},
    state::{Resource, State},
};
use crate::sources::ed_fi::{FETCH_STATE, json::RESOURCES};

/// How often a resource is begun again whose records were deleted while they were being read.
const RESTARTS: u32 = 3;

/// Where the service is, and who asks.
#[derive(Clone)]
pub struct Connection {
    /// The address under which the service describes itself (`https://host/path/`).
    pub address: String,
    /// The key that the service gave.
    pub key: String,
    /// The secret that belongs to it.
    pub secret: String,
    /// Records of one page; services allow 500 at most, as a rule.
    pub page: u32,
}

/// What is said of a fetch while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// Records of a resource are in the file.
    Records {
        /// The resource.
        resource: &'a str,
        /// How many so far.
        count: u64,
    },
    /// The service asked to wait, or failed; it is asked again after that time.
    Waiting {
        /// What was asked for.
        address: &'a str,
        /// What it answered; none where it did not answer at all.
        status: Option<u16>,
        /// How long.
        time: Duration,
    },
}

/// What was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Records of each resource.
    pub records: Vec<(&'static str, u64)>,
    /// Resources that the service does not have, or does not show to this key.
    pub not_available: Vec<&'static str>,
    /// The change version up to which the folder is complete, where the service tells.
    pub until: Option<u64>,
}

/// Why a fetch ended early. What is in the folder stays, and another fetch into it goes on.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The service could not be reached, again and again.
    #[error("`{address}` cannot be reached: {source}")]
    Unreachable {
        /// What was asked for.
        address: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// The service answered something that does not help.
    #[error("`{address}` answers {status}: {said}")]
    Status {
        /// What was asked for.
        address: String,
        /// Its answer.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// The service answered something else than the standard asks for.
    #[error("`{address}` answers something that is no {expected}")]
    Malformed {
        /// What was asked for.
        address: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// Records vanished from a resource while it was being read, again and again.
    #[error("records of `{0}` are deleted faster than they can be read; try again at a quieter time")]
    Unsteady(&'static str),
    /// The folder belongs to another fetch.
    #[error("`{}` holds a fetch of `{}`", .folder.display(), .service)]
    OtherFetch {
        /// The folder.
        folder: PathBuf,
        /// The service that it was fetched from.
        service: String,
    },
    /// The folder that changes are to be counted from does not say up to when it is complete.
    #[error("`{}` does not hold a finished fetch of a service that counts its changes", .0.display())]
    NoBeginning(PathBuf),
    /// A file could not be read or written.
    #[error("`{}`: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> FetchError {
    let path = path.to_owned();
    move |source| FetchError::File { path, source }
}

/// Fetches into `folder`: everything, or the changes since the fetch in the folder `since`.
///
/// `wait` waits for a time; a service that is busy is asked again after it.
///
/// # Errors
/// If the service fails for good, or the folder cannot be written.
pub fn fetch(
    connection: &Connection,
    folder: &Path,
    since: Option<&Path>,
    wait: &mut dyn FnMut(Duration),
    tell: &mut dyn FnMut(Told<'_>),
) -> Result<Fetched, FetchError> {
    let since = since.map(beginning).transpose()?;
    fs::create_dir_all(folder).map_err(file_error(folder))?;
    let mut service = Service::connect(connection, wait, tell)?;
    let mut state = match State::read(folder)? {
        Some(state) if state.service == connection.address && state.since == since => state,
        Some(state) => return Err(FetchError::OtherFetch { folder: folder.to_owned(), service: state.service }),
        None => {
            // Read first: what changes from now on is in the next fetch of changes, too.
            let until = service.newest_change_version()?;
            State { service: connection.address.clone(), since, until, ..State::default() }
        }
    };
    state.write(folder)?;
    for resource in RESOURCES {
        fetch_resource(&mut service, resource.name, folder, connection.page, &mut state)?;
    }
    state.finished = true;
    state.write(folder)?;
    let fetched = |name: &&'static str| state.resources.get(*name).cloned().unwrap_or_default();
    let names = || RESOURCES.iter().map(|resource| resource.name);
    Ok(Fetched {
        records: names().map(|name| (name, fetched(&name).records)).collect(),
        not_available: names().filter(|name| fetched(name).not_available).collect(),
        until: state.until,
    })
}

/// The first change that an earlier fetch does not have.
fn beginning(folder: &Path) -> Result<u64, FetchError> {
    let state = State::read(folder)?.filter(|state| state.finished);
    let until = state.and_then(|state| state.until);
    until.map(|until| until + 1).ok_or_else(|| FetchError::NoBeginning(folder.to_owned()))
}

fn fetch_resource(
    service: &mut Service<'_>,
    name: &'static str,
    folder: &Path,
    page: u32,
    state: &mut State,
) -> Result<(), FetchError> {
    let path = folder.join(format!("{name}.jsonl"));
    let mut restarts = 0;
    loop {
        let so_far = state.resources.entry(name.to_owned()).or_default().clone();
        if so_far.finished {
            return Ok(());
        }
        let mut file = opened(&path, so_far.bytes).map_err(file_error(&path))?;
        let mut query = vec![("offset", so_far.records.to_string()), ("limit", page.to_string())];
        query.push(("totalCount", "true".to_owned()));
        query.extend(state.since.map(|since| ("minChangeVersion", since.to_string())));
        let next = match service.page(name, &query)? {
            Answer::NotAvailable => {
                drop(file);
                fs::remove_file(&path).map_err(file_error(&path))?;
                Resource { finished: true, not_available: true, ..Resource::default() }
            }
            Answer::Page { total, .. } if total.zip(so_far.total).is_some_and(|(now, before)| now < before) => {
                // Whatever was deleted moved the others forward: some of them would be missed.
                restarts += 1;
                if restarts > RESTARTS {
                    return Err(FetchError::Unsteady(name));
                }
                Resource::default()
            }
            Answer::Page { records, total } => {
                let mut lines = Vec::new();
                for record in &records {
                    lines.extend(record.to_string().into_bytes());
                    lines.push(b'\n');
                }
                // The bytes are on the disk before the state says so.
                file.write_all(&lines).and_then(|()| file.sync_data()).map_err(file_error(&path))?;
                let count = so_far.records + records.len() as u64;
                let short = records.len() < page as usize;
                service.told(Told::Records { resource: name, count });
                Resource {
                    records: count,
                    bytes: so_far.bytes + lines.len() as u64,
                    total: total.or(so_far.total),
                    // A service may give less than it was asked for.
                    finished: records.is_empty() || total.map_or(short, |total| count >= total),
                    not_available: false,
                }
            }
        };
        state.resources.insert(name.to_owned(), next);
        state.write(folder)?;
    }
}

/// The file, cut to what is known to be whole, to be written on.
fn opened(path: &Path, bytes: u64) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    file.set_len(bytes)?;
    Ok(file)
}

/// A list of records.
fn records_of(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(records) if records.iter().all(Value::is_object) => Some(records),
        _ => None,
    }
}

impl std::fmt::Debug for Connection {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { address, key, page, .. } = self;
        f.debug_struct("Connection")
            .field("address", address)
            .field("key", key)
            .field("page", page)
            .finish_non_exhaustive()
    }
}

/// The name of the file in which a fetch keeps how far it came.
fn state_file(folder: &Path) -> PathBuf {
    folder.join(FETCH_STATE)
}
