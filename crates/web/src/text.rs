//! Numbers and times as people write them.

use chrono::{DateTime, Utc};
pub(crate) use waymark_disclosure::with_commas as count;
use waymark_disclosure::{
    Gap, Percent, Rate,
    shapes::{Interval, Value},
};

/// A count and what is counted: `1 student`, `2,000 students`.
pub(crate) fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

/// A rate in percent, or that there is none.
pub(crate) fn percent(rate: Rate) -> String {
    rate.percent().map_or_else(|| "no rate".to_owned(), |rate| format!("{rate}%"))
}

/// A rate in percent with one decimal, as running text has it; none of nobody.
pub(crate) fn about(rate: Rate) -> String {
    match rate.percent() {
        None => "no rate".to_owned(),
        Some(percent) => format!("{}%", tenths(percent)),
    }
}

/// Percent with one decimal, halves away from zero.
pub(crate) fn tenths(percent: Percent) -> String {
    let tenths = (percent.0.abs() + 50_000) / 100_000;
    let sign = if percent.0 < 0 && tenths > 0 { "\u{2212}" } else { "" };
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

/// The 95 percent interval of a rate: `47.1 to 62.9`; empty of nobody.
pub(crate) fn interval(rate: Rate) -> String {
    match Value::estimate(rate) {
        Value::Rate(estimate) => estimate
            .interval
            .map(|interval| format!("{} to {}", tenths(interval.low), tenths(interval.high)))
            .unwrap_or_default(),
        _ => String::new(),
    }
}

/// Things in a row: `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
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

/// The interval of a gap, in percentage points: `−51.2 to −18.0`.
pub(crate) fn points_interval(interval: Option<Interval>) -> String {
    let signed = |end: Percent| if end.0 > 0 { format!("+{}", tenths(end)) } else { tenths(end) };
    interval.map(|interval| format!("{} to {}", signed(interval.low), signed(interval.high))).unwrap_or_default()
}

/// A message in parts, each with whether it stood between backticks.
pub(crate) fn ticks(message: &str) -> Vec<(bool, &str)> {
    if !message.matches('`').count().is_multiple_of(2) {
        return vec![(false, message)];
    }
    message.split('`').enumerate().map(|(place, part)| (place % 2 == 1, part)).collect()
}

/// A size, in the unit in which it is a short number.
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => counted(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} KB", count(bytes / 1_000)),
        _ => megabytes(bytes),
    }
}

/// A size in megabytes.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{} MB", count(bytes / 1_000_000))
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
    fn rates_in_running_text() {
        let rate = |numerator, denominator| Rate { numerator, denominator };
        assert_eq!([about(rate(2, 3)), about(rate(0, 0))], ["66.7%", "no rate"]);
        assert_eq!([interval(rate(10, 20)), interval(rate(0, 0))], ["29.9 to 70.1", ""]);
        assert_eq!(tenths(Percent(-12_345_678)), "\u{2212}12.3");
    }

    #[test]
    fn lists_end_with_and() {
        let parts: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!([listed(&parts[..1]), listed(&parts[..2]), listed(&parts)], ["a", "a and b", "a, b and c"]);
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
