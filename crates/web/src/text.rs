//! Numbers and times as people write them.

use chrono::{DateTime, Utc};
use waymark_disclosure::{Gap, Rate};

/// A count with commas: `20,000`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and what is counted: `1 student`, `2,000 students`.
pub(crate) fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

/// A rate in percent, or that there is none.
pub(crate) fn percent(rate: Rate) -> String {
    rate.percent().map_or_else(|| "no rate".to_owned(), |rate| format!("{rate}%"))
}

/// Students of students: `10 of 16`.
pub(crate) fn of(rate: Rate) -> String {
    format!("{} of {}", count(rate.numerator), count(rate.denominator))
}

/// A gap in percentage points, with its sign.
pub(crate) fn points(gap: Option<Gap>) -> String {
    let Some(gap) = gap else { return "none".to_owned() };
    let points = gap.points();
    match points.strip_prefix('-') {
        Some(points) => format!("\u{2212}{points}"),
        None if gap.numerator > 0 => format!("+{points}"),
        None => points,
    }
}

/// An instant, to the minute.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.format("%B %-d, %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }

    #[test]
    fn gaps_have_a_sign() {
        assert_eq!(points(Some(Gap { numerator: -29, denominator: 150 })), "\u{2212}19.33");
        assert_eq!(points(Some(Gap { numerator: 3, denominator: 200 })), "+1.50");
        assert_eq!(points(Some(Gap { numerator: 0, denominator: 1 })), "0.00");
        assert_eq!(points(None), "none");
    }

    #[test]
    fn instants_are_read_easily() {
        assert_eq!(instant("2025-09-01T08:05:59Z".parse().unwrap()), "September 1, 2025, 08:05 UTC");
    }
}
