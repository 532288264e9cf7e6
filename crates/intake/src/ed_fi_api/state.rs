//! How far a fetch came.

use std::{collections::BTreeMap, fs, io::ErrorKind, path::Path};

use serde::{Deserialize, Serialize};

use super::{FetchError, file_error, state_file};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The address of the service.
    pub(super) service: String,
    /// The change version from which on changes are fetched; none where everything is.
    pub(super) since: Option<u64>,
    /// The newest change version when the fetch began.
    pub(super) until: Option<u64>,
    pub(super) finished: bool,
    pub(super) resources: BTreeMap<String, Resource>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resource {
    pub(super) records: u64,
    /// Bytes of its file that are whole.
    pub(super) bytes: u64,
    /// How many records the service has, as it said last.
    pub(super) total: Option<u64>,
    pub(super) finished: bool,
    pub(super) not_available: bool,
}

impl State {
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, FetchError> {
        let path = state_file(folder);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error(&path)(error)),
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| file_error(&path)(error.into()))
    }

    /// Replaces the file in one step.
    pub(super) fn write(&self, folder: &Path) -> Result<(), FetchError> {
        let path = state_file(folder);
        let unfinished = path.with_extension("json.new");
        let text = serde_json::to_vec_pretty(self).map_err(|error| file_error(&path)(error.into()))?;
        fs::write(&unfinished, text).map_err(file_error(&unfinished))?;
        fs::rename(&unfinished, &path).map_err(file_error(&path))
    }
}
