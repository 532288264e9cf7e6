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

impl fmt::Display for Rate {
    /// Students of students, with commas: `397 of 1,204`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", with_commas(self.numerator), with_commas(self.denominator))
    }
}

/// A count as people write it: `20,000`.
pub fn with_commas(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
    fn counts_have_commas() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(with_commas), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(Rate { numerator: 397, denominator: 1_204 }.to_string(), "397 of 1,204");
    }

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
