use std::{collections::BTreeSet, io};

use waymark_engine::{MeasureRow, Selection};
use waymark_rulebook::{Rulebook, definition::Per};
use waymark_terms::SchoolYear;

use crate::{
    Audience, Comparison, Door, DoorError, Rate, Released,
    comparison::{compared, rest, rule},
    programs::{COMPARISON, comparison_texts},
    shapes::{About, Pair, Pairs, Value},
};

/// The indicators of program quality (20 U.S.C. 2323(b)(2)(A)(iv)), of which graduated concentrators are the denominator.
const EARNED: [&str; 3] = ["5S1", "5S2", "5S3"];

/// Something that students reach, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairnessStage {
    /// Its name in addresses and files: `participants`, `concentrators`, `5S1`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Those who reached it, in words.
    pub who: String,
    /// Those who could, in words.
    pub of: String,
}

/// A group, stage by stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairnessRow {
    /// A subgroup, or two joined with `+`.
    pub subgroup: String,
    /// Its share of those enrolled.
    pub enrolled: Rate,
    /// Stage by stage, its share of those who reached it.
    pub makeup: Vec<Rate>,
    /// Stage by stage, the share of the group that reached it beside that of everybody else.
    pub comparisons: Vec<Comparison>,
}

/// Each group's share of an organization against its share of those who start, concentrate and earn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairnessTable {
    /// The report year.
    pub report_year: SchoolYear,
    /// The stages.
    pub stages: Vec<FairnessStage>,
    /// The confidence of all that it names together.
    pub confidence_percent: u8,
    /// Fewer students than this on either side are too few to say.
    pub least_students: u64,
    /// Students enrolled.
    pub enrolled: u64,
    /// Of each dimension whose groups are apart from each other: how many students are in none of them.
    pub not_known: Vec<(String, u64)>,
    /// Groups that are made by taking part, of which it makes no sense to ask.
    pub left_out: Vec<String>,
    pub(crate) rows: Vec<FairnessRow>,
}

impl FairnessTable {
    /// The rows: by kind of group, then by code.
    pub fn rows(&self) -> &[FairnessRow] {
        &self.rows
    }

    /// Writes it as CSV: a line for each group and stage. Gap and interval are in percentage points.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        let columns = ["subgroup", "stage", "enrolled", "all_enrolled", "of_stage", "all_of_stage"];
        writer.write_record(columns.iter().chain(&COMPARISON))?;
        for row in &self.rows {
            for ((stage, makeup), one) in self.stages.iter().zip(&row.makeup).zip(&row.comparisons) {
                let counts = [row.enrolled.numerator, row.enrolled.denominator, makeup.numerator, makeup.denominator];
                let texts = [row.subgroup.clone(), stage.name.clone()];
                let counts = counts.map(|count| count.to_string());
                writer.write_record(texts.iter().chain(&counts).chain(&comparison_texts(one)))?;
            }
        }
        writer.flush()
    }
}

impl Released<FairnessTable> {
    /// The share of each group among those enrolled and among those who reached a stage. `named` gives the heading and the
    /// name of a group.
    #[must_use]
    pub fn pairs(&self, about: About, stage: usize, named: impl Fn(&str) -> (String, String)) -> Released<Pairs> {
        let table = self.content();
        let pair = |row: &FairnessRow| {
            let (section, name) = named(&row.subgroup);
            let values = [row.enrolled, row.makeup[stage]].map(Value::rate);
            Pair { section, name, values, verdict: Some(row.comparisons[stage].verdict) }
        };
        let sides = ["Of those enrolled".to_owned(), format!("Of {}", table.stages[stage].who)];
        self.narrowed(Pairs { about, sides, rows: table.rows.iter().map(pair).collect() })
    }
}

impl Door {
    /// Groups of an organization against everybody else: who starts, concentrates and earns. With a group, its pairs with
    /// every other group instead.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn fairness(
        &self,
        audience: &Audience,
        year: SchoolYear,
        organization: &str,
        program: &str,
        group: Option<&str>,
    ) -> Result<Released<FairnessTable>, DoorError> {
        let mut of_measures = Vec::new();
        for name in ["participants", "concentrators"].into_iter().chain(EARNED) {
            let Some(measure) = self.book().measure(name) else { continue };
            let selection = Selection {
                measure: Some(name.to_owned()),
                organization: Some(organization.to_owned()),
                program: Some(program.to_owned()),
                subgroup: None,
                pairs: group.is_some(),
            };
            let variant = measure.variants.first().map(|variant| variant.name.clone()).unwrap_or_default();
            let mut rows = self.engine_for(audience).measures(year, &selection).await?.rows;
            rows.retain(|row| row.variant == variant);
            of_measures.push((measure, rows));
        }
        let table = table(self.book(), year, &of_measures, group);
        let cells = table.rows.len() * table.stages.len();
        let what = format!("fairness of {year}, {organization}, {program}, {}", group.unwrap_or("each group"));
        self.release(audience, what, cells, &[], table).await
    }
}

fn table(
    book: &Rulebook,
    year: SchoolYear,
    of_measures: &[(&waymark_rulebook::Measure, Vec<MeasureRow>)],
    group: Option<&str>,
) -> FairnessTable {
    let of = |rows: &[MeasureRow], subgroup: &str| {
        let row = rows.iter().find(|row| row.subgroup == subgroup);
        row.map_or(Rate { numerator: 0, denominator: 0 }, |row| Rate {
            numerator: row.numerator,
            denominator: row.denominator,
        })
    };
    let enrolled = |subgroup: &str| of_measures.first().map_or(0, |(_, rows)| of(rows, subgroup).denominator);
    // Of concentrators it is asked who of the participants they are: who stays on the way.
    let rate = |stage: usize, subgroup: &str| {
        let (measure, rows) = &of_measures[stage];
        let own = of(rows, subgroup);
        let started = of_measures.iter().find(|(measure, _)| measure.name == "participants");
        match started {
            Some((_, started)) if measure.name == "concentrators" => {
                Rate { numerator: own.numerator, denominator: of(started, subgroup).numerator }
            }
            _ => own,
        }
    };
    let by_taking_part: BTreeSet<&str> = book
        .facts
        .iter()
        .filter(|part| part.per == Per::Row)
        .flat_map(|part| part.columns.keys().map(String::as_str))
        .collect();
    let (left_out, groups): (Vec<_>, Vec<_>) = book
        .subgroups
        .iter()
        .partition(|subgroup| subgroup.when.names.iter().any(|name| by_taking_part.contains(name.as_str())));
    let names: Vec<String> = match group {
        None => groups.iter().map(|group| group.name.clone()).collect(),
        Some(group) => {
            let others = groups.iter().filter(|other| other.name != group);
            let pair = |other: &&waymark_rulebook::Subgroup| {
                let (a, b) =
                    if group < other.name.as_str() { (group, other.name.as_str()) } else { (&*other.name, group) };
                format!("{a}+{b}")
            };
            std::iter::once(group.to_owned()).chain(others.map(pair)).collect()
        }
    };
    let names: Vec<String> = names.into_iter().filter(|name| enrolled(name) > 0).collect();
    let stages: Vec<usize> = (0..of_measures.len()).collect();
    let pairs: Vec<(Rate, Rate)> = names
        .iter()
        .flat_map(|name| {
            stages.iter().map(move |stage| {
                let own = rate(*stage, name);
                (own, rest(rate(*stage, "all"), own))
            })
        })
        .collect();
    let mut comparisons = compared(book, &pairs).into_iter();
    let everybody = enrolled("all");
    let rows = names
        .iter()
        .map(|name| FairnessRow {
            subgroup: name.clone(),
            enrolled: Rate { numerator: enrolled(name), denominator: everybody },
            makeup: stages
                .iter()
                .map(|stage| Rate {
                    numerator: rate(*stage, name).numerator,
                    denominator: rate(*stage, "all").numerator,
                })
                .collect(),
            comparisons: comparisons.by_ref().take(stages.len()).collect(),
        })
        .collect();
    let mut not_known: Vec<(String, u64)> = Vec::new();
    for subgroup in groups.iter().filter(|subgroup| !subgroup.overlapping) {
        if !not_known.iter().any(|(title, _)| *title == subgroup.dimension_title) {
            let own = groups.iter().filter(|other| other.dimension == subgroup.dimension);
            let known: u64 = own.map(|other| enrolled(&other.name)).sum();
            not_known.push((subgroup.dimension_title.clone(), everybody.saturating_sub(known)));
        }
    }
    let rule = rule(book);
    FairnessTable {
        report_year: year,
        stages: of_measures.iter().map(|(measure, _)| stage(measure)).collect(),
        confidence_percent: rule.confidence_percent,
        least_students: rule.least_students,
        enrolled: everybody,
        not_known,
        left_out: left_out.into_iter().map(|subgroup| subgroup.title.clone()).collect(),
        rows,
    }
}

fn stage(measure: &waymark_rulebook::Measure) -> FairnessStage {
    let (who, of) = match measure.name.as_str() {
        "participants" => ("participants".to_owned(), measure.denominator_words.clone()),
        "concentrators" => ("concentrators".to_owned(), "participants".to_owned()),
        _ => (format!("those who {}", measure.numerator_words), measure.denominator_words.clone()),
    };
    FairnessStage { name: measure.name.clone(), title: measure.title.clone(), who, of }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    fn row(measure: &str, subgroup: &str, numerator: u64, denominator: u64) -> MeasureRow {
        MeasureRow {
            report_year: "2024-25".parse().unwrap(),
            measure: measure.into(),
            variant: String::new(),
            organization_id: "D1".into(),
            program_id: "*".into(),
            subgroup: subgroup.into(),
            denominator,
            numerator,
        }
    }

    #[test]
    fn groups_beside_everybody_else() {
        let book = waymark_rulebook::built_in("federal").unwrap();
        let participants = vec![
            row("participants", "all", 400, 1_000),
            row("participants", "population:english_learner", 20, 100),
            row("participants", "population:nontraditional", 50, 50),
            row("participants", "sex:F", 200, 490),
            row("participants", "sex:M", 200, 490),
        ];
        let concentrators = vec![
            row("concentrators", "all", 200, 1_000),
            row("concentrators", "population:english_learner", 10, 100),
            row("concentrators", "sex:F", 104, 490),
            row("concentrators", "sex:M", 96, 490),
        ];
        let measure = |name| book.measure(name).unwrap();
        let measures = [(measure("participants"), participants), (measure("concentrators"), concentrators)];
        let table = table(&book, "2024-25".parse().unwrap(), &measures, None);
        let names: Vec<&str> = table.rows.iter().map(|row| row.subgroup.as_str()).collect();
        assert_eq!(names, ["population:english_learner", "sex:F", "sex:M"]);
        assert_eq!(table.left_out, ["Students preparing for nontraditional fields"]);
        let sexes = table.not_known.iter().find(|(title, _)| title == "Sex").unwrap();
        assert_eq!(sexes.1, 20);
        let learners = &table.rows[0];
        assert_eq!(learners.enrolled, Rate { numerator: 100, denominator: 1_000 });
        assert_eq!(learners.makeup[0], Rate { numerator: 20, denominator: 400 });
        assert_eq!(learners.comparisons[0].others, Rate { numerator: 380, denominator: 900 });
        assert_eq!(learners.comparisons[0].verdict, Verdict::Below);
        // 380 of 900 of a hundred are 42.2: 43, so 23 more.
        assert_eq!(learners.comparisons[0].to_parity, Some(23));
        // Of participants: 10 of 20 beside 190 of 380.
        assert_eq!(learners.comparisons[1].group, Rate { numerator: 10, denominator: 20 });
        assert_eq!(learners.comparisons[1].verdict, Verdict::Chance);
        assert_eq!(table.rows[1].comparisons[0].verdict, Verdict::Chance);
    }
}
