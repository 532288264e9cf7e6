//! The scheme of a release, from the rulebook: what is counted, and what is among what.

use std::collections::BTreeSet;

use waymark_rulebook::{
    Expression, Measure, Rulebook, Variant,
    definition::{Attribution, Per, PopulationYear, Scope},
};
use waymark_suppression::{
    figures::Organization,
    scheme::{self, Count, Dimension, Programs, PublicPolicy, Scheme, Sums, Zeros},
};

use super::Design;

/// Students who are counted: everybody for whom all clauses hold.
struct Counted {
    name: String,
    when: (PopulationYear, bool, bool),
    clauses: BTreeSet<String>,
    programs: Programs,
    covered: bool,
}

/// The scheme of `measures` in a year.
pub(super) fn scheme(
    book: &Rulebook,
    measures: &[String],
    year: &str,
    organizations: &[Organization],
    design: Design,
) -> Scheme {
    let by_row = columns_of_the_row(book);
    let mut counted: Vec<Counted> = Vec::new();
    let mut columns = Vec::new();
    for measure in book.measures.iter().filter(|measure| measures.contains(&measure.name)) {
        for variant in &measure.variants {
            let [denominator, numerator] =
                [false, true].map(|numerator| count(book, &by_row, measure, variant, numerator, &mut counted));
            columns.push(scheme::Measure {
                measure: measure.name.clone(),
                variant: variant.name.clone(),
                denominator,
                numerator,
            });
        }
    }
    let mut dimensions: Vec<Dimension> = Vec::new();
    for subgroup in &book.subgroups {
        if dimensions.last().is_none_or(|dimension| dimension.name != subgroup.dimension) {
            dimensions.push(Dimension {
                name: subgroup.dimension.clone(),
                groups: Vec::new(),
                overlap: subgroup.overlapping,
                complete: false,
                by_program: false,
            });
        }
        if let Some(dimension) = dimensions.last_mut() {
            dimension.groups.push(subgroup.name.clone());
            dimension.by_program |= depends(&subgroup.when, &by_row);
        }
    }
    let names: Vec<String> = dimensions.iter().map(|dimension| dimension.name.clone()).collect();
    Scheme {
        format: 1,
        tables: design.tables(measures, year, organizations, &names),
        organizations: Sums { complete: true, incomplete_in: Vec::new() },
        dimensions,
        pooled_years: Vec::new(),
        counts: with_inclusions(&counted),
        measures: columns,
        // What the public is told of the policy is added when it is applied.
        policy: PublicPolicy {
            minimum: 0,
            zero_denominators: Zeros::Absent,
            zero_numerators: Zeros::Hidden,
            complements: true,
            rate_decimals: None,
            rounding: None,
        },
    }
}

/// The names that stand for something else in every program's row: levels of a program, facts of a row, and the facts
/// and levels that are made of such.
fn columns_of_the_row(book: &Rulebook) -> BTreeSet<String> {
    let levels = book.levels.iter().filter(|level| level.scope != Scope::Student).map(|level| level.name.clone());
    let mut names: BTreeSet<String> = levels.collect();
    for facts in &book.facts {
        if facts.per == Per::Row || facts.names().iter().any(|name| names.contains(*name)) {
            names.extend(facts.columns.keys().cloned());
        }
    }
    names
}

fn depends(expression: &Expression, by_row: &BTreeSet<String>) -> bool {
    expression.names.iter().any(|name| by_row.contains(name))
}

/// The name of the count in a column; the same students have the same name.
fn count(
    book: &Rulebook,
    by_row: &BTreeSet<String>,
    measure: &Measure,
    variant: &Variant,
    numerator: bool,
    counted: &mut Vec<Counted>,
) -> String {
    let when = (
        measure.population_year,
        measure.attribution == Attribution::LastEnrollment,
        measure.attribution == Attribution::Delivery,
    );
    let more: &[Expression] = if numerator { &variant.numerator_clauses } else { &[] };
    let all: Vec<&Expression> = variant.denominator_clauses.iter().chain(more).collect();
    let clauses: BTreeSet<String> = all.iter().flat_map(|clause| implied(book, clause)).collect();
    if let Some(same) = counted.iter().find(|other| other.when == when && other.clauses == clauses) {
        return same.name.clone();
    }
    let of_row: Vec<&&Expression> = all.iter().filter(|clause| depends(clause, by_row)).collect();
    // In a row of several programs a level is met when it is met in one of them, and with it all else that is the same in
    // every row. Two conditions that differ from row to row may be met in two programs.
    let one_level = |clause: &Expression| book.levels.iter().any(|level| level.name == clause.text.trim());
    let covered = of_row.iter().map(|clause| clause.text.trim()).collect::<BTreeSet<_>>().len() == 1
        && of_row.iter().all(|clause| one_level(clause));
    let side = if numerator { "numerator" } else { "denominator" };
    let parts = [measure.name.as_str(), &variant.name, side];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let programs = if of_row.is_empty() { Programs::Same } else { Programs::Overlap };
    counted.push(Counted { name: name.clone(), when, clauses, programs, covered });
    name
}

/// A clause, and what holds with it: whoever has two courses of a tally has one.
fn implied(book: &Rulebook, clause: &Expression) -> Vec<String> {
    let text = clause.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let threshold = |level: &waymark_rulebook::Level| level.when.threshold().map(|of| (of, level.scope));
    let mut all = vec![text.clone()];
    if let Some(((tally, least), scope)) = book.level(&text).and_then(threshold) {
        for other in &book.levels {
            if let Some(((of, needs), within)) = threshold(other)
                && (of == tally && needs < least && within == scope)
            {
                all.push(other.name.clone());
            }
        }
    }
    all
}

/// Counts with those that they are among, without those that follow from others.
fn with_inclusions(counted: &[Counted]) -> Vec<Count> {
    let among = |part: &Counted, whole: &Counted| {
        part.when == whole.when && part.clauses.len() > whole.clauses.len() && whole.clauses.is_subset(&part.clauses)
    };
    let count = |part: &Counted| {
        let wholes: Vec<&Counted> = counted.iter().filter(|whole| among(part, whole)).collect();
        let follows = |whole: &&&Counted| !wholes.iter().any(|between| among(between, whole));
        Count {
            name: part.name.clone(),
            programs: part.programs,
            covered: part.covered,
            within: wholes.iter().filter(follows).map(|whole| whole.name.clone()).collect(),
        }
    };
    counted.iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn federal() -> Scheme {
        let sources = waymark_rulebook::built_in("federal").unwrap();
        let book = sources;
        let measures: Vec<String> = book.measures.iter().map(|measure| measure.name.clone()).collect();
        scheme(&book, &measures, "2024-25", &[], Design::Standard)
    }

    #[test]
    fn equal_students_are_one_count() {
        let scheme = federal();
        let of = |measure: &str, variant: &str| {
            scheme.measures.iter().find(|found| found.measure == measure && found.variant == variant).unwrap()
        };
        assert_eq!(of("participants", "").denominator, of("concentrators", "").denominator);
        assert_eq!(of("5S1", "").denominator, of("5S3", "").denominator);
        assert_ne!(of("1S1", "").denominator, of("1S2", "").denominator);
        let count = |name: &str| scheme.counts.iter().find(|count| count.name == name).unwrap();
        let enrolled = count(&of("participants", "").denominator);
        assert_eq!((enrolled.programs, enrolled.covered), (Programs::Same, false));
        let concentrators = count(&of("concentrators", "").numerator);
        assert_eq!((concentrators.programs, concentrators.covered), (Programs::Overlap, true));
        assert_eq!(concentrators.within, [of("participants", "").numerator.clone()], "who has two courses has one");
        let with_scores = count(&of("2S1", "graduates").denominator);
        assert_eq!(with_scores.within, [of("5S1", "").denominator.clone()]);
    }

    #[test]
    fn populations_overlap_and_depend_on_the_program() {
        let scheme = federal();
        let names: Vec<&str> = scheme.dimensions.iter().map(|dimension| dimension.name.as_str()).collect();
        assert_eq!(names, ["population", "race", "sex"]);
        assert_eq!(scheme.dimensions[2].groups, ["sex:F", "sex:M", "sex:X"]);
        let population = &scheme.dimensions[0];
        assert!(population.overlap && population.by_program);
        assert!(!scheme.dimensions[1].by_program);
    }
}
