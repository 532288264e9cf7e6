//! An import while it is being read: what every importer fills, and what becomes of it.

use std::{collections::BTreeMap, sync::Arc};

use arrow_array::{BooleanArray, RecordBatch};
use arrow_cast::display::array_value_to_string;
use arrow_select::filter::filter_record_batch;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::{Column, Kind, Table};

use crate::{
    Progress,
    options::Options,
    reading::{Extent, FileSummary, Findings, Reading, Refusal, SetAside},
    rows::lines,
    summary::Summary,
    table_builder::TableBuilder,
};

/// Rows of one table from one file.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) file: Arc<str>,
    pub(crate) batch: RecordBatch,
}

/// An import while it is being read.
///
/// An importer makes a [`TableBuilder`] for each file and table ([`Draft::table`]), pushes its rows, and gives it back
/// ([`Draft::accept`]). What it has to say beside goes to [`Draft::note`]; what must stop the import, to
/// [`Draft::refuse`]. Order does not matter: keys, references and rules are checked at the end.
pub(crate) struct Draft<'a> {
    pub(crate) options: &'a Options<'a>,
    pub(crate) parts: BTreeMap<&'static str, Vec<Part>>,
    pub(crate) findings: Findings,
    pub(crate) extent: Extent,
    progress: &'a mut dyn FnMut(Progress<'_>),
    set_aside: Vec<SetAside>,
    fatal: Vec<Diagnostic>,
    files: BTreeMap<Arc<str>, FileSummary>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(options: &'a Options<'a>, progress: &'a mut dyn FnMut(Progress<'_>)) -> Self {
        Self {
            options,
            parts: BTreeMap::new(),
            findings: Findings::default(),
            extent: Extent::default(),
            progress,
            set_aside: Vec::new(),
            fatal: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    /// A builder for the rows that `file` has for `table`.
    pub(crate) fn table(&self, table: &'static Table, file: &str) -> TableBuilder {
        TableBuilder::new(table, file, &self.options.limits)
    }

    /// Takes the rows of a builder.
    pub(crate) fn accept(&mut self, mut builder: TableBuilder) {
        builder.close_batch();
        let kept: usize = builder.batches.iter().map(RecordBatch::num_rows).sum();
        let file = self.files.entry(Arc::clone(&builder.file)).or_insert_with(|| FileSummary {
            file: builder.file.to_string(),
            bytes: 0,
            rows_read: 0,
            rows_kept: 0,
            rows_set_aside: 0,
            rows_repeated: 0,
        });
        file.bytes = file.bytes.max(builder.bytes);
        file.rows_read += builder.rows_read;
        file.rows_kept += kept as u64;
        file.rows_set_aside += builder.set_aside.len() as u64;
        self.findings.absorb(builder.findings);
        self.set_aside.append(&mut builder.set_aside);
        let parts = self.parts.entry(builder.table.name).or_default();
        parts.extend(builder.batches.into_iter().map(|batch| Part { file: Arc::clone(&builder.file), batch }));
    }

    /// Says something that stops nothing.
    pub(crate) fn note(&mut self, diagnostic: &Diagnostic) {
        self.findings.add(diagnostic);
    }

    /// Says something that stops the import once everything is read.
    pub(crate) fn refuse(&mut self, diagnostic: Diagnostic) {
        self.fatal.push(diagnostic);
    }

    /// Tells how far it has come.
    pub(crate) fn progress(&mut self, progress: Progress<'_>) {
        (self.progress)(progress);
    }

    /// Whether the rows set aside so far, and `more`, are too many for an import that can be trusted.
    pub(crate) fn too_many_set_aside(&self, more: usize) -> bool {
        self.set_aside.len() + more > self.options.limits.rows_set_aside
    }

    /// The rows set aside so far.
    pub(crate) fn set_aside_rows(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// Takes back rows that were kept until now, by part and row, each for its reason.
    pub(crate) fn withdraw(&mut self, table: &'static Table, rows: BTreeMap<(usize, usize), Withdrawal>) {
        let Some(parts) = self.parts.get_mut(table.name) else { return };
        let names: Arc<[String]> = table.columns.iter().map(|column| column.name.to_owned()).collect();
        let mut keep: Vec<Vec<bool>> = parts.iter().map(|part| vec![true; part.batch.num_rows()]).collect();
        for ((part, row), withdrawal) in rows {
            keep[part][row] = false;
            let Part { file, batch } = &parts[part];
            let summary = self.files.get_mut(file);
            if let Some(summary) = summary {
                summary.rows_kept -= 1;
                match withdrawal {
                    Withdrawal::SetAside(_) => summary.rows_set_aside += 1,
                    Withdrawal::Repeated(_) => summary.rows_repeated += 1,
                }
            }
            match withdrawal {
                Withdrawal::Repeated(note) => self.findings.add(&note),
                Withdrawal::SetAside(reasons) => {
                    for reason in &reasons {
                        self.findings.add(reason);
                    }
                    self.set_aside.push(SetAside {
                        table: table.name,
                        file: Arc::clone(file),
                        line: lines(batch).value(row).unsigned_abs(),
                        columns: Arc::clone(&names),
                        values: table.columns.iter().map(|column| text(batch, column, row)).collect(),
                        reasons,
                    });
                }
            }
        }
        for (part, keep) in parts.iter_mut().zip(keep) {
            if keep.contains(&false) {
                match filter_record_batch(&part.batch, &BooleanArray::from(keep)) {
                    Ok(batch) => part.batch = batch,
                    Err(error) => unreachable!("the filter has a place for every row: {error}"),
                }
            }
        }
    }

    /// Stops if something fatal was found.
    pub(crate) fn checkpoint(&mut self) -> Result<(), Refusal> {
        if self.set_aside.len() > self.options.limits.rows_set_aside {
            self.fatal.push(too_many(&self.set_aside, self.options.limits.rows_set_aside));
        }
        if self.fatal.is_empty() {
            return Ok(());
        }
        let mut diagnostics = std::mem::take(&mut self.fatal);
        diagnostics.sort_by(|a, b| a.place.cmp(&b.place));
        Err(Refusal { diagnostics })
    }

    pub(crate) fn finish(mut self, summary: Summary) -> Reading {
        self.set_aside.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        let batches = |parts: Vec<Part>| parts.into_iter().map(|part| part.batch).filter(|batch| batch.num_rows() > 0);
        let tables = self.parts.into_iter().map(|(name, parts)| (name, batches(parts).collect::<Vec<_>>()));
        Reading {
            tables: tables.filter(|(_, batches)| !batches.is_empty()).collect(),
            set_aside: self.set_aside,
            findings: self.findings.into_sorted(),
            files: self.files.into_values().collect(),
            summary,
            extent: self.extent,
        }
    }
}

/// Why a row that could be read is not kept.
#[derive(Debug)]
pub(crate) enum Withdrawal {
    /// It cannot be used.
    SetAside(Vec<Diagnostic>),
    /// The same row is there already.
    Repeated(Diagnostic),
}

/// Which rows of a table are withdrawn, by part and row.
pub(crate) type Withdrawals = BTreeMap<(usize, usize), Withdrawal>;

/// A value as text, numbers in their shortest form.
fn text(batch: &RecordBatch, column: &Column, row: usize) -> String {
    let Some(array) = batch.column_by_name(column.name) else { return String::new() };
    let text = array_value_to_string(array, row).unwrap_or_default();
    if column.kind == Kind::Decimal && text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn too_many(set_aside: &[SetAside], limit: usize) -> Diagnostic {
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in set_aside {
        for reason in &row.reasons {
            *reasons.entry((&row.file, &reason.code)).or_default() += 1;
        }
    }
    let most = reasons.into_iter().max_by_key(|(_, count)| *count);
    let ((file, code), count) = most.unwrap_or_default();
    let message = format!("more than {limit} rows cannot be used: this is hardly the right source");
    Diagnostic::new("too_many_rows_set_aside", Severity::Fatal, Place::file(file), message)
        .help(format!("most often, {count} times so far: `{code}`"))
}
