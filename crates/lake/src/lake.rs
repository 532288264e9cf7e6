//! The data folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use datafusion_ducklake::{MetadataWriter, SqliteMetadataProvider, SqliteMetadataWriter};
use walkdir::WalkDir;

use crate::batch::{self, Record};
use crate::catalog::{CATALOG, Catalog, SCHEMA};
use crate::error::At as _;
use crate::lock::{Guard, Intent};
use crate::preparation::Abandoned;
use crate::proof::{self, ErasureProof, Search};
use crate::snapshot::{self, At, Snapshot};
use crate::{Batch, Erased, LakeError, erase};

const DATA: &str = "data";
const STAGING: &str = "staging";
/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Versioned tables in one folder. Any number of lakes, in any number of processes, may be open on it: one of them writes
/// at a time, and nobody who reads waits for it.
#[derive(Debug)]
pub struct Lake {
    dir: PathBuf,
    catalog: Catalog,
    provider: Arc<SqliteMetadataProvider>,
    patience: Duration,
}

/// Something that happened to the folder since it was last open, or while it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A batch was begun and never finished. Nothing of it is stored.
    Interrupted {
        /// Who did what, and when it was begun.
        what: String,
        /// Files that it left, now removed.
        files: usize,
    },
    /// An import was being read when its process ended. It had stored nothing.
    Unfinished {
        /// Who read what, and when it was begun.
        what: String,
    },
    /// The folder was moved or copied; the catalog now has its new place.
    Moved {
        /// Where the data were.
        from: String,
    },
    /// The retention period of an erasure is over, and nothing of that person is left.
    Erased(ErasureProof),
    /// The retention period of an erasure is over, but something is left.
    Unproven {
        /// The batch that erased.
        batch: u64,
        /// Where something was found.
        found: Vec<String>,
    },
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Interrupted { what, files } => write!(
                f,
                "a batch of {what} was interrupted; nothing of it is stored, and the data are as before it \
                 ({files} unfinished {} removed)",
                if *files == 1 { "file" } else { "files" }
            ),
            Self::Unfinished { what } => write!(
                f,
                "an import was cut short before anything of it was stored: {what}; the data are as before it, and it can \
                 be imported again"
            ),
            Self::Moved { from } => write!(f, "the data folder was moved or copied from `{from}`"),
            Self::Erased(proof) => write!(
                f,
                "the erasure of batch {} is complete: nothing found in {} files of {} bytes",
                proof.batch, proof.searched_files, proof.bytes
            ),
            Self::Unproven { batch, found } => {
                write!(f, "the erasure of batch {batch} is not complete: something is left in {}", found.join(", "))
            }
        }
    }
}

impl Lake {
    /// Opens the lake in a folder, making both on first use. What an interrupted batch left is removed, and erasures that
    /// are due by `now` are ended, unless somebody else is writing just then. A folder that cannot be written opens for
    /// reading.
    ///
    /// # Errors
    /// If the folder cannot be used.
    pub async fn open(dir: &Path, now: DateTime<Utc>) -> Result<(Self, Vec<Notice>), LakeError> {
        for folder in [dir.to_owned(), dir.join(DATA), dir.join(STAGING)] {
            match fs::create_dir_all(&folder) {
                Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {}
                result => result.at(&folder)?,
            }
        }
        let guard = match Guard::try_acquire(dir) {
            Err(LakeError::ReadOnly(_)) => return Ok((Self::open_read_only(dir).await?, Vec::new())),
            guard => guard?,
        };
        let dir = fs::canonicalize(dir).at(dir)?;
        let catalog = Catalog::new(&dir, false);
        let guard = match guard {
            None if !catalog.is_complete().await? => Some(Guard::acquire(&dir, PATIENCE).await?),
            guard => guard,
        };
        if guard.is_some() && !catalog.is_complete().await? {
            make(&dir, &catalog).await?;
        }
        let lake = Self::connect(dir, catalog).await?;
        let mut notices = Vec::new();
        if let Some(guard) = &guard {
            let path = lake.data_path()?;
            let moved = lake.catalog.set_data_path(&path).await?;
            notices.extend(moved.map(|from| Notice::Moved { from }));
            notices.extend(lake.recover(guard).await?);
            notices.extend(lake.forget_abandoned()?);
            notices.extend(lake.purge_on_open(guard, now).await?);
        }
        Ok((lake, notices))
    }

    /// Opens a lake that is there, for reading only. Nothing in the folder is touched.
    ///
    /// # Errors
    /// [`LakeError::Missing`] if there is none.
    pub async fn open_read_only(dir: &Path) -> Result<Self, LakeError> {
        let dir = fs::canonicalize(dir).at(dir)?;
        let catalog = Catalog::new(&dir, true);
        if !catalog.is_complete().await? {
            return Err(LakeError::Missing(dir));
        }
        Self::connect(dir, catalog).await
    }

    async fn connect(dir: PathBuf, catalog: Catalog) -> Result<Self, LakeError> {
        let provider = Arc::new(SqliteMetadataProvider::new(&catalog.url(false)).await?);
        Ok(Self { dir, catalog, provider, patience: PATIENCE })
    }

    /// The same lake, waiting that long for another writer instead of five seconds.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A folder for files that are being made, on the same disk as the data. What is in it is removed after an
    /// interruption. `datafusion-ducklake` makes its files in the temporary folder of the process, so a program that
    /// imports should first make it this one (`tempfile::env::override_temp_dir`): otherwise a kill can leave rows in the
    /// system's.
    pub fn staging(&self) -> PathBuf {
        self.dir.join(STAGING)
    }

    /// Every batch, oldest first.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub async fn batches(&self) -> Result<Vec<Batch>, LakeError> {
        let (records, snapshots) = (self.catalog.records().await?, self.catalog.snapshots().await?);
        let readable = |number| snapshot::resolve(At::Batch(number), &records, &snapshots).is_ok();
        Ok(batch::batches(&records, readable))
    }

    /// The lake as it was then.
    ///
    /// # Errors
    /// If there was nothing then, or it has expired.
    pub async fn snapshot(&self, at: At) -> Result<Snapshot, LakeError> {
        let (records, snapshots) = (self.catalog.records().await?, self.catalog.snapshots().await?);
        let (number, index) = snapshot::resolve(at, &records, &snapshots)?;
        Ok(self.snapshot_of(number, index.map(|index| &records[index].1)))
    }

    /// Looks for somebody in every file of the folder, as [`Self::purge`] does.
    ///
    /// # Errors
    /// If a file cannot be read or decoded.
    pub async fn search(&self, erased: &Erased) -> Result<Search, LakeError> {
        proof::search(&self.dir, &self.catalog, erased, &[]).await
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join(DATA)
    }

    /// The data folder's path as the catalog has it.
    fn data_path(&self) -> Result<String, LakeError> {
        data_path(&self.dir)
    }

    pub(crate) fn snapshot_of(&self, number: i64, record: Option<&Record>) -> Snapshot {
        let (batch, at) = (record.map(|record| record.batch), record.map(|record| record.at));
        Snapshot { number, batch, at, provider: Arc::clone(&self.provider), data: self.data() }
    }

    /// The very newest snapshot, even if it belongs to no batch.
    pub(crate) async fn head(&self) -> Result<Snapshot, LakeError> {
        let snapshots = self.catalog.snapshots().await?;
        let number = snapshots.last().copied().ok_or(LakeError::NoSnapshot(0))?;
        Ok(self.snapshot_of(number, None))
    }

    pub(crate) async fn next_batch(&self) -> Result<u64, LakeError> {
        Ok(self.catalog.records().await?.last().map_or(0, |(_, record)| record.batch) + 1)
    }

    /// The right to write, in a folder in which nothing is half done.
    pub(crate) async fn lock(&self) -> Result<Guard, LakeError> {
        if self.catalog.read_only {
            return Err(LakeError::ReadOnly(self.dir.clone()));
        }
        let guard = Guard::acquire(&self.dir, self.patience).await?;
        self.recover(&guard).await?;
        Ok(guard)
    }

    /// Brings the folder into order after a batch, whether that was finished, failed, or was killed.
    pub(crate) async fn recover(&self, _guard: &Guard) -> Result<Option<Notice>, LakeError> {
        let Some(intent) = Intent::load(&self.dir)? else { return Ok(None) };
        let newest = self.catalog.records().await?.last().map_or(0, |(_, record)| record.batch);
        self.retire_hollow_files().await?;
        self.catalog.forget_unborn().await?;
        erase::forget_unborn(&self.dir, newest)?;
        let files = self.remove_strangers().await?;
        Intent::remove(&self.dir)?;
        Ok((intent.batch > newest).then(|| Notice::Interrupted { what: intent.to_string(), files }))
    }

    /// Tells of imports that were killed while they were read, and removes the files that they were making.
    fn forget_abandoned(&self) -> Result<Vec<Notice>, LakeError> {
        let abandoned = Abandoned::collect(&self.dir)?;
        if !abandoned.told.is_empty() && abandoned.nobody_reads {
            for path in files_below(&self.staging())? {
                fs::remove_file(&path).at(&path)?;
            }
        }
        Ok(abandoned.told.into_iter().map(|what| Notice::Unfinished { what }).collect())
    }

    /// Lets go of files whose rows are all deleted: otherwise the current snapshot keeps them for ever.
    async fn retire_hollow_files(&self) -> Result<(), LakeError> {
        let hollow = self.catalog.hollow_tables().await?;
        if hollow.is_empty() {
            return Ok(());
        }
        let (metadata, head) = (self.metadata_writer().await?, self.head().await?);
        for (table, name) in hollow {
            metadata.commit_truncate(table, SCHEMA, &name, head.number)?;
        }
        Ok(())
    }

    /// Removes the files that the catalog does not know, and gives their number.
    async fn remove_strangers(&self) -> Result<usize, LakeError> {
        let (data, known) = (self.data(), self.catalog.files().await?);
        let staged = files_below(&self.staging())?;
        let unknown = |path: &PathBuf| path.strip_prefix(&data).is_ok_and(|relative| !known.contains(relative));
        let strangers: BTreeSet<PathBuf> = files_below(&data)?.into_iter().filter(unknown).chain(staged).collect();
        for path in &strangers {
            fs::remove_file(path).at(path)?;
        }
        Ok(strangers.len())
    }

    async fn purge_on_open(&self, guard: &Guard, now: DateTime<Utc>) -> Result<Vec<Notice>, LakeError> {
        match self.purge_locked(guard, now).await {
            Ok(proofs) => Ok(proofs.into_iter().map(Notice::Erased).collect()),
            Err(LakeError::Unproven { batch, found }) => Ok(vec![Notice::Unproven { batch, found }]),
            Err(error) => Err(error),
        }
    }
}

/// Makes the catalog, or the rest of one.
async fn make(dir: &Path, catalog: &Catalog) -> Result<(), LakeError> {
    let metadata = SqliteMetadataWriter::new_with_init(&catalog.url(true)).await?;
    metadata.set_data_path(&data_path(dir)?)?;
    let snapshot = match catalog.snapshots().await?.last() {
        Some(snapshot) => *snapshot,
        None => metadata.create_snapshot()?,
    };
    metadata.get_or_create_schema(SCHEMA, None, snapshot)?;
    catalog.complete().await?;
    crate::folder::sync_folder(dir).at(&dir.join(CATALOG))
}

fn data_path(dir: &Path) -> Result<String, LakeError> {
    let data = dir.join(DATA);
    let path = data.to_str().ok_or_else(|| LakeError::FolderName(dir.to_owned()))?;
    Ok(format!("{path}/"))
}

fn files_below(dir: &Path) -> Result<Vec<PathBuf>, LakeError> {
    if !dir.try_exists().at(dir)? {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry.map_err(|error| LakeError::File { path: dir.to_owned(), source: error.into() })?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
