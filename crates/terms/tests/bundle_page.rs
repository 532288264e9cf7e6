//! `docs/bundle.md` is written from the tables. `UPDATE_DOCS=1 cargo test -p waymark-terms` writes it anew; without, the
//! test fails where the page and the tables differ.

use std::{env, fmt::Write, fs, path::Path};

use waymark_terms::bundle::{Column, Kind, TABLES, Table};

const BEGINNING: &str = "\
# The bundle

A bundle is what Waymark reads: a folder, or a zip of one, with a CSV file for each subject. A district can make it from
any student information system. It is a public contract: what is named here keeps its name and its meaning, new files
and columns may come, and a bundle that one release reads can be read by all later ones.

This page is written from `crates/terms/src/bundle.rs` and is not edited by hand.

## How files are written

- UTF-8, with a byte-order mark or without; commas, quotes and line ends as in RFC 4180.
- The first row is the header. Columns may stand in any order and are known by their names.
- An empty cell says that the value is not known. It is never read as zero or as no.
- A file that is not required may be missing, and so may a column.
- A bad row goes to quarantine with the reason, and the others are imported. A file that cannot be trusted stops the
  import.

| kind | how it is written |
|---|---|
| text | any text; leading zeros are kept |
| date | `2025-06-05` |
| boolean | `true` or `false` |
| decimal | with a point: up to 12 digits before it and 6 behind it |
| whole number | digits |
| school year | its two calendar years, `2024-25`: 1 July 2024 to 30 June 2025 |
| degrees | a decimal number of degrees |
| code | one of the codes listed, letter by letter |
";

fn page() -> String {
    let mut page = BEGINNING.to_owned();
    page.push_str("\n## Files\n\n| file | | what it holds |\n|---|---|---|\n");
    for table in TABLES {
        let required = if table.required { "required" } else { "" };
        let _ = writeln!(page, "| {} | {required} | {} |", link(table.name), table.doc);
    }
    for table in TABLES {
        write_table(&mut page, table);
    }
    page
}

fn write_table(page: &mut String, table: &Table) {
    let _ = write!(page, "\n## {}.csv\n\n{}", table.name, table.doc);
    if let Some(key) = table.key {
        let _ = write!(page, " No two rows have the same `{key}`.");
    }
    page.push_str("\n\n| column | | kind | meaning |\n|---|---|---|---|\n");
    for column in table.columns {
        let required = if column.required { "required" } else { "" };
        let _ = writeln!(page, "| `{}` | {required} | {} | {} |", column.name, kind(column), meaning(column));
    }
}

fn kind(column: &Column) -> &'static str {
    match column.kind {
        Kind::Text => "text",
        Kind::Date => "date",
        Kind::Boolean => "boolean",
        Kind::Decimal => "decimal",
        Kind::Integer => "whole number",
        Kind::SchoolYear => "school year",
        Kind::Coordinate => "degrees",
        Kind::Code(_) => "code",
    }
}

fn meaning(column: &Column) -> String {
    let mut meaning = column.doc.to_owned();
    if let Some(to) = column.references {
        let _ = write!(meaning, " To be found as `{}` in {}", to.column, link(to.table));
        meaning.push_str(if to.binding { "." } else { "; the row is kept where it is not, with a warning." });
    }
    if let Kind::Code(codes) = column.kind {
        let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
        let _ = write!(meaning, " Codes: {}.", codes.join(", "));
    }
    meaning
}

/// A link to the section of a file, by the name that Markdown renderers give it.
fn link(table: &str) -> String {
    format!("[{table}.csv](#{table}csv)")
}

#[test]
fn the_page_says_what_the_tables_say() {
    let path = Path::new("../../docs/bundle.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, page()).unwrap();
    }
    let written = fs::read_to_string(path).unwrap();
    assert!(written == page(), "docs/bundle.md is out of date: run `UPDATE_DOCS=1 cargo test -p waymark-terms`");
}
