//! Markdown to its parts: front matter, titles, and the tables that have a name.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use waymark_diagnostics::Place;

use crate::error::{Problem, SpecificationError};

/// What is in a document besides prose.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The front matter: line, key and value.
    pub(crate) entries: Vec<(u64, String, String)>,
    /// The headings of the first level.
    pub(crate) titles: Vec<String>,
    /// The tables under a bold line, in order.
    pub(crate) tables: Vec<NamedTable>,
}

/// A table under a bold line.
#[derive(Debug)]
pub(crate) struct NamedTable {
    /// The bold line.
    pub(crate) name: String,
    /// The line of the header.
    pub(crate) line: u64,
    /// The header.
    pub(crate) columns: Vec<String>,
    /// Each row with its line.
    pub(crate) rows: Vec<(u64, Vec<String>)>,
}

/// A document's name and text, to say where something is.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    fn line(self, offset: usize) -> u64 {
        1 + self.text[..offset].bytes().filter(|&byte| byte == b'\n').count() as u64
    }

    pub(crate) fn error(self, line: u64, problem: Problem) -> SpecificationError {
        SpecificationError::Document { place: Place::line(self.file, line), problem }
    }

    fn error_at(self, offset: usize, problem: Problem) -> SpecificationError {
        self.error(self.line(offset), problem)
    }
}

type Block<'a> = Vec<(Event<'a>, Range<usize>)>;

/// Reads a document. `is_name` tells which bold lines must stand above a table.
pub(crate) fn read(source: Source<'_>, is_name: impl Fn(&str) -> bool) -> Result<Document, SpecificationError> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut events = Parser::new_ext(source.text, options).into_offset_iter();
    let mut document = Document::default();
    let mut name: Option<(String, usize)> = None;
    while let Some((event, range)) = events.next() {
        let Event::Start(tag) = event else { continue };
        let block = rest_of_block(&mut events);
        match (tag, name.take()) {
            (Tag::Table(_), Some((name, offset))) => {
                if !is_name(&name) {
                    return Err(source.error_at(offset, Problem::Label(name)));
                }
                document.tables.push(table(source, name, &block)?);
            }
            (_, Some((name, offset))) if is_name(&name) => {
                return Err(source.error_at(offset, Problem::NoTable(name)));
            }
            (Tag::MetadataBlock(_), _) => document.entries = entries(source, &block)?,
            (Tag::Heading { level: HeadingLevel::H1, .. }, _) => document.titles.push(plain(&block)),
            (Tag::Paragraph, _) => name = bold(&block).map(|name| (name, range.start)),
            _ => {}
        }
    }
    match name {
        Some((name, offset)) if is_name(&name) => Err(source.error_at(offset, Problem::NoTable(name))),
        _ => Ok(document),
    }
}

/// The events up to the end of the block that has just begun.
fn rest_of_block<'a>(events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>) -> Block<'a> {
    let mut depth = 1;
    events
        .take_while(|(event, _)| {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            depth > 0
        })
        .collect()
}

fn plain(block: &[(Event<'_>, Range<usize>)]) -> String {
    let text = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_string()),
        Event::SoftBreak => Some(" ".to_owned()),
        _ => None,
    };
    block.iter().filter_map(|(event, _)| text(event)).collect()
}

/// The text of a paragraph that is bold from beginning to end.
fn bold(block: &[(Event<'_>, Range<usize>)]) -> Option<String> {
    let [(Event::Start(Tag::Strong), _), inner @ .., (Event::End(TagEnd::Strong), _)] = block else { return None };
    inner.iter().all(|(event, _)| matches!(event, Event::Text(_))).then(|| plain(inner))
}

fn entries(
    source: Source<'_>,
    block: &[(Event<'_>, Range<usize>)],
) -> Result<Vec<(u64, String, String)>, SpecificationError> {
    let Some((_, range)) = block.first() else { return Ok(Vec::new()) };
    let first = source.line(range.start);
    let entry = |(line, text): (u64, &str)| match text.split_once(':') {
        Some((key, value)) => Ok((line, key.trim().to_owned(), value.trim().to_owned())),
        None => Err(source.error(line, Problem::Entry(text.to_owned()))),
    };
    (first..).zip(plain(block).lines()).filter(|(_, text)| !text.trim().is_empty()).map(entry).collect()
}

fn table(
    source: Source<'_>,
    name: String,
    block: &[(Event<'_>, Range<usize>)],
) -> Result<NamedTable, SpecificationError> {
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    for (event, range) in block {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                let expected = rows
                    .first()
                    .map_or_else(|| cells_between_pipes(source.text, range.start), |(_, columns)| columns.len());
                let found = cells_between_pipes(source.text, range.start);
                if found != expected || found == 0 {
                    return Err(source.error_at(range.start, Problem::Cells { expected, found }));
                }
                rows.push((source.line(range.start), Vec::with_capacity(found)));
            }
            Event::Start(Tag::TableCell) => {
                if let Some((_, cells)) = rows.last_mut() {
                    cells.push(String::new());
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = rows.last_mut().and_then(|(_, cells)| cells.last_mut()) {
                    cell.push_str(text);
                }
            }
            Event::End(_) => {}
            _ => return Err(source.error_at(range.start, Problem::Markup)),
        }
    }
    let (line, columns): (u64, Vec<String>) = if rows.is_empty() { (0, Vec::new()) } else { rows.remove(0) };
    match (1..columns.len()).find(|&at| columns[..at].contains(&columns[at])) {
        Some(at) => Err(source.error(line, Problem::Duplicate(columns[at].clone()))),
        None => Ok(NamedTable { name, line, columns, rows }),
    }
}

/// How many cells the line at `offset` has. Markdown itself forgives a cell too many or too few; data does not.
fn cells_between_pipes(text: &str, offset: usize) -> usize {
    let line = text[offset..].lines().next().unwrap_or_default().trim();
    let unescaped = |(at, _): &(usize, &str)| !line[..*at].ends_with('\\');
    let pipes = line.match_indices('|').filter(unescaped).count();
    if line.starts_with('|') && line.ends_with('|') { pipes.saturating_sub(1) } else { 0 }
}
