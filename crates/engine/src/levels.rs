//! Rates against levels of performance, and gaps between groups, in whole numbers throughout.

use std::collections::BTreeMap;

use waymark_rulebook::Rulebook;
use waymark_terms::SchoolYear;

use crate::{Counts, Engine, EngineError, MeasureRow, chance::Share, text::optional, text::strings};

/// Digits behind the point of a level: [`waymark_terms::bundle::DECIMAL`].
const LEVEL_SCALE: i128 = 1_000_000;

/// An indicator of an organization held to its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelComparison {
    /// The indicator.
    pub indicator: String,
    /// The variant that is held to the level.
    pub variant: String,
    /// The organization.
    pub organization_id: String,
    /// Concentrators in the denominator.
    pub denominator: u64,
    /// Of these, in the numerator.
    pub numerator: u64,
    /// The level, in millionths of a percent.
    pub level: i128,
    /// The line from which it is met, in millionths of a percent, cut to a whole one.
    pub line: i128,
    /// Whether the rate is on or above the line.
    pub met: bool,
}

/// The difference of two rates as a fraction in lowest terms, the denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Numerator; negative where the group is behind.
    pub numerator: i128,
    /// Denominator.
    pub denominator: i128,
}

impl Gap {
    /// The first rate less the second; none where either is of nobody.
    pub fn between(one: Share, other: Share) -> Option<Self> {
        let [a, b, c, d] = [one.numerator, one.denominator, other.numerator, other.denominator].map(i128::from);
        let denominator = b * d;
        if denominator == 0 {
            return None;
        }
        let numerator = a * d - c * b;
        let shared = greatest_common_divisor(numerator.abs(), denominator);
        Some(Self { numerator: numerator / shared, denominator: denominator / shared })
    }

    /// In percentage points with two decimals, halves away from zero: `-19.33`.
    pub fn points(self) -> String {
        let hundredths = 10_000 * self.numerator.abs();
        let rounded = (2 * hundredths + self.denominator) / (2 * self.denominator);
        let sign = if self.numerator < 0 && rounded > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", rounded / 100, rounded % 100)
    }
}

/// The rate of a group less the rate of all concentrators of the same row; none where either has nobody.
pub fn gap(group: &MeasureRow, all: &MeasureRow) -> Option<Gap> {
    let share = |row: &MeasureRow| Share { numerator: row.numerator, denominator: row.denominator };
    Gap::between(share(group), share(all))
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { greatest_common_divisor(b, a % b) }
}

/// Holds the rates of all concentrators, all programs, to the levels of the year. `levels` has them by indicator and
/// organization, in millionths of a percent, `None` standing for the State's; an organization without one of its own is
/// held to that.
pub fn hold_to_levels(
    book: &Rulebook,
    counts: &Counts,
    levels: &BTreeMap<(String, Option<String>), i128>,
) -> Vec<LevelComparison> {
    let line_percent = book.targets.as_ref().map_or(100, |targets| i128::from(targets.line_percent));
    let of_all = counts.rows.iter().filter(|row| row.program_id == "*" && row.subgroup == "all");
    let held = of_all.filter(|row| {
        book.measure(&row.measure).and_then(|measure| measure.variants.first()).is_some_and(|v| v.name == row.variant)
    });
    held.filter_map(|row| {
        let own = levels.get(&(row.measure.clone(), Some(row.organization_id.clone())));
        let level = *own.or_else(|| levels.get(&(row.measure.clone(), None)))?;
        // numerator / denominator >= line_percent / 100 * level / 100, the level in millionths.
        let rate_side = i128::from(row.numerator) * 100 * 100 * LEVEL_SCALE;
        let line_side = line_percent * level * i128::from(row.denominator);
        Some(LevelComparison {
            indicator: row.measure.clone(),
            variant: row.variant.clone(),
            organization_id: row.organization_id.clone(),
            denominator: row.denominator,
            numerator: row.numerator,
            level,
            line: line_percent * level / 100,
            met: rate_side >= line_side,
        })
    })
    .collect()
}

impl Engine {
    /// The levels of performance of a report year, for [`hold_to_levels`].
    ///
    /// # Errors
    /// The targets cannot be read.
    pub async fn performance_levels(
        &self,
        year: SchoolYear,
    ) -> Result<BTreeMap<(String, Option<String>), i128>, EngineError> {
        let session = self.session().await?;
        let sql = format!(
            "SELECT indicator, organization_id, CAST(level * 1000000 AS bigint) AS level FROM targets WHERE report_year = \
             '{year}' ORDER BY _line"
        );
        let mut levels = BTreeMap::new();
        for batch in session.sql(&sql).await?.collect().await? {
            let (indicators, organizations) = (strings(&batch, "indicator")?, strings(&batch, "organization_id")?);
            let values = strings(&batch, "level")?;
            for row in 0..batch.num_rows() {
                if let (Some(indicator), Some(level)) =
                    (optional(&indicators, row), optional(&values, row).and_then(|level| level.parse().ok()))
                {
                    levels.insert((indicator.to_owned(), optional(&organizations, row).map(str::to_owned)), level);
                }
            }
        }
        Ok(levels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(numerator: u64, denominator: u64) -> MeasureRow {
        MeasureRow {
            report_year: "2024-25".parse().unwrap(),
            measure: "5S1".into(),
            variant: String::new(),
            organization_id: "D1".into(),
            program_id: "*".into(),
            subgroup: "all".into(),
            denominator,
            numerator,
        }
    }

    #[test]
    fn a_gap_is_exact() {
        let behind = gap(&row(2, 12), &row(18, 50)).unwrap();
        assert_eq!((behind.numerator, behind.denominator, behind.points().as_str()), (-29, 150, "-19.33"));
        let ahead = gap(&row(3, 8), &row(18, 50)).unwrap();
        assert_eq!((ahead.numerator, ahead.denominator, ahead.points().as_str()), (3, 200, "1.50"));
        assert_eq!(gap(&row(1, 2), &row(2, 4)).unwrap().points(), "0.00");
        assert_eq!(gap(&row(0, 0), &row(2, 4)), None);
    }
}
