//! What the columns of somebody's files mean, as data: which sheet becomes which table, which column which.
//!
//! A [`Mapping`] is a small TOML file. `waymark map` and the import page propose one; whoever knows the files corrects
//! it, and it is used again next year. `docs/mapping.md` describes the format.

mod check;
mod form;
mod parse;
mod write;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use check::Problem;
pub use form::{Choice, Field, Group, Input};

/// What is written where nobody knows yet; an import asks for it.
pub const UNANSWERED: &str = "?";

/// The version of the format.
pub(crate) const FORMAT: i64 = 1;

/// What the columns of somebody's files mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// What people call it.
    pub title: String,
    /// The school year that the files are about, where their rows do not say: asked for again with every import.
    pub school_year: Option<String>,
    /// The sheets, each with what it holds.
    pub sources: Vec<Source>,
    /// Rows that no file has, such as the district itself.
    pub rows: Vec<FixedRow>,
}

/// A sheet, and the tables that it has rows for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The file when the mapping was made. Next year's may be called otherwise: it is known by its headers.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `Windows-1252`, where the bytes do not tell.
    pub encoding: Option<String>,
    /// `commas`, `tabs`, `semicolons`, `bars` or `carets`, where the rows do not tell.
    pub delimiter: Option<String>,
    /// The names of the columns. A sheet with the same columns is the same kind of sheet.
    pub headers: Vec<String>,
    /// What each row becomes.
    pub tables: Vec<TableMapping>,
}

/// How a sheet's rows become rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableMapping {
    /// The table of the bundle.
    pub table: String,
    /// What is taken for granted because the files do not say it.
    pub assumes: Option<String>,
    /// Whether rows that come out the same are one: a school named in every student's row is one school.
    pub distinct: bool,
    /// Columns of the table: a row is made only where no other sheet has one with the same values in them.
    pub only_missing: Vec<String>,
    /// Conditions that a row of the sheet has to meet, all of them.
    pub when: Vec<Condition>,
    /// What fills the columns of the table, by their names.
    pub columns: BTreeMap<String, ColumnMapping>,
}

/// A condition on a row of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column of the sheet.
    pub column: String,
    /// The values that it may have.
    #[serde(default)]
    pub is: Vec<String>,
    /// The values that it may not have.
    #[serde(default)]
    pub is_not: Vec<String>,
    /// Whether it must have one at all.
    #[serde(default)]
    pub filled: bool,
}

/// What fills a column of the bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    /// The column of the sheet.
    pub column: Option<String>,
    /// The same for every row.
    pub value: Option<String>,
    /// The school year of the import, or a day of it.
    pub import: Option<Of>,
    /// What values stand for; an empty text is an empty cell.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What any other value stands for.
    pub otherwise: Option<String>,
    /// What numbers stand for: the first range whose `from` is not above the number.
    #[serde(default)]
    pub ranges: Vec<Range>,
    /// How days are written.
    pub date: Option<DateFormat>,
    /// How school years are written.
    pub year: Option<YearFormat>,
    /// What is taken of a school year.
    pub take: Option<Of>,
    /// How numbers are written.
    pub number: Option<NumberFormat>,
    /// What is taken of a name written `Last, First`.
    pub part: Option<NamePart>,
    /// Why it is thought to be so; not part of the file.
    #[serde(skip)]
    pub reason: String,
    /// A value of the column and what it becomes; not part of the file.
    #[serde(skip)]
    pub example: String,
}

/// A row of numbers from a number on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least number, as a decimal.
    pub from: String,
    /// What it stands for.
    pub value: String,
}

/// A school year, or a day of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// `2024-25`.
    SchoolYear,
    /// 1 July.
    FirstDay,
    /// 30 June.
    LastDay,
}

/// How days are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFormat {
    /// `2024-08-15`, `2024/08/15` or `20240815`.
    YearMonthDay,
    /// `8/15/2024`.
    MonthDayYear,
    /// `15/8/2024`.
    DayMonthYear,
    /// `8/15/24`; the year is the latest that is not more than five years after the import.
    MonthDayYy,
    /// Days since the end of 1899, as a spreadsheet counts them.
    Serial,
    /// Days since the beginning of 1904.
    #[serde(rename = "serial-1904")]
    Serial1904,
    /// Nobody said yet.
    #[serde(rename = "?")]
    Unanswered,
}

/// How school years are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YearFormat {
    /// `2024-25`, `2024-2025`, `2024/25` or `24-25`.
    BothYears,
    /// By its second calendar year: `2025`.
    Ending,
    /// By its first calendar year: `2024`.
    Beginning,
    /// A day in it.
    OfDate,
    /// Nobody said yet.
    #[serde(rename = "?")]
    Unanswered,
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberFormat {
    /// `1.5`, and `1,500` is fifteen hundred.
    DecimalPoint,
    /// `1,5`, and `1.500` is fifteen hundred.
    DecimalComma,
}

/// What is taken of a name written `Last, First`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamePart {
    /// What stands before the comma.
    Last,
    /// What stands behind it.
    First,
}

/// A row that no file has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixedRow {
    /// The table of the bundle.
    pub table: String,
    /// What is taken for granted with it.
    pub assumes: Option<String>,
    /// Its values, by column.
    pub columns: BTreeMap<String, String>,
}

impl Mapping {
    /// Whether rows are given the school year of the import, so that somebody has to name it.
    pub fn asks_school_year(&self) -> bool {
        let columns = self.sources.iter().flat_map(|source| &source.tables).flat_map(|table| table.columns.values());
        columns.into_iter().any(|column| column.import.is_some())
    }

    /// The same without reasons and examples, which come from the files.
    #[must_use]
    pub fn without_examples(&self) -> Self {
        let mut plain = self.clone();
        let tables = plain.sources.iter_mut().flat_map(|source| &mut source.tables);
        for column in tables.flat_map(|table| table.columns.values_mut()) {
            column.reason.clear();
            column.example.clear();
        }
        plain
    }

    /// Whether a sheet with these columns is one that this mapping knows.
    pub fn knows(&self, headers: &[String]) -> bool {
        self.sources.iter().any(|source| source.has_headers(headers))
    }
}

impl Source {
    /// Whether a sheet with these columns is this one: the same names, in any order.
    pub fn has_headers(&self, headers: &[String]) -> bool {
        let sorted = |headers: &[String]| {
            let mut names: Vec<String> = headers.iter().filter(|name| !name.is_empty()).cloned().collect();
            names.sort_unstable();
            names
        };
        sorted(&self.headers) == sorted(headers)
    }

    /// The columns of the sheet that something is made of.
    pub(crate) fn used(&self) -> Vec<&str> {
        let mut used: Vec<&str> = Vec::new();
        for table in &self.tables {
            used.extend(table.when.iter().map(|condition| condition.column.as_str()));
            used.extend(table.columns.values().filter_map(|column| column.column.as_deref()));
        }
        used.sort_unstable();
        used.dedup();
        used
    }
}

impl ColumnMapping {
    /// Filled by a column of the sheet.
    pub fn of_column(column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), ..Self::default() }
    }

    /// The same for every row.
    pub fn of_value(value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), ..Self::default() }
    }

    /// The school year of the import, or a day of it.
    pub fn of_import(of: Of) -> Self {
        Self { import: Some(of), ..Self::default() }
    }

    /// With why it is thought to be so.
    #[must_use]
    pub(crate) fn because(mut self, reason: impl Into<String>, example: impl Into<String>) -> Self {
        self.reason = reason.into();
        self.example = example.into();
        self
    }
}

/// Names of the choices, as a mapping writes them.
pub(crate) trait Named: Copy + PartialEq + 'static {
    /// Every choice, with its name.
    const ALL: &'static [(Self, &'static str)];

    /// What the choice is called.
    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(choice, _)| *choice == self).map_or("", |(_, name)| name)
    }

    /// The choice of that name.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(choice, _)| *choice)
    }
}

impl Named for Of {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::SchoolYear, "school-year"), (Self::FirstDay, "first-day"), (Self::LastDay, "last-day")];
}

impl Named for DateFormat {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::YearMonthDay, "year-month-day"),
        (Self::MonthDayYear, "month-day-year"),
        (Self::DayMonthYear, "day-month-year"),
        (Self::MonthDayYy, "month-day-yy"),
        (Self::Serial, "serial"),
        (Self::Serial1904, "serial-1904"),
        (Self::Unanswered, UNANSWERED),
    ];
}

impl Named for YearFormat {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::BothYears, "both-years"),
        (Self::Ending, "ending"),
        (Self::Beginning, "beginning"),
        (Self::OfDate, "of-date"),
        (Self::Unanswered, UNANSWERED),
    ];
}

impl Named for NumberFormat {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::DecimalPoint, "decimal-point"), (Self::DecimalComma, "decimal-comma")];
}

impl Named for NamePart {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Last, "last"), (Self::First, "first")];
}
