//! What a publication tells of a number.

/// What is told of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The count itself.
    Exactly(i64),
    /// That it lies between the two, both included.
    Between(i64, i64),
    /// That there is one, and no more.
    Hidden,
    /// The publication has no such count.
    Nothing,
}

/// A rate as an interval: `low <= scale * numerator / denominator <= high`, or `<` where `open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) scale: i64,
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// The upper end is not included.
    pub(crate) open: bool,
}

/// More decimals than this say nothing more of counts of students.
const DECIMALS: usize = 9;

impl Share {
    /// A share, or a percentage where `hundred` is 100, of which the text shows all decimals; halves go up where `open`,
    /// and may have gone either way where not.
    pub(crate) fn rounded(text: &str, hundred: i64, open: bool) -> Option<Self> {
        let (value, decimals) = decimal(text)?;
        let scale = 10_i64.pow(decimals) * 2 * hundred;
        if exact(text) {
            // The digits that were cut off.
            return Some(Self { scale, low: 2 * value, high: 2 * value + 2, open: false });
        }
        let high = 2 * value + 1;
        Some(Self { scale, low: (2 * value - 1).max(0), high: high.min(scale), open: open && high <= scale })
    }

    /// The two ends of an interval of shares or percentages.
    pub(crate) fn between(low: &str, high: &str, hundred: i64) -> Option<Self> {
        let ((low, low_decimals), (high, high_decimals)) = (decimal(low)?, decimal(high)?);
        let decimals = low_decimals.max(high_decimals);
        Some(Self {
            scale: 10_i64.pow(decimals) * hundred,
            low: low * 10_i64.pow(decimals - low_decimals),
            high: high * 10_i64.pow(decimals - high_decimals),
            open: false,
        })
    }

    /// The numerators that a denominator allows; none where the first is above the second.
    pub(crate) fn numerators(self, denominator: i64) -> (i64, i64) {
        let (low, high) = (self.low.saturating_mul(denominator), self.high.saturating_mul(denominator));
        let low = low.div_euclid(self.scale) + i64::from(low.rem_euclid(self.scale) > 0);
        let high = if self.open { (high - 1).div_euclid(self.scale) } else { high.div_euclid(self.scale) };
        (low.max(0), high.min(denominator))
    }

    /// In percent, for people.
    pub(crate) fn in_words(self) -> String {
        let percent = |value: i64| {
            let hundredths = value as f64 * 100.0 / self.scale as f64;
            format!("{}", (hundredths * 1e6).round() / 1e6)
        };
        format!("{} to {} percent", percent(self.low), percent(self.high))
    }
}

/// A double that was written in full, which is as good as exact.
fn exact(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > DECIMALS)
}

/// Digits and how many of them stand behind the point, [`DECIMALS`] at most.
fn decimal(text: &str) -> Option<(i64, u32)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = &decimals[..decimals.len().min(DECIMALS)];
    let digits = format!("{whole}{decimals}");
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, u32::try_from(decimals.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_percent_of_forty_five_is_one_student() {
        let share = Share::rounded("0.44", 1, true).unwrap();
        assert_eq!(share.numerators(45), (20, 20));
        assert_eq!(share.numerators(300), (131, 133));
    }

    #[test]
    fn halves_go_up() {
        // 1 of 8 is 12.5 percent, shown as 13.
        assert_eq!(Share::rounded("13", 100, true).unwrap().numerators(8), (1, 1));
        let (low, high) = Share::rounded("12", 100, true).unwrap().numerators(8);
        assert!(low > high);
    }

    #[test]
    fn the_ends_of_a_tail() {
        assert_eq!(Share::between("0.95", "1", 1).unwrap().numerators(300), (285, 300));
        assert_eq!(Share::rounded("100", 100, true).unwrap().numerators(10), (10, 10));
        assert_eq!(Share::rounded("0", 100, true).unwrap().numerators(10), (0, 0));
    }

    #[test]
    fn thirds_are_threes() {
        let share = Share::rounded("33.3", 100, true).unwrap();
        let possible: Vec<i64> = (1..10)
            .filter(|&n| {
                let (low, high) = share.numerators(n);
                low <= high
            })
            .collect();
        assert_eq!(possible, [3, 6, 9]);
    }
}
