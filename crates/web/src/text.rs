//! Numbers and times as people write them.

use chrono::{DateTime, Utc};
pub(crate) use waymark_disclosure::with_commas as count;
use waymark_disclosure::{Gap, Rate};

/// A count and what is counted: `1 student`, `2,000 students`.
pub(crate) fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

/// A rate in percent, or that there is none.
pub(crate) fn percent(rate: Rate) -> String {
    rate.percent().map_or_else(|| "no rate".to_owned(), |rate| format!("{rate}%"))
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

/// A message in parts, each with whether it stood between backticks.
pub(crate) fn ticks(message: &str) -> Vec<(bool, &str)> {
    if !message.matches('`').count().is_multiple_of(2) {
        return vec![(false, message)];
    }
    message.split('`').enumerate().map(|(place, part)| (place % 2 == 1, part)).collect()
}

/// An instant, to the minute.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.format("%B %-d, %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_several() {
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(2_000, "row", "rows"), "2,000 rows");
    }

    #[test]
    fn gaps_have_a_sign() {
        assert_eq!(points(Some(Gap { numerator: -29, denominator: 150 })), "\u{2212}19.33");
        assert_eq!(points(Some(Gap { numerator: 3, denominator: 200 })), "+1.50");
        assert_eq!(points(Some(Gap { numerator: 0, denominator: 1 })), "0.00");
        assert_eq!(points(None), "none");
    }

    #[test]
    fn backticks_mark_code() {
        assert_eq!(ticks("no `a` there"), [(false, "no "), (true, "a"), (false, " there")]);
        assert_eq!(ticks("a lone ` is itself"), [(false, "a lone ` is itself")]);
    }

    #[test]
    fn instants_are_read_easily() {
        assert_eq!(instant("2025-09-01T08:05:59Z".parse().unwrap()), "September 1, 2025, 08:05 UTC");
    }
}
