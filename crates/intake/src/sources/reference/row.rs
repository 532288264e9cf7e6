//! A row of a published list, whose columns are known by the letters of their names.

use std::sync::Arc;

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::records::Record;

/// A name without what is no letter or digit, in small letters; every year in it is `#`.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut digits = String::new();
    for c in name.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        match digits.len() {
            4 => plain.push('#'),
            _ => plain.push_str(&digits),
        }
        digits.clear();
        if c.is_ascii_alphabetic() {
            plain.push(c.to_ascii_lowercase());
        }
    }
    plain
}

/// Which field of a record belongs to which column.
pub(super) struct Header {
    pub(super) names: Arc<[String]>,
    plain: Vec<String>,
}

impl Header {
    pub(super) fn new(record: &Record) -> Self {
        let names = record.to_texts();
        Self { plain: names.iter().map(|name| plain(name)).collect(), names: names.into() }
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.position(column).is_some()
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.plain.iter().position(|name| name == column)
    }

    /// A column as the file calls it; empty where there is none.
    pub(super) fn name(&self, column: &str) -> &str {
        self.position(column).map_or("", |position| &self.names[position])
    }
}

/// A row.
pub(super) struct Row<'r> {
    pub(super) header: &'r Header,
    pub(super) record: &'r Record,
    pub(super) place: &'r Place,
    pub(super) edition: &'r str,
}

impl<'r> Row<'r> {
    /// The value of a column; `="01.0101"` is `01.0101`.
    pub(super) fn get(&self, column: &str) -> &'r str {
        self.header.position(column).map_or("", |position| unquoted(self.record.text(position)))
    }

    /// A figure, with the point moved to the right by `thousands`.
    ///
    /// # Errors
    /// If it is neither a figure nor one of the marks of a figure that is not there.
    pub(super) fn figure(&self, column: &str, thousands: bool) -> Result<Figure, Box<Diagnostic>> {
        self.figure_at(self.header.position(column), thousands)
    }

    /// The figure at a place of the row.
    ///
    /// # Errors
    /// As [`Self::figure`].
    pub(super) fn figure_at(&self, position: Option<usize>, thousands: bool) -> Result<Figure, Box<Diagnostic>> {
        let text = position.map_or("", |position| unquoted(self.record.text(position)));
        let not_one = || {
            let name = position.map_or("", |position| &self.header.names[position]);
            let place = self.place.clone().column(name);
            let message = "this is neither a figure nor a mark of one that is not there";
            Box::new(
                Diagnostic::new("bad_figure", Severity::Error, place, message)
                    .value(text)
                    .expected("a number, `-`, `*`, `**`, `#`, `N/A`, or nothing"),
            )
        };
        match text {
            "" => Ok(Figure::Nothing),
            "N/A" | "n/a" => Ok(Figure::NotApplicable),
            "-" | "*" | "**" => Ok(Figure::Withheld),
            "#" => Ok(Figure::TopCoded(String::new())),
            _ => match text.strip_prefix(">=") {
                Some(least) => number(least, thousands).map(Figure::TopCoded).ok_or_else(not_one),
                None => number(text, thousands).map(Figure::Number).ok_or_else(not_one),
            },
        }
    }
}

/// The text that a spreadsheet shows.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// What stands where a figure is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// A number, as the bundle writes it.
    Number(String),
    /// This or more; empty where it is not said how much.
    TopCoded(String),
    /// There is one, and it is not released.
    Withheld,
    /// There is none.
    NotApplicable,
    /// Nothing stands there.
    Nothing,
}

impl Figure {
    /// The number, if there is one.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Number(text) | Self::TopCoded(text) => text,
            Self::Withheld | Self::NotApplicable | Self::Nothing => "",
        }
    }
}

/// A number without the commas between its thousands.
fn number(text: &str, thousands: bool) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = groups.clone().next().is_some();
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let right = (all_digits(first) && (!grouped || first.len() <= 3))
        && groups.all(|group| group.len() == 3 && all_digits(group))
        && (all_digits(fraction) || (fraction.is_empty() && !digits.ends_with('.')));
    if !right {
        return None;
    }
    let whole = whole.replace(',', "");
    if !thousands {
        let point = if fraction.is_empty() { "" } else { "." };
        return Some(format!("{sign}{whole}{point}{fraction}"));
    }
    let moved = format!("{fraction:0<3}");
    let (moved, rest) = moved.split_at(3);
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    Some(format!("{sign}{}{point}{rest}", if whole.is_empty() { "0" } else { whole }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_their_commas_and_move_their_point() {
        for (text, plain, thousands) in [
            ("1,579.80", "1579.80", "1579800"),
            ("72.8", "72.8", "72800"),
            ("-0.8", "-0.8", "-800"),
            ("0", "0", "0"),
            ("57", "57", "57000"),
            ("0.0005", "0.0005", "0.5"),
        ] {
            assert_eq!(number(text, false).as_deref(), Some(plain), "{text}");
            assert_eq!(number(text, true).as_deref(), Some(thousands), "{text}");
        }
        for text in ["", "-", ".", "1.", ".5", "1,57", "1579,800", ",5", "1e3", "12,3456"] {
            assert_eq!(number(text, false), None, "{text}");
        }
    }

    #[test]
    fn the_years_in_a_name_are_any_years() {
        assert_eq!(plain("Employment Change, 2024-2034"), "employmentchange##");
        assert_eq!(plain("CIP2020Code"), "cip#code");
        assert_eq!(plain("A_PCT10"), "apct10");
    }
}
