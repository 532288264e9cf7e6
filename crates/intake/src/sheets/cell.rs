//! One cell as it stands in a file.

/// What a spreadsheet says that a cell is; in a text file everything is text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CellKind {
    #[default]
    Text,
    Number,
    /// Written `YYYY-MM-DD`.
    Date,
    Boolean,
    /// `#N/A` and the like.
    Error,
}

/// A cell as it stands in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) kind: CellKind,
}

/// What a text is without what spreadsheets put around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plain<'a> {
    pub(crate) text: &'a str,
    /// Whether it was written as a formula (`="01.0101"`), which keeps a spreadsheet from reading it as a number.
    pub(crate) unwrapped: bool,
    /// Whether there were spaces around it.
    pub(crate) trimmed: bool,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: CellKind::Text }
    }

    /// The text without what spreadsheets put around it.
    pub(crate) fn plain(&self) -> Plain<'_> {
        plain(&self.text)
    }
}

/// A text without what spreadsheets put around it.
pub(crate) fn plain(text: &str) -> Plain<'_> {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains('"'));
    match inner {
        Some(inner) => Plain { text: inner.trim(), unwrapped: true, trimmed: false },
        None => Plain { text: trimmed, unwrapped: false, trimmed: trimmed.len() < text.len() },
    }
}

/// A number as a spreadsheet shows it: 15 digits at most, no exponent, no zeros at the end.
pub(crate) fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    // Rust writes the shortest decimal that reads back as the same double; what a formula added up may need 17 digits.
    let shortest = number.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 || !shortest.contains('.') {
        return shortest;
    }
    let whole = number.abs().trunc().to_string().len();
    let rounded = format!("{number:.places$}", places = 15_usize.saturating_sub(whole));
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_put_around_is_taken_off() {
        assert_eq!(plain("=\"01.0101\"").text, "01.0101");
        assert_eq!(plain(" \u{a0}x ").text, "x");
        assert_eq!(plain("=A1").text, "=A1");
        assert_eq!(plain("=\"a\"&\"b\"").text, "=\"a\"&\"b\"");
    }

    #[test]
    fn numbers_read_as_they_are_shown() {
        for (number, text) in [
            (1001.0, "1001"),
            (0.5, "0.5"),
            (0.1 + 0.2, "0.3"),
            (-2.0, "-2"),
            (46.0503, "46.0503"),
            (9_007_199_254_740_992.0, "9007199254740992"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }
}
