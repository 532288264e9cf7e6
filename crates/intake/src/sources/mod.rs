//! The kinds of source, and how one is told from another.

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{draft::Draft, files::Files};

mod bundle;
mod clearinghouse;
pub(crate) mod ed_fi;
pub(crate) mod one_roster;
mod reference;
#[cfg(test)]
pub(crate) mod testing;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Waymark's own flat files.
    Bundle,
    /// Reports of the National Student Clearinghouse.
    Clearinghouse,
    /// Interchanges of the Ed-Fi Data Standard.
    EdFi,
    /// A package of CSV files with a manifest.
    OneRoster,
    /// Lists that NCES, BLS and O*NET publish.
    Reference,
}

/// Reads whatever the files are.
pub(crate) fn read(files: &Files, draft: &mut Draft<'_>) {
    match detect(files) {
        None => draft.refuse(no_files()),
        Some(Source::Bundle) => bundle::read(files, draft),
        Some(Source::Clearinghouse) => clearinghouse::read(files, draft),
        Some(Source::EdFi) => ed_fi::read(files, draft),
        Some(Source::OneRoster) => one_roster::read(files, draft),
        Some(Source::Reference) => reference::read(files, draft),
    }
}

/// None where there is no file at all.
fn detect(files: &Files) -> Option<Source> {
    files.names().next()?;
    if ed_fi::is_among(files) {
        return Some(Source::EdFi);
    }
    // What only a bundle has decides: `courses.csv` and `enrollments.csv` are in both.
    let is_bundle = ["organizations.csv", "students.csv"].iter().any(|name| files.size(name).is_some());
    if is_bundle {
        return Some(Source::Bundle);
    }
    if one_roster::is_package(files) {
        return Some(Source::OneRoster);
    }
    if clearinghouse::is_report(files) {
        return Some(Source::Clearinghouse);
    }
    Some(if reference::is_among(files) { Source::Reference } else { Source::Bundle })
}

/// Whether the files are of a kind that tells by itself what its columns mean.
pub(crate) fn is_known(files: &Files) -> bool {
    match detect(files) {
        Some(Source::Bundle) => bundle::is_bundle(files),
        Some(_) => true,
        None => false,
    }
}

/// Whether the files are of a kind of which a single one, without a folder around it, is a source.
pub(crate) fn tells_alone(files: &Files) -> bool {
    matches!(detect(files), Some(Source::Clearinghouse | Source::Reference))
}

fn no_files() -> Diagnostic {
    let expected = "the CSV files of a bundle, a OneRoster package with its `manifest.csv`, Ed-Fi interchanges (XML), or a report of \
         the clearinghouse";
    Diagnostic::new("missing_file", Severity::Fatal, Place::file("."), "there is no file in it")
        .expected(expected)
        .help("name the folder that the files lie in")
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    /// The page on formats lists, for each reader, exactly what its cases bring out.
    #[test]
    fn every_diagnostic_of_a_reader_has_its_line() {
        let here = Path::new(".");
        let page = fs::read_to_string(here.join("../../docs/data-quality/formats.md")).unwrap();
        for (heading, reader) in [
            ("OneRoster", "one_roster"),
            ("Ed-Fi", "ed_fi"),
            ("StudentTracker", "clearinghouse"),
            ("Code lists", "reference"),
        ] {
            let file = format!(
                "src/sources/{reader}/snapshots/\
                 waymark_intake__sources__{reader}__tests__every_diagnostic_as_it_is_said.snap"
            );
            let snapshot = fs::read_to_string(here.join(file)).unwrap();
            let codes = snapshot.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
            let said: BTreeSet<&str> = codes.map(|(code, _)| code).collect();
            let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
            let listed = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
            let severities = ["note", "warning", "error", "fatal"];
            let listed = listed.filter(|(_, rest)| severities.iter().any(|severity| rest.starts_with(severity)));
            assert_eq!(said, listed.map(|(code, _)| code).collect(), "{reader}");
        }
    }
}
