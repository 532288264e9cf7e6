//! What is expected, row by row.

use std::{fmt, str::FromStr};

use waymark_terms::SchoolYear;

use crate::{
    document::{NamedTable, Source},
    error::{Problem, SpecificationError},
};

/// What tells the rows of the measures table apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeasureKey {
    /// The report year.
    pub report_year: SchoolYear,
    /// The measure: `participants`, `5S1`.
    pub measure: String,
    /// The named way it was computed; empty where there is one only.
    pub variant: String,
    /// The State, a district or a school.
    pub organization_id: String,
    /// A program, `cluster:NN`, or `*`.
    pub program_id: String,
    /// `all`, a subgroup, or two joined with `+`.
    pub subgroup: String,
}

/// A row of the measures table. Its rate is the quotient, and is not written in the documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectedMeasure {
    /// Which row.
    pub key: MeasureKey,
    /// Students.
    pub denominator: u64,
    /// Those of them who count.
    pub numerator: u64,
}

/// The level of a student.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectedStatus {
    /// The status is as of the last day of this year.
    pub report_year: SchoolYear,
    /// The student.
    pub student_id: String,
    /// A program, or `*` for the highest level of all.
    pub program_id: String,
    /// The level's name.
    pub level: String,
    /// The level's code in the State's own collection.
    pub code: String,
}

/// An indicator against the level of performance that the organization is held to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectedLevel {
    /// The indicator.
    pub indicator: String,
    /// The report year.
    pub report_year: SchoolYear,
    /// Who is held to the level.
    pub organization_id: String,
    /// Concentrators.
    pub denominator: u64,
    /// Those of them who count.
    pub numerator: u64,
    /// The level, in hundredths of a percent.
    pub level: i64,
    /// Ninety percent of the level, in hundredths of a percent.
    pub line: i64,
    /// Whether the line is reached.
    pub met: bool,
}

/// A subgroup's rate less that of its reference, exactly and rounded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectedGap {
    /// The row of the subgroup.
    pub key: MeasureKey,
    /// The subgroup that it is compared with.
    pub reference: String,
    /// Numerator of the difference, in lowest terms.
    pub numerator: i64,
    /// Denominator of the difference, in lowest terms.
    pub denominator: u64,
    /// The difference in hundredths of a percentage point, rounded.
    pub points: i64,
}

impl fmt::Display for MeasureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { report_year, measure, variant, organization_id, program_id, subgroup } = self;
        write!(f, "{report_year},{measure},{variant},{organization_id},{program_id},{subgroup}")
    }
}

/// A row that can be read from a table of that name, with those columns and no others.
pub(crate) trait Row: Sized {
    const NAME: &'static str;
    const COLUMNS: &'static [&'static str];

    fn read(cells: &Cells<'_>) -> Result<Self, Problem>;
}

/// A key that must not appear.
pub(crate) struct Absent(pub(crate) MeasureKey);

impl Row for ExpectedMeasure {
    const NAME: &'static str = "expected measures";
    const COLUMNS: &'static [&'static str] =
        &["report_year", "measure", "variant", "organization_id", "program_id", "subgroup", "denominator", "numerator"];

    fn read(cells: &Cells<'_>) -> Result<Self, Problem> {
        let (denominator, numerator) = cells.counts()?;
        Ok(Self { key: cells.key()?, denominator, numerator })
    }
}

impl Row for Absent {
    const NAME: &'static str = "absent measures";
    const COLUMNS: &'static [&'static str] =
        &["report_year", "measure", "variant", "organization_id", "program_id", "subgroup"];

    fn read(cells: &Cells<'_>) -> Result<Self, Problem> {
        cells.key().map(Self)
    }
}

impl Row for ExpectedStatus {
    const NAME: &'static str = "expected statuses";
    const COLUMNS: &'static [&'static str] = &["report_year", "student_id", "program_id", "level", "code"];

    fn read(cells: &Cells<'_>) -> Result<Self, Problem> {
        Ok(Self {
            report_year: cells.year()?,
            student_id: cells.text("student_id"),
            program_id: cells.text("program_id"),
            level: cells.text("level"),
            code: cells.text("code"),
        })
    }
}

impl Row for ExpectedLevel {
    const NAME: &'static str = "expected levels";
    const COLUMNS: &'static [&'static str] =
        &["indicator", "report_year", "organization_id", "denominator", "numerator", "level", "line", "met"];

    fn read(cells: &Cells<'_>) -> Result<Self, Problem> {
        let (denominator, numerator) = cells.counts()?;
        Ok(Self {
            indicator: cells.text("indicator"),
            report_year: cells.year()?,
            organization_id: cells.text("organization_id"),
            denominator,
            numerator,
            level: cells.hundredths("level")?,
            line: cells.hundredths("line")?,
            met: cells.value("met", "true or false")?,
        })
    }
}

impl Row for ExpectedGap {
    const NAME: &'static str = "expected gaps";
    const COLUMNS: &'static [&'static str] = &[
        "report_year",
        "measure",
        "variant",
        "organization_id",
        "program_id",
        "subgroup",
        "reference",
        "gap_numerator",
        "gap_denominator",
        "gap_points",
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Problem> {
        Ok(Self {
            key: cells.key()?,
            reference: cells.text("reference"),
            numerator: cells.value("gap_numerator", "a whole number")?,
            denominator: cells.value("gap_denominator", "a whole number")?,
            points: cells.hundredths("gap_points")?,
        })
    }
}

/// A row of a table, its cells by column.
pub(crate) struct Cells<'a> {
    columns: &'a [String],
    row: &'a [String],
}

impl Cells<'_> {
    /// The cell, which is there: the columns of a table are checked before its rows are read.
    fn text(&self, column: &'static str) -> String {
        let position = self.columns.iter().position(|name| name == column);
        position.map(|position| self.row[position].clone()).unwrap_or_default()
    }

    fn value<T: FromStr>(&self, column: &'static str, expected: &'static str) -> Result<T, Problem> {
        let value = self.text(column);
        value.parse().map_err(|_| Problem::Value { column, value, expected })
    }

    fn year(&self) -> Result<SchoolYear, Problem> {
        self.value("report_year", "a school year such as 2024-25")
    }

    fn counts(&self) -> Result<(u64, u64), Problem> {
        let denominator = self.value("denominator", "a whole number")?;
        let numerator = self.value("numerator", "a whole number")?;
        if numerator > denominator {
            let value = self.text("numerator");
            return Err(Problem::Value { column: "numerator", value, expected: "no more than the denominator" });
        }
        Ok((denominator, numerator))
    }

    fn hundredths(&self, column: &'static str) -> Result<i64, Problem> {
        let value = self.text(column);
        let hundredths = value.split_once('.').filter(|(_, digits)| digits.len() == 2);
        hundredths.and_then(|(whole, digits)| format!("{whole}{digits}").parse().ok()).ok_or(Problem::Value {
            column,
            value,
            expected: "a number with two digits behind the point",
        })
    }

    fn key(&self) -> Result<MeasureKey, Problem> {
        Ok(MeasureKey {
            report_year: self.year()?,
            measure: self.text("measure"),
            variant: self.text("variant"),
            organization_id: self.text("organization_id"),
            program_id: self.text("program_id"),
            subgroup: self.text("subgroup"),
        })
    }
}

/// Every row of the tables named after `T`, each with its line.
pub(crate) fn rows<T: Row>(source: Source<'_>, tables: &[NamedTable]) -> Result<Vec<(u64, T)>, SpecificationError> {
    let mut rows = Vec::new();
    for table in tables.iter().filter(|table| table.name == T::NAME) {
        check_columns::<T>(table).map_err(|problem| source.error(table.line, problem))?;
        for (line, row) in &table.rows {
            let cells = Cells { columns: &table.columns, row };
            rows.push((*line, T::read(&cells).map_err(|problem| source.error(*line, problem))?));
        }
    }
    Ok(rows)
}

fn check_columns<T: Row>(table: &NamedTable) -> Result<(), Problem> {
    let table_name = || table.name.clone();
    if let Some(column) = table.columns.iter().find(|column| !T::COLUMNS.contains(&column.as_str())) {
        return Err(Problem::Column { table: table_name(), column: column.clone() });
    }
    if let Some(column) = T::COLUMNS.iter().find(|column| !table.columns.iter().any(|name| name == **column)) {
        return Err(Problem::MissingColumn { table: table_name(), column: (*column).to_owned() });
    }
    Ok(())
}

/// Whether a bold line names an expectation.
pub(crate) fn is_name(name: &str) -> bool {
    [ExpectedMeasure::NAME, Absent::NAME, ExpectedStatus::NAME, ExpectedLevel::NAME, ExpectedGap::NAME].contains(&name)
}
