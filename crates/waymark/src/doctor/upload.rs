//! Files as they arrive.

use std::{fs, io::Write, path::Path, sync::Arc};

use async_trait::async_trait;
use tempfile::TempDir;
use waymark_web::{DeskError, Upload};

use super::{
    CASES, LIMIT, Shared,
    case::{Case, State},
    work,
};

/// Names of files that one upload may have.
const FILES: usize = 200;

/// Files that are being received, in a folder that only this user can read.
pub(super) struct Received {
    shared: Arc<Shared>,
    id: String,
    number: u64,
    folder: Arc<TempDir>,
    open: Option<fs::File>,
    files: usize,
    bytes: u64,
}

impl Received {
    pub(super) fn new(
        shared: Arc<Shared>,
        id: String,
        number: u64,
        folder: Option<Arc<TempDir>>,
    ) -> Result<Self, DeskError> {
        let folder = match folder {
            Some(folder) => folder,
            None => Arc::new(
                tempfile::Builder::new().prefix("waymark-import-").tempdir_in(std::env::temp_dir()).map_err(failed)?,
            ),
        };
        Ok(Self { shared, id, number, folder, open: None, files: 0, bytes: 0 })
    }
}

/// The last part of a name that a browser sent, if a file can be called so.
fn plain_name(name: &str) -> Option<&str> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let plain = !last.is_empty() && !last.starts_with('.') && last.len() <= 200;
    (plain && !last.chars().any(char::is_control)).then_some(last)
}

#[async_trait]
impl Upload for Received {
    async fn file(&mut self, name: &str) -> Result<(), DeskError> {
        let name = plain_name(name)
            .ok_or_else(|| DeskError::Refused(format!("A file cannot be called `{}`.", name.escape_debug())))?;
        self.files += 1;
        if self.files > FILES {
            return Err(DeskError::Refused(format!("These are more than {FILES} files.")));
        }
        let path: &Path = self.folder.path();
        self.open = Some(fs::File::create(path.join(name)).map_err(failed)?);
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), DeskError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > LIMIT {
            return Err(DeskError::Refused(format!("The files are larger than {} MB together.", LIMIT / 1_000_000)));
        }
        match &mut self.open {
            Some(file) => file.write_all(bytes).map_err(failed),
            None => Ok(()),
        }
    }

    async fn finish(self: Box<Self>) -> Result<String, DeskError> {
        if self.files == 0 {
            return Err(DeskError::Refused("No file was chosen.".to_owned()));
        }
        let Self { shared, id, number, folder, open, .. } = *self;
        drop(open);
        {
            let mut cases = shared.cases();
            let working = cases.get(&id).is_some_and(|case| matches!(case.state, State::Working(_)));
            if working {
                return Err(DeskError::Refused("The files are being worked on; wait until that is done.".to_owned()));
            }
            cases.insert(id.clone(), Case::new(id.clone(), number, folder));
            while cases.len() > CASES {
                let oldest = cases.values().min_by_key(|case| case.number).map(|case| case.id.clone());
                cases.remove(&oldest.unwrap_or_default());
            }
        }
        work::look(shared, id.clone());
        Ok(id)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn failed(error: std::io::Error) -> DeskError {
    DeskError::Refused(format!("The files cannot be written: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_lead_elsewhere() {
        assert_eq!(plain_name("students.csv"), Some("students.csv"));
        assert_eq!(plain_name("C:\\exports\\students.csv"), Some("students.csv"));
        assert_eq!(plain_name("../../etc/passwd"), Some("passwd"));
        for name in ["", "..", ".", "a/", ".hidden", "a\0b", "\u{1b}[31m"] {
            assert_eq!(plain_name(name), None, "{name:?}");
        }
    }
}
