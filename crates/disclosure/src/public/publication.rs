use waymark_attacker::KnownTable;
use waymark_engine::Counts;
use waymark_suppression::{
    certificate::Certificate,
    figures::{Figure, Organization, Program, ReleasedFigure, Why},
    policy::Policy,
    release::{Figures, ReleaseError, release},
    scheme::Scheme,
};
use waymark_terms::SchoolYear;

use super::{Design, scheme};
use crate::{Audience, Door, DoorError, Released, Selection};

/// What is to be published.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// What it is called in the log and in files: one word.
    pub name: &'a str,
    /// The report year.
    pub year: SchoolYear,
    /// Measures by name; none means all.
    pub measures: &'a [String],
    /// At which grain.
    pub design: Design,
    /// What has to be hidden.
    pub policy: &'a Policy,
    /// The organizations.
    pub organizations: &'a [Organization],
    /// The programs.
    pub programs: &'a [Program],
    /// What earlier releases show: it cannot be taken back.
    pub known: &'a [PublishedRow],
}

/// A row of the measures table as everybody may see it. A number that is hidden is not in it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedRow {
    /// The report year.
    pub report_year: String,
    /// The measure.
    pub measure: String,
    /// The variant, or empty.
    pub variant: String,
    /// The organization.
    pub organization_id: String,
    /// A program, `cluster:NN`, or `*`.
    pub program_id: String,
    /// `all`, a group, or two joined with `+`.
    pub subgroup: String,
    /// Students, where that is shown.
    pub denominator: Option<u64>,
    /// Students of the denominator, where that is shown.
    pub numerator: Option<u64>,
    /// What the rate is between, both included, in percent, where that is told in place of the numerator.
    pub rate_percent: Option<(u32, u32)>,
}

impl PublishedRow {
    /// The quotient, where both counts are shown.
    pub fn rate(&self) -> Option<f64> {
        let (denominator, numerator) = (self.denominator?, self.numerator?);
        (denominator > 0).then(|| numerator as f64 / denominator as f64)
    }

    /// The word in the column `disclosure`: one for every reason.
    pub fn disclosure(&self) -> &'static str {
        match (self.denominator, self.numerator, self.rate_percent) {
            (Some(_), Some(_), _) => "shown",
            (_, _, Some(_)) => "rounded",
            _ => "suppressed",
        }
    }

    fn at(&self) -> [&str; 6] {
        let Self { report_year, measure, variant, organization_id, program_id, subgroup, .. } = self;
        [report_year, measure, variant, organization_id, program_id, subgroup]
    }
}

/// Figures for everybody: no number that a policy hides is in it, and nobody can put one back.
#[derive(Clone, Debug)]
pub struct Publication {
    pub(super) name: String,
    pub(super) rows: Vec<PublishedRow>,
    pub(super) organizations: Vec<Organization>,
    pub(super) programs: Vec<Program>,
    pub(super) scheme: Scheme,
    pub(super) policy: Policy,
    pub(super) certificate: Certificate,
}

impl Publication {
    /// The rows, sorted by name.
    pub fn rows(&self) -> &[PublishedRow] {
        &self.rows
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether everything that was checked of it holds.
    pub fn is_certain(&self) -> bool {
        self.certificate.holds()
    }
}

/// What the publisher, and nobody else, is told about a publication: how much is hidden, and why.
#[derive(Clone, Debug)]
pub struct Published {
    /// What is certain.
    pub certificate: Certificate,
    /// The policy.
    pub policy: Policy,
    /// At which grain.
    pub design: Design,
    /// Rows.
    pub rows: u64,
    /// Rows with both counts, or with an interval for the rate.
    pub told: u64,
    /// Counts that are hidden, by reason.
    pub hidden: Vec<(Why, u64)>,
    /// Rows whose small numbers could not be protected, by place.
    pub uncertain: Vec<String>,
    /// The counts, for the attack to hold its conclusions against, and for nobody's eyes.
    pub(super) truth: KnownTable,
}

impl Published {
    /// Numbers that could be shown: two a row.
    pub fn numbers(&self) -> u64 {
        2 * self.rows
    }
}

/// Why nothing is published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It could not be counted or logged.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The figures cannot be put together.
    #[error("cannot release these figures: {0}")]
    Release(#[from] ReleaseError),
}

impl Door {
    /// Figures for everybody, under a policy, and what the publisher is told about them. Whoever asks is logged: what is
    /// hidden, and how much, is for staff.
    ///
    /// # Errors
    /// What cannot be computed or logged; figures that cannot be put together.
    pub async fn publish(
        &self,
        audience: &Audience,
        wanted: &Wanted<'_>,
    ) -> Result<(Released<Publication>, Published), PublishError> {
        let book = self.book();
        let all = || book.measures.iter().map(|measure| measure.name.clone()).collect();
        let measures: Vec<String> = if wanted.measures.is_empty() { all() } else { wanted.measures.to_vec() };
        let year = wanted.year.to_string();
        let scheme = scheme::scheme(book, &measures, &year, wanted.organizations, wanted.design);
        let counts = self.counts(audience, wanted.year, &Selection::default()).await?;
        let figures = figures(counts, &measures);
        let known = known(&figures, wanted.known);
        let from = Figures {
            figures: &figures,
            organizations: wanted.organizations,
            programs: wanted.programs,
            scheme,
            known: &known,
        };
        let released = release(&from, wanted.policy)?;
        let published = published(wanted, &figures, &released);
        let what = format!("figures of {year} for the public, {}, {}", wanted.design, wanted.policy.name);
        let publication = Publication {
            name: wanted.name.to_owned(),
            rows: rows(&figures, &released.figures),
            organizations: wanted.organizations.to_vec(),
            programs: wanted.programs.to_vec(),
            scheme: released.scheme,
            policy: wanted.policy.clone(),
            certificate: released.certificate,
        };
        let released = self.release_to(audience, Audience::Public, what, publication.rows.len(), publication).await?;
        Ok((released, published))
    }
}

fn figures(counts: Counts, measures: &[String]) -> Vec<Figure> {
    let mut figures: Vec<Figure> = counts
        .rows
        .into_iter()
        .filter(|row| measures.contains(&row.measure))
        .map(|row| Figure {
            report_year: row.report_year.to_string(),
            measure: row.measure,
            variant: row.variant,
            organization_id: row.organization_id,
            program_id: row.program_id,
            subgroup: row.subgroup,
            denominator: row.denominator,
            numerator: row.numerator,
        })
        .collect();
    figures.sort_unstable();
    figures
}

fn rows(figures: &[Figure], released: &[ReleasedFigure]) -> Vec<PublishedRow> {
    let row = |row: &ReleasedFigure| {
        let figure = figures[row.figure].clone();
        PublishedRow {
            report_year: figure.report_year,
            measure: figure.measure,
            variant: figure.variant,
            organization_id: figure.organization_id,
            program_id: figure.program_id,
            subgroup: figure.subgroup,
            denominator: row.denominator.ok(),
            numerator: row.numerator.ok(),
            rate_percent: row.rate_percent,
        }
    };
    released.iter().map(row).collect()
}

/// What of the figures earlier releases show as it is.
fn known(figures: &[Figure], earlier: &[PublishedRow]) -> Vec<(usize, bool, bool)> {
    let place = |figure: &Figure| {
        let Figure { report_year, measure, variant, organization_id, program_id, subgroup, .. } = figure;
        [report_year, measure, variant, organization_id, program_id, subgroup].map(String::clone)
    };
    let places: std::collections::BTreeMap<[String; 6], usize> =
        figures.iter().enumerate().map(|(at, figure)| (place(figure), at)).collect();
    let row = |row: &PublishedRow| {
        let at = *places.get(&row.at().map(str::to_owned))?;
        let Figure { denominator, numerator, .. } = figures[at];
        let same = (row.denominator == Some(denominator), row.numerator == Some(numerator));
        (same.0 || same.1).then_some((at, same.0, same.1))
    };
    earlier.iter().filter_map(row).collect()
}

fn published(wanted: &Wanted, figures: &[Figure], released: &waymark_suppression::release::Release) -> Published {
    let mut hidden: std::collections::BTreeMap<Why, u64> = std::collections::BTreeMap::new();
    let mut told = 0;
    for row in &released.figures {
        told += u64::from(row.disclosure() != "suppressed");
        for why in [row.denominator.err(), row.numerator.err()].into_iter().flatten() {
            *hidden.entry(why).or_default() += 1;
        }
    }
    let place = |figure: &usize| {
        let Figure { measure, organization_id, program_id, subgroup, .. } = &figures[*figure];
        format!("{measure}, {organization_id}, {program_id}, {subgroup}")
    };
    let mut truth = KnownTable::new();
    for row in &released.figures {
        let figure = &figures[row.figure];
        let Figure { report_year, measure, variant, organization_id, program_id, subgroup, .. } = figure;
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let at = [report_year, measure, variant, organization_id, program_id, subgroup].map(String::as_str);
        truth.add(at, count(figure.denominator), count(figure.numerator));
    }
    Published {
        truth,
        certificate: released.certificate.clone(),
        policy: wanted.policy.clone(),
        design: wanted.design,
        rows: released.figures.len() as u64,
        told,
        hidden: hidden.into_iter().collect(),
        uncertain: released.uncertain.iter().map(place).collect(),
    }
}
