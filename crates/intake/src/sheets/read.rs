//! The rows of sheets to the rows of tables, by a mapping.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::{
    SchoolYear,
    bundle::{TABLES, Table},
};

use super::{
    convert::Context,
    decode::Encoding,
    delimited, header,
    open::{self, Format, Row, Sheet},
    target::{Made, Target},
};
use crate::{
    Progress,
    csv_file::{duplicate_column, wrong_field_count},
    draft::Draft,
    files::Files,
    mapping::{FixedRow, Mapping, Source, TableMapping},
    reading::Extent,
    suggest,
};

/// How many rows lie between two reports of progress.
const PROGRESS_EVERY: u64 = 4096;
/// Where rows stand that no file has.
const MAPPING: &str = "the mapping";

/// A sheet, what it is, and where its header stands.
struct Known<'m> {
    sheet: Sheet,
    source: &'m Source,
    header_line: u64,
    header: Arc<[String]>,
}

/// Reads every sheet that the mapping knows.
pub(crate) fn read(files: &Files, draft: &mut Draft<'_>, mapping: &Mapping) {
    // Columns that no sheet has keep what is known of them.
    draft.extent = Extent::Part;
    let refusals = mapping.refusals();
    if !refusals.is_empty() {
        for refusal in refusals {
            draft.refuse(refusal);
        }
        return;
    }
    let mut said = Vec::new();
    let sheets = open::list(files, &mut |diagnostic| said.push(diagnostic));
    for diagnostic in said {
        say(draft, diagnostic);
    }
    let mut known = Vec::new();
    for sheet in sheets {
        match recognize(files, draft, mapping, sheet) {
            Ok(found) => known.extend(found),
            Err(diagnostics) => diagnostics.into_iter().for_each(|diagnostic| draft.refuse(diagnostic)),
        }
    }
    let year = mapping.school_year.as_deref().and_then(|year| year.parse().ok());
    let mut made = Made::default();
    for table in mapping.sources.iter().flat_map(|source| &source.tables) {
        if let Some(own) = Table::named(&table.table).filter(|_| !table.only_missing.is_empty()) {
            made.follow(own.name, &table.only_missing);
        }
    }
    add_fixed(draft, &mapping.rows, &mut made);
    for only_missing in [false, true] {
        for sheet in &known {
            let tables = sheet.source.tables.iter().filter(|table| table.only_missing.is_empty() != only_missing);
            let tables: Vec<&TableMapping> = tables.collect();
            if !tables.is_empty() {
                read_sheet(files, draft, sheet, &tables, year, &mut made);
            }
        }
    }
    for sheet in &known {
        tell_unused(draft, sheet);
    }
    tell_missing(draft);
}

fn say(draft: &mut Draft<'_>, diagnostic: Diagnostic) {
    if diagnostic.severity == Severity::Fatal { draft.refuse(diagnostic) } else { draft.note(&diagnostic) }
}

/// Finds the source that a sheet is, by the row that names its columns; none where the mapping does not know it.
fn recognize<'m>(
    files: &Files,
    draft: &mut Draft<'_>,
    mapping: &'m Mapping,
    mut sheet: Sheet,
) -> Result<Option<Known<'m>>, Vec<Diagnostic>> {
    let by_name = mapping.sources.iter().find(|source| {
        source.file.eq_ignore_ascii_case(&sheet.file)
            && source.sheet.as_ref().is_none_or(|own| Some(own) == sheet.name.as_ref())
    });
    if let Format::Text { encoding, delimiter } = &mut sheet.format {
        let said = by_name.and_then(|source| source.encoding.as_deref()).and_then(Encoding::named);
        *encoding = said.unwrap_or(*encoding);
        let said = by_name.and_then(|source| source.delimiter.as_deref()).and_then(delimited::named);
        *delimiter = said.unwrap_or(*delimiter);
    }
    let mut first: Vec<(u64, Vec<String>)> = Vec::new();
    open::rows(files, &sheet, draft.options.limits.field_bytes, &mut |row| {
        first.push((row.line, header::names(&row)));
        first.len() < header::ROWS
    })
    .map_err(|diagnostic| vec![*diagnostic])?;
    let exactly = first.iter().find_map(|(line, names)| {
        let source = mapping.sources.iter().find(|source| source.has_headers(names))?;
        Some((*line, names, source))
    });
    let by_use = || {
        let source = by_name?;
        let used = source.used();
        let has_all = |names: &Vec<String>| used.iter().all(|column| names.iter().any(|name| name == column));
        first.iter().find(|(_, names)| has_all(names)).map(|(line, names)| (*line, names, source))
    };
    let Some((header_line, names, source)) = exactly.or_else(by_use) else {
        if let Some(source) = by_name {
            return Err(missing_columns(&sheet, source, &first));
        }
        draft.note(&unknown_sheet(&sheet, first.first().map_or(1, |(line, _)| *line)));
        return Ok(None);
    };
    let place = sheet.place(header_line);
    let used = source.used();
    let twice = used.iter().filter(|column| names.iter().filter(|name| name == *column).count() > 1);
    let twice: Vec<Diagnostic> = twice.map(|column| duplicate_column(&place, column)).collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    let above = first.iter().filter(|(line, _)| *line < header_line).count();
    if above > 0 {
        let rows = if above == 1 {
            "1 row above the header is".to_owned()
        } else {
            format!("{above} rows above the header are")
        };
        let message = format!("{rows} not read");
        draft.note(&Diagnostic::new("title_rows", Severity::Note, place, message));
    }
    if let Format::Text { delimiter, .. } = sheet.format
        && delimiter != b','
    {
        let message = format!("the columns are separated by {}", delimited::name(delimiter));
        draft.note(&Diagnostic::new("read_with_delimiter", Severity::Note, sheet.place(header_line), message));
    }
    Ok(Some(Known { header_line, header: names.clone().into(), source, sheet }))
}

/// Writes the rows that no file has.
fn add_fixed(draft: &mut Draft<'_>, rows: &[FixedRow], made: &mut Made) {
    let mut builders = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        let Some(table) = Table::named(&row.table) else { continue };
        let builder = builders.entry(table.name).or_insert_with(|| draft.table(table, MAPPING));
        let values: Vec<(&str, &str)> =
            row.columns.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        builder.push(number as u64 + 1, &values);
        made.add(table.name, |name| Cow::Borrowed(row.columns.get(name).map_or("", String::as_str)));
        if let Some(assumes) = &row.assumes {
            draft.note(&assumed(Place::line(MAPPING, number as u64 + 1), assumes));
        }
    }
    for builder in builders.into_values() {
        draft.accept(builder);
    }
}

fn read_sheet(
    files: &Files,
    draft: &mut Draft<'_>,
    known: &Known<'_>,
    tables: &[&TableMapping],
    year: Option<SchoolYear>,
    made: &mut Made,
) {
    let size = files.size(&known.sheet.file).unwrap_or_default();
    let mut targets: Vec<Target<'_>> = Vec::new();
    for mapping in tables {
        let Some(table) = Table::named(&mapping.table) else { continue };
        let mut builder = draft.table(table, &known.sheet.label);
        builder.bytes = size;
        targets.push(Target::new(mapping, table, builder, &known.header, year));
        if let Some(assumes) = &mapping.assumes {
            draft.note(&assumed(known.sheet.place(known.header_line), assumes));
        }
    }
    let semicolons = matches!(known.sheet.format, Format::Text { delimiter: b';', .. });
    let context = Context { today: draft.options.today, semicolons };
    let in_text = matches!(known.sheet.format, Format::Text { .. });
    // What a row cannot be used for at all is said once.
    let first_pass = tables.iter().any(|table| table.only_missing.is_empty());
    let mut count = 0_u64;
    let limits = draft.options.limits;
    let stored = draft.options.known;
    let read = open::rows(files, &known.sheet, limits.field_bytes, &mut |mut row| {
        if row.line <= known.header_line || row.cells.iter().all(|cell| cell.plain().text.is_empty()) {
            return true;
        }
        let fault = row.fault.take().or_else(|| misfit(&row, &known.header, &known.sheet, in_text));
        match (fault, targets.first_mut()) {
            (Some(fault), Some(target)) if first_pass => target.refuse(&row, fault),
            (Some(_), _) => {}
            (None, _) => targets.iter_mut().for_each(|target| target.push(&row, context, made, stored)),
        }
        count += 1;
        if count.is_multiple_of(PROGRESS_EVERY) {
            draft.progress(Progress::Reading { file: &known.sheet.label, bytes: row.bytes.min(size), of: size });
            let set_aside = targets.iter().map(|target| target.builder.set_aside.len()).sum();
            return !draft.too_many_set_aside(set_aside);
        }
        true
    });
    if let Err(diagnostic) = read {
        draft.refuse(*diagnostic);
        return;
    }
    draft.progress(Progress::Reading { file: &known.sheet.label, bytes: size, of: size });
    if count == 0 && first_pass {
        let message = "the sheet has a header and no rows";
        draft.note(&Diagnostic::new("no_rows", Severity::Warning, known.sheet.place(known.header_line), message));
    }
    for target in targets {
        target.notes().iter().for_each(|note| draft.note(note));
        draft.accept(target.builder);
    }
}

/// A row of a text file that has other fields than its header; a workbook leaves out empty cells at the end.
fn misfit(row: &Row, header: &[String], sheet: &Sheet, in_text: bool) -> Option<Diagnostic> {
    let (found, expected) = (row.cells.len(), header.len());
    let surplus = (expected..found).any(|at| !row.plain(at).is_empty());
    let wrong = surplus || (in_text && found < expected);
    wrong.then(|| wrong_field_count(sheet.place(row.line), found, expected))
}

fn assumed(place: Place, assumes: &str) -> Diagnostic {
    Diagnostic::new("assumed", Severity::Note, place, assumes)
}

fn unknown_sheet(sheet: &Sheet, line: u64) -> Diagnostic {
    let message = "the mapping knows no sheet with these columns; it is not read";
    Diagnostic::new("sheet_not_mapped", Severity::Warning, sheet.place(line), message)
        .help("propose a mapping again with this file among the others")
}

/// The columns that the mapping needs and the most similar row does not have.
fn missing_columns(sheet: &Sheet, source: &Source, first: &[(u64, Vec<String>)]) -> Vec<Diagnostic> {
    let used = source.used();
    let has = |names: &Vec<String>| used.iter().filter(|column| names.iter().any(|name| name == *column)).count();
    let nearest = first.iter().rev().max_by_key(|(_, names)| has(names));
    let (line, names) = nearest.map_or((1, &[][..]), |(line, names)| (*line, names.as_slice()));
    let missing = used.iter().filter(|column| names.iter().all(|name| name != *column));
    let diagnostic = |column: &&str| {
        let message = format!("the column `{column}`, which the mapping reads, is not there");
        let place = sheet.place(line).column(*column);
        let diagnostic = Diagnostic::new("mapped_column_missing", Severity::Fatal, place, message);
        let others = names.iter().map(String::as_str).filter(|name| !used.contains(name));
        match suggest::nearest(column, others) {
            Some(likely) => diagnostic.help(format!("is it the one called `{likely}`? then correct the mapping")),
            None => diagnostic.help("correct the mapping, or export the column again"),
        }
    };
    missing.map(diagnostic).collect()
}

/// Says which columns of a sheet nothing is made of.
fn tell_unused(draft: &mut Draft<'_>, known: &Known<'_>) {
    let used = known.source.used();
    let unused = known.header.iter().filter(|name| !name.is_empty() && !used.contains(&name.as_str()));
    let unused: Vec<String> = unused.map(|name| format!("`{name}`")).collect();
    if !unused.is_empty() {
        let message = format!("nothing is made of {}", unused.join(", "));
        draft.note(&Diagnostic::new(
            "columns_not_mapped",
            Severity::Note,
            known.sheet.place(known.header_line),
            message,
        ));
    }
}

/// Says which tables that every bundle has are filled by no file, and by no import before.
fn tell_missing(draft: &mut Draft<'_>) {
    let without = TABLES.iter().filter(|table| {
        let rows = draft.parts.get(table.name).is_some_and(|parts| parts.iter().any(|part| part.batch.num_rows() > 0));
        table.required && !rows && !draft.options.known.any(table.name)
    });
    for table in without.collect::<Vec<_>>() {
        let message = match table.name {
            "program_courses" | "programs" => format!(
                "nothing says which courses belong to which program (`{}`): nobody can be a participant",
                table.name
            ),
            _ => format!("no file has rows for `{}`", table.name),
        };
        let diagnostic = Diagnostic::new("table_not_filled", Severity::Warning, Place::file(MAPPING), message);
        draft.note(&diagnostic.help("import a file that has them, with a mapping for it"));
    }
}
