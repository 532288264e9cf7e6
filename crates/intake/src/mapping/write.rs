//! A mapping as TOML, for people to read and correct.

use std::fmt::{self, Write};

use waymark_terms::bundle::Table;

use super::{ColumnMapping, Condition, FORMAT, Mapping, Named, Source, TableMapping};

impl Mapping {
    /// The mapping as TOML; reasons and examples stand in comments.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write(self, &mut text);
        text
    }
}

fn write(mapping: &Mapping, to: &mut String) -> fmt::Result {
    writeln!(to, "# What the columns of these files mean. Every `?` is a question to be answered.")?;
    writeln!(to, "waymark_mapping = {FORMAT}")?;
    writeln!(to, "title = {}", quoted(&mapping.title))?;
    if let Some(year) = &mapping.school_year {
        writeln!(to, "# The year that the files are about, where their rows do not say.")?;
        writeln!(to, "school_year = {}", quoted(year))?;
    }
    for row in &mapping.rows {
        writeln!(to, "\n[[row]]")?;
        writeln!(to, "table = {}", quoted(&row.table))?;
        optional(to, "assumes", row.assumes.as_ref())?;
        writeln!(to, "[row.columns]")?;
        for (name, value) in &row.columns {
            writeln!(to, "{name} = {}", quoted(value))?;
        }
    }
    for source in &mapping.sources {
        write_source(source, to)?;
    }
    Ok(())
}

fn write_source(source: &Source, to: &mut String) -> fmt::Result {
    writeln!(to, "\n[[source]]")?;
    writeln!(to, "file = {}", quoted(&source.file))?;
    optional(to, "sheet", source.sheet.as_ref())?;
    optional(to, "encoding", source.encoding.as_ref())?;
    optional(to, "delimiter", source.delimiter.as_ref())?;
    writeln!(to, "headers = {}", list(&source.headers))?;
    for table in &source.tables {
        write_table(table, to)?;
    }
    Ok(())
}

fn write_table(table: &TableMapping, to: &mut String) -> fmt::Result {
    writeln!(to, "\n[[source.table]]")?;
    writeln!(to, "name = {}", quoted(&table.table))?;
    optional(to, "assumes", table.assumes.as_ref())?;
    if table.distinct {
        writeln!(to, "distinct = true")?;
    }
    if !table.only_missing.is_empty() {
        writeln!(to, "only_missing = {}", list(&table.only_missing))?;
    }
    if !table.when.is_empty() {
        let when: Vec<String> = table.when.iter().map(condition).collect();
        writeln!(to, "when = [{}]", when.join(", "))?;
    }
    writeln!(to, "[source.table.columns]")?;
    // In the order of the bundle, which people know.
    let order = |name: &&String| Table::named(&table.table).and_then(|own| own.position(name));
    let mut names: Vec<&String> = table.columns.keys().collect();
    names.sort_by_key(order);
    for (name, column) in names.into_iter().filter_map(|name| Some((name, table.columns.get(name)?))) {
        if !column.reason.is_empty() {
            writeln!(to, "# {}", column.reason.replace(['\n', '\r'], " "))?;
        }
        let example = column.example.replace(|c: char| c.is_control(), " ");
        let example = if example.is_empty() { example } else { format!("  # {example}") };
        writeln!(to, "{name} = {}{example}", write_column(column))?;
    }
    Ok(())
}

fn write_column(column: &ColumnMapping) -> String {
    let mut parts = Vec::new();
    let mut add = |name: &str, value: String| parts.push(format!("{name} = {value}"));
    if let Some(name) = &column.column {
        if *column
            == (ColumnMapping {
                reason: column.reason.clone(),
                example: column.example.clone(),
                ..ColumnMapping::of_column(name)
            })
        {
            return quoted(name);
        }
        add("column", quoted(name));
    }
    if let Some(value) = &column.value {
        add("value", quoted(value));
    }
    for (name, choice) in [
        ("import", column.import.map(Named::name)),
        ("date", column.date.map(Named::name)),
        ("year", column.year.map(Named::name)),
        ("take", column.take.map(Named::name)),
        ("number", column.number.map(Named::name)),
        ("part", column.part.map(Named::name)),
    ] {
        if let Some(choice) = choice {
            add(name, quoted(choice));
        }
    }
    if !column.values.is_empty() {
        let values = column.values.iter().map(|(from, to)| format!("{} = {}", quoted(from), quoted(to)));
        add("values", format!("{{ {} }}", values.collect::<Vec<_>>().join(", ")));
    }
    if !column.ranges.is_empty() {
        let ranges = column.ranges.iter();
        let ranges =
            ranges.map(|range| format!("{{ from = {}, value = {} }}", quoted(&range.from), quoted(&range.value)));
        add("ranges", format!("[{}]", ranges.collect::<Vec<_>>().join(", ")));
    }
    if let Some(otherwise) = &column.otherwise {
        add("otherwise", quoted(otherwise));
    }
    format!("{{ {} }}", parts.join(", "))
}

fn condition(condition: &Condition) -> String {
    let mut parts = vec![format!("column = {}", quoted(&condition.column))];
    if !condition.is.is_empty() {
        parts.push(format!("is = {}", list(&condition.is)));
    }
    if !condition.is_not.is_empty() {
        parts.push(format!("is_not = {}", list(&condition.is_not)));
    }
    if condition.filled {
        parts.push("filled = true".to_owned());
    }
    format!("{{ {} }}", parts.join(", "))
}

fn optional(to: &mut String, name: &str, value: Option<&String>) -> fmt::Result {
    match value {
        Some(value) => writeln!(to, "{name} = {}", quoted(value)),
        None => Ok(()),
    }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
