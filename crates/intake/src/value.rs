//! Reading one field: text to a typed value, or what is wrong with it.

use chrono::{Datelike, NaiveDate};
use waymark_terms::{
    SchoolYear,
    bundle::{Column, DECIMAL, Kind},
};

use crate::suggest;

/// A field that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Empty,
    Text(&'a str),
    /// Days since 1970-01-01.
    Date(i32),
    Boolean(bool),
    /// Millionths.
    Decimal(i128),
    Integer(i64),
    Coordinate(f64),
}

/// Why a field could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) expected: String,
    pub(crate) help: Option<String>,
}

/// Digits that a decimal may have before the point.
const WHOLE_DIGITS: usize = (DECIMAL.0 as usize) - FRACTION_DIGITS;
const FRACTION_DIGITS: usize = DECIMAL.1.unsigned_abs() as usize;
/// Digits of a whole number; 18 always fit 64 bits.
const INTEGER_DIGITS: usize = 18;

/// Reads a field of that column; an empty one is [`Cell::Empty`], unless the column is required.
pub(crate) fn read<'a>(column: &'static Column, text: &'a str, field_bytes: usize) -> Result<Cell<'a>, Fault> {
    let name = column.name;
    if text.is_empty() {
        return if column.required {
            Err(fault("required_value_empty", format!("`{name}` is empty"), "a value in every row"))
        } else {
            Ok(Cell::Empty)
        };
    }
    if text.len() > field_bytes {
        return Err(too_long(name, field_bytes));
    }
    if text.bytes().any(suspect) && text.chars().any(forbidden) {
        return Err(fault(
            "control_character",
            format!("`{name}` holds a control character"),
            "text without control characters",
        ));
    }
    match column.kind {
        Kind::Text => Ok(Cell::Text(text)),
        Kind::Date => date(text).map(Cell::Date).ok_or_else(|| date_fault(name, text)),
        Kind::Boolean => match text {
            "true" => Ok(Cell::Boolean(true)),
            "false" => Ok(Cell::Boolean(false)),
            _ => Err(boolean_fault(name, text)),
        },
        Kind::Decimal => decimal(text).map(Cell::Decimal).ok_or_else(|| decimal_fault(name, text)),
        Kind::Integer => integer(text)
            .map(Cell::Integer)
            .ok_or_else(|| fault("bad_integer", format!("`{name}` is not a whole number"), "a whole number")),
        Kind::SchoolYear => {
            if text.parse::<SchoolYear>().is_ok() {
                Ok(Cell::Text(text))
            } else {
                Err(year_fault(name, text))
            }
        }
        Kind::Coordinate => coordinate(name, text)
            .map(Cell::Coordinate)
            .ok_or_else(|| fault("bad_coordinate", format!("`{name}` is not a coordinate"), coordinate_range(name))),
        Kind::Code(codes) => {
            if codes.contains(&text) {
                Ok(Cell::Text(text))
            } else {
                Err(code_fault(name, text, codes))
            }
        }
    }
}

/// Whether a spreadsheet would run the text as a formula.
pub(crate) fn is_formula(text: &str) -> bool {
    match text.as_bytes() {
        [b'=' | b'@', _, ..] => true,
        [b'+' | b'-', rest @ ..] => rest.iter().any(|b| matches!(b, b'(' | b'|' | b'!')),
        _ => false,
    }
}

/// The fault of a field that is longer than `field_bytes`.
pub(crate) fn too_long(name: &str, field_bytes: usize) -> Fault {
    fault("value_too_long", format!("`{name}` is too long"), format!("at most {field_bytes} bytes"))
}

fn fault(code: &'static str, message: String, expected: impl Into<String>) -> Fault {
    Fault { code, message, expected: expected.into(), help: None }
}

impl Fault {
    fn suggest(mut self, likely: Option<impl std::fmt::Display>) -> Self {
        self.help = likely.map(|likely| format!("did you mean `{likely}`?"));
        self
    }

    fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

/// Bytes that a forbidden character may begin with.
fn suspect(byte: u8) -> bool {
    byte < 0x20 || byte == 0x7f || byte == 0xc2
}

fn forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let year = i32::try_from(number(&bytes[..4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..])?)?;
    let believed = u16::try_from(year).is_ok_and(|year| SchoolYear::RANGE.contains(&year));
    believed.then(|| day.to_epoch_days())
}

fn date_fault(name: &str, text: &str) -> Fault {
    let fault =
        fault("bad_date", format!("`{name}` is not a date"), "a day of the years 1900 to 2199, written `YYYY-MM-DD`");
    if text.starts_with("9999-") || text.starts_with("0000-") || text.starts_with("0001-") {
        return fault.help("leave the field empty where the day is not known or has not come");
    }
    let compact = |text: &str| {
        (text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
    };
    let text = text.trim();
    let likely = compact(text).or_else(|| text.get(..10).map(str::to_owned));
    fault.suggest(likely.filter(|likely| date(likely).is_some()))
}

fn boolean_fault(name: &str, text: &str) -> Fault {
    let likely = match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => Some("true"),
        "false" | "f" | "no" | "n" | "0" => Some("false"),
        _ => None,
    };
    fault("bad_boolean", format!("`{name}` is not true or false"), "`true`, `false` or nothing").suggest(likely)
}

/// Millionths; the text has up to 12 digits before the point and, where there is one, 1 to 6 behind it.
fn decimal(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if (1..=FRACTION_DIGITS).contains(&fraction.len()) => (whole, fraction),
        Some(_) => return None,
        None if digits.is_empty() => return None,
        None => (digits, ""),
    };
    if whole.len() > WHOLE_DIGITS {
        return None;
    }
    let mut value = 0_i128;
    for byte in whole.bytes().chain(fraction.bytes()) {
        value = value * 10 + i128::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    for _ in fraction.len()..FRACTION_DIGITS {
        value *= 10;
    }
    Some(if negative { -value } else { value })
}

fn decimal_fault(name: &str, text: &str) -> Fault {
    let fault = fault(
        "bad_decimal",
        format!("`{name}` is not a decimal"),
        format!("up to {WHOLE_DIGITS} digits, with a point and up to {FRACTION_DIGITS} more"),
    );
    let likely = text.trim().trim_start_matches('+');
    fault.suggest(decimal(likely).map(|_| likely))
}

fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let right = (1..=INTEGER_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

fn year_fault(name: &str, text: &str) -> Fault {
    let years: Vec<&str> = text.split(['-', '/', '–']).map(str::trim).collect();
    let likely = match years[..] {
        [first, second] if first.len() == 4 && matches!(second.len(), 2 | 4) => {
            let likely = format!("{first}-{}", second.get(second.len() - 2..).unwrap_or_default());
            likely.parse::<SchoolYear>().is_ok().then_some(likely)
        }
        _ => None,
    };
    fault("bad_school_year", format!("`{name}` is not a school year"), "two consecutive years, such as `2024-25`")
        .suggest(likely)
}

fn coordinate(name: &str, text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    let degrees: f64 = plain.then(|| text.parse().ok()).flatten()?;
    let largest = if name == "latitude" { 90.0 } else { 180.0 };
    (degrees.abs() <= largest).then_some(degrees)
}

fn coordinate_range(name: &str) -> &'static str {
    if name == "latitude" { "degrees from -90 to 90" } else { "degrees from -180 to 180" }
}

fn code_fault(name: &str, text: &str, codes: &'static [&'static str]) -> Fault {
    let code = if name == "population" { "unknown_population" } else { "unknown_code" };
    fault(code, format!("not a code of `{name}`"), one_of(codes)).suggest(suggest::code(text, codes))
}

fn one_of(codes: &[&str]) -> String {
    match codes {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The day that many days after 1970-01-01.
pub(crate) fn day(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days).filter(|day| day.year() < 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, millionths) in [
            ("0", 0),
            ("1.5", 1_500_000),
            ("-0.25", -250_000),
            (".5", 500_000),
            ("007", 7_000_000),
            ("999999999999.999999", 999_999_999_999_999_999),
        ] {
            assert_eq!(decimal(text), Some(millionths), "{text}");
        }
        for text in ["", "-", ".", "1.", "--1", "1.2.3", "1e5", "NaN", "+1", " 1", "1,5", "0.0000001", "1234567890123"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date("1970-01-01"), Some(0));
        assert_eq!(date("2024-02-29"), Some(19_782));
        assert_eq!(date("1900-01-01").and_then(day), NaiveDate::from_ymd_opt(1900, 1, 1));
        for text in ["2023-02-29", "2024-00-10", "1899-12-31", "2200-01-01", "2024-1-01", "2024-01-0１", "-024-01-01"]
        {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn formulas_are_told_from_grades() {
        for text in ["=1+1", "@SUM(A1)", "+cmd|' /c calc'!A0", "-2+3+cmd|x!A0"] {
            assert!(is_formula(text), "{text}");
        }
        for text in ["A-", "-", "+", "-5", "+1 919 555 0100", "=", "B=", ""] {
            assert!(!is_formula(text), "{text}");
        }
    }
}
