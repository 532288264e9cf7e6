//! Waymark's own flat files: one CSV file for each table.

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::{TABLES, Table};

use crate::{
    Limits, csv_file,
    draft::Draft,
    files::Files,
    records::{Record, Records},
    suggest,
};

/// Reads every table that has a file, in the order of the contract.
pub(super) fn read(files: &Files, draft: &mut Draft<'_>) {
    let expected: Vec<String> = TABLES.iter().map(|table| format!("{}.csv", table.name)).collect();
    for file in files.names().filter(|name| expected.iter().all(|file| file != name)) {
        let missing = expected.iter().map(String::as_str).filter(|name| files.size(name).is_none());
        draft.note(&unknown_file(file, suggest::nearest(file, missing)));
    }
    for (table, file) in TABLES.iter().zip(&expected) {
        let Some(size) = files.size(file) else {
            if table.required {
                draft.refuse(missing_file(file, suggest::nearest(file, files.names())));
            }
            continue;
        };
        let outcome = files.open(file, &mut |source| csv_file::read(draft, table, file, size, source));
        if let Err(diagnostic) = outcome {
            draft.refuse(*diagnostic);
        }
    }
}

/// Whether files that are called as tables of the bundle are, by their headers: a district's own `students.csv` has
/// other columns.
pub(super) fn is_bundle(files: &Files) -> bool {
    let required = TABLES.iter().filter(|table| table.required);
    if required.clone().all(|table| files.size(&format!("{}.csv", table.name)).is_some()) {
        return true;
    }
    let own = TABLES.iter().filter(|table| files.size(&format!("{}.csv", table.name)).is_some());
    own.clone().next().is_some() && own.into_iter().all(|table| has_columns(files, table))
}

fn has_columns(files: &Files, table: &Table) -> bool {
    let mut names = Vec::new();
    let opened = files.open(&format!("{}.csv", table.name), &mut |source| {
        let mut record = Record::default();
        if Records::new(source, Limits::default().field_bytes).next(&mut record).unwrap_or(false) {
            names = record.to_texts();
        }
    });
    let has = |name: &str| names.iter().any(|own| own.trim_start_matches('\u{feff}') == name);
    opened.is_ok() && table.columns.iter().filter(|column| column.required).all(|column| has(column.name))
}

fn unknown_file(file: &str, likely: Option<&str>) -> Diagnostic {
    let message = "no table of the bundle has this name; the file is not read";
    let diagnostic = Diagnostic::new("unknown_file", Severity::Note, Place::file(file), message);
    match likely {
        Some(likely) => diagnostic.help(format!("did you mean `{likely}`?")),
        None => diagnostic,
    }
}

fn missing_file(file: &str, likely: Option<&str>) -> Diagnostic {
    let message = format!("the required file `{file}` is missing");
    let diagnostic = Diagnostic::new("missing_file", Severity::Fatal, Place::file(file), message);
    match likely {
        Some(likely) => diagnostic.help(format!("is it the one called `{likely}`?")),
        None => diagnostic.help("a file with only its header row is enough where there is nothing to say"),
    }
}
