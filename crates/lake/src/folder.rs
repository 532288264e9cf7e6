//! The data files, wherever the folder is.
//!
//! The catalog holds the absolute path of the data. [`Folder`] is the object store for that path: it finds the files
//! in the folder that was opened, even if it was moved or copied since, and nothing outside it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::object_store::path::Path as Location;
use datafusion::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};
use futures::StreamExt;
use futures::stream::BoxStream;
use percent_encoding::percent_decode_str;

/// Data files below one folder, addressed by the path that the catalog has for that folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    recorded: Location,
    root: PathBuf,
    files: Arc<LocalFileSystem>,
    writable: bool,
}

impl Folder {
    /// The files below `root`, which the catalog knows as `recorded`.
    ///
    /// # Errors
    /// If `root` is not a folder.
    pub(crate) fn new(recorded: &str, root: &Path, writable: bool) -> Result<Self> {
        let files = Arc::new(LocalFileSystem::new_with_prefix(root)?);
        Ok(Self { recorded: Location::from(recorded), root: root.to_owned(), files, writable })
    }

    /// The location below the root. The caller's is percent-encoded, which a file's name is not.
    fn inside(&self, location: &Location) -> Result<Location> {
        let outside =
            || Error::NotFound { path: location.to_string(), source: format!("not below `{}`", self.recorded).into() };
        let parts = location.prefix_match(&self.recorded).ok_or_else(outside)?;
        let below = parts.collect::<Location>();
        let name = percent_decode_str(below.as_ref()).decode_utf8().map_err(|_| outside())?;
        Ok(Location::parse(name)?)
    }

    fn for_writing(&self, location: &Location) -> Result<Location> {
        if self.writable {
            return self.inside(location);
        }
        Err(Error::PermissionDenied { path: location.to_string(), source: "snapshots are read-only".into() })
    }

    /// Puts a file and its name on the disk: the catalog must never name a file that a power cut can take away.
    fn persist(&self, location: &Location) -> Result<()> {
        let path = self.files.path_to_filesystem(location)?;
        let mut folder = path.parent();
        let synced = File::open(&path).and_then(|file| file.sync_all()).and_then(|()| {
            while let Some(parent) = folder.filter(|parent| parent.starts_with(&self.root)) {
                sync_folder(parent)?;
                folder = parent.parent();
            }
            Ok(())
        });
        synced.map_err(|source| Error::Generic { store: "Folder", source: Box::new(source) })
    }
}

/// Puts the names in a folder on the disk. Only Unix can.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

impl std::fmt::Display for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Folder({})", self.root.display())
    }
}

fn unsupported(operation: &str) -> Error {
    Error::NotImplemented { operation: operation.to_owned(), implementer: "Folder".to_owned() }
}

#[async_trait]
impl ObjectStore for Folder {
    async fn put_opts(&self, location: &Location, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let location = self.for_writing(location)?;
        let result = self.files.put_opts(&location, payload, options).await?;
        self.persist(&location)?;
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Location,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let location = self.for_writing(location)?;
        let upload = self.files.put_multipart_opts(&location, options).await?;
        Ok(Box::new(Upload { parts: upload, folder: self.clone(), location }))
    }

    async fn get_opts(&self, location: &Location, options: GetOptions) -> Result<GetResult> {
        let mut result = self.files.get_opts(&self.inside(location)?, options).await?;
        result.meta.location = location.clone();
        Ok(result)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Location>>) -> BoxStream<'static, Result<Location>> {
        let folder = self.clone();
        let inside = locations.map(move |location| folder.for_writing(&location?)).boxed();
        self.files.delete_stream(inside)
    }

    fn list(&self, _prefix: Option<&Location>) -> BoxStream<'static, Result<ObjectMeta>> {
        futures::stream::once(async { Err(unsupported("list")) }).boxed()
    }

    async fn list_with_delimiter(&self, _prefix: Option<&Location>) -> Result<ListResult> {
        Err(unsupported("list_with_delimiter"))
    }

    async fn copy_opts(&self, _from: &Location, _to: &Location, _options: CopyOptions) -> Result<()> {
        Err(unsupported("copy_opts"))
    }
}

/// A large file on its way, persisted when it is complete.
#[derive(Debug)]
struct Upload {
    parts: Box<dyn MultipartUpload>,
    folder: Folder,
    location: Location,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.parts.complete().await?;
        self.folder.persist(&self.location)?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.abort().await
    }
}
