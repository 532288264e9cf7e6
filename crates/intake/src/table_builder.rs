//! Rows of text to typed columns: the one way into a table, whatever the source.

use std::{mem, sync::Arc};

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder},
};
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::{Column, Kind, Table};

use crate::{
    options::Limits,
    reading::{Findings, SetAside},
    value::{self, Cell, Fault},
};

/// Rows of one batch.
const BATCH_ROWS: usize = 64 << 10;
/// Bytes of text from which on a batch is closed early: offsets into a text column are 32 bits wide.
const BATCH_BYTES: usize = 64 << 20;

/// Builds the rows that one file has for one table.
///
/// Every field is typed as its column asks. A row with a field that cannot be read is set aside with the reasons, the
/// others are kept. What takes more than one row to see (keys, references) is checked once all files are read.
#[derive(Debug)]
pub struct TableBuilder {
    pub(crate) table: &'static Table,
    pub(crate) file: Arc<str>,
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) set_aside: Vec<SetAside>,
    pub(crate) findings: Findings,
    pub(crate) rows_read: u64,
    pub(crate) bytes: u64,
    columns: Vec<ColumnBuilder>,
    lines: Int64Builder,
    names: Arc<[String]>,
    field_bytes: usize,
    open_rows: usize,
    open_bytes: usize,
}

impl TableBuilder {
    /// For the rows of `table` in `file`, which is named as its owner names it.
    pub fn new(table: &'static Table, file: &str, limits: &Limits) -> Self {
        Self {
            table,
            file: file.into(),
            batches: Vec::new(),
            set_aside: Vec::new(),
            findings: Findings::default(),
            rows_read: 0,
            bytes: 0,
            columns: table.columns.iter().map(ColumnBuilder::new).collect(),
            lines: Int64Builder::new(),
            names: table.columns.iter().map(|column| column.name.to_owned()).collect(),
            field_bytes: limits.field_bytes,
            open_rows: 0,
            open_bytes: 0,
        }
    }

    /// Adds a row whose values are given by name; what is not given is empty. A name that the table does not have is
    /// overlooked.
    pub fn push(&mut self, line: u64, values: &[(&str, &str)]) {
        let value = |_, column: &'static Column| {
            values.iter().find(|(name, _)| *name == column.name).map_or("", |(_, value)| *value)
        };
        if let Err(reasons) = self.try_push(line, value) {
            let texts = self.table.columns.iter().enumerate().map(|(i, column)| value(i, column).to_owned()).collect();
            self.set_aside(line, Arc::clone(&self.names), texts, reasons);
        }
    }

    /// Adds a row whose values are given by the column's position in the table; or says why it cannot be used, and
    /// then the caller sets it aside.
    pub(crate) fn try_push<'r>(
        &mut self,
        line: u64,
        value: impl Fn(usize, &'static Column) -> &'r str,
    ) -> Result<(), Vec<Diagnostic>> {
        let table = self.table;
        let mut cells = Vec::with_capacity(table.columns.len());
        let mut reasons = Vec::new();
        for (position, column) in table.columns.iter().enumerate() {
            let text = value(position, column);
            match value::read(column, text, self.field_bytes) {
                Ok(cell) => cells.push(cell),
                Err(fault) => reasons.push(self.diagnostic(line, column.name, text, fault)),
            }
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        for (position, cell) in cells.into_iter().enumerate() {
            if let Cell::Text(text) = cell {
                self.open_bytes += text.len();
                if value::is_formula(text) {
                    self.warn_of_formula(line, table.columns[position].name, text);
                }
            }
            self.columns[position].append(cell);
        }
        self.lines.append_value(i64::try_from(line).unwrap_or(i64::MAX));
        self.rows_read += 1;
        self.open_rows += 1;
        if self.open_rows == BATCH_ROWS || self.open_bytes >= BATCH_BYTES {
            self.close_batch();
        }
        Ok(())
    }

    /// Keeps a row that cannot be used, with the reasons.
    pub(crate) fn set_aside(
        &mut self,
        line: u64,
        columns: Arc<[String]>,
        values: Vec<String>,
        reasons: Vec<Diagnostic>,
    ) {
        self.rows_read += 1;
        for reason in &reasons {
            self.findings.add(reason);
        }
        let file = Arc::clone(&self.file);
        self.set_aside.push(SetAside { table: self.table.name, file, line, columns, values, reasons });
    }

    /// A place in the file.
    pub(crate) fn place(&self, line: u64) -> Place {
        Place::line(&*self.file, line)
    }

    pub(crate) fn diagnostic(&self, line: u64, column: &str, text: &str, fault: Fault) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(fault.code, Severity::Error, self.place(line).column(column), fault.message)
                .expected(fault.expected);
        diagnostic.help = fault.help;
        if text.is_empty() { diagnostic } else { diagnostic.value(text) }
    }

    pub(crate) fn close_batch(&mut self) {
        if self.open_rows == 0 {
            return;
        }
        let mut arrays: Vec<ArrayRef> = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        arrays.push(Arc::new(mem::take(&mut self.lines).finish()));
        match RecordBatch::try_new(self.table.arrow_schema(), arrays) {
            Ok(batch) => self.batches.push(batch),
            Err(error) => unreachable!("every builder follows the table's schema: {error}"),
        }
        self.open_rows = 0;
        self.open_bytes = 0;
    }

    fn warn_of_formula(&mut self, line: u64, column: &str, text: &str) {
        let place = self.place(line).column(column);
        self.findings.add_with("formula_in_text", Severity::Warning, || {
            Diagnostic::new(
                "formula_in_text",
                Severity::Warning,
                place,
                format!("a spreadsheet would run `{column}` as a formula"),
            )
            .value(text)
            .help("kept as text; correct it in the system that the file comes from")
        });
    }
}

#[derive(Debug)]
enum ColumnBuilder {
    Text(StringBuilder),
    Date(Date32Builder),
    Boolean(BooleanBuilder),
    Decimal(Decimal128Builder),
    Integer(Int64Builder),
    Coordinate(Float64Builder),
}

impl ColumnBuilder {
    fn new(column: &'static Column) -> Self {
        match column.kind {
            Kind::Text | Kind::SchoolYear | Kind::Code(_) => Self::Text(StringBuilder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Decimal => Self::Decimal(Decimal128Builder::new().with_data_type(column.kind.data_type())),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Coordinate => Self::Coordinate(Float64Builder::new()),
        }
    }

    fn append(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Date(builder), Cell::Date(day)) => builder.append_value(day),
            (Self::Date(builder), _) => builder.append_null(),
            (Self::Boolean(builder), Cell::Boolean(value)) => builder.append_value(value),
            (Self::Boolean(builder), _) => builder.append_null(),
            (Self::Decimal(builder), Cell::Decimal(value)) => builder.append_value(value),
            (Self::Decimal(builder), _) => builder.append_null(),
            (Self::Integer(builder), Cell::Integer(value)) => builder.append_value(value),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Coordinate(builder), Cell::Coordinate(value)) => builder.append_value(value),
            (Self::Coordinate(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Boolean(builder) => Arc::new(builder.finish()),
            // Finishing a decimal builder keeps its precision and scale.
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Coordinate(builder) => Arc::new(builder.finish()),
        }
    }
}
