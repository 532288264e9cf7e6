//! How far chance alone could have brought a number: intervals, and tests of two groups against each other.
//!
//! Counts stay whole numbers; what is estimated from them is a double and is rounded where it is shown.

use std::f64::consts::SQRT_2;

/// From where to where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A confidence, with the quantile of the standard normal distribution that goes with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    percent: u8,
    z: f64,
}

/// Some of a number of students.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those who count.
    pub numerator: u64,
    /// Those who could.
    pub denominator: u64,
}

impl Confidence {
    /// A confidence of so many percent, from 1 to 99.
    pub fn percent(percent: u8) -> Self {
        let percent = percent.clamp(1, 99);
        // The two-sided quantile, by halving: the distribution function is monotone.
        let (mut low, mut high) = (0.0, 10.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if libm::erf(middle / SQRT_2) < f64::from(percent) / 100.0 { low = middle } else { high = middle }
        }
        Self { percent, z: low }
    }

    /// How many percent.
    pub fn in_percent(self) -> u8 {
        self.percent
    }

    /// The share of tables in which chance alone makes one of the differences named: what is left to 1.
    pub fn error(self) -> f64 {
        1.0 - f64::from(self.percent) / 100.0
    }

    /// The score interval of a share (Wilson 1927); none of nobody.
    pub fn wilson(self, share: Share) -> Option<Interval> {
        let rate = share.rate()?;
        let (n, z2) = (share.denominator as f64, self.z * self.z);
        let middle = rate + z2 / (2.0 * n);
        let spread = self.z * (rate * (1.0 - rate) / n + z2 / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z2 / n;
        // At the ends rounding must not leave the scale.
        let low = if share.numerator == 0 { 0.0 } else { ((middle - spread) / scale).max(0.0) };
        let high = if share.numerator == share.denominator { 1.0 } else { ((middle + spread) / scale).min(1.0) };
        Some(Interval { low, high })
    }

    /// The interval of the difference of two shares, the first less the second, from their score intervals (Newcombe 1998,
    /// method 10).
    pub fn difference(self, one: Share, other: Share) -> Option<Interval> {
        let (p, q) = (one.rate()?, other.rate()?);
        let (of_one, of_other) = (self.wilson(one)?, self.wilson(other)?);
        let below = ((p - of_one.low).powi(2) + (of_other.high - q).powi(2)).sqrt();
        let above = ((of_one.high - p).powi(2) + (q - of_other.low).powi(2)).sqrt();
        Some(Interval { low: p - q - below, high: p - q + above })
    }

    /// The interval of the change from one difference of shares to a later one, from their own intervals (Newcombe's way
    /// once more; Zou and Donner 2008). None where one of the four is of nobody.
    pub fn change(self, earlier: (Share, Share), later: (Share, Share)) -> Option<Interval> {
        let of = |(one, other): (Share, Share)| Some((one.rate()? - other.rate()?, self.difference(one, other)?));
        let ((was, of_was), (is, of_is)) = (of(earlier)?, of(later)?);
        let below = ((is - of_is.low).powi(2) + (of_was.high - was).powi(2)).sqrt();
        let above = ((of_is.high - is).powi(2) + (was - of_was.low).powi(2)).sqrt();
        Some(Interval { low: is - was - below, high: is - was + above })
    }

    /// The interval of the ratio of two shares, the first over the second, by its logarithm (Katz et al. 1978); none where
    /// nobody of either counts.
    pub fn ratio(self, one: Share, other: Share) -> Option<Interval> {
        let ratio = ratio(one, other).filter(|ratio| *ratio > 0.0)?;
        let part = |share: Share| 1.0 / share.numerator as f64 - 1.0 / share.denominator as f64;
        let spread = self.z * (part(one) + part(other)).sqrt();
        Some(Interval { low: ratio * (-spread).exp(), high: ratio * spread.exp() })
    }
}

impl Share {
    /// The double nearest to the quotient; none of nobody.
    pub fn rate(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

/// The ratio of two shares; none where the second is nothing or of nobody.
pub fn ratio(one: Share, other: Share) -> Option<f64> {
    let (p, q) = (one.rate()?, other.rate()?);
    (q > 0.0).then(|| p / q)
}

/// How many more students of the first would have to count, so that its rate is that of the second or more; 0 where it is
/// already. None where either is of nobody.
pub fn to_parity(one: Share, other: Share) -> Option<u64> {
    if one.denominator == 0 || other.denominator == 0 {
        return None;
    }
    let needed = (u128::from(one.denominator) * u128::from(other.numerator)).div_ceil(u128::from(other.denominator));
    u64::try_from(needed).ok().map(|needed| needed.saturating_sub(one.numerator))
}

/// The probability of a table as unlikely as this one or more so, were the two groups alike (Fisher's exact test, two-sided,
/// margins given).
pub fn fisher(one: Share, other: Share) -> f64 {
    let successes = one.numerator + other.numerator;
    let all = one.denominator + other.denominator;
    let log_factorial = |number: u64| libm::lgamma(number as f64 + 1.0);
    let log_choose = |of: u64, some: u64| log_factorial(of) - log_factorial(some) - log_factorial(of - some);
    let log_probability = |some: u64| {
        log_choose(one.denominator, some) + log_choose(other.denominator, successes - some) - log_choose(all, successes)
    };
    let least = successes.saturating_sub(other.denominator);
    let most = successes.min(one.denominator);
    let observed = log_probability(one.numerator);
    // Tables that are equally likely differ by rounding.
    let as_unlikely = (least..=most).map(log_probability).filter(|p| *p <= observed + 1e-7);
    as_unlikely.map(f64::exp).sum::<f64>().min(1.0)
}

/// Probabilities that were looked at together, each made as large as that takes (Holm 1979): one of them is below `e` by
/// chance alone in no more than the share `e` of all such tables.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
    let mut adjusted = vec![1.0; probabilities.len()];
    let mut largest = 0.0_f64;
    for (place, at) in order.into_iter().enumerate() {
        largest = largest.max(probabilities[at] * (probabilities.len() - place) as f64).min(1.0);
        adjusted[at] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(numerator: u64, denominator: u64) -> Share {
        Share { numerator, denominator }
    }

    fn near(found: Option<Interval>, low: f64, high: f64, digits: f64) {
        let found = found.unwrap();
        assert!((found.low - low).abs() < digits && (found.high - high).abs() < digits, "{found:?}");
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (percent, z) in [(90, 1.644_854), (95, 1.959_964), (99, 2.575_829)] {
            assert!((Confidence::percent(percent).z - z).abs() < 1e-6, "{percent}");
        }
    }

    /// Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion. Statistics in Medicine 17, table I.
    #[test]
    fn wilson_as_newcombe_has_it() {
        let of = |numerator, denominator| Confidence::percent(95).wilson(share(numerator, denominator));
        near(of(81, 263), 0.2553, 0.3662, 5e-5);
        near(of(15, 148), 0.0624, 0.1605, 5e-5);
        near(of(0, 20), 0.0, 0.1611, 5e-5);
        near(of(1, 29), 0.0061, 0.1718, 5e-5);
        near(of(20, 20), 1.0 - 0.1611, 1.0, 5e-5);
        assert_eq!(of(0, 0), None);
    }

    /// Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
    /// Medicine 17, table II, method 10, contrasts (a), (c), (e) and (h).
    #[test]
    fn differences_as_newcombe_has_them() {
        let of = |a, m, b, n| Confidence::percent(95).difference(share(a, m), share(b, n));
        near(of(56, 70, 48, 80), 0.0524, 0.3339, 5e-5);
        near(of(6, 7, 2, 7), 0.0582, 0.8062, 5e-5);
        near(of(0, 10, 0, 20), -0.1611, 0.2775, 5e-5);
        near(of(10, 10, 0, 10), 0.6075, 1.0, 5e-5);
    }

    /// Of two differences with intervals that are nearly even, as those of many are, the change's is their root sum of squares.
    #[test]
    fn a_change_of_two_differences() {
        let (one, other) = (share(5_000, 10_000), share(6_000, 10_000));
        let confidence = Confidence::percent(95);
        let own = confidence.difference(one, other).unwrap();
        let half = (own.high - own.low) / 2.0 * SQRT_2;
        near(confidence.change((one, other), (one, other)), -half, half, 1e-5);
        assert_eq!(confidence.change((share(0, 0), other), (one, other)), None);
    }

    /// Agresti, A. (2002). Categorical Data Analysis, 2nd edition, 3.1.4: heart attacks of physicians on placebo or aspirin.
    #[test]
    fn a_ratio_as_agresti_has_it() {
        let (placebo, aspirin) = (share(189, 11_034), share(104, 11_037));
        assert!((ratio(placebo, aspirin).unwrap() - 1.82).abs() < 5e-3);
        near(Confidence::percent(95).ratio(placebo, aspirin), 1.43, 2.31, 5e-3);
        assert_eq!(Confidence::percent(95).ratio(share(0, 5), share(1, 5)), None);
        assert_eq!(ratio(share(1, 5), share(0, 5)), None);
    }

    /// Fisher, R. A. (1935). The Design of Experiments: the lady tasting tea, 3 of 4 right, and 4 of 4.
    #[test]
    fn the_lady_tastes_tea() {
        assert!((fisher(share(3, 4), share(1, 4)) - 34.0 / 70.0).abs() < 1e-9);
        assert!((fisher(share(4, 4), share(0, 4)) - 2.0 / 70.0).abs() < 1e-9);
        assert!((fisher(share(5, 10), share(5, 10)) - 1.0).abs() < 1e-9);
        assert!((fisher(share(0, 0), share(3, 9)) - 1.0).abs() < 1e-9);
    }

    /// Four tests at 0.01, 0.04, 0.03 and 0.005: the worked example of the Holm method's usual account.
    #[test]
    fn holm_steps_down() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!(holm(&[]), Vec::<f64>::new());
    }

    #[test]
    fn parity_is_in_whole_students() {
        // 3 of 10 against 1 of 2: five would be half, so two more.
        assert_eq!(to_parity(share(3, 10), share(1, 2)), Some(2));
        // A third of ten is three and a bit: four.
        assert_eq!(to_parity(share(3, 10), share(1, 3)), Some(1));
        assert_eq!(to_parity(share(9, 10), share(1, 3)), Some(0));
        assert_eq!(to_parity(share(0, 0), share(1, 3)), None);
    }
}
