//! The release folder (`docs/release-format.md`): all that the public gets.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::{Publication, PublishedRow};
use crate::Released;

/// Why a release folder is not written or read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file that cannot be written or read.
    #[error("cannot use `{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file that is no table of a release.
    #[error("`{}` is no table of a release: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

const COLUMNS: [&str; 12] = [
    "report_year",
    "measure",
    "variant",
    "organization_id",
    "program_id",
    "subgroup",
    "denominator",
    "numerator",
    "rate",
    "disclosure",
    "rate_low",
    "rate_high",
];

/// Writes a release folder. `title` is for people, `replaces` the release that it corrects, and `certificate` what the
/// attack on it found.
///
/// Only what was released for the public can be written:
///
/// ```no_run
/// # use waymark_disclosure::{Publication, Released, write_release};
/// fn publish(released: &Released<Publication>) {
///     write_release("2025".as_ref(), released, "Career and technical education", None, &serde_json::Value::Null).unwrap();
/// }
/// ```
///
/// Raw counts are another type, and so is what was released for staff:
///
/// ```compile_fail,E0308
/// # use waymark_disclosure::write_release;
/// fn publish(counts: &waymark_engine::Counts) {
///     write_release("2025".as_ref(), counts, "Career and technical education", None, &serde_json::Value::Null).unwrap();
/// }
/// ```
///
/// ```compile_fail,E0308
/// # use waymark_disclosure::{MeasuresTable, Released, write_release};
/// fn publish(released: &Released<MeasuresTable>) {
///     write_release("2025".as_ref(), released, "Career and technical education", None, &serde_json::Value::Null).unwrap();
/// }
/// ```
///
/// # Errors
/// A file that cannot be written.
pub fn write_release(
    folder: &Path,
    released: &Released<Publication>,
    title: &str,
    replaces: Option<&str>,
    certificate: &Value,
) -> Result<(), FolderError> {
    let publication = released.content();
    let provenance = released.provenance();
    fs::create_dir_all(folder).map_err(|error| FolderError::File { path: folder.to_owned(), error })?;
    let about = json!({
        "format": 1,
        "name": publication.name,
        "title": title,
        "published_on": provenance.at.to_rfc3339_opts(SecondsFormat::Secs, true)[..10],
        "snapshot": provenance.snapshot.number,
        "rulebook": provenance.rulebook,
        "policy": publication.policy,
        "replaces": replaces,
        "certificate": certificate,
    });
    put(&folder.join("measures.csv"), measures(publication))?;
    put(&folder.join("organizations.csv"), organizations(publication))?;
    put(&folder.join("programs.csv"), programs(publication))?;
    put(&folder.join("scheme.json"), pretty(&publication.scheme))?;
    put(&folder.join("release.json"), pretty(&about))
}

fn put(path: &Path, content: io::Result<Vec<u8>>) -> Result<(), FolderError> {
    content
        .and_then(|content| fs::write(path, content))
        .map_err(|error| FolderError::File { path: path.to_owned(), error })
}

fn pretty(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

fn sheet<'a>(header: &[&str], rows: impl Iterator<Item = Vec<String>> + 'a) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

fn measures(publication: &Publication) -> io::Result<Vec<u8>> {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let share =
        |percent: Option<u32>| percent.map(|percent| (f64::from(percent) / 100.0).to_string()).unwrap_or_default();
    let row = |row: &PublishedRow| {
        let [low, high] = [row.rate_percent.map(|range| range.0), row.rate_percent.map(|range| range.1)].map(share);
        vec![
            row.report_year.clone(),
            row.measure.clone(),
            row.variant.clone(),
            row.organization_id.clone(),
            row.program_id.clone(),
            row.subgroup.clone(),
            number(row.denominator),
            number(row.numerator),
            row.rate().map(|rate| rate.to_string()).unwrap_or_default(),
            row.disclosure().to_owned(),
            low,
            high,
        ]
    };
    sheet(&COLUMNS, publication.rows.iter().map(row))
}

fn organizations(publication: &Publication) -> io::Result<Vec<u8>> {
    let row = |organization: &waymark_suppression::figures::Organization| {
        vec![
            organization.organization_id.clone(),
            organization.parent_organization_id.clone().unwrap_or_default(),
            organization.name.clone(),
            organization.kind.clone(),
        ]
    };
    let header = ["organization_id", "parent_organization_id", "name", "kind"];
    sheet(&header, publication.organizations.iter().map(row))
}

fn programs(publication: &Publication) -> io::Result<Vec<u8>> {
    let row = |program: &waymark_suppression::figures::Program| {
        vec![program.program_id.clone(), program.cluster.clone().unwrap_or_default(), program.title.clone()]
    };
    sheet(&["program_id", "cluster_16", "title"], publication.programs.iter().map(row))
}

/// The figures of an earlier release, as its folder has them.
///
/// # Errors
/// The folder cannot be read, or is none.
pub(super) fn published_rows(folder: &Path) -> Result<Vec<PublishedRow>, FolderError> {
    let path = folder.join("measures.csv");
    let content = |what: String| FolderError::Content { path: path.clone(), what };
    let mut reader = csv::Reader::from_path(&path).map_err(|error| content(error.to_string()))?;
    let header = reader.headers().map_err(|error| content(error.to_string()))?.clone();
    let column = |name: &str| {
        header.iter().position(|column| column == name).ok_or_else(|| content(format!("no column `{name}`")))
    };
    let places = [0, 1, 2, 3, 4, 5, 6, 7].map(|at: usize| column(COLUMNS[at]));
    let mut columns = [0; 8];
    for (column, place) in columns.iter_mut().zip(places) {
        *column = place?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| content(error.to_string()))?;
        let text = |at: usize| record.get(columns[at]).unwrap_or_default();
        let number = |at: usize| match text(at) {
            "" => Ok(None),
            number => number.parse().map(Some).map_err(|_| content(format!("`{number}` is not a count"))),
        };
        rows.push(PublishedRow {
            report_year: text(0).to_owned(),
            measure: text(1).to_owned(),
            variant: text(2).to_owned(),
            organization_id: text(3).to_owned(),
            program_id: text(4).to_owned(),
            subgroup: text(5).to_owned(),
            denominator: number(6)?,
            numerator: number(7)?,
            rate_percent: None,
        });
    }
    Ok(rows)
}
