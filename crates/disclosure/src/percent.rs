use std::fmt;

/// Decimals of a level: six behind the point.
const MILLION: i128 = 1_000_000;

/// Students of students: exact, and written as a percentage with two decimals, as levels of performance are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Those who count.
    pub numerator: u64,
    /// Those who could.
    pub denominator: u64,
}

impl Rate {
    /// The double nearest to the quotient; none where the denominator is 0.
    pub fn quotient(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }

    /// In percent, cut to millionths; none where the denominator is 0.
    pub fn percent(self) -> Option<Percent> {
        let hundredfold = 100 * MILLION * i128::from(self.numerator);
        (self.denominator > 0).then(|| Percent(hundredfold / i128::from(self.denominator)))
    }
}

/// Percent, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub i128);

impl Percent {
    /// As a double, for drawing.
    pub fn value(self) -> f64 {
        self.0 as f64 / MILLION as f64
    }
}

impl fmt::Display for Percent {
    /// With two decimals and without a sign for percent, halves away from zero: `36.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (self.0.abs() + 5_000) / 10_000;
        let sign = if self.0 < 0 && hundredths > 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_written_with_two_decimals() {
        let written = |numerator, denominator| Rate { numerator, denominator }.percent().map(|p| p.to_string());
        assert_eq!(written(18, 50).as_deref(), Some("36.00"));
        assert_eq!(written(2, 3).as_deref(), Some("66.67"));
        assert_eq!(written(1, 20_000).as_deref(), Some("0.01"));
        assert_eq!(written(5, 5).as_deref(), Some("100.00"));
        assert_eq!(written(0, 0), None);
        assert_eq!(Rate { numerator: 1, denominator: 3 }.quotient(), Some(1.0 / 3.0));
    }
}
