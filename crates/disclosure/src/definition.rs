use waymark_rulebook::{Measure, Rulebook, explain_measure};

/// What a measure means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureDefinition {
    /// Its name in the measures table.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The denominator in words.
    pub denominator_words: String,
    /// What those of the numerator have beyond it, in words.
    pub numerator_words: String,
    /// The source of the rule.
    pub source: String,
    /// The ways in which it is computed; the first is the one that is held to a level.
    pub variants: Vec<String>,
    /// Name and version of the rulebook.
    pub rulebook: String,
    /// All of it, down to the conditions.
    pub in_full: String,
}

impl MeasureDefinition {
    pub(crate) fn of(book: &Rulebook, measure: &Measure) -> Self {
        Self {
            name: measure.name.clone(),
            title: measure.title.clone(),
            denominator_words: measure.denominator_words.clone(),
            numerator_words: measure.numerator_words.clone(),
            source: measure.source.clone(),
            variants: measure.variants.iter().map(|variant| variant.name.clone()).collect(),
            rulebook: book.identity(),
            in_full: explain_measure(book, measure),
        }
    }
}
