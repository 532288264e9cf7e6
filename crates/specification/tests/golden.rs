//! Compares the specifications with the worked examples that they carry over, where those are on this machine.
//!
//! The folder is `WAYMARK_GOLDEN`, or `../shared/golden` beside the workspace. Without it there is nothing to compare.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use waymark_specification::{Specification, Table};

type Rows = Vec<BTreeMap<String, String>>;

fn workspace() -> PathBuf {
    PathBuf::from("../..")
}

fn specifications() -> Vec<Specification> {
    Specification::read_folder(&workspace().join("docs/specifications")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_document_can_be_read_and_is_written_as_a_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let specifications = specifications();
    assert!(!specifications.is_empty());
    for specification in specifications {
        let bundle = folder.path().join(&specification.title);
        specification.write_bundle(&bundle).unwrap();
        for (name, table) in &specification.files {
            assert_eq!(read(&bundle.join(name)), by_column(table), "{} {name}", specification.file.display());
        }
    }
}

#[test]
fn documents_say_what_the_worked_examples_say() {
    let golden = env::var_os("WAYMARK_GOLDEN").map_or_else(|| workspace().join("../shared/golden"), PathBuf::from);
    if !golden.is_dir() {
        // Past the harness, which would swallow it: a test that compares nothing says so.
        writeln!(io::stderr(), "skipped: there are no worked examples in {}", golden.display()).unwrap();
        return;
    }
    let mut differences = Vec::new();
    let mut documents = BTreeMap::new();
    for specification in specifications() {
        if let Some(name) = specification.golden.clone()
            && let Some(other) = documents.insert(name, specification)
        {
            differences.push(format!("{}: another document has the same worked example", other.file.display()));
        }
    }
    for entry in fs::read_dir(&golden).unwrap() {
        let case = entry.unwrap().path();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        match documents.remove(&name) {
            _ if !case.is_dir() => {}
            Some(specification) => differences.extend(compare(&case, &specification)),
            None => differences.push(format!("{name}: no document has it")),
        }
    }
    differences.extend(documents.keys().map(|name| format!("{name}: there is no such worked example")));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The differences between a worked example and its document, in both directions.
fn compare(case: &Path, specification: &Specification) -> Vec<String> {
    let mut theirs: BTreeMap<String, Rows> = csv_files(&case.join("bundle"));
    theirs.extend(csv_files(case));
    for row in theirs.get_mut("expected.csv").into_iter().flatten() {
        // The days of a window are the rulebook's.
        row.remove("window");
    }
    let mut ours: BTreeMap<String, Rows> =
        specification.files.iter().map(|(name, table)| (name.clone(), by_column(table))).collect();
    ours.extend(expectations(specification));
    let names: BTreeSet<_> = theirs.keys().chain(ours.keys()).cloned().collect();
    let differs = |name: &String| {
        let (theirs, ours) = (theirs.get(name), ours.get(name));
        let missing = difference(theirs, ours);
        let surplus = difference(ours, theirs);
        let differs = theirs.is_none() || ours.is_none() || !missing.is_empty() || !surplus.is_empty();
        differs.then(|| format!("{}: {name}: missing {missing:?}, surplus {surplus:?}", specification.file.display()))
    };
    names.iter().filter_map(differs).collect()
}

/// The rows of `left` that `right` lacks, or has less often.
fn difference(left: Option<&Rows>, right: Option<&Rows>) -> Rows {
    let mut rest = right.cloned().unwrap_or_default();
    let mut difference = left.cloned().unwrap_or_default();
    difference.retain(|row| match rest.iter().position(|other| other == row) {
        Some(at) => {
            rest.swap_remove(at);
            false
        }
        None => true,
    });
    difference
}

/// The expectations as the worked examples write them.
fn expectations(specification: &Specification) -> BTreeMap<String, Rows> {
    const KEY: &str = "report_year,measure,variant,organization_id,program_id,subgroup";
    let measures = specification.expected.iter().map(|row| {
        if specification.rulebook == "clearinghouse" {
            let cells = format!("{}_{},{},{}", row.key.measure, row.key.variant, row.denominator, row.numerator);
            return cells_of("measure,denominator,numerator", &cells);
        }
        let rate = row.numerator as f64 / row.denominator as f64;
        let cells = format!("{},{},{},{rate:?}", row.key, row.denominator, row.numerator);
        cells_of(&format!("{KEY},denominator,numerator,rate"), &cells)
    });
    let statuses = specification.statuses.iter().map(|row| {
        let cells = [&row.student_id, &row.program_id, &row.level, &row.code].map(String::as_str).join(",");
        cells_of("student_id,program_id,level,c142", &cells)
    });
    let levels = specification.levels.iter().map(|row| {
        let whose = format!("{},{},{}", row.indicator, row.report_year, row.organization_id);
        let (level, line) = (hundredths(row.level), hundredths(row.line));
        let cells = format!("{whose},{},{},{level},{line},{}", row.denominator, row.numerator, row.met);
        cells_of("indicator,report_year,organization_id,denominator,numerator,level,line,met", &cells)
    });
    let gaps = specification.gaps.iter().map(|row| {
        let points = hundredths(row.points);
        let cells = format!("{},{},{},{},{points}", row.key, row.reference, row.numerator, row.denominator);
        cells_of(&format!("{KEY},reference,gap_numerator,gap_denominator,gap_points"), &cells)
    });
    let absent = specification.absent.iter().map(|key| cells_of(KEY, &key.to_string()));
    let files: [(&str, Rows); 4] = [
        ("expected.csv", measures.chain(statuses).collect()),
        ("absent.csv", absent.collect()),
        ("expected_levels.csv", levels.collect()),
        ("expected_gaps.csv", gaps.collect()),
    ];
    files.into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(name, rows)| (name.to_owned(), rows)).collect()
}

/// A row from its columns and cells, neither of which has a comma in it.
fn cells_of(columns: &str, cells: &str) -> BTreeMap<String, String> {
    columns.split(',').map(str::to_owned).zip(cells.split(',').map(str::to_owned)).collect()
}

fn hundredths(value: i64) -> String {
    format!("{}{}.{:02}", if value < 0 { "-" } else { "" }, value.abs() / 100, value.abs() % 100)
}

fn by_column(table: &Table) -> Rows {
    let row = |row: &Vec<String>| table.columns.iter().cloned().zip(row.iter().cloned()).collect();
    table.rows.iter().map(row).collect()
}

fn csv_files(folder: &Path) -> BTreeMap<String, Rows> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let csv = files.filter(|path| path.extension().is_some_and(|extension| extension == "csv"));
    csv.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(&path))).collect()
}

fn read(path: &Path) -> Rows {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}
