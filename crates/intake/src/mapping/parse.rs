//! From TOML to a mapping, with the line and column of what is wrong.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::{
    SchoolYear,
    bundle::{Column, Kind, TABLES, Table},
};

use super::{ColumnMapping, Condition, FORMAT, FixedRow, Mapping, Source, TableMapping};
use crate::{
    sheets::{decode::Encoding, delimited},
    suggest,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    waymark_mapping: Spanned<i64>,
    #[serde(default)]
    title: String,
    school_year: Option<Spanned<String>>,
    #[serde(default, rename = "source")]
    sources: Vec<FileSource>,
    #[serde(default, rename = "row")]
    rows: Vec<FileRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSource {
    file: String,
    sheet: Option<String>,
    encoding: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default, rename = "table")]
    tables: Vec<FileTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    name: Spanned<String>,
    assumes: Option<String>,
    #[serde(default)]
    distinct: bool,
    #[serde(default)]
    only_missing: Vec<Spanned<String>>,
    #[serde(default)]
    when: Vec<Condition>,
    columns: Spanned<BTreeMap<Spanned<String>, Spanned<Value>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRow {
    table: Spanned<String>,
    assumes: Option<String>,
    columns: Spanned<BTreeMap<Spanned<String>, Spanned<String>>>,
}

impl Mapping {
    /// Reads a mapping that stands in `file`.
    ///
    /// # Errors
    /// Every reason why it is none, with its line: no TOML, an unknown table or column, a required column that nothing
    /// fills.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let parser = Parser { file, text };
        let read: File = toml::from_str(text)
            .map_err(|error| vec![parser.wrong(error.span().map_or(0, |span| span.start), error.message())])?;
        let mut found = Vec::new();
        if *read.waymark_mapping.get_ref() != FORMAT {
            let message = format!("this is version {} of the format", read.waymark_mapping.get_ref());
            found.push(parser.wrong(read.waymark_mapping.span().start, message).expected(FORMAT.to_string()));
        }
        let school_year = read.school_year.map(|year| parser.school_year(year, &mut found));
        let sources = read.sources.into_iter().map(|source| parser.source(source, &mut found)).collect();
        let rows = read.rows.into_iter().map(|row| parser.row(row, &mut found)).collect();
        let mapping = Self { title: read.title, school_year, sources, rows };
        if found.is_empty() { Ok(mapping) } else { Err(found) }
    }
}

/// A text that is being read.
struct Parser<'a> {
    file: &'a str,
    text: &'a str,
}

impl Parser<'_> {
    fn place(&self, at: usize) -> Place {
        let before = &self.text[..at.min(self.text.len())];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1) + 1;
        Place::line(self.file, line).column(format!(":{column}"))
    }

    fn wrong(&self, at: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new("not_a_mapping", Severity::Fatal, self.place(at), message)
    }

    fn school_year(&self, year: Spanned<String>, found: &mut Vec<Diagnostic>) -> String {
        if year.get_ref().parse::<SchoolYear>().is_err() && year.get_ref() != super::UNANSWERED {
            let wrong = self.wrong(year.span().start, format!("`{}` is not a school year", year.get_ref()));
            found.push(wrong.expected("two consecutive years, such as `2024-25`"));
        }
        year.into_inner()
    }

    fn source(&self, source: FileSource, found: &mut Vec<Diagnostic>) -> Source {
        let encodings = "UTF-8, UTF-16LE, UTF-16BE or Windows-1252";
        let encoding = source.encoding.map(|name| {
            if Encoding::named(name.get_ref()).is_none() {
                let wrong = self.wrong(name.span().start, format!("no encoding `{}`", name.get_ref()));
                found.push(wrong.expected(encodings));
            }
            name.into_inner()
        });
        let delimiter = source.delimiter.map(|name| {
            if delimited::named(name.get_ref()).is_none() {
                let wrong = self.wrong(name.span().start, format!("no delimiter `{}`", name.get_ref()));
                found.push(wrong.expected("commas, tabs, semicolons, bars or carets"));
            }
            name.into_inner()
        });
        Source {
            file: source.file,
            sheet: source.sheet,
            encoding,
            delimiter,
            headers: source.headers,
            tables: source.tables.into_iter().filter_map(|table| self.table(table, found)).collect(),
        }
    }

    fn table_named(&self, name: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<&'static Table> {
        let table = Table::named(name.get_ref());
        if table.is_none() {
            let names = TABLES.iter().map(|table| table.name);
            let wrong = self.wrong(name.span().start, format!("the bundle has no table `{}`", name.get_ref()));
            found.push(meant(wrong, suggest::nearest(name.get_ref(), names)));
        }
        table
    }

    fn column_named(
        &self,
        table: &'static Table,
        name: &Spanned<String>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<&'static Column> {
        let column = table.column(name.get_ref());
        if column.is_none() {
            let names = table.columns.iter().map(|column| column.name);
            let wrong = self.wrong(name.span().start, format!("`{}` has no column `{}`", table.name, name.get_ref()));
            found.push(meant(wrong, suggest::nearest(name.get_ref(), names)));
        }
        column
    }

    fn table(&self, read: FileTable, found: &mut Vec<Diagnostic>) -> Option<TableMapping> {
        let table = self.table_named(&read.name, found)?;
        let mut columns = BTreeMap::new();
        let at = read.columns.span().start;
        for (name, value) in read.columns.into_inner() {
            let column = self.column_named(table, &name, found);
            let start = value.span().start;
            match column_mapping(value.into_inner()) {
                Err(message) => found.push(self.wrong(start, message)),
                Ok(mapping) => {
                    if let Some(column) = column {
                        found.extend(self.unfit(start, column, &mapping));
                    }
                    columns.insert(name.into_inner(), mapping);
                }
            }
        }
        for missing in table.columns.iter().filter(|column| column.required && !columns.contains_key(column.name)) {
            let message = format!("nothing fills `{}`, which every row of `{}` needs", missing.name, table.name);
            found.push(self.wrong(at, message));
        }
        for name in &read.only_missing {
            self.column_named(table, name, found);
        }
        Some(TableMapping {
            table: read.name.into_inner(),
            assumes: read.assumes,
            distinct: read.distinct,
            only_missing: read.only_missing.into_iter().map(Spanned::into_inner).collect(),
            when: read.when,
            columns,
        })
    }

    /// A constant or the meaning of a value that is no code of the column.
    fn unfit(&self, at: usize, column: &'static Column, mapping: &ColumnMapping) -> Vec<Diagnostic> {
        let Kind::Code(codes) = column.kind else { return Vec::new() };
        let meanings = mapping.values.values().chain(&mapping.otherwise).chain(&mapping.value);
        let meanings = meanings.chain(mapping.ranges.iter().map(|range| &range.value));
        let unfit =
            meanings.filter(|code| !code.is_empty() && *code != super::UNANSWERED && !codes.contains(&code.as_str()));
        let wrong = |code: &String| {
            let wrong = self.wrong(at, format!("`{code}` is not a code of `{}`", column.name));
            meant(wrong.expected(codes.join(", ")), suggest::code(code, codes))
        };
        unfit.map(wrong).collect()
    }

    fn row(&self, read: FileRow, found: &mut Vec<Diagnostic>) -> FixedRow {
        let mut columns = BTreeMap::new();
        let at = read.columns.span().start;
        if let Some(table) = self.table_named(&read.table, found) {
            for (name, value) in read.columns.into_inner() {
                if let Some(column) = self.column_named(table, &name, found) {
                    let constant = ColumnMapping::of_value(value.get_ref().clone());
                    found.extend(self.unfit(value.span().start, column, &constant));
                }
                columns.insert(name.into_inner(), value.into_inner());
            }
            for missing in table.columns.iter().filter(|column| column.required && !columns.contains_key(column.name)) {
                found.push(self.wrong(at, format!("the row has no `{}`", missing.name)));
            }
        }
        FixedRow { table: read.table.into_inner(), assumes: read.assumes, columns }
    }
}

/// A name is short for the column of that name.
fn column_mapping(value: Value) -> Result<ColumnMapping, String> {
    let mapping = match value {
        Value::String(column) => return Ok(ColumnMapping::of_column(column)),
        Value::Table(table) => table.try_into::<ColumnMapping>().map_err(|error| error.message().to_owned())?,
        _ => return Err("expected the name of a column, or a table that says what fills it".to_owned()),
    };
    let sources = [mapping.column.is_some(), mapping.value.is_some(), mapping.import.is_some()];
    match sources.into_iter().filter(|given| *given).count() {
        1 => Ok(mapping),
        _ => Err("expected one of `column`, `value` and `import`".to_owned()),
    }
}

fn meant(diagnostic: Diagnostic, likely: Option<&str>) -> Diagnostic {
    match likely {
        Some(likely) => diagnostic.help(format!("did you mean `{likely}`?")),
        None => diagnostic,
    }
}
