//! Which sheets there are at a place, and their rows.

use std::{io::Read, sync::Arc};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{
    cell::Cell,
    decode::{self, Encoding},
    delimited,
    workbook::{Content, Workbook, content},
};
use crate::files::Files;

/// Endings of files that may be tables.
const ENDINGS: [&str; 8] = ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xls", "dat"];

/// A sheet: one of a workbook, or a text file.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) file: Arc<str>,
    /// Its name in the workbook.
    pub(crate) name: Option<String>,
    pub(crate) format: Format,
    /// What it is called in messages: the file, and the sheet where there are several.
    pub(crate) label: Arc<str>,
}

/// How the rows of a sheet are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text { encoding: Encoding, delimiter: u8 },
    Workbook(Content),
}

/// A row of a sheet.
pub(crate) struct Row {
    /// Its line, or its number in the workbook.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cell>,
    /// Why it cannot be used as it stands.
    pub(crate) fault: Option<Diagnostic>,
    /// Bytes of a text file up to here.
    pub(crate) bytes: u64,
}

impl Row {
    /// The text of a cell without what spreadsheets put around it; empty where the row has none.
    pub(crate) fn plain(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.plain().text)
    }
}

impl Sheet {
    pub(crate) fn place(&self, line: u64) -> Place {
        Place::line(&*self.label, line)
    }
}

/// Every sheet of the files, with what was guessed or passed over on the way.
///
/// What cannot be opened is fatal; the others are listed all the same.
pub(crate) fn list(files: &Files, say: &mut dyn FnMut(Diagnostic)) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    for file in files.names() {
        let ending = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if ending == "toml" {
            continue;
        }
        if !ENDINGS.contains(&ending.as_str()) {
            let message = "this is no spreadsheet and no text file of rows; the file is not read";
            say(Diagnostic::new("unknown_file", Severity::Note, Place::file(file), message));
            continue;
        }
        let mut first = [0; 512];
        let mut filled = 0;
        let opened = files.open(file, &mut |source| {
            while let Ok(read @ 1..) = source.read(&mut first[filled..]) {
                filled += read;
            }
        });
        if let Err(diagnostic) = opened {
            say(*diagnostic);
            continue;
        }
        let file: Arc<str> = Arc::from(file);
        match content(&first[..filled]) {
            Content::Html => say(html(&file)),
            Content::Text => sheets.extend(text_sheet(files, &file, say)),
            content => match open_workbook(files, &file, content) {
                Err(diagnostic) => say(*diagnostic),
                Ok(workbook) => {
                    let names = workbook.sheets();
                    let several = names.len() > 1;
                    sheets.extend(names.into_iter().map(|name| Sheet {
                        file: Arc::clone(&file),
                        label: if several { format!("{file} ({name})").into() } else { Arc::clone(&file) },
                        name: Some(name),
                        format: Format::Workbook(content),
                    }));
                }
            },
        }
    }
    sheets
}

fn text_sheet(files: &Files, file: &Arc<str>, say: &mut dyn FnMut(Diagnostic)) -> Option<Sheet> {
    let mut detected = None;
    let mut failed = None;
    let opened = files.open(file, &mut |source| match decode::detect(source) {
        Ok(found) => detected = Some(found),
        Err(error) => failed = Some(error),
    });
    if let Err(diagnostic) = opened {
        say(*diagnostic);
    }
    if let Some(error) = failed {
        say(fatal("cannot_read", Place::file(&**file), format!("cannot read: {error}")));
    }
    let detected = detected?;
    if let Some((line, shown)) = &detected.guessed {
        say(encoding_guessed(file, *line, shown, detected.encoding));
    }
    let mut delimiter = b',';
    // That it can be opened was seen just now.
    let _ = files.open(file, &mut |source| delimiter = delimited::delimiter(source, detected.encoding));
    Some(Sheet {
        file: Arc::clone(file),
        label: Arc::clone(file),
        name: None,
        format: Format::Text { encoding: detected.encoding, delimiter },
    })
}

fn open_workbook(files: &Files, file: &str, content: Content) -> Result<Workbook, Box<Diagnostic>> {
    let mut workbook = Err("nothing was read".to_owned());
    files.open(file, &mut |source| workbook = Workbook::open(source, content))?;
    workbook.map_err(|error| Box::new(unreadable(file, &error)))
}

/// Hands the rows of a sheet to `take`, which may end the reading by `false`.
pub(crate) fn rows(
    files: &Files,
    sheet: &Sheet,
    field_bytes: usize,
    take: &mut dyn FnMut(Row) -> bool,
) -> Result<(), Box<Diagnostic>> {
    match sheet.format {
        Format::Text { encoding, delimiter } => {
            let mut read = Ok(());
            files.open(&sheet.file, &mut |source: &mut dyn Read| {
                read = delimited::rows(&sheet.file, source, encoding, delimiter, field_bytes, &mut |row| {
                    take(Row { line: row.line, cells: row.cells, fault: row.fault, bytes: row.bytes })
                });
            })?;
            read
        }
        Format::Workbook(content) => {
            let mut workbook = open_workbook(files, &sheet.file, content)?;
            let name = sheet.name.as_deref().unwrap_or_default();
            let read = workbook.rows(name, &mut |line, cells| take(Row { line, cells, fault: None, bytes: 0 }));
            read.map_err(|error| Box::new(unreadable(&sheet.file, &error)))
        }
    }
}

/// Whether a file of that name may be a table, so that it is a source by itself.
pub(crate) fn is_table(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.contains(&ending.as_str())
}

fn fatal(code: &str, place: Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, Severity::Fatal, place, message)
}

fn unreadable(file: &str, error: &str) -> Diagnostic {
    fatal("unreadable_workbook", Place::file(file), format!("the workbook cannot be read: {error}"))
        .help("open it in a spreadsheet and save it again as `.xlsx`, without a password")
}

fn html(file: &str) -> Diagnostic {
    fatal("html_not_a_sheet", Place::file(file), "the file is a web page that is called a spreadsheet")
        .expected("a workbook (`.xlsx`) or a text file of rows")
        .help("open it in a spreadsheet and save it as `.xlsx`")
}

fn encoding_guessed(file: &str, line: u64, shown: &str, encoding: Encoding) -> Diagnostic {
    let message = format!("the file is not UTF-8; it was read as {encoding}");
    Diagnostic::new("read_as_encoding", Severity::Warning, Place::line(file, line), message)
        .value(shown)
        .help("look at the names with accents: if they are wrong, export the file again as UTF-8")
}
