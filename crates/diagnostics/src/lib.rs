//! One shape for everything that Waymark has to say about somebody's data or definitions.
//!
//! A [`Diagnostic`] is data: what is wrong, how bad it is, where, and what to do. It is rendered for the terminal
//! ([`Diagnostic::to_text`]), for pages ([`Diagnostic::to_html`]) and for programs ([`Diagnostic::to_json`]).
//! Deciding what is wrong is the business of the rooms that make them.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing was changed or left out.
    Note,
    /// Probably wrong; the rows are kept and counted.
    Warning,
    /// A row that could not be used; it is set aside, the rest goes on.
    Error,
    /// The file or the whole import cannot be trusted; nothing is stored.
    Fatal,
}

impl Severity {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where something is: a file, and as much of the rest as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as its owner names it (`enrollments.csv`).
    pub file: String,
    /// The line in it, the first being 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The name of the column in a table, or the column of a text as `:N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None }
    }

    /// A line of the file.
    pub fn line(file: impl Into<String>, line: u64) -> Self {
        Self { file: file.into(), line: Some(line), column: None }
    }

    /// The same place, in that column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " {column}")?;
        }
        Ok(())
    }
}

/// Something that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// A stable name of what is wrong (`exit_before_entry`), which is also the name of its page in the docs.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    pub place: Place,
    /// The offending value, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What was expected instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What to do about it, or a likely correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// The longest value that is repeated in a message, in characters.
const SHOWN_VALUE: usize = 80;

impl Diagnostic {
    /// A diagnostic with what every one has.
    pub fn new(code: impl Into<String>, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self { code: code.into(), severity, message: message.into(), place, value: None, expected: None, help: None }
    }

    /// With the offending value, cut where it is long, control characters made visible.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        let mut shown: String = value.chars().take(SHOWN_VALUE).flat_map(visible).collect();
        if value.chars().count() > SHOWN_VALUE {
            shown.push('…');
        }
        self.value = Some(shown);
        self
    }

    /// With what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// For a terminal, without colour: a line for what and where, one each for the value, expectation and help.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}[{}]: {}\n  --> {}\n", self.severity, self.code, self.message, self.place);
        for (label, part) in [("found", &self.value), ("expected", &self.expected), ("help", &self.help)] {
            if let Some(part) = part {
                let _ = writeln!(text, "  {label}: {part}");
            }
        }
        text
    }

    /// For a page: a list item, every text escaped.
    pub fn to_html(&self) -> String {
        let mut html = format!(
            "<li class=\"diagnostic {severity}\"><strong>{severity}</strong> <code>{code}</code> {message} \
             <span class=\"place\">{place}</span>",
            severity = self.severity,
            code = escape(&self.code),
            message = escape(&self.message),
            place = escape(&self.place.to_string()),
        );
        for (label, part) in [("found", &self.value), ("expected", &self.expected), ("help", &self.help)] {
            if let Some(part) = part {
                let _ = write!(html, " <span class=\"{label}\">{label}: {}</span>", escape(part));
            }
        }
        html.push_str("</li>");
        html
    }

    /// For programs: one JSON object on one line.
    ///
    /// # Panics
    /// Never: every field has a JSON form.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a diagnostic has a JSON form")
    }
}

fn visible(c: char) -> Vec<char> {
    if c.is_control() { c.escape_debug().collect() } else { vec![c] }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Diagnostic {
        let place = Place::line("students.csv", 7).column("sex");
        Diagnostic::new("unknown_code", Severity::Error, place, "`<Female>` is not a code of `sex`")
            .value("<Female>")
            .expected("F, M or X")
            .help("did you mean `F`?")
    }

    #[test]
    fn says_what_where_and_what_was_expected() {
        assert_eq!(
            example().to_text(),
            "error[unknown_code]: `<Female>` is not a code of `sex`\n  --> students.csv:7 sex\n  found: <Female>\n  \
             expected: F, M or X\n  help: did you mean `F`?\n"
        );
    }

    #[test]
    fn json_reads_back() {
        let read: Diagnostic = serde_json::from_str(&example().to_json()).unwrap();
        assert_eq!(read, example());
    }

    #[test]
    fn html_is_escaped() {
        assert!(example().to_html().contains("&lt;Female&gt;"));
        assert!(!example().to_html().contains("<Female>"));
    }

    #[test]
    fn long_and_hostile_values_are_cut_and_made_visible() {
        let diagnostic = example().value(&format!("\u{1b}[31m{}", "x".repeat(1000)));
        let shown = diagnostic.value.unwrap();
        assert!(shown.starts_with("\\u{1b}[31m") && shown.ends_with('…') && shown.len() < 120);
    }
}
