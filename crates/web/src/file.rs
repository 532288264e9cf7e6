//! Tables to take along.

use std::io;

use axum::{
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use crate::error::PageError;

/// What a file gives.
pub(crate) type File = Result<Response, PageError>;

/// A CSV file of that name, which browsers store instead of showing it.
pub(crate) fn csv(name: &str, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> File {
    let rows = csv_rows(write).map_err(|error| PageError::File(error.to_string()))?;
    let disposition = format!("attachment; filename=\"{}.csv\"", plain(name));
    Ok(([(CONTENT_DISPOSITION, disposition)], rows).into_response())
}

/// The same without a name, as programs read it.
pub(crate) fn csv_rows(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<Response> {
    let mut text = Vec::new();
    write(&mut text)?;
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
}

/// A name without what a header or a file system could take for something else.
pub(crate) fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_header() {
        assert_eq!(plain("funnel-P1\"; x=\r\ny/.."), "funnel-P1---x---y---");
        let response = csv("a\"b", |_| Ok(())).unwrap();
        assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"a-b.csv\"");
    }
}
