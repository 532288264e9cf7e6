//! Small JSON files beside the catalog, replaced as a whole.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::LakeError;
use crate::error::At;
use crate::folder::sync_folder;

/// What is in the file; nothing where there is none. A file of no bytes is one that a power cut left.
pub(crate) fn load<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, LakeError> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        bytes => {
            let bytes = bytes.at(path)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let value = serde_json::from_slice(&bytes);
            value.map(Some).map_err(|source| LakeError::Record { path: path.to_owned(), source })
        }
    }
}

/// Puts the value into the file, on the disk, all or nothing.
pub(crate) fn save<T: Serialize>(path: &Path, value: &T) -> Result<(), LakeError> {
    let json = serde_json::to_vec(value).map_err(|source| LakeError::Record { path: path.to_owned(), source })?;
    let beside = path.with_extension("new");
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(&json)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().at(path)
}

/// Removes the file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), LakeError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result.at(path),
    }
}
