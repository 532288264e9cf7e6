//! The first stage: a rulebook as its author writes it, in TOML.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A rulebook: what counts, for whom, and by whose rule.
///
/// Conditions are SQL boolean expressions over the columns that `rulebook show` lists.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Who it is.
    pub rulebook: Header,
    /// Choices that conditions may name; each a text, a whole number or a boolean.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// Other values of settings that people ask for: what a number would be by them.
    #[serde(default)]
    pub alternatives: BTreeMap<String, Vec<Setting>>,
    /// How levels of performance are judged.
    pub targets: Option<Targets>,
    /// Which enrollments count, and which one places a student.
    pub enrollment: Option<Enrollment>,
    /// What a student is called who meets no level.
    pub none: Option<NoLevel>,
    /// Sums over a student's course records.
    #[serde(default, rename = "tally")]
    pub tallies: Vec<Tally>,
    /// Levels of status, lowest first.
    #[serde(default, rename = "level")]
    pub levels: Vec<Level>,
    /// Columns that are worked out for students, or for rows of the measures table; a later one may use an earlier one.
    #[serde(default)]
    pub facts: Vec<Facts>,
    /// Groups by which every measure is broken down.
    #[serde(default, rename = "dimension")]
    pub dimensions: Vec<Dimension>,
    /// The measures, in the order in which they are reported.
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
    /// The way through a program, step by step.
    pub pathway: Option<Pathway>,
    /// When two groups of students are said to differ.
    pub comparison: Option<Comparison>,
}

/// Who a rulebook is.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The name by which `--rulebook` calls it.
    pub name: String,
    /// The version, which every result carries.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// The rulebook whose definitions hold where this one has none of its own.
    pub extends: Option<String>,
    /// First school year for which it holds.
    pub effective_from: Option<String>,
    /// Last school year for which it holds; none where it still does.
    pub effective_to: Option<String>,
    /// Where its rules come from.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// A choice that conditions may name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Setting {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A word.
    Text(String),
}

/// How levels of performance are judged.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// A level is met from this many percent of it.
    pub line_percent: u32,
    /// The source of the rule.
    pub source: String,
}

/// Which enrollments count, and which one places a student.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrollment {
    /// A condition over the columns of `enrollments`.
    #[schemars(with = "String")]
    pub counts: Spanned<String>,
    /// `column ASC|DESC NULLS FIRST|LAST`: the first row in this order places the student.
    #[schemars(with = "Vec<String>")]
    pub order: Vec<Spanned<String>>,
    /// The same in words.
    pub words: String,
    /// The source of the rule.
    pub source: String,
}

/// What a student is called who meets no level.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoLevel {
    /// What people call it.
    pub title: String,
    /// The State's code.
    pub code: String,
}

/// What a tally adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TallyOf {
    /// Different courses.
    Courses,
    /// Credits, once a course: the course's own, or those attempted where it has none.
    Credits,
    /// Clock hours, once a course.
    Hours,
    /// Different levels of `program_courses`.
    Levels,
    /// Different school years.
    Years,
    /// Course records as they stand: repeats, terms and segments each count.
    Records,
}

/// How courses that are taught in parts count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Parts {
    /// Every part is a course of its own.
    #[default]
    Each,
    /// Parts count as many courses as there are full sets of them.
    FullSets,
}

/// A sum over a student's course records, within the scope of the level that asks for it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The name by which conditions call it.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// One of what it counts, in the singular: "completed course".
    pub unit: String,
    /// What it adds up.
    pub of: TallyOf,
    /// How courses that are taught in parts count.
    #[serde(default)]
    pub parts: Parts,
    /// Which course records it takes: a condition over their columns.
    #[serde(rename = "where")]
    #[schemars(with = "String")]
    pub filter: Spanned<String>,
    /// The source of the rule.
    pub source: String,
}

/// Over which course records the tallies of a level run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Those of one program.
    Program,
    /// Those of all programs of the program's pathway.
    Pathway,
    /// Those of all programs of the program's career cluster (of the sixteen).
    Cluster,
    /// Those of all programs; the level then belongs to the student.
    Student,
}

/// A level of status.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The name by which conditions call it.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// The State's code; empty where it has none.
    #[serde(default)]
    pub code: String,
    /// Over which course records its tallies run.
    pub scope: Scope,
    /// A condition over tallies, facts of the student and totals of the program.
    #[schemars(with = "String")]
    pub when: Spanned<String>,
    /// The source of the rule.
    pub source: String,
}

/// For whom a fact is worked out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Once for every student.
    #[default]
    Student,
    /// For every row of the measures table in which the student can count: the row's programs decide.
    Row,
}

/// Columns that are worked out together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What they are, in words.
    pub words: String,
    /// For whom.
    #[serde(default)]
    pub per: Per,
    /// The table whose rows of the student they sum up; none where they are worked out from other columns.
    #[schemars(with = "Option<String>")]
    pub from: Option<Spanned<String>>,
    /// Which of these rows.
    #[serde(rename = "where")]
    #[schemars(with = "Option<String>")]
    pub filter: Option<Spanned<String>>,
    /// The columns: an SQL aggregate each, or a plain expression where there is no `from`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub columns: BTreeMap<String, Spanned<String>>,
}

/// A way to break a measure down.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// The part of a subgroup's name before the colon.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether a student may be in several of its groups, so that these make pairs with each other.
    #[serde(default)]
    pub overlapping: bool,
    /// The source of the groups.
    pub source: String,
    /// The groups.
    pub groups: Vec<Group>,
}

/// A subgroup.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The part of the subgroup's name after the colon.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Who is in it; a student for whom this is not known to be true is not.
    #[schemars(with = "String")]
    pub when: Spanned<String>,
}

/// Which year decides who counts where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PopulationYear {
    /// The report year.
    #[default]
    ReportYear,
    /// The year before it.
    YearBefore,
}

impl PopulationYear {
    /// Years from the report year: 0 or -1.
    pub fn offset(self) -> i16 {
        match self {
            Self::ReportYear => 0,
            Self::YearBefore => -1,
        }
    }
}

/// Which enrollment decides where a student counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attribution {
    /// That of the population year.
    #[default]
    Belonging,
    /// That of the latest year, up to the population year, in which the student was enrolled.
    LastEnrollment,
    /// None: the organization that delivered the latest course record in the row's programs (the greater
    /// `organization_id` of several in one year).
    Delivery,
}

/// A measure.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its name in the measures table.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// Which year decides who counts where.
    #[serde(default)]
    pub population_year: PopulationYear,
    /// Which enrollment decides where a student counts.
    #[serde(default)]
    pub attribution: Attribution,
    /// The denominator in words.
    pub denominator_words: String,
    /// What those of the numerator have beyond it, in words.
    pub numerator_words: String,
    /// The source of the rule.
    pub source: String,
    /// The ways in which it is computed; the first is the one that is held to a level.
    #[serde(rename = "variant")]
    pub variants: Vec<Variant>,
}

/// A way in which a measure is computed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name in the measures table; empty where there is one way only.
    #[serde(default)]
    pub name: String,
    /// Who is in the denominator.
    #[schemars(with = "String")]
    pub denominator: Spanned<String>,
    /// Who, of the denominator, is in the numerator.
    #[schemars(with = "String")]
    pub numerator: Spanned<String>,
}

/// The way through a program: who is on it, what its steps are, and when it ends.
///
/// It begins in the first year in which an enrolled student has an outcome of a course of the program.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pathway {
    /// The level that students are on the way to: one course short of it is "one course away".
    #[schemars(with = "String")]
    pub goal: Spanned<String>,
    /// Who has left for good, so that what was not reached will not be.
    #[schemars(with = "String")]
    pub left: Spanned<String>,
    /// Who can take another course in the year after.
    #[schemars(with = "String")]
    pub returns: Spanned<String>,
    /// The same in words.
    pub returns_words: String,
    /// The source of the rule.
    pub source: String,
    /// The steps, in the order in which they are shown.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// A step on the way through a program. It is reached in the first year at whose end its condition holds, by a student
/// who has reached the step before it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What people call it: a few words.
    pub title: String,
    /// What those who reached it have done, in words.
    pub words: String,
    /// The step before it; none where it follows the start.
    #[schemars(with = "Option<String>")]
    pub after: Option<Spanned<String>>,
    /// How many years after the step before it a student is asked whether it was reached, if still enrolled; none where
    /// only leaving decides.
    pub within_years: Option<u8>,
    /// Whether it is something that comes of the program, rather than a way on in it.
    #[serde(default)]
    pub outcome: bool,
    /// When it is reached: a condition as measures have them, that may name the tallies of levels too.
    #[schemars(with = "String")]
    pub when: Spanned<String>,
    /// When it is known that it was not reached; none where not reached is known at all times.
    #[schemars(with = "Option<String>")]
    pub observed: Option<Spanned<String>>,
    /// The source of the rule.
    pub source: String,
}

/// When two groups of students are said to differ, rather than to be too few or apart by chance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The confidence of intervals, and of all differences that one table names together.
    pub confidence_percent: u8,
    /// Fewer students than this on either side are too few to say.
    pub least_students: u64,
    /// The source of the rule.
    pub source: String,
}

impl Definition {
    /// This definition, with `base` where it has nothing of its own. Settings and their alternatives are joined name by name; facts, dimensions
    /// and measures are joined in order, a measure or dimension of the same name taking the base's place; tallies and
    /// levels are taken from one of the two as a whole, for they only make sense together, and with them the way through a
    /// program.
    #[must_use]
    pub fn extending(mut self, base: Self) -> Self {
        for (name, setting) in base.settings {
            self.settings.entry(name).or_insert(setting);
        }
        for (name, values) in base.alternatives {
            self.alternatives.entry(name).or_insert(values);
        }
        self.targets = self.targets.or(base.targets);
        self.enrollment = self.enrollment.or(base.enrollment);
        self.none = self.none.or(base.none);
        if self.levels.is_empty() {
            self.levels = base.levels;
            self.tallies = base.tallies;
            self.pathway = self.pathway.or(base.pathway);
        }
        self.comparison = self.comparison.or(base.comparison);
        self.facts = base.facts.into_iter().chain(self.facts).collect();
        self.dimensions = joined(base.dimensions, self.dimensions, |d| d.name.clone());
        self.measures = joined(base.measures, self.measures, |m| m.name.get_ref().clone());
        if self.rulebook.sources.is_empty() {
            self.rulebook.sources = base.rulebook.sources;
        }
        self
    }
}

fn joined<T>(base: Vec<T>, own: Vec<T>, name: impl Fn(&T) -> String) -> Vec<T> {
    let mut all = base;
    for item in own {
        match all.iter().position(|other| name(other) == name(&item)) {
            Some(place) => all[place] = item,
            None => all.push(item),
        }
    }
    all
}
