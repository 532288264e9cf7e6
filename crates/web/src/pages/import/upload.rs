//! Files as a browser sends them.

use axum::extract::Multipart;

use crate::{Upload, error::PageError};

/// Takes every file of a form, and gives the name of their case.
pub(super) async fn receive(mut files: Multipart, mut upload: Box<dyn Upload>) -> Result<String, PageError> {
    let cut = |error: axum::extract::multipart::MultipartError| PageError::Asked(error.body_text());
    while let Some(mut field) = files.next_field().await.map_err(cut)? {
        // A form without a chosen file sends one without a name.
        let Some(name) = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned) else { continue };
        upload.file(&name).await?;
        while let Some(bytes) = field.chunk().await.map_err(cut)? {
            upload.write(&bytes).await?;
        }
    }
    Ok(upload.finish().await?)
}
