use crate::{Percent, Rate};

/// The 97.5th percentile of the standard normal distribution: the half-width of a 95 percent interval, in standard errors.
const Z_95: f64 = 1.959_963_984_540_054;

/// What stands where a number could stand. The last three are different things, and none of them is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Some of some.
    Rate(Estimate),
    /// How many.
    Count(u64),
    /// A number that is not shown, to protect privacy.
    Hidden,
    /// No number can be: a program that the school does not offer, a rate of nobody.
    NotApplicable,
    /// A number that nobody knows.
    Unknown,
}

/// A rate, and how far it may be from what it estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Numerator and denominator, the latter not 0.
    pub rate: Rate,
    /// The interval, where the number is taken for an estimate.
    pub interval: Option<Interval>,
}

/// A 95 percent interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its lower end.
    pub low: Percent,
    /// Its upper end.
    pub high: Percent,
}

impl Value {
    /// A rate by itself; [`Value::NotApplicable`] where the denominator is 0.
    pub fn rate(rate: Rate) -> Self {
        Self::of(rate, None)
    }

    /// A rate with its Wilson interval; [`Value::NotApplicable`] where the denominator is 0.
    pub fn estimate(rate: Rate) -> Self {
        Self::of(rate, Interval::wilson(rate))
    }

    fn of(rate: Rate, interval: Option<Interval>) -> Self {
        if rate.denominator == 0 { Self::NotApplicable } else { Self::Rate(Estimate { rate, interval }) }
    }

    /// The rate in percent, where it is a rate.
    pub fn percent(self) -> Option<Percent> {
        match self {
            Self::Rate(estimate) => estimate.rate.percent(),
            _ => None,
        }
    }

    /// The count, where it is one.
    pub fn count(self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Why there is no number, in words; none where there is one.
    pub fn why_not(self) -> Option<&'static str> {
        match self {
            Self::Rate(_) | Self::Count(_) => None,
            Self::Hidden => Some("not shown to protect privacy"),
            Self::NotApplicable => Some("does not apply"),
            Self::Unknown => Some("not known"),
        }
    }
}

impl Interval {
    /// Wilson's score interval (E. B. Wilson, JASA 22, 1927), to the millionth of a percent; none of nobody.
    pub fn wilson(rate: Rate) -> Option<Self> {
        let share = rate.quotient()?;
        let n = rate.denominator as f64;
        let weight = Z_95 * Z_95 / n;
        let middle = (share + weight / 2.0) / (1.0 + weight);
        let half = Z_95 * (share * (1.0 - share) / n + weight / (4.0 * n)).sqrt() / (1.0 + weight);
        #[expect(clippy::cast_possible_truncation, reason = "0 to 100 million")]
        let percent = |share: f64| Percent((share.clamp(0.0, 1.0) * 1e8).round() as i128);
        Some(Self { low: percent(middle - half), high: percent(middle + half) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(numerator: u64, denominator: u64) -> Option<(String, String)> {
        let interval = Interval::wilson(Rate { numerator, denominator })?;
        Some((interval.low.to_string(), interval.high.to_string()))
    }

    #[test]
    fn wilson_by_hand() {
        // 10 of 20: (0.5 + z²/40) / (1 + z²/20) = 0.5, half-width 0.20070 (z² = 3.841459).
        assert_eq!(ends(10, 20), Some(("29.93".into(), "70.07".into())));
        // Nobody of 10: from 0 to z² / (10 + z²).
        assert_eq!(ends(0, 10), Some(("0.00".into(), "27.75".into())));
        assert_eq!(ends(10, 10), Some(("72.25".into(), "100.00".into())));
        assert_eq!(ends(0, 0), None);
    }

    #[test]
    fn a_rate_of_nobody_does_not_apply() {
        assert_eq!(Value::estimate(Rate { numerator: 0, denominator: 0 }), Value::NotApplicable);
        assert_eq!(Value::rate(Rate { numerator: 1, denominator: 4 }).percent().unwrap().to_string(), "25.00");
    }

    #[test]
    fn what_is_not_a_number_says_why() {
        let why = [Value::Hidden, Value::NotApplicable, Value::Unknown].map(Value::why_not);
        assert!(why.iter().all(Option::is_some) && why[0] != why[1] && why[1] != why[2] && why[0] != why[2]);
        assert_eq!(Value::Count(0).why_not(), None);
    }
}
