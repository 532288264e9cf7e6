//! A table that the rows of a sheet are made into.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use waymark_diagnostics::{Diagnostic, Severity};
use waymark_terms::{
    SchoolYear,
    bundle::{Column, Table},
};

use super::{
    cell::Cell,
    convert::{Context, ReadAs, convert, of_year},
    open::Row,
};
use crate::{
    TableBuilder,
    mapping::{ColumnMapping, Condition, TableMapping},
};

/// Between the values of several columns in one key.
const BETWEEN: char = '\u{1f}';

/// A table that the rows of a sheet are made into.
pub(super) struct Target<'m> {
    pub(super) mapping: &'m TableMapping,
    pub(super) table: &'static Table,
    pub(super) builder: TableBuilder,
    header: Arc<[String]>,
    /// What fills each column of the table.
    fills: Vec<Fill<'m>>,
    conditions: Vec<(usize, &'m Condition)>,
    seen: HashSet<String>,
    read_as: BTreeMap<(usize, ReadAs), ReadCells>,
    /// Rows that meet no condition, and the first of them.
    left_out: Option<(u64, u64)>,
}

enum Fill<'m> {
    Nothing,
    Constant(Cow<'m, str>),
    Column(usize, &'m ColumnMapping),
}

/// Cells of one column that were read as something else.
struct ReadCells {
    count: u64,
    line: u64,
    found: String,
    read: String,
}

/// The rows of a table that were made so far, by some of its columns.
#[derive(Default)]
pub(super) struct Made(BTreeMap<(&'static str, Vec<String>), HashSet<String>>);

impl Made {
    /// Remembers the rows of a table by those columns.
    pub(super) fn follow(&mut self, table: &'static str, columns: &[String]) {
        self.0.entry((table, columns.to_vec())).or_default();
    }

    fn has(&self, table: &'static str, columns: &[String], key: &str) -> bool {
        self.0.get(&(table, columns.to_vec())).is_some_and(|keys| keys.contains(key))
    }

    /// Takes a row, whose values are given by column.
    pub(super) fn add<'r>(&mut self, table: &'static str, value: impl Fn(&str) -> Cow<'r, str>) {
        for ((own, columns), keys) in &mut self.0 {
            if *own == table {
                keys.insert(key(columns, &value));
            }
        }
    }
}

fn key<'r>(columns: &[String], value: &impl Fn(&str) -> Cow<'r, str>) -> String {
    columns.iter().map(|column| value(column)).collect::<Vec<_>>().join(&BETWEEN.to_string())
}

impl<'m> Target<'m> {
    /// The columns of the sheet that are not in its header.
    pub(super) fn new(
        mapping: &'m TableMapping,
        table: &'static Table,
        builder: TableBuilder,
        header: &Arc<[String]>,
        year: Option<SchoolYear>,
    ) -> Self {
        let position = |name: &str| header.iter().position(|column| column == name);
        let fill = |column: &Column| {
            let Some(how) = mapping.columns.get(column.name) else { return Fill::Nothing };
            if let Some(value) = &how.value {
                return Fill::Constant(Cow::Borrowed(value));
            }
            if let (Some(of), Some(year)) = (how.import, year) {
                return Fill::Constant(Cow::Owned(of_year(year, of)));
            }
            how.column.as_deref().and_then(position).map_or(Fill::Nothing, |at| Fill::Column(at, how))
        };
        let conditions = mapping.when.iter();
        Self {
            mapping,
            table,
            builder,
            header: Arc::clone(header),
            fills: table.columns.iter().map(fill).collect(),
            conditions: conditions.filter_map(|own| Some((position(&own.column)?, own))).collect(),
            seen: HashSet::new(),
            read_as: BTreeMap::new(),
            left_out: None,
        }
    }

    /// Makes a row of the table, or keeps it apart with its reasons.
    pub(super) fn push(&mut self, row: &Row, context: Context, made: &mut Made, stored: &dyn crate::options::Known) {
        if !self.conditions.iter().all(|(at, condition)| meets(row.plain(*at), condition)) {
            let (count, _) = self.left_out.get_or_insert((0, row.line));
            *count += 1;
            return;
        }
        let empty = Cell::default();
        let mut texts: Vec<Cow<'_, str>> = Vec::with_capacity(self.fills.len());
        let mut reasons = Vec::new();
        let mut read_as = Vec::new();
        for (column, fill) in self.table.columns.iter().zip(&self.fills) {
            texts.push(match fill {
                Fill::Nothing => Cow::Borrowed(""),
                Fill::Constant(value) => Cow::Borrowed(value),
                Fill::Column(at, how) => {
                    let cell = row.cells.get(*at).unwrap_or(&empty);
                    match convert(cell, column, how, context) {
                        Ok(converted) => {
                            if let Some(change) = converted.read_as {
                                read_as.push(((*at, change), &cell.text, converted.text.clone().into_owned()));
                            }
                            converted.text
                        }
                        Err(fault) => {
                            let own = &self.header[*at];
                            reasons.push(self.builder.diagnostic(row.line, own, cell.plain().text, fault));
                            Cow::Borrowed("")
                        }
                    }
                }
            });
        }
        let value = |name: &str| -> Cow<'_, str> {
            self.table.position(name).map_or(Cow::Borrowed(""), |at| Cow::Borrowed(texts[at].as_ref()))
        };
        if reasons.is_empty() {
            if self.mapping.distinct && !self.seen.insert(texts.join(&BETWEEN.to_string())) {
                return;
            }
            if !self.mapping.only_missing.is_empty() && self.is_there(&value, made, stored) {
                return;
            }
            made.add(self.table.name, value);
            match self.builder.try_push(row.line, |at, _| texts[at].as_ref()) {
                Ok(()) => {
                    for ((at, change), found, read) in read_as {
                        let line = row.line;
                        let first = || ReadCells { count: 0, line, found: found.clone(), read };
                        self.read_as.entry((at, change)).or_insert_with(first).count += 1;
                    }
                    return;
                }
                Err(found) => reasons.extend(found.into_iter().map(|reason| self.by_header(reason))),
            }
        }
        let (columns, values) = self.as_read(row);
        self.builder.set_aside(row.line, columns, values, reasons);
    }

    /// Whether another sheet has the row already, or the data folder.
    fn is_there<'r>(
        &self,
        value: &impl Fn(&str) -> Cow<'r, str>,
        made: &Made,
        stored: &dyn crate::options::Known,
    ) -> bool {
        let columns = &self.mapping.only_missing;
        if made.has(self.table.name, columns, &key(columns, value)) {
            return true;
        }
        match self.table.key {
            Some(own) => stored.has(self.table.name, &value(own)),
            // What was told in full once is not replaced by what can be worked out.
            None => stored.has_year(self.table.name, &value("organization_id"), &value("school_year")),
        }
    }

    /// The same reason, at the column as its owner calls it.
    fn by_header(&self, mut reason: Diagnostic) -> Diagnostic {
        let column = reason.place.column.as_deref().and_then(|name| self.table.position(name));
        if let Some(Fill::Column(at, _)) = column.map(|at| &self.fills[at]) {
            reason.place.column = Some(self.header[*at].clone());
        }
        reason
    }

    /// Keeps a row of the sheet that cannot be used as it stands.
    pub(super) fn refuse(&mut self, row: &Row, reason: Diagnostic) {
        let (columns, values) = self.as_read(row);
        self.builder.set_aside(row.line, columns, values, vec![reason]);
    }

    /// The row as it was read: what fills a column of the table stands under its name, the rest under the sheet's.
    fn as_read(&self, row: &Row) -> (Arc<[String]>, Vec<String>) {
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for (column, fill) in self.table.columns.iter().zip(&self.fills) {
            let text = match fill {
                Fill::Nothing => continue,
                Fill::Constant(value) => value.clone().into_owned(),
                Fill::Column(at, _) => row.plain(*at).to_owned(),
            };
            columns.push(column.name.to_owned());
            values.push(text);
        }
        let used = |at: usize| self.fills.iter().any(|fill| matches!(fill, Fill::Column(own, _) if *own == at));
        for at in (0..row.cells.len()).filter(|at| !used(*at)) {
            let name = self.header.get(at).filter(|name| !name.is_empty());
            let name = name.cloned().unwrap_or_else(|| format!("column {}", at + 1));
            columns.push(if columns.contains(&name) { format!("{name} (column {})", at + 1) } else { name });
            values.push(row.plain(at).to_owned());
        }
        (columns.into(), values)
    }

    /// What was read as what, and what was left out.
    pub(super) fn notes(&self) -> Vec<Diagnostic> {
        let mut notes = Vec::new();
        for ((at, change), cells) in &self.read_as {
            let name = &self.header[*at];
            let severity = if *change == ReadAs::WholeName { Severity::Warning } else { Severity::Note };
            let values = if cells.count == 1 { "1 value".to_owned() } else { format!("{} values", cells.count) };
            let message = format!("{values} of `{name}` {}: the first as `{}`", change.words(), cells.read);
            let place = self.builder.place(cells.line).column(name);
            notes.push(Diagnostic::new(change.code(), severity, place, message).value(&cells.found));
        }
        if let Some((count, line)) = self.left_out {
            let asked: Vec<String> =
                self.mapping.when.iter().map(|condition| format!("`{}`", condition.column)).collect();
            let message = format!(
                "{} left out of `{}`, as the mapping says of {}; this is the first",
                if count == 1 { "1 row is".to_owned() } else { format!("{count} rows are") },
                self.table.name,
                asked.join(" and ")
            );
            notes.push(Diagnostic::new("rows_left_out", Severity::Note, self.builder.place(line), message));
        }
        notes
    }
}

fn meets(text: &str, condition: &Condition) -> bool {
    let among = |values: &[String]| values.iter().any(|value| value.eq_ignore_ascii_case(text));
    (!condition.filled || !text.is_empty())
        && (condition.is.is_empty() || among(&condition.is))
        && !among(&condition.is_not)
}
