use std::collections::{BTreeMap, BTreeSet};

use waymark_engine::{Counts, MeasureRow, hold_to_levels};
use waymark_rulebook::Rulebook;
use waymark_terms::bundle::{Kind, Table};

use crate::{
    Percent, Rate, Released,
    shapes::{About, Dot, Dots, Value},
};

/// A level of performance, and the line from which it is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The level.
    pub level: Percent,
    /// The share of it that is enough (20 U.S.C. 2343(b): 90 percent).
    pub line: Percent,
}

/// How an indicator stands to its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On the line or above it.
    Met,
    /// Below the line.
    NotMet,
    /// Nobody has set a level.
    NoLevel,
    /// Nobody is in the denominator.
    Nobody,
}

impl Standing {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NoLevel => "no level",
            Self::Nobody => "no students",
        }
    }
}

/// An indicator of an organization, for all concentrators, beside its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndicatorRow {
    /// The indicator.
    pub indicator: String,
    /// What people call it.
    pub title: String,
    /// The variant that is held to the level.
    pub variant: String,
    /// The organization.
    pub organization_id: String,
    /// Numerator and denominator.
    pub rate: Rate,
    /// The level, if there is one.
    pub target: Option<Target>,
    /// How the rate stands to it.
    pub standing: Standing,
}

/// Indicators beside their levels, in the rulebook's order, organizations by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelsTable {
    pub(crate) rows: Vec<IndicatorRow>,
    /// From how many percent of a level it is met.
    pub line_percent: u32,
    /// The source of that rule.
    pub source: String,
}

impl LevelsTable {
    /// The rows.
    pub fn rows(&self) -> &[IndicatorRow] {
        &self.rows
    }

    /// Every indicator of the rulebook for every organization of `counts` and for `organization`.
    pub(crate) fn new(
        book: &Rulebook,
        mut counts: Counts,
        levels: &BTreeMap<(String, Option<String>), i128>,
        organization: Option<&str>,
    ) -> Self {
        let mut organizations: BTreeSet<String> = counts.rows.iter().map(|row| row.organization_id.clone()).collect();
        organizations.extend(organization.map(str::to_owned));
        let mut rows = Vec::new();
        for measure in book.measures.iter().filter(|measure| is_indicator(&measure.name)) {
            let variant = measure.variants.first().map(|variant| variant.name.clone()).unwrap_or_default();
            for organization_id in &organizations {
                let is_it = |row: &&MeasureRow| {
                    (&row.measure, &row.variant, &row.organization_id) == (&measure.name, &variant, organization_id)
                        && row.program_id == "*"
                        && row.subgroup == "all"
                };
                let row = counts.rows.iter().find(is_it).cloned().unwrap_or_else(|| MeasureRow {
                    report_year: counts.report_year,
                    measure: measure.name.clone(),
                    variant: variant.clone(),
                    organization_id: organization_id.clone(),
                    program_id: "*".to_owned(),
                    subgroup: "all".to_owned(),
                    denominator: 0,
                    numerator: 0,
                });
                rows.push((measure.title.clone(), row));
            }
        }
        // A level says itself even where nobody is held to it.
        counts.rows = rows.iter().map(|(_, row)| row.clone()).collect();
        let mut held = hold_to_levels(book, &counts, levels).into_iter().peekable();
        let mut released = Vec::new();
        for (title, row) in rows {
            let of_row =
                held.next_if(|held| (&held.indicator, &held.organization_id) == (&row.measure, &row.organization_id));
            let standing = match &of_row {
                _ if row.denominator == 0 => Standing::Nobody,
                None => Standing::NoLevel,
                Some(held) if held.met => Standing::Met,
                Some(_) => Standing::NotMet,
            };
            released.push(IndicatorRow {
                indicator: row.measure,
                title,
                variant: row.variant,
                organization_id: row.organization_id,
                rate: Rate { numerator: row.numerator, denominator: row.denominator },
                target: of_row.map(|held| Target { level: Percent(held.level), line: Percent(held.line) }),
                standing,
            });
        }
        let (line_percent, source) = book
            .targets
            .as_ref()
            .map_or((100, String::new()), |targets| (targets.line_percent, targets.source.clone()));
        Self { rows: released, line_percent, source }
    }
}

impl Released<LevelsTable> {
    /// Its rates with their intervals beside their levels, to be drawn.
    pub fn dots(&self, about: About) -> Released<Dots> {
        let table = self.content();
        let row = |row: &IndicatorRow| Dot {
            section: String::new(),
            name: format!("{} {}", row.indicator, row.title),
            value: Value::estimate(row.rate),
            target: row.target,
            verdict: None,
        };
        let rows = table.rows.iter().map(row).collect();
        self.narrowed(Dots { about, rows, reference: None, line_percent: table.line_percent })
    }
}

/// Whether a level can be set for a measure of that name.
pub(crate) fn is_indicator(name: &str) -> bool {
    let kind = Table::named("targets").and_then(|table| table.column("indicator")).map(|column| column.kind);
    matches!(kind, Some(Kind::Code(codes)) if codes.contains(&name))
}
