use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use waymark_terms::bundle;

use crate::{
    ExpectedGap, ExpectedLevel, ExpectedMeasure, ExpectedStatus, MeasureKey, Problem, SpecificationError, Table,
    document::{self, Document, NamedTable, Source},
    expected::{self, Absent},
    range,
};

/// Whether Waymark does yet what a document says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It does, and the document is a test.
    #[default]
    Computed,
    /// It does not yet: the document is read and its data is checked, but nothing is compared.
    Planned,
}

/// A document: a case with its data and what must come of it.
#[derive(Clone, Debug, Default)]
pub struct Specification {
    /// The document, as it was named to the reader.
    pub file: PathBuf,
    /// The heading of the first level.
    pub title: String,
    /// The worked example outside the project that has the same data, where there is one.
    pub golden: Option<String>,
    /// The rulebook that is applied to the data.
    pub rulebook: String,
    /// Whether it is a test already.
    pub status: Status,
    /// The bundle, by file name (`students.csv`).
    pub files: BTreeMap<String, Table>,
    /// Rows of the measures table that must appear exactly.
    pub expected: Vec<ExpectedMeasure>,
    /// Rows of the measures table that must not appear.
    pub absent: Vec<MeasureKey>,
    /// Levels of students.
    pub statuses: Vec<ExpectedStatus>,
    /// Indicators against levels of performance.
    pub levels: Vec<ExpectedLevel>,
    /// Gaps between subgroups and all concentrators.
    pub gaps: Vec<ExpectedGap>,
}

impl Specification {
    /// Reads the document at `path`.
    ///
    /// # Errors
    /// Where it cannot be read, or does not follow the format.
    pub fn read(path: &Path) -> Result<Self, SpecificationError> {
        let text = fs::read_to_string(path).map_err(|source| reading(path, source))?;
        let specification = Self::parse(&path.display().to_string(), &text)?;
        Ok(Self { file: path.to_owned(), ..specification })
    }

    /// Reads every document of `folder` and of the folders in it, in the order of their paths. A `README.md` is none.
    ///
    /// # Errors
    /// Where a folder or a document cannot be read, or a document does not follow the format.
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>, SpecificationError> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut paths: Vec<_> =
            entries.map_err(|source| reading(folder, source))?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        let mut specifications = Vec::new();
        for path in paths {
            if path.is_dir() {
                specifications.extend(Self::read_folder(&path)?);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md") {
                specifications.push(Self::read(&path)?);
            }
        }
        Ok(specifications)
    }

    /// Reads a document from its text. `file` names it in errors.
    ///
    /// # Errors
    /// Where the text does not follow the format.
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecificationError> {
        let source = Source { file, text };
        let document = document::read(source, |name| is_file(name) || expected::is_name(name))?;
        let mut specification = Self { file: file.into(), ..Self::default() };
        specification.read_entries(source, &document)?;
        for table in document.tables.iter().filter(|table| is_file(&table.name)) {
            specification.add_file(source, table)?;
        }
        specification.read_expectations(source, &document.tables)?;
        Ok(specification)
    }

    fn read_entries(&mut self, source: Source<'_>, document: &Document) -> Result<(), SpecificationError> {
        let mut rulebook = None;
        for (line, key, value) in &document.entries {
            match (key.as_str(), value.as_str()) {
                ("golden", name) => self.golden = Some(name.to_owned()),
                ("rulebook", name) => rulebook = Some(name.to_owned()),
                ("status", "computed") => self.status = Status::Computed,
                ("status", "planned") => self.status = Status::Planned,
                ("status", other) => return Err(source.error(*line, Problem::Status(other.to_owned()))),
                (other, _) => return Err(source.error(*line, Problem::Entry(other.to_owned()))),
            }
        }
        self.rulebook = rulebook.ok_or_else(|| source.error(1, Problem::MissingEntry("rulebook")))?;
        let [title] = &document.titles[..] else {
            return Err(source.error(1, Problem::Titles(document.titles.len())));
        };
        self.title.clone_from(title);
        Ok(())
    }

    fn add_file(&mut self, source: Source<'_>, table: &NamedTable) -> Result<(), SpecificationError> {
        check_file(table).map_err(|problem| source.error(table.line, problem))?;
        let file = self.files.entry(table.name.clone()).or_default();
        if !file.columns.is_empty() && file.columns != table.columns {
            return Err(source.error(table.line, Problem::OtherColumns(table.name.clone())));
        }
        file.columns.clone_from(&table.columns);
        for (line, row) in &table.rows {
            file.rows.extend(range::expand(row.clone()).map_err(|problem| source.error(*line, problem))?);
        }
        Ok(())
    }

    fn read_expectations(&mut self, source: Source<'_>, tables: &[NamedTable]) -> Result<(), SpecificationError> {
        let expected = expected::rows::<ExpectedMeasure>(source, tables)?;
        let absent = expected::rows::<Absent>(source, tables)?;
        let mut seen = BTreeSet::new();
        let keys = expected.iter().map(|(line, row)| (*line, &row.key));
        for (line, key) in keys.chain(absent.iter().map(|(line, row)| (*line, &row.0))) {
            if !seen.insert(key) {
                return Err(source.error(line, Problem::Contradiction(key.to_string())));
            }
        }
        self.expected = without_lines(expected);
        self.absent = absent.into_iter().map(|(_, row)| row.0).collect();
        self.statuses = without_lines(expected::rows(source, tables)?);
        self.levels = without_lines(expected::rows(source, tables)?);
        self.gaps = without_lines(expected::rows(source, tables)?);
        if self.files.is_empty() {
            return Err(source.error(1, Problem::Empty("data")));
        }
        if self.expected.is_empty() && self.statuses.is_empty() {
            return Err(source.error(1, Problem::Empty("expectations")));
        }
        Ok(())
    }

    /// Writes the bundle to `folder`, which is made where it is not there.
    ///
    /// # Errors
    /// Where the folder or a file cannot be written.
    pub fn write_bundle(&self, folder: &Path) -> Result<(), SpecificationError> {
        fs::create_dir_all(folder).map_err(|source| writing(folder, source))?;
        for (name, table) in &self.files {
            let path = folder.join(name);
            let write = || -> csv::Result<()> {
                let mut file = csv::Writer::from_path(&path)?;
                file.write_record(&table.columns)?;
                table.rows.iter().try_for_each(|row| file.write_record(row))?;
                Ok(file.flush()?)
            };
            write().map_err(|source| writing(&path, source.into()))?;
        }
        Ok(())
    }
}

fn reading(path: &Path, source: std::io::Error) -> SpecificationError {
    SpecificationError::Read { path: path.to_owned(), source }
}

fn writing(path: &Path, source: std::io::Error) -> SpecificationError {
    SpecificationError::Write { path: path.to_owned(), source }
}

fn without_lines<T>(rows: Vec<(u64, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, row)| row).collect()
}

fn is_file(name: &str) -> bool {
    bundle_table(name).is_some()
}

fn bundle_table(name: &str) -> Option<&'static bundle::Table> {
    name.strip_suffix(".csv").and_then(bundle::Table::named)
}

fn check_file(table: &NamedTable) -> Result<(), Problem> {
    let is_unknown =
        |column: &&String| bundle_table(&table.name).is_none_or(|known| known.column(column.as_str()).is_none());
    match table.columns.iter().find(is_unknown) {
        Some(column) => Err(Problem::Column { table: table.name.clone(), column: column.clone() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
---
golden: ge-0-nothing
rulebook: federal
---

# Two students

Prose, *with* `marks`, and a table that is prose too:

| student | what happened |
|---|---|
| A | *nothing* |

**students.csv**

| student_id | first_name |
|---|---|
| A-1 | Ann \\| \"Nan\", O'Hara |

The others, in short:

**students.csv**

| student_id | first_name |
|---|---|
| B-1..B-3 step 2 | |

**course_outcomes.csv**

| student_id | status |
|---|---|
| A-1 | completed |

**expected measures**

| report_year | measure | variant | organization_id | program_id | subgroup | denominator | numerator |
|---|---|---|---|---|---|---|---|
| 2024-25 | 2S1 | leavers | ST | * | population:english_learner+sex:F | 3 | 2 |

**absent measures**

| report_year | measure | variant | organization_id | program_id | subgroup |
|---|---|---|---|---|---|
| 2024-25 | 5S1 | | ST | * | all |
";

    fn error(text: &str) -> String {
        Specification::parse("case.md", text).unwrap_err().to_string()
    }

    fn with(from: &str, to: &str) -> String {
        assert!(DOCUMENT.contains(from), "{from}");
        DOCUMENT.replace(from, to)
    }

    #[test]
    fn a_document_is_read() {
        let specification = Specification::parse("case.md", DOCUMENT).unwrap();
        assert_eq!(specification.title, "Two students");
        assert_eq!(specification.golden.as_deref(), Some("ge-0-nothing"));
        assert_eq!((specification.rulebook.as_str(), specification.status), ("federal", Status::Computed));
        let students = &specification.files["students.csv"];
        assert_eq!(students.columns, ["student_id", "first_name"]);
        assert_eq!(students.rows, [["A-1", "Ann | \"Nan\", O'Hara"], ["B-1", ""], ["B-3", ""]]);
        let [row] = &specification.expected[..] else { panic!("{:?}", specification.expected) };
        assert_eq!(row.key.to_string(), "2024-25,2S1,leavers,ST,*,population:english_learner+sex:F");
        assert_eq!((row.denominator, row.numerator), (3, 2));
        assert_eq!(specification.absent[0].to_string(), "2024-25,5S1,,ST,*,all");
    }

    #[test]
    fn levels_gaps_and_statuses_are_read() {
        let more = "
**expected levels**

| indicator | report_year | organization_id | denominator | numerator | level | line | met |
|---|---|---|---|---|---|---|---|
| 5S1 | 2024-25 | D1 | 50 | 18 | 40.00 | 36.00 | true |

**expected gaps**

| report_year | measure | variant | organization_id | program_id | subgroup | reference | gap_numerator | gap_denominator | gap_points |
|---|---|---|---|---|---|---|---|---|---|
| 2024-25 | 5S1 | | D1 | * | sex:F | all | -1 | 200 | -0.50 |

**expected statuses**

| report_year | student_id | program_id | level | code |
|---|---|---|---|---|
| 2024-25 | A-1 | * | explorer | E |
";
        let specification = Specification::parse("case.md", &(DOCUMENT.to_owned() + more)).unwrap();
        let level = &specification.levels[0];
        assert_eq!((level.level, level.line, level.met), (4000, 3600, true));
        let gap = &specification.gaps[0];
        assert_eq!((gap.numerator, gap.denominator, gap.points), (-1, 200, -50));
        assert_eq!(specification.statuses[0].code, "E");
    }

    #[test]
    fn a_bundle_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("bundle");
        Specification::parse("case.md", DOCUMENT).unwrap().write_bundle(&bundle).unwrap();
        let students = fs::read_to_string(bundle.join("students.csv")).unwrap();
        assert_eq!(students, "student_id,first_name\nA-1,\"Ann | \"\"Nan\"\", O'Hara\"\nB-1,\nB-3,\n");
        assert_eq!(fs::read_dir(&bundle).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_is_read_in_order_and_without_its_readme() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["README.md", "b.md", "z.txt", "a/c.md"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, if name.ends_with("README.md") { "" } else { DOCUMENT }).unwrap();
        }
        let read = Specification::read_folder(folder.path()).unwrap();
        let files: Vec<_> = read.iter().map(|one| one.file.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(files, [Path::new("a/c.md"), Path::new("b.md")]);
    }

    #[test]
    fn every_mistake_has_its_line() {
        let cases = [
            (with("rulebook: federal\n", ""), "case.md:1: the front matter has no `rulebook`"),
            (
                with("golden: ge-0-nothing", "status: soon"),
                "case.md:2: `soon` is not a status: expected `computed` or `planned`",
            ),
            (with("# Two", "## Two"), "case.md:1: expected one heading of the first level, found 0"),
            (
                with("**course_outcomes.csv**", "**course_outcome.csv**"),
                "case.md:28: `course_outcome.csv` names neither a file of the bundle nor an expectation",
            ),
            (
                with("**course_outcomes.csv**", "**course_outcomes.csv**\n\nbut first"),
                "case.md:28: `course_outcomes.csv` is not followed by a table",
            ),
            (
                with("| student_id | status |", "| student_id | state |"),
                "case.md:30: `course_outcomes.csv` has no column `state`",
            ),
            (with("| student_id | status |", "| status | status |"), "case.md:30: column `status` is there twice"),
            (
                with("| A-1 | completed |", "| A-1 | completed | yes |"),
                "case.md:32: expected 2 cells between pipes, found 3",
            ),
            (
                with("| A-1 | completed |", "| A-1 | completed |\nand prose"),
                "case.md:33: expected 2 cells between pipes, found 0",
            ),
            (with("| A-1 | completed |", "| A-1 | *completed* |"), "case.md:32: a cell of data holds plain text only"),
            (
                with("step 2", "step two"),
                "case.md:26: `B-1..B-3 step two` is not a range: expected `A-01..A-09`, or `A-01..A-09 step 2`, both ends alike but for the number",
            ),
            (
                with("| student_id | first_name |\n|---|---|\n| B", "| student_id | last_name |\n|---|---|\n| B"),
                "case.md:24: this part of `students.csv` has other columns than the part before it",
            ),
            (
                with("| 3 | 2 |", "| 3 | 4 |"),
                "case.md:38: `4` is not a value of `numerator`: expected no more than the denominator",
            ),
            (
                with("| 2024-25 | 2S1", "| 2024-26 | 2S1"),
                "case.md:38: `2024-26` is not a value of `report_year`: expected a school year such as 2024-25",
            ),
            (
                with("| 5S1 | | ST | * | all |", "| 2S1 | leavers | ST | * | population:english_learner+sex:F |"),
                "case.md:44: `2024-25,2S1,leavers,ST,*,population:english_learner+sex:F` is there twice, or both expected and absent",
            ),
            (
                with("| denominator | numerator |\n|---|", "| denominator | rate |\n|---|"),
                "case.md:36: `expected measures` has no column `rate`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(error(&text), expected);
        }
        assert_eq!(error("---\nrulebook: federal\n---\n# Nothing\n"), "case.md:1: the document has no table of data");
    }
}
