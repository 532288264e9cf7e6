//! Numbers in words, as figures, tables and sentences have them.

use waymark_disclosure::{
    Percent, Rate,
    shapes::{Interval, Value},
    with_commas,
};

/// Percent with one decimal, halves away from zero, without the sign.
fn tenths(percent: Percent) -> String {
    let tenths = (percent.0.abs() + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `36.0%`.
pub(crate) fn percent(percent: Percent) -> String {
    let minus = if percent.0 <= -50_000 { "−" } else { "" };
    format!("{minus}{}%", tenths(percent))
}

/// A difference of two rates, in percentage points: `+2.5 points`.
pub(crate) fn points(difference: Percent) -> String {
    format!("{} points", signed(difference))
}

/// A difference of two rates, with its sign: `−12.0`.
pub(crate) fn signed(difference: Percent) -> String {
    let sign = match difference.0 {
        50_000.. => "+",
        ..=-50_000 => "−",
        _ => "",
    };
    format!("{sign}{}", tenths(difference))
}

/// A difference without its sign, as a sentence has it: `12.0 percentage points`.
pub(crate) fn size_of(difference: Percent) -> String {
    format!("{} percentage points", tenths(difference))
}

/// The value where it is a number, and why it is none.
pub(crate) fn value(value: Value) -> String {
    match value {
        Value::Rate(estimate) => estimate.rate.percent().map(percent).unwrap_or_default(),
        Value::Count(count) => with_commas(count),
        absent => absent.why_not().unwrap_or_default().to_owned(),
    }
}

/// That there is no number, after a subject.
pub(crate) fn not_said(value: Value) -> &'static str {
    match value {
        Value::Unknown => "is not known",
        Value::NotApplicable => "does not apply",
        _ => "is not shown to protect privacy",
    }
}

/// The same in few words, for a picture whose key has the others.
pub(crate) fn short(of: Value) -> String {
    if of == Value::Hidden { "not shown".to_owned() } else { value(of) }
}

/// Students of students, where it is a rate: `397 of 1,204`.
pub(crate) fn of(value: Value) -> String {
    match value {
        Value::Rate(estimate) => estimate.rate.to_string(),
        _ => String::new(),
    }
}

/// `29.9% to 70.1%`.
pub(crate) fn interval(value: Value) -> String {
    match value {
        Value::Rate(estimate) => estimate.interval.map(ends).unwrap_or_default(),
        _ => String::new(),
    }
}

fn ends(interval: Interval) -> String {
    format!("{} to {}", percent(interval.low), percent(interval.high))
}

/// `1 student`, `1,204 students`.
pub(crate) fn counted(count: u64, [one, many]: [&str; 2]) -> String {
    format!("{} {}", with_commas(count), if count == 1 { one } else { many })
}

/// Some of some, in percent.
pub(crate) fn share(numerator: u64, denominator: u64) -> Option<String> {
    Rate { numerator, denominator }.percent().map(percent)
}

/// How many there are of what is not a number, in a sentence; empty where all are numbers.
pub(crate) fn absent(values: impl IntoIterator<Item = Value>) -> String {
    let values: Vec<Value> = values.into_iter().collect();
    let of = values.len();
    let mut clauses = Vec::new();
    for absent in [Value::Hidden, Value::Unknown, Value::NotApplicable] {
        let count = values.iter().filter(|value| **value == absent).count();
        let words = match (absent, count) {
            (_, 0) => continue,
            (Value::Hidden, 1) => "is not shown to protect privacy",
            (Value::Hidden, _) => "are not shown to protect privacy",
            (Value::Unknown, 1) => "is not known",
            (Value::Unknown, _) => "are not known",
            (_, 1) => "does not apply",
            _ => "do not apply",
        };
        clauses.push(if clauses.is_empty() {
            format!("{count} of {of} {} {words}", if of == 1 { "value" } else { "values" })
        } else {
            format!("{count} {words}")
        });
    }
    if clauses.is_empty() { String::new() } else { format!("{}.", clauses.join("; ")) }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn list_or(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        words => words.concat(),
    }
}

/// Several things in a sentence: all of those that are level, up to three.
pub(crate) fn those(names: &[&str]) -> String {
    match names {
        [a, b, c, rest @ ..] if !rest.is_empty() => format!("{a}, {b}, {c} and {} more", rest.len()),
        names => list(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()),
    }
}

/// The range of values with their names, in a sentence without its full stop; none where fewer than two are numbers.
pub(crate) fn range<'a>(values: impl IntoIterator<Item = (&'a str, Value)>) -> Option<String> {
    let numbers: Vec<(&str, i128, String)> = values
        .into_iter()
        .filter_map(|(name, value)| {
            let number = value.percent().map(|percent| percent.0).or(value.count().map(i128::from))?;
            Some((name, number, self::value(value)))
        })
        .collect();
    let [least, most] = [numbers.iter().min_by_key(|of| of.1)?, numbers.iter().max_by_key(|of| of.1)?];
    let level = |number| numbers.iter().filter(|of| of.1 == number).map(|of| of.0).collect::<Vec<_>>();
    match numbers.len() {
        1 => Some(format!("{} is {}", least.0, least.2)),
        all if least.1 == most.1 => Some(format!("All {all} are {}", least.2)),
        _ => Some(format!("From {} ({}) to {} ({})", least.2, those(&level(least.1)), most.2, those(&level(most.1)))),
    }
}

/// The range of rates without their names, in a sentence without its full stop; none where there is none.
pub(crate) fn reach(values: impl IntoIterator<Item = Value>) -> Option<String> {
    let rates: Vec<Percent> = values.into_iter().filter_map(Value::percent).collect();
    let (least, most) = (rates.iter().min()?, rates.iter().max()?);
    Some(match rates.len() {
        1 => format!("One rate, {}", percent(*least)),
        all if least == most => format!("All {all} are {}", percent(*least)),
        _ => format!("From {} to {}", percent(*least), percent(*most)),
    })
}

/// The first of the widest gaps; none where there is no gap, or all are level.
pub(crate) fn widest<T>(gaps: impl IntoIterator<Item = (T, Percent)>) -> Option<(T, Percent)> {
    let mut widest: Option<(T, Percent)> = None;
    for gap in gaps {
        if gap.1.0.abs() > widest.as_ref().map_or(0, |widest| widest.1.0.abs()) {
            widest = Some(gap);
        }
    }
    widest
}

/// Of how many each rate is, in a sentence; empty where there is no rate.
pub(crate) fn denominators(values: impl IntoIterator<Item = Value>, counted: [&str; 2]) -> String {
    let of = values.into_iter().filter_map(|value| match value {
        Value::Rate(estimate) => Some(estimate.rate.denominator),
        _ => None,
    });
    let of: Vec<u64> = of.collect();
    match (of.iter().min(), of.iter().max()) {
        (Some(least), Some(most)) if least == most && of.len() == 1 => {
            format!("It is a rate of {}.", self::counted(*most, counted))
        }
        (Some(least), Some(most)) if least == most => {
            format!("Each is a rate of {}.", self::counted(*most, counted))
        }
        (Some(least), Some(most)) => {
            format!("They are rates of {} to {}.", with_commas(*least), self::counted(*most, counted))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_has_one_decimal() {
        let written = [36_000_000, 66_666_666, 99_950_000, 0, -12_345_678, -40_000].map(|it| percent(Percent(it)));
        assert_eq!(written, ["36.0%", "66.7%", "100.0%", "0.0%", "−12.3%", "0.0%"]);
        assert_eq!([2_500_000, -12_000_000, 0].map(|it| signed(Percent(it))), ["+2.5", "−12.0", "0.0"]);
    }

    #[test]
    fn what_is_not_a_number_is_counted_apart() {
        let values = [Value::Count(1), Value::Hidden, Value::Hidden, Value::Unknown, Value::NotApplicable];
        assert_eq!(absent(values), "2 of 5 values are not shown to protect privacy; 1 is not known; 1 does not apply.");
        assert_eq!(absent([Value::Count(0)]), "");
    }

    #[test]
    fn ranges_name_everybody_who_is_level() {
        let count = |name, count| (name, Value::Count(count));
        let range = |values: &[(&'static str, Value)]| range(values.iter().copied());
        assert_eq!(range(&[count("a", 3), count("b", 9), count("c", 3)]).unwrap(), "From 3 (a and c) to 9 (b)");
        assert_eq!(range(&[count("a", 3), count("b", 3)]).unwrap(), "All 2 are 3");
        assert_eq!(range(&[count("a", 3), ("b", Value::Hidden)]).unwrap(), "a is 3");
        assert_eq!(range(&[("b", Value::Hidden)]), None);
    }
}
