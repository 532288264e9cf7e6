//! One shape for everything that Waymark has to say about somebody's data or definitions.
//!
//! A [`Diagnostic`] is data: what is wrong, how bad it is, where, and what to do. It is rendered for the terminal
//! ([`Diagnostic::to_text`]), for pages ([`Diagnostic::to_html`]) and for programs ([`Diagnostic::to_json`]).
//! Deciding what is wrong is the business of the rooms that make them.

use std::{
    fmt::{self, Write},
    ops::Range,
};

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

/// A line of a text, or as much of it as can be shown, and the words in it that are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// What stands before them on the line.
    pub before: String,
    /// The words that are meant, as far as they stand on this line.
    pub marked: String,
    /// What stands after them.
    pub after: String,
}

impl Excerpt {
    /// The line of `text` on which the bytes `span` begin. A span that does not lie in the text marks nothing.
    pub fn of(text: &str, span: Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let end = text.floor_char_boundary(span.end).max(start);
        let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find(['\r', '\n']).map_or(text.len(), |length| start + length);
        let end = end.min(line_end);
        let shown = |part: Range<usize>| text[part].chars().flat_map(visible).collect::<Vec<char>>();
        let (mut before, mut after) = (shown(line..start), shown(end..line_end));
        if before.len() > SHOWN_AROUND {
            before.splice(..before.len() - SHOWN_AROUND, ['…']);
        }
        if after.len() > SHOWN_AROUND {
            after.splice(SHOWN_AROUND.., ['…']);
        }
        Self {
            before: before.into_iter().collect(),
            marked: shown(start..end).into_iter().take(SHOWN_VALUE).collect(),
            after: after.into_iter().collect(),
        }
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
    /// The line of a text that somebody wrote, with the words that are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Box<Excerpt>>,
    /// What was expected instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What to do about it, or a likely correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// The longest value that is repeated in a message, in characters.
const SHOWN_VALUE: usize = 80;

/// The most that is shown of a line on either side of what is meant, in characters.
const SHOWN_AROUND: usize = 60;

impl Diagnostic {
    /// A diagnostic with what every one has.
    pub fn new(code: impl Into<String>, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            place,
            value: None,
            excerpt: None,
            expected: None,
            help: None,
        }
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

    /// With the line of `text` that holds the bytes `span`, and these marked in it.
    #[must_use]
    pub fn marking(mut self, text: &str, span: Range<usize>) -> Self {
        self.excerpt = Some(Box::new(Excerpt::of(text, span)));
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

    /// For a terminal, without colour: a line for what and where, the excerpt with carets under what is meant, and
    /// one line each for the value, expectation and help.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}[{}]: {}\n  --> {}\n", self.severity, self.code, self.message, self.place);
        if let Some(Excerpt { before, marked, after }) = self.excerpt.as_deref() {
            let margin = self.place.line.map_or_else(String::new, |line| line.to_string());
            let (number, indent) = (" ".repeat(margin.len()), " ".repeat(before.chars().count()));
            let carets = "^".repeat(marked.chars().count().max(1));
            let _ = writeln!(text, "  {margin} | {before}{marked}{after}\n  {number} | {indent}{carets}");
        }
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
        if let Some(Excerpt { before, marked, after }) = self.excerpt.as_deref() {
            let [before, marked, after] = [before, marked, after].map(|part| escape(part));
            let _ = write!(html, " <code class=\"excerpt\">{before}<mark>{marked}</mark>{after}</code>");
        }
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
    fn carets_stand_under_what_is_meant() {
        let text = "[level.concentrator]\nwhen = \"crédits > 1 AND credts_earned > 0\"\r\n";
        let start = text.find("credts").unwrap();
        let place = Place::line("own.toml", 2);
        let diagnostic = Diagnostic::new("unknown_name", Severity::Fatal, place, "no column `credts_earned`")
            .marking(text, start..start + 13);
        assert_eq!(
            diagnostic.to_text(),
            "fatal[unknown_name]: no column `credts_earned`\n  --> own.toml:2\n  \
             2 | when = \"crédits > 1 AND credts_earned > 0\"\n    |                         ^^^^^^^^^^^^^\n"
        );
        assert!(diagnostic.to_html().contains("AND <mark>credts_earned</mark> &gt; 0"));
        assert_eq!(serde_json::from_str::<Diagnostic>(&diagnostic.to_json()).unwrap(), diagnostic);
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_and_a_span_outside_marks_nothing() {
        let text = format!("{}wrong{}", "ü".repeat(200), "y".repeat(200));
        let excerpt = Excerpt::of(&text, 400..405);
        assert_eq!((excerpt.marked.as_str(), excerpt.before.chars().count()), ("wrong", 61));
        assert!(excerpt.before.starts_with('…') && excerpt.after.ends_with('…'));
        assert_eq!(
            Excerpt::of("ab", 7..9),
            Excerpt { before: "ab".into(), marked: String::new(), after: String::new() }
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
