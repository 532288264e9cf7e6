//! Writing rows: for people, for spreadsheets, for programs.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use datafusion::{
    arrow::{
        array::RecordBatch,
        csv, json,
        util::display::{ArrayFormatter, FormatOptions},
    },
    error::DataFusionError,
    parquet::arrow::ArrowWriter,
};

use crate::failure::Failure;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading here.
    Table,
    /// Comma-separated values with a header; an empty cell is unknown.
    Csv,
    /// An array of objects.
    Json,
    /// Apache Parquet.
    Parquet,
}

/// Where and how rows are written.
#[derive(Args, Debug)]
pub(crate) struct Output {
    /// How to write the rows
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Output {
    /// Writes the rows, of which there is at least one batch, if only an empty one.
    pub(crate) fn write(&self, rows: &[RecordBatch]) -> Result<(), Failure> {
        match &self.output {
            None if self.format == Format::Parquet && io::stdout().is_terminal() => {
                Err(Failure::user("a Parquet file is nothing for a terminal").hint("name a file with --output"))
            }
            None => written(self.format, rows, io::stdout()),
            Some(path) => {
                let file = File::create(path).map_err(|error| Failure::file(path, &error))?;
                written(self.format, rows, file)
            }
        }
    }
}

fn written(format: Format, rows: &[RecordBatch], to: impl Write + Send) -> Result<(), Failure> {
    let mut watched = Watched { to: BufWriter::new(to), failed: None };
    let done = encoded(format, rows, &mut watched).and_then(|()| Ok(watched.flush()?));
    match (done, watched.failed) {
        (Err(_), Some(kind)) => Err(io::Error::from(kind).into()),
        (Err(error), None) => Err(Failure::bug(error.to_string())),
        (Ok(()), _) => Ok(()),
    }
}

fn encoded(format: Format, rows: &[RecordBatch], to: &mut (impl Write + Send)) -> Result<(), DataFusionError> {
    match format {
        Format::Table => writeln!(to, "{}", table(rows)?)?,
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new().with_header(true).build(to);
            for batch in rows {
                writer.write(batch)?;
            }
        }
        Format::Json => {
            let builder = json::WriterBuilder::new().with_explicit_nulls(true);
            let mut writer = builder.build::<_, json::writer::JsonArray>(&mut *to);
            for batch in rows {
                writer.write(batch)?;
            }
            writer.finish()?;
            drop(writer);
            writeln!(to)?;
        }
        Format::Parquet => {
            let Some(first) = rows.first() else { return Ok(()) };
            let mut writer = ArrowWriter::try_new(to, first.schema(), None)?;
            for batch in rows {
                writer.write(batch)?;
            }
            writer.close()?;
        }
    }
    Ok(())
}

/// Remembers how writing failed: not every encoder passes that on, and a reader who has gone is no error.
struct Watched<W> {
    to: W,
    failed: Option<io::ErrorKind>,
}

impl<W: Write> Watched<W> {
    fn watch<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.failed = Some(error.kind());
        }
        result
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes);
        self.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.to.flush();
        self.watch(flushed)
    }
}

/// Rows for people: numbers to the right, what is not known left empty.
pub(crate) fn table(rows: &[RecordBatch]) -> Result<Table, DataFusionError> {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    let Some(first) = rows.first() else { return Ok(table) };
    let schema = first.schema();
    table.set_header(schema.fields().iter().map(|field| visible(field.name())));
    let options = FormatOptions::default().with_null("");
    for batch in rows {
        let formatters = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let formatters = formatters.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            table.add_row(formatters.iter().map(|formatter| visible(&formatter.value(row).to_string())));
        }
    }
    for (column, field) in table.column_iter_mut().zip(schema.fields()) {
        if field.data_type().is_numeric() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Ok(table)
}

/// The text with control characters made visible: what stands in the data must not steer a terminal.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { shown.extend(c.escape_debug()) } else { shown.push(c) }
    }
    shown
}

/// [`visible`], line by line: the ends of lines stay.
pub(crate) fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// A whole number with its thousands set apart.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    fn as_text(format: Format, rows: usize) -> String {
        let names = ["a\u{1b}[31m", "b"];
        let sheet = Sheet::new()
            .text("name", names.iter().take(rows))
            .count("count", (0..rows as u64).map(|count| count * 1000))
            .optional_count("line", (0..rows as u64).map(|row| (row > 0).then_some(7)));
        let mut bytes = Vec::new();
        written(format, &[sheet.rows().unwrap()], &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_format_has_the_same_rows() {
        assert_eq!(as_text(Format::Csv, 2), "name,count,line\na\u{1b}[31m,0,\nb,1000,7\n");
        assert_eq!(
            as_text(Format::Json, 2),
            "[{\"name\":\"a\\u001b[31m\",\"count\":0,\"line\":null},{\"name\":\"b\",\"count\":1000,\"line\":7}]\n"
        );
        let table = as_text(Format::Table, 2);
        assert!(table.contains("a\\u{1b}[31m") && table.contains("| b           |  1000 |"), "{table}");
    }

    #[test]
    fn no_rows_have_a_header_still() {
        assert_eq!(as_text(Format::Csv, 0), "name,count,line\n");
        assert_eq!(as_text(Format::Json, 0), "[]\n");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(visible_lines("a\u{1b}[31m\n  b\0\n"), "a\\u{1b}[31m\n  b\\0\n");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
