//! What changed between two rulebooks.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    check::{Facts, Measure, Rulebook},
    definition::Setting,
};

/// A definition that two rulebooks do not share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it defines: `level concentrator`, `measure 5S3`.
    pub what: String,
    /// How the first has it; none where it has not.
    pub before: Option<String>,
    /// How the second has it; none where it has not.
    pub after: Option<String>,
}

/// Every definition that differs, in a fixed order. Sources and titles are not compared: they count nothing.
pub fn difference(before: &Rulebook, after: &Rulebook) -> Vec<Difference> {
    let (mut old, new) = (definitions(before), definitions(after));
    let mut differences: Vec<(String, Difference)> = Vec::new();
    for (key, now) in new {
        let was = old.remove(&key);
        if was.as_ref() != Some(&now) {
            let what = key.1.clone();
            differences.push((format!("{}{what}", key.0), Difference { what, before: was, after: Some(now) }));
        }
    }
    for (key, was) in old {
        let what = key.1.clone();
        differences.push((format!("{}{what}", key.0), Difference { what, before: Some(was), after: None }));
    }
    differences.sort_by(|a, b| a.0.cmp(&b.0));
    differences.into_iter().map(|(_, difference)| difference).collect()
}

/// Every definition by its place in the order of reading and its name.
fn definitions(book: &Rulebook) -> BTreeMap<(u8, String), String> {
    let mut all = BTreeMap::new();
    all.insert(
        (0, "enrollment".to_owned()),
        format!("{}; {}", book.enrollment_counts.text, book.enrollment_order.join(", ")),
    );
    if let Some(targets) = &book.targets {
        all.insert((0, "targets".to_owned()), format!("met from {} percent of the level", targets.line_percent));
    }
    for (name, setting) in &book.settings {
        let value = match setting {
            Setting::Boolean(value) => value.to_string(),
            Setting::Integer(value) => value.to_string(),
            Setting::Text(value) => value.clone(),
        };
        all.insert((1, format!("setting {name}")), value);
    }
    for tally in &book.tallies {
        let text = format!("{:?} ({:?}) when {}", tally.of, tally.parts, tally.filter.text);
        all.insert((2, format!("tally {}", tally.name)), text);
    }
    for (place, level) in book.levels.iter().enumerate() {
        let text = format!(
            "{} of {}, code `{}`, by {:?}, when {}",
            place + 1,
            book.levels.len(),
            level.code,
            level.scope,
            level.when.text
        );
        all.insert((3, format!("level {}", level.name)), text);
    }
    for part in &book.facts {
        for (name, value) in &part.columns {
            all.insert((4, format!("fact {name}")), fact(part, &value.text));
        }
    }
    for subgroup in &book.subgroups {
        all.insert((5, format!("subgroup {}", subgroup.name)), subgroup.when.text.clone());
    }
    for measure in &book.measures {
        all.insert((6, format!("measure {}", measure.name)), sides(measure));
    }
    if let Some(pathway) = &book.pathway {
        let text = format!("to {}; left [{}]; returns [{}]", pathway.goal, pathway.left.text, pathway.returns.text);
        all.insert((7, "pathway".to_owned()), text);
        for (place, step) in pathway.steps.iter().enumerate() {
            let after = step.after.map_or("the start", |before| pathway.steps[before].name.as_str());
            let asked = step.within_years.map_or("on leaving".to_owned(), |years| format!("after {years} years"));
            let known = step.observed.as_ref().map(|known| format!(", known when {}", known.text)).unwrap_or_default();
            let text = format!("{} after {after}, asked {asked}, when {}{known}", place + 1, step.when.text);
            all.insert((7, format!("step {}", step.name)), text);
        }
    }
    if let Some(comparison) = &book.comparison {
        let text = format!("{} percent, {} students or more", comparison.confidence_percent, comparison.least_students);
        all.insert((7, "comparison".to_owned()), text);
    }
    all
}

fn fact(part: &Facts, value: &str) -> String {
    let from = part.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
    let filter = part.filter.as_ref().map(|filter| format!(" when {}", filter.text)).unwrap_or_default();
    format!("{value}{from}{filter}")
}

fn sides(measure: &Measure) -> String {
    let mut text = format!("{:?}, {:?}", measure.population_year, measure.attribution);
    for variant in &measure.variants {
        let _ = write!(text, "; {} [{}] of [{}]", variant.name, variant.numerator.text, variant.denominator.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in;

    #[test]
    fn a_rulebook_does_not_differ_from_itself() {
        let federal = built_in("federal").unwrap();
        assert_eq!(difference(&federal, &federal), []);
    }

    #[test]
    fn texas_differs_in_levels_and_tallies_alone() {
        let differences = difference(&built_in("federal").unwrap(), &built_in("texas").unwrap());
        let what: Vec<_> = differences.iter().map(|difference| difference.what.as_str()).collect();
        assert_eq!(
            what,
            [
                "tally advanced_courses",
                "tally courses",
                "tally courses_taken",
                "tally credits",
                "tally credits_taken",
                "level completer",
                "level concentrator",
                "level explorer",
                "level participant",
                "step completer",
                "step third_course"
            ]
        );
    }
}
