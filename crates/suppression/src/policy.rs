//! Policies: what has to be hidden, as data.

use serde::{Deserialize, Serialize};

/// What has to be hidden in a release, and how well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// What it says, in a few words.
    pub title: String,
    /// Whose rule it is, and where it stands.
    pub source: String,
    /// Counts from 1 to below this are hidden.
    pub minimum: u32,
    /// Outcomes of fewer students than this are hidden; without it, of fewer than `minimum`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_denominator: Option<u32>,
    /// Whether what is missing from a denominator is protected like a numerator: 2 of 40 who did not graduate, as 2 who
    /// did.
    #[serde(default = "yes")]
    pub complements: bool,
    /// How many values a hidden count must at least be able to have, for everybody who sees all the rest.
    #[serde(default = "four")]
    pub possible_values: u32,
    /// Low and high rates by size of the group, the smallest group first: told as "at most" or "at least" this percent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tails: Vec<Tail>,
}

/// Up to what percent a rate is low, and from what on it is high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tail {
    /// For groups of this many students or more.
    pub from: u32,
    /// The percent.
    pub percent: u32,
}

fn yes() -> bool {
    true
}

fn four() -> u32 {
    4
}

/// Why a text is no policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML, or not of a policy's shape.
    #[error("not a policy: {0}")]
    Toml(#[from] toml::de::Error),
    /// It could protect nobody.
    #[error("a policy with {setting} {value} protects nobody; {least} is the least")]
    TooWeak {
        /// Which setting.
        setting: &'static str,
        /// Its value.
        value: u32,
        /// The least that makes sense.
        least: u32,
    },
    /// The tails are not in order.
    #[error("tails go from small groups to large ones, each with less than 50 percent and no more than the one before")]
    Tails,
}

/// The policies that come with the program, by name.
pub const PRESETS: [(&str, &str); 13] = [
    ("n5", include_str!("../policies/n5.toml")),
    ("n6", include_str!("../policies/n6.toml")),
    ("n10", include_str!("../policies/n10.toml")),
    ("n11", include_str!("../policies/n11.toml")),
    ("n16", include_str!("../policies/n16.toml")),
    ("n20", include_str!("../policies/n20.toml")),
    ("california", include_str!("../policies/california.toml")),
    ("colorado", include_str!("../policies/colorado.toml")),
    ("delaware", include_str!("../policies/delaware.toml")),
    ("new-york", include_str!("../policies/new-york.toml")),
    ("tennessee", include_str!("../policies/tennessee.toml")),
    ("utah", include_str!("../policies/utah.toml")),
    ("wisconsin", include_str!("../policies/wisconsin.toml")),
];

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// It is none, or protects nobody.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text)?;
        for (setting, value, least) in [("minimum", policy.minimum, 3), ("possible_values", policy.possible_values, 2)]
        {
            if value < least {
                return Err(PolicyError::TooWeak { setting, value, least });
            }
        }
        let falls = |pair: &[Tail]| pair[0].from < pair[1].from && pair[0].percent >= pair[1].percent;
        if policy.tails.iter().any(|tail| tail.percent == 0 || tail.percent >= 50)
            || !policy.tails.windows(2).all(falls)
        {
            return Err(PolicyError::Tails);
        }
        Ok(policy)
    }

    /// A policy that comes with the program; none of another name.
    ///
    /// # Panics
    /// Never: a test reads all of them.
    pub fn preset(name: &str) -> Option<Self> {
        let text = PRESETS.iter().find(|preset| preset.0 == name)?.1;
        Some(Self::parse(text).expect("presets are policies"))
    }

    /// The greatest possible value of a hidden count less its least.
    pub fn width(&self) -> i64 {
        i64::from(self.possible_values) - 1
    }

    /// How many students a rate of this many is told to be within at either end: "at most 5 percent" of 80 is 4. Where
    /// that would leave fewer than the possible values, the tail of smaller groups is taken. None where low and high rates
    /// are not told apart.
    pub(crate) fn tail(&self, denominator: i64) -> Option<(u32, i64)> {
        let fitting = self.tails.iter().rev().filter(|tail| i64::from(tail.from) <= denominator);
        fitting
            .map(|tail| (tail.percent, denominator * i64::from(tail.percent) / 100))
            .find(|(_, students)| *students >= self.width())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_policies_by_their_names() {
        for (name, _) in PRESETS {
            let policy = Policy::preset(name).unwrap();
            assert_eq!(policy.name, name);
            assert!(policy.complements && policy.possible_values == 4, "{name}");
        }
        assert!(Policy::preset("unheard-of").is_none());
    }

    #[test]
    fn what_protects_nobody_is_refused() {
        let policy = |more: &str| Policy::parse(&format!("name='x'\ntitle='x'\nsource='x'\n{more}"));
        assert!(matches!(policy("minimum = 2"), Err(PolicyError::TooWeak { setting: "minimum", .. })));
        assert!(matches!(policy("minimum = 10\npossible_values = 1"), Err(PolicyError::TooWeak { .. })));
        assert!(matches!(policy("minimum = 10\ntails = [{from=10,percent=60}]"), Err(PolicyError::Tails)));
        assert!(matches!(policy("minimum = 10\nminimun = 5"), Err(PolicyError::Toml(_))));
    }

    #[test]
    fn a_tail_leaves_four_values() {
        let utah = Policy::preset("utah").unwrap();
        assert_eq!(utah.tail(300), Some((1, 3)));
        // 2 percent of 120 are two students: three values. So the tail of smaller groups is taken.
        assert_eq!(utah.tail(120), Some((5, 6)));
        assert_eq!(utah.tail(12), None);
        assert_eq!(Policy::preset("n10").unwrap().tail(500), None);
    }
}
