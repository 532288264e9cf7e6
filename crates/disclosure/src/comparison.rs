use waymark_engine::{
    Gap,
    chance::{Confidence, Share, fisher, holm, ratio, to_parity},
};
use waymark_rulebook::{Rulebook, definition};

use crate::{Percent, Rate, shapes::Interval};

/// What can be said of a group beside everybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Fewer students than the rulebook asks for on one side or the other.
    TooFew,
    /// Chance alone could have brought the difference.
    Chance,
    /// The group's rate is lower, by more than chance.
    Below,
    /// The group's rate is higher, by more than chance.
    Above,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooFew => "too few to say",
            Self::Chance => "within chance",
            Self::Below => "lower, by more than chance",
            Self::Above => "higher, by more than chance",
        }
    }

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::Chance => "chance",
            Self::Below => "below",
            Self::Above => "above",
        }
    }
}

/// The rate of one side over that of the other, in thousandths, with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// The ratio; 1000 where the two are alike.
    pub thousandths: u64,
    /// Its interval; none where nobody of the first counts.
    pub interval: Option<(u64, u64)>,
}

impl Ratio {
    /// With two decimals: `0.41`.
    pub fn written(thousandths: u64) -> String {
        let hundredths = (thousandths + 5) / 10;
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// A group beside everybody else of the same row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The group.
    pub group: Rate,
    /// Everybody who is not known to be in it.
    pub others: Rate,
    /// The group's rate less that of the others.
    pub gap: Option<Gap>,
    /// The interval of that, in percentage points.
    pub interval: Option<Interval>,
    /// The group's rate over that of the others.
    pub ratio: Option<Ratio>,
    /// How many more students of the group would have to count for a rate as high as that of the others.
    pub to_parity: Option<u64>,
    /// What can be said of it.
    pub verdict: Verdict,
}

/// How the rulebook tells a difference from chance; the usual where it says nothing.
pub(crate) fn rule(book: &Rulebook) -> definition::Comparison {
    book.comparison.clone().unwrap_or_else(|| definition::Comparison {
        confidence_percent: 95,
        least_students: 10,
        source: String::new(),
    })
}

/// Compares groups with the others of their rows, all of one table together: the probability that chance alone makes one
/// of the named differences is what the rulebook leaves to it.
pub(crate) fn compared(book: &Rulebook, pairs: &[(Rate, Rate)]) -> Vec<Comparison> {
    let rule = rule(book);
    let confidence = Confidence::percent(rule.confidence_percent);
    let is_enough = |(group, others): &(Rate, Rate)| {
        group.denominator >= rule.least_students && others.denominator >= rule.least_students
    };
    let tested: Vec<f64> = pairs
        .iter()
        .filter(|pair| is_enough(pair))
        .map(|(group, others)| fisher(share(*group), share(*others)))
        .collect();
    let mut adjusted = holm(&tested).into_iter();
    let of_pair = |pair: &(Rate, Rate)| {
        let (group, others) = *pair;
        let gap = Gap::between(share(group), share(others));
        let by_chance = if is_enough(pair) { adjusted.next() } else { None };
        let verdict = match (by_chance, gap) {
            (None, _) | (_, None) => Verdict::TooFew,
            (Some(probability), Some(gap)) if probability < confidence.error() => {
                if gap.numerator < 0 {
                    Verdict::Below
                } else {
                    Verdict::Above
                }
            }
            _ => Verdict::Chance,
        };
        let interval = confidence.difference(share(group), share(others));
        Comparison {
            group,
            others,
            gap,
            interval: interval.map(|interval| Interval { low: percent(interval.low), high: percent(interval.high) }),
            ratio: ratio(share(group), share(others)).map(|value| Ratio {
                thousandths: thousandths(value),
                interval: confidence
                    .ratio(share(group), share(others))
                    .map(|interval| (thousandths(interval.low), thousandths(interval.high))),
            }),
            to_parity: to_parity(share(group), share(others)),
            verdict,
        }
    };
    pairs.iter().map(of_pair).collect()
}

/// Everybody of `all` who is not of `group`.
pub(crate) fn rest(all: Rate, group: Rate) -> Rate {
    Rate {
        numerator: all.numerator.saturating_sub(group.numerator),
        denominator: all.denominator.saturating_sub(group.denominator),
    }
}

pub(crate) fn share(rate: Rate) -> Share {
    Share { numerator: rate.numerator, denominator: rate.denominator }
}

pub(crate) fn rate(share: Share) -> Rate {
    Rate { numerator: share.numerator, denominator: share.denominator }
}

#[expect(clippy::cast_possible_truncation, reason = "-100 to 100 million")]
fn percent(share: f64) -> Percent {
    Percent((share.clamp(-1.0, 1.0) * 1e8).round() as i128)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a ratio of counts is positive")]
fn thousandths(ratio: f64) -> u64 {
    (ratio * 1e3).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numerator: u64, denominator: u64) -> Rate {
        Rate { numerator, denominator }
    }

    #[test]
    fn few_chance_and_more_than_chance_are_told_apart() {
        let book = waymark_rulebook::built_in("federal").unwrap();
        let pairs =
            [(of(1, 9), of(70, 100)), (of(6, 10), of(70, 100)), (of(5, 30), of(70, 100)), (of(29, 30), of(30, 100))];
        let found: Vec<Verdict> = compared(&book, &pairs).into_iter().map(|one| one.verdict).collect();
        assert_eq!(found, [Verdict::TooFew, Verdict::Chance, Verdict::Below, Verdict::Above]);
    }

    #[test]
    fn the_more_is_looked_at_the_less_is_named() {
        let book = waymark_rulebook::built_in("federal").unwrap();
        // By itself: 0.03 by Fisher's test.
        let one = (of(11, 30), of(65, 100));
        assert_eq!(compared(&book, &[one])[0].verdict, Verdict::Below);
        let many = vec![one; 20];
        assert_eq!(compared(&book, &many)[0].verdict, Verdict::Chance);
    }

    #[test]
    fn a_group_beside_the_rest() {
        let book = waymark_rulebook::built_in("federal").unwrap();
        let one = compared(&book, &[(of(3, 10), rest(of(8, 20), of(3, 10)))])[0];
        assert_eq!(one.others, of(5, 10));
        assert_eq!(one.gap.unwrap().points(), "-20.00");
        assert_eq!(one.to_parity, Some(2));
        assert_eq!(Ratio::written(one.ratio.unwrap().thousandths), "0.60");
        assert_eq!((Ratio::written(995), Ratio::written(1_004)), ("1.00".to_owned(), "1.00".to_owned()));
    }
}
