//! The second stage: a rulebook whose every condition names only what is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use toml::Spanned;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::SchoolYear;

use crate::{
    definition::{
        Attribution, Comparison, Definition, Header, NoLevel, Parts, Per, PopulationYear, Scope, Setting, TallyOf,
        Targets,
    },
    expression::{Columns, Expression, nearest},
    pathway::{Pathway, Step},
    plan::number_column,
    vocabulary,
};

/// The text of a rulebook, and what to call it in messages.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name of the file.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// A checked rulebook. Made by [`check`] only.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// Who it is.
    pub header: Header,
    /// Choices that conditions name.
    pub settings: BTreeMap<String, Setting>,
    /// Other values of them that people ask for.
    pub alternatives: BTreeMap<String, Vec<Setting>>,
    /// How levels of performance are judged.
    pub targets: Option<Targets>,
    /// Which enrollments count: a condition over `enrollments`, aliased `e`.
    pub enrollment_counts: Expression,
    /// The order in which the first enrollment of a year places the student, as SQL over the alias `e`.
    pub enrollment_order: Vec<String>,
    /// The same in words.
    pub enrollment_words: String,
    /// What a student is called who meets no level.
    pub none: NoLevel,
    /// Sums over course records.
    pub tallies: Vec<Tally>,
    /// Levels of status, lowest first.
    pub levels: Vec<Level>,
    /// Columns that are worked out, in order.
    pub facts: Vec<Facts>,
    /// Every subgroup, by name in the measures table's order.
    pub subgroups: Vec<Subgroup>,
    /// The measures, in order.
    pub measures: Vec<Measure>,
    /// The way through a program; none where the rulebook describes none.
    pub pathway: Option<Pathway>,
    /// When two groups are said to differ.
    pub comparison: Option<Comparison>,
}

/// A checked tally.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The name by which conditions call it.
    pub name: String,
    /// One of what it counts.
    pub unit: String,
    /// What it adds up.
    pub of: TallyOf,
    /// How parts count.
    pub parts: Parts,
    /// Which course records it takes.
    pub filter: Expression,
    /// The source of the rule.
    pub source: String,
}

/// A checked level.
#[derive(Clone, Debug)]
pub struct Level {
    /// The name by which conditions call it.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The State's code, or empty.
    pub code: String,
    /// Over which course records its tallies run.
    pub scope: Scope,
    /// When it is met.
    pub when: Expression,
    /// The clauses that must all hold for it.
    pub clauses: Vec<Expression>,
    /// The source of the rule.
    pub source: String,
}

/// Checked facts.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What they are.
    pub words: String,
    /// For whom.
    pub per: Per,
    /// The table whose rows they sum up.
    pub from: Option<String>,
    /// Which of its rows.
    pub filter: Option<Expression>,
    /// The columns by name.
    pub columns: BTreeMap<String, Expression>,
}

impl Facts {
    /// Every column that filter and values name.
    pub fn names(&self) -> BTreeSet<&str> {
        self.columns.values().chain(&self.filter).flat_map(|e| e.names.iter().map(String::as_str)).collect()
    }
}

/// A checked subgroup.
#[derive(Clone, Debug)]
pub struct Subgroup {
    /// Its name in the measures table, `sex:F`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The part of its name before the colon.
    pub dimension: String,
    /// What people call that.
    pub dimension_title: String,
    /// Whether it makes pairs with others of its dimension.
    pub overlapping: bool,
    /// Who is in it.
    pub when: Expression,
}

/// A checked measure.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its name in the measures table.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Which year decides who counts where.
    pub population_year: PopulationYear,
    /// Which enrollment decides where a student counts.
    pub attribution: Attribution,
    /// The denominator in words.
    pub denominator_words: String,
    /// The numerator in words.
    pub numerator_words: String,
    /// The source of the rule.
    pub source: String,
    /// The ways in which it is computed.
    pub variants: Vec<Variant>,
}

/// A checked variant.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name in the measures table.
    pub name: String,
    /// Who is in the denominator.
    pub denominator: Expression,
    /// Who of them is in the numerator.
    pub numerator: Expression,
    /// The clauses that must all hold for the denominator.
    pub denominator_clauses: Vec<Expression>,
    /// The clauses that must all hold for the numerator.
    pub numerator_clauses: Vec<Expression>,
}

impl Rulebook {
    /// The measure of that name.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name)
    }

    /// Everything that a measure rests on, by name: levels and their tallies, facts and the facts behind these, settings.
    pub fn names_behind(&self, measure: &Measure) -> BTreeSet<String> {
        let sides = measure.variants.iter().flat_map(|variant| [&variant.denominator, &variant.numerator]);
        let mut named: BTreeSet<String> = sides.flat_map(|side| side.names.iter().cloned()).collect();
        loop {
            let before = named.len();
            for level in self.levels.iter().filter(|level| named.contains(&level.name)).collect::<Vec<_>>() {
                named.extend(level.when.names.iter().cloned());
            }
            for tally in self.tallies.iter().filter(|tally| named.contains(&tally.name)).collect::<Vec<_>>() {
                named.extend(tally.filter.names.iter().cloned());
            }
            for part in &self.facts {
                if part.columns.keys().any(|name| named.contains(name)) {
                    named.extend(part.names().into_iter().map(str::to_owned));
                }
            }
            if named.len() == before {
                return named;
            }
        }
    }

    /// The level of that name.
    pub fn level(&self, name: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.name == name)
    }

    /// The tally of that name.
    pub fn tally(&self, name: &str) -> Option<&Tally> {
        self.tallies.iter().find(|tally| tally.name == name)
    }

    /// Its name and version, as results carry them.
    pub fn identity(&self) -> String {
        format!("{} {}", self.header.name, self.header.version)
    }
}

/// A rulebook checks out, or every reason why it does not.
///
/// `sources` are the texts that `definition` was made from: spans are looked up in them.
///
/// # Errors
/// A condition that names what is not there or is no SQL, a name that is given twice, a source or school year that does
/// not exist, a part that no definition supplies.
pub fn check(definition: &Definition, sources: &[SourceFile]) -> Result<Rulebook, Vec<Diagnostic>> {
    let mut checker = Checker { sources, diagnostics: Vec::new(), taken: BTreeMap::new() };
    let rulebook = checker.rulebook(definition);
    match rulebook {
        Some(rulebook) if checker.diagnostics.is_empty() => Ok(rulebook),
        _ => Err(checker.diagnostics),
    }
}

struct Checker<'a> {
    sources: &'a [SourceFile],
    diagnostics: Vec<Diagnostic>,
    taken: BTreeMap<String, &'static str>,
}

impl Checker<'_> {
    fn rulebook(&mut self, definition: &Definition) -> Option<Rulebook> {
        for year in [&definition.rulebook.effective_from, &definition.rulebook.effective_to].into_iter().flatten() {
            if let Err(error) = year.parse::<SchoolYear>() {
                self.whole("not_a_school_year", error.to_string(), None);
            }
        }
        // Which year stands behind the constants makes no difference to whether a name is there.
        let any = SchoolYear::starting(2024)?;
        let constants = vocabulary::constants(any, PopulationYear::ReportYear, &definition.settings).placeholders();
        for name in definition.settings.keys() {
            self.taken.insert(name.clone(), "setting");
        }
        for (name, values) in &definition.alternatives {
            let kind = |setting: &Setting| std::mem::discriminant(setting);
            match definition.settings.get(name) {
                None => self.whole("unknown_name", format!("`{name}` has alternatives and is no setting"), None),
                Some(usual) if values.iter().any(|value| kind(value) != kind(usual)) => {
                    let message = format!("an alternative of `{name}` is of another kind than the setting");
                    self.whole("bad_setting", message, None);
                }
                Some(_) => {}
            }
        }

        let Some(enrollment) = &definition.enrollment else {
            self.whole("missing_part", "no `[enrollment]`: which enrollments count?".to_owned(), None);
            return None;
        };
        let of_enrollment = vocabulary::table_columns("e", "enrollments").or(&constants);
        let enrollment_counts = self.expression(&enrollment.counts, &of_enrollment);
        let enrollment_order: Vec<_> =
            enrollment.order.iter().filter_map(|term| self.order_term(term, &of_enrollment)).collect();

        let of_record = vocabulary::record_columns().or(&constants);
        let mut tallies = Vec::new();
        let mut tally_columns = Columns::default();
        for tally in &definition.tallies {
            self.name(&tally.name, "tally");
            tally_columns.add(tally.name.get_ref(), format!("t.{}", tally.name.get_ref()), tally.unit.clone());
            if let Some(filter) = self.expression(&tally.filter, &of_record) {
                tallies.push(Tally {
                    name: tally.name.get_ref().clone(),
                    unit: tally.unit.clone(),
                    of: tally.of,
                    parts: tally.parts,
                    filter,
                    source: tally.source.clone(),
                });
            }
        }

        let mut students = vocabulary::student_columns("s").or(&constants);
        let mut rows = Columns::default();
        let mut status_columns = Columns::default();
        for (name, doc) in [
            ("program_id", "The program."),
            ("cluster_16", "Its career cluster."),
            ("pathway", "Its pathway."),
            ("nontraditional_for", "The sex for which it is nontraditional."),
        ] {
            status_columns.add(name, format!("r.{name}"), doc);
        }
        for level in &definition.levels {
            let name = level.name.get_ref();
            status_columns.add(name, format!("r.{name}"), format!("Whether the student is a {name} of the program."));
            rows.add(name, format!("w.{name}"), format!("Whether the student is a {name} of a program of the row."));
        }
        // Facts of students come first: levels and facts of rows may name them, whatever the order in the file.
        let mut facts = Vec::new();
        for part in definition.facts.iter().filter(|part| part.per == Per::Student) {
            let checked = self.facts(part, &students, &Columns::default());
            for name in part.columns.keys() {
                students.add(name, format!("s.{name}"), part.words.clone());
            }
            facts.extend(checked);
        }
        let mut of_level = tally_columns.or(&students);
        for (name, doc) in vocabulary::PROGRAM_TOTALS {
            of_level.add(*name, format!("t.{name}"), *doc);
        }
        let mut levels = Vec::new();
        for level in &definition.levels {
            self.name(&level.name, "level");
            if let Some(when) = self.expression(&level.when, &of_level) {
                levels.push(Level {
                    name: level.name.get_ref().clone(),
                    title: level.title.clone(),
                    code: level.code.clone(),
                    scope: level.scope,
                    clauses: when.conjuncts(&of_level).unwrap_or_default(),
                    when,
                    source: level.source.clone(),
                });
            }
        }
        for part in definition.facts.iter().filter(|part| part.per == Per::Row) {
            let checked = self.facts(part, &students, &status_columns);
            for name in part.columns.keys() {
                rows.add(name, format!("w.{name}"), part.words.clone());
            }
            facts.extend(checked);
        }
        let of_row = rows.or(&relabelled(&students));
        let subgroups = self.subgroups(definition, &of_row);
        let measures = self.measures(definition, &of_row);
        let pathway = self.pathway(definition, &levels, &of_row);
        if let Some(comparison) = definition.comparison.as_ref().filter(|c| !(1..100).contains(&c.confidence_percent)) {
            let message = format!("a confidence of {} percent is none", comparison.confidence_percent);
            self.whole("bad_comparison", message, Some("95 is usual".to_owned()));
        }
        Some(Rulebook {
            header: definition.rulebook.clone(),
            settings: definition.settings.clone(),
            alternatives: definition.alternatives.clone(),
            targets: definition.targets.clone(),
            enrollment_counts: enrollment_counts?,
            enrollment_order,
            enrollment_words: enrollment.words.clone(),
            none: definition
                .none
                .clone()
                .unwrap_or(NoLevel { title: "No CTE course completed".to_owned(), code: String::new() }),
            tallies,
            levels,
            facts,
            subgroups,
            measures,
            pathway,
            comparison: definition.comparison.clone(),
        })
    }

    fn pathway(&mut self, definition: &Definition, levels: &[Level], of_row: &Columns) -> Option<Pathway> {
        let pathway = definition.pathway.as_ref()?;
        if !levels.iter().any(|level| &level.name == pathway.goal.get_ref()) {
            let message = format!("no level `{}`", pathway.goal.get_ref());
            let help = nearest(pathway.goal.get_ref(), levels.iter().map(|level| level.name.as_str()));
            self.at(&pathway.goal, "unknown_name", message, help.map(|near| format!("did you mean `{near}`?")));
        }
        // Steps are judged program by program, where the tallies that levels name are known.
        let mut of_step = of_row.clone();
        for level in levels.iter().filter(|level| matches!(level.scope, Scope::Program | Scope::Student)) {
            for tally in definition.tallies.iter().map(|tally| tally.name.get_ref()) {
                if level.when.names.contains(tally) {
                    of_step.add(
                        tally,
                        format!("t.{}", number_column(tally, Scope::Program)),
                        "A tally of the program.",
                    );
                }
            }
        }
        let left = self.expression(&pathway.left, of_row);
        let returns = self.expression(&pathway.returns, of_row);
        let mut steps: Vec<Step> = Vec::new();
        for step in &pathway.steps {
            let name = step.name.get_ref();
            if name.is_empty() || steps.iter().any(|other| &other.name == name) {
                self.at(&step.name, "name_taken", format!("`{name}` is already the name of a step"), None);
            }
            let after = step.after.as_ref().and_then(|after| {
                let before = steps.iter().position(|other| &other.name == after.get_ref());
                if before.is_none() {
                    self.at(after, "unknown_name", format!("no step `{}` before this one", after.get_ref()), None);
                }
                before
            });
            let observed = step.observed.as_ref().and_then(|observed| self.expression(observed, &of_step));
            if let Some(when) = self.expression(&step.when, &of_step) {
                steps.push(Step {
                    name: name.clone(),
                    title: step.title.clone(),
                    words: step.words.clone(),
                    after,
                    within_years: step.within_years,
                    outcome: step.outcome,
                    when,
                    observed,
                    source: step.source.clone(),
                });
            }
        }
        Some(Pathway {
            goal: pathway.goal.get_ref().clone(),
            left: left?,
            returns: returns?,
            returns_words: pathway.returns_words.clone(),
            source: pathway.source.clone(),
            steps,
        })
    }

    fn facts(&mut self, part: &crate::definition::Facts, students: &Columns, statuses: &Columns) -> Option<Facts> {
        for name in part.columns.keys() {
            if let Some(what) = self.taken.insert(name.clone(), "fact") {
                self.whole("name_taken", format!("`{name}` is already the name of a {what}"), None);
            }
        }
        let of_rows = match &part.from {
            None => Columns::default(),
            Some(from) if from.get_ref() == vocabulary::PROGRAM_STATUSES && part.per == Per::Row => statuses.clone(),
            Some(from) => match vocabulary::source(from.get_ref()) {
                Some(source) if part.per == Per::Student || source.columns.iter().any(|(c, _)| *c == "program_id") => {
                    let mut columns = Columns::default();
                    for (name, doc) in source.columns {
                        columns.add(name, format!("r.{name}"), doc);
                    }
                    columns
                }
                Some(_) => {
                    let message = format!("`{}` has no `program_id`, so it tells nothing per row", from.get_ref());
                    self.at(from, "unusable_table", message, None);
                    return None;
                }
                None => {
                    let near = nearest(from.get_ref(), vocabulary::source_names());
                    let help = near.map(|near| format!("did you mean `{near}`?"));
                    self.at(
                        from,
                        "unknown_table",
                        format!("no table `{}` with rows of students", from.get_ref()),
                        help,
                    );
                    return None;
                }
            },
        };
        let columns = of_rows.or(students);
        let filter = part.filter.as_ref().and_then(|filter| self.expression(filter, &columns));
        let values: BTreeMap<_, _> = part
            .columns
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), self.expression(value, &columns)?)))
            .collect();
        Some(Facts {
            words: part.words.clone(),
            per: part.per,
            from: part.from.as_ref().map(|from| from.get_ref().clone()),
            filter,
            columns: values,
        })
    }

    fn subgroups(&mut self, definition: &Definition, columns: &Columns) -> Vec<Subgroup> {
        let mut subgroups = Vec::new();
        for dimension in &definition.dimensions {
            for group in &dimension.groups {
                let name = format!("{}:{}", dimension.name, group.name);
                if let Some(when) = self.expression(&group.when, columns) {
                    subgroups.push(Subgroup {
                        name,
                        title: group.title.clone(),
                        dimension: dimension.name.clone(),
                        dimension_title: dimension.title.clone(),
                        overlapping: dimension.overlapping,
                        when,
                    });
                }
            }
        }
        // Pairs name their parts in this order.
        subgroups.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(twice) = subgroups.windows(2).find(|pair| pair[0].name == pair[1].name) {
            self.whole("name_taken", format!("`{}` is the name of two subgroups", twice[0].name), None);
        }
        if subgroups.len() > 64 {
            let message = format!("{} subgroups, and a student's are kept in 64 bits", subgroups.len());
            self.whole("too_many_subgroups", message, None);
        }
        subgroups
    }

    fn measures(&mut self, definition: &Definition, columns: &Columns) -> Vec<Measure> {
        let mut measures: Vec<Measure> = Vec::new();
        for measure in &definition.measures {
            if measures.iter().any(|other| &other.name == measure.name.get_ref()) {
                let message = format!("`{}` is already the name of a measure", measure.name.get_ref());
                self.at(&measure.name, "name_taken", message, None);
            }
            let mut variants = Vec::new();
            for variant in &measure.variants {
                let denominator = self.expression(&variant.denominator, columns);
                let numerator = self.expression(&variant.numerator, columns);
                if let (Some(denominator), Some(numerator)) = (denominator, numerator) {
                    variants.push(Variant {
                        name: variant.name.clone(),
                        denominator_clauses: denominator.conjuncts(columns).unwrap_or_default(),
                        numerator_clauses: numerator.conjuncts(columns).unwrap_or_default(),
                        denominator,
                        numerator,
                    });
                }
            }
            measures.push(Measure {
                name: measure.name.get_ref().clone(),
                title: measure.title.clone(),
                population_year: measure.population_year,
                attribution: measure.attribution,
                denominator_words: measure.denominator_words.clone(),
                numerator_words: measure.numerator_words.clone(),
                source: measure.source.clone(),
                variants,
            });
        }
        measures
    }

    fn name(&mut self, name: &Spanned<String>, what: &'static str) {
        let text = name.get_ref();
        let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && text.starts_with(|c: char| c.is_ascii_lowercase());
        if !plain {
            let message = format!("`{text}` cannot be named in conditions");
            self.at(name, "bad_name", message, Some("use lower-case letters, digits and `_`".to_owned()));
        }
        if let Some(other) = self.taken.insert(text.clone(), what) {
            self.at(name, "name_taken", format!("`{text}` is already the name of a {other}"), None);
        }
    }

    fn order_term(&mut self, term: &Spanned<String>, columns: &Columns) -> Option<String> {
        let mut words = term.get_ref().split_whitespace();
        let column = words.next().unwrap_or_default();
        let rest = words.collect::<Vec<_>>().join(" ");
        if !columns.contains(column) {
            let help = columns.nearest(column).map(|near| format!("did you mean `{near}`?"));
            self.at(term, "unknown_column", format!("no column `{column}`"), help);
            return None;
        }
        if !["ASC NULLS FIRST", "ASC NULLS LAST", "DESC NULLS FIRST", "DESC NULLS LAST"].contains(&rest.as_str()) {
            let help = "write `column DESC NULLS LAST`, or ASC, or FIRST".to_owned();
            self.at(term, "bad_order", format!("`{rest}` does not say in which order"), Some(help));
            return None;
        }
        Some(format!("e.{column} {rest}"))
    }

    fn expression(&mut self, text: &Spanned<String>, columns: &Columns) -> Option<Expression> {
        match Expression::parse(text.get_ref(), columns) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let code = if error.message.starts_with("no ") { "unknown_name" } else { "bad_condition" };
                let (file, span) = self.find(text.span(), text.get_ref());
                let meant = error
                    .word
                    .as_deref()
                    .and_then(|word| nth_word(file, &span, text.get_ref(), word, error.at))
                    .unwrap_or(span);
                self.diagnostics.push(diagnostic(file, meant, code, error.message, error.help));
                None
            }
        }
    }

    fn at(&mut self, text: &Spanned<String>, code: &str, message: String, help: Option<String>) {
        let (file, span) = self.find(text.span(), text.get_ref());
        self.diagnostics.push(diagnostic(file, span, code, message, help));
    }

    fn whole(&mut self, code: &str, message: String, help: Option<String>) {
        let place = Place::file(self.sources.first().map_or("rulebook", |file| file.name.as_str()));
        let mut diagnostic = Diagnostic::new(code, Severity::Fatal, place, message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }

    /// A span does not tell its file: it is the one that says `value` there.
    fn find(&self, span: Range<usize>, value: &str) -> (Option<&SourceFile>, Range<usize>) {
        let says = |file: &&SourceFile| {
            file.text.get(span.clone()).is_some_and(|raw| {
                format!("x = {raw}").parse::<toml::Table>().is_ok_and(|table| table["x"].as_str() == Some(value))
            })
        };
        (self.sources.iter().find(says), span)
    }
}

/// The columns of students as a row of the measures table sees them.
fn relabelled(students: &Columns) -> Columns {
    let mut columns = Columns::default();
    for (name, column) in students.iter() {
        let sql = column.sql.strip_prefix("s.").map_or_else(|| column.sql.clone(), |rest| format!("w.{rest}"));
        columns.add(name, sql, column.doc.clone());
    }
    columns
}

/// Where in the file the word is that stands at `at` in the value of the string at `span`.
fn nth_word(
    file: Option<&SourceFile>,
    span: &Range<usize>,
    value: &str,
    word: &str,
    at: Option<(u64, u64)>,
) -> Option<Range<usize>> {
    let raw = file?.text.get(span.clone())?;
    let (line, column) = at?;
    let line_start: usize = value.split('\n').take(usize::try_from(line).ok()? - 1).map(|l| l.len() + 1).sum();
    let before = value.get(..line_start + usize::try_from(column).ok()? - 1)?;
    // Escapes and line joins move the value against the raw text; counting the word's occurrences does not care.
    let occurrence = before.matches(word).count();
    raw.match_indices(word).nth(occurrence).map(|(offset, _)| span.start + offset..span.start + offset + word.len())
}

fn diagnostic(
    file: Option<&SourceFile>,
    span: Range<usize>,
    code: &str,
    message: String,
    help: Option<String>,
) -> Diagnostic {
    let place = file.map_or_else(|| Place::file("rulebook"), |file| place(file, span.start));
    let mut diagnostic = Diagnostic::new(code, Severity::Fatal, place, message);
    if let Some(file) = file {
        diagnostic = diagnostic.marking(&file.text, span);
    }
    diagnostic.help = help;
    diagnostic
}

/// The line and column of an offset.
pub(crate) fn place(file: &SourceFile, offset: usize) -> Place {
    let before = &file.text[..offset.min(file.text.len())];
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Place::line(&file.name, line).column(format!("column {column}"))
}
