use std::io;

use waymark_engine::{Gap, MeasureRow, Selection, chance::Confidence};
use waymark_terms::SchoolYear;

use crate::{
    Audience, Comparison, Door, DoorError, LevelsTable, Rate, Released, Standing, Target,
    comparison::{compared, rest, rule, share},
    levels::is_indicator,
    shapes::{About, Break, Line, Series, Value},
};

/// Where a gap between a group and the others goes over the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// There are too few students in the first year or the last to say.
    TooFew,
    /// It changed no more than by chance.
    Chance,
    /// It is nearer to nothing than it was.
    Closing,
    /// It is further from nothing than it was.
    Opening,
}

impl Course {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooFew => "too few to say",
            Self::Chance => "no change beyond chance",
            Self::Closing => "closing",
            Self::Opening => "opening",
        }
    }
}

/// An indicator in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgressYear {
    /// The report year.
    pub report_year: SchoolYear,
    /// All concentrators.
    pub rate: Rate,
    /// The level, if there is one.
    pub target: Option<Target>,
    /// How the rate stands to it.
    pub standing: Standing,
}

/// A group over the years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressRow {
    /// The group.
    pub subgroup: String,
    /// Year by year: its rate.
    pub rates: Vec<Rate>,
    /// Year by year: its rate less that of all concentrators (20 U.S.C. 2323(b)(3)(C), (b)(4)(B)); none of nobody.
    pub gaps: Vec<Option<Gap>>,
    /// The group beside everybody else in the last year.
    pub now: Comparison,
    /// Where the gap to everybody else goes, from the first year to the last.
    pub course: Course,
}

/// An indicator over the years, and the gaps of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressTable {
    /// The indicator.
    pub indicator: String,
    /// What people call it.
    pub title: String,
    /// The variant that is held to the level.
    pub variant: String,
    /// From how many percent of a level it is met.
    pub line_percent: u32,
    /// Years, from the first on, in which the rulebook does not hold yet.
    pub before_rulebook: usize,
    /// Where the rulebook begins to hold, if within the years.
    pub effective_from: Option<SchoolYear>,
    pub(crate) years: Vec<ProgressYear>,
    pub(crate) rows: Vec<ProgressRow>,
}

impl ProgressTable {
    /// The years, from the first on.
    pub fn years(&self) -> &[ProgressYear] {
        &self.years
    }

    /// The groups, by code.
    pub fn rows(&self) -> &[ProgressRow] {
        &self.rows
    }

    /// How many years up to the last, one after another, the line was missed. From one on an improvement plan is due
    /// (20 U.S.C. 2343(b)).
    pub fn missed(&self) -> usize {
        self.years.iter().rev().take_while(|year| year.standing == Standing::NotMet).count()
    }

    /// Writes it as CSV: a line for each year and group.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(["indicator", "variant", "report_year", "subgroup", "numerator", "denominator", "gap"])?;
        for (place, year) in self.years.iter().enumerate() {
            let all = std::iter::once(("all", year.rate, None));
            let groups = self.rows.iter().map(|row| (row.subgroup.as_str(), row.rates[place], row.gaps[place]));
            for (subgroup, rate, gap) in all.chain(groups) {
                writer.write_record([
                    self.indicator.as_str(),
                    &self.variant,
                    &year.report_year.to_string(),
                    subgroup,
                    &rate.numerator.to_string(),
                    &rate.denominator.to_string(),
                    &gap.map(Gap::points).unwrap_or_default(),
                ])?;
            }
        }
        writer.flush()
    }
}

impl Released<ProgressTable> {
    /// All concentrators over the years, and one group beside them where it is named, against the level.
    #[must_use]
    pub fn series(&self, about: About, group: Option<(&str, String)>) -> Released<Series> {
        let table = self.content();
        let value = |rate: &Rate| if rate.denominator == 0 { Value::Unknown } else { Value::rate(*rate) };
        let rates: Vec<Value> = table.years.iter().map(|year| value(&year.rate)).collect();
        let mut lines = vec![Line { name: "all concentrators".to_owned(), values: rates }];
        let row = group.and_then(|(id, name)| Some((table.rows.iter().find(|row| row.subgroup == id)?, name)));
        lines.extend(row.map(|(row, name)| Line { name, values: row.rates.iter().map(value).collect() }));
        let breaks = table
            .effective_from
            .filter(|_| table.before_rulebook > 0)
            .map(|from| Break { before: table.before_rulebook, why: format!("the rulebook holds from {from} on") });
        self.narrowed(Series {
            about,
            periods: table.years.iter().map(|year| year.report_year.to_string()).collect(),
            lines,
            targets: table.years.iter().map(|year| year.target).collect(),
            breaks: breaks.into_iter().collect(),
            line_percent: table.line_percent,
        })
    }
}

impl Door {
    /// An indicator of an organization over the years that end with `until`, and the gaps of its groups.
    ///
    /// # Errors
    /// An indicator that is not there; what cannot be computed or logged.
    pub async fn progress(
        &self,
        audience: &Audience,
        indicator: &str,
        organization: &str,
        until: SchoolYear,
        years: &[SchoolYear],
    ) -> Result<Released<ProgressTable>, DoorError> {
        let measure = self
            .book()
            .measure(indicator)
            .filter(|measure| is_indicator(&measure.name))
            .ok_or_else(|| DoorError::Unknown { what: "indicator", name: indicator.to_owned(), hint: None })?;
        let variant = measure.variants.first().map(|variant| variant.name.clone()).unwrap_or_default();
        let mut table_years = Vec::new();
        let mut of_years: Vec<Vec<MeasureRow>> = Vec::new();
        let mut line_percent = 100;
        for year in years.iter().copied().filter(|year| *year <= until) {
            let selection = Selection {
                measure: Some(indicator.to_owned()),
                organization: Some(organization.to_owned()),
                program: Some("*".to_owned()),
                subgroup: None,
                pairs: false,
            };
            let mut counts = self.engine_for(audience).measures(year, &selection).await?;
            counts.rows.retain(|row| row.variant == variant);
            let rows = counts.rows.clone();
            counts.rows.retain(|row| row.subgroup == "all");
            let levels = self.engine_for(audience).performance_levels(year).await?;
            let levels = LevelsTable::new(self.book(), counts, &levels, Some(organization));
            line_percent = levels.line_percent;
            let Some(own) = levels.rows().iter().find(|row| row.indicator == indicator) else { continue };
            let (rate, target, standing) = (own.rate, own.target, own.standing);
            table_years.push(ProgressYear { report_year: year, rate, target, standing });
            of_years.push(rows);
        }
        let effective_from = self.book().header.effective_from.as_ref().and_then(|year| year.parse().ok());
        let table = ProgressTable {
            indicator: indicator.to_owned(),
            title: measure.title.clone(),
            variant,
            line_percent,
            before_rulebook: table_years
                .iter()
                .filter(|year| effective_from.is_some_and(|from| year.report_year < from))
                .count(),
            effective_from,
            rows: rows(self, &of_years),
            years: table_years,
        };
        let cells = table.years.len() * (1 + table.rows.len());
        let what = format!("progress of {indicator}, {organization}, up to {until}");
        self.release(audience, what, cells, &[], table).await
    }
}

fn rows(door: &Door, of_years: &[Vec<MeasureRow>]) -> Vec<ProgressRow> {
    let nobody = Rate { numerator: 0, denominator: 0 };
    let of = |rows: &[MeasureRow], subgroup: &str| {
        let row = rows.iter().find(|row| row.subgroup == subgroup);
        row.map_or(nobody, |row| Rate { numerator: row.numerator, denominator: row.denominator })
    };
    let groups: Vec<&str> = door
        .book()
        .subgroups
        .iter()
        .map(|subgroup| subgroup.name.as_str())
        .filter(|name| of_years.iter().any(|rows| of(rows, name).denominator > 0))
        .collect();
    let beside = |rows: &[MeasureRow], group: &str| {
        let own = of(rows, group);
        (own, rest(of(rows, "all"), own))
    };
    let now: Vec<(Rate, Rate)> =
        groups.iter().map(|group| of_years.last().map_or((nobody, nobody), |rows| beside(rows, group))).collect();
    let compared = compared(door.book(), &now);
    let rule = rule(door.book());
    let confidence = Confidence::percent(rule.confidence_percent);
    let course = |group: &str| {
        let (Some(first), Some(last)) = (of_years.first(), of_years.last()) else { return Course::TooFew };
        let (was, is) = (beside(first, group), beside(last, group));
        let few = [was.0, was.1, is.0, is.1].iter().any(|rate| rate.denominator < rule.least_students);
        if few || of_years.len() < 2 {
            return Course::TooFew;
        }
        let shares = |(own, others): (Rate, Rate)| (share(own), share(others));
        let change = confidence.change(shares(was), shares(is));
        let size = |(own, others): (Rate, Rate)| {
            own.quotient().zip(others.quotient()).map_or(0.0, |(own, others)| (own - others).abs())
        };
        match change {
            Some(change) if change.low > 0.0 || change.high < 0.0 => {
                if size(is) < size(was) {
                    Course::Closing
                } else {
                    Course::Opening
                }
            }
            _ => Course::Chance,
        }
    };
    let row = |(group, now): (&&str, Comparison)| {
        let rates: Vec<Rate> = of_years.iter().map(|rows| of(rows, group)).collect();
        let gap = |rows: &Vec<MeasureRow>| Gap::between(share(of(rows, group)), share(of(rows, "all")));
        ProgressRow {
            subgroup: (*group).to_owned(),
            rates,
            gaps: of_years.iter().map(gap).collect(),
            now,
            course: course(group),
        }
    };
    groups.iter().zip(compared).map(row).collect()
}
