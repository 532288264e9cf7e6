use std::{collections::BTreeMap, fmt::Write as _, io::Write as _};

use clap::{Args, Subcommand, ValueEnum};
use datafusion::prelude::SessionContext;
use waymark_engine::Engine;
use waymark_rulebook::{Plan, Rulebook, definition::PopulationYear, explain_measure, in_words, schema};
use waymark_terms::SchoolYear;

use crate::{failure::Failure, rulebooks};

/// Read, check and compare definitions
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArguments),
    Show(ShowArguments),
    Diff(DiffArguments),
    /// The JSON Schema of a rulebook, for editors
    Schema,
}

/// Whether a rulebook can be computed, and if not, where it is wrong
#[derive(Args, Debug)]
#[command(
    long_about = "Checks every name and condition of a rulebook, line and column, and plans every query of it without \
        reading any data. The exit code is 4 where something is wrong.",
    after_long_help = "Examples:\n  waymark rulebook check state.toml"
)]
pub(crate) struct CheckArguments {
    /// A built-in rulebook or the path of a .toml file
    file: String,
}

/// A rulebook at each stage of its way into queries
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:\n  \
    waymark rulebook show federal\n  \
    waymark rulebook show texas --stage plan --report-year 2024-25\n  \
    waymark rulebook show federal --stage columns     what conditions may name")]
pub(crate) struct ShowArguments {
    /// A built-in rulebook or the path of a .toml file
    name: String,
    /// The stage
    #[arg(long, value_enum, default_value_t = Stage::Words)]
    stage: Stage,
    /// The report year of the plans
    #[arg(long, value_name = "YEAR", default_value = "2024-25")]
    report_year: SchoolYear,
}

/// What changed between two rulebooks, in words
#[derive(Args, Debug)]
#[command(
    after_long_help = "Examples:\n  waymark rulebook diff federal texas\n  waymark rulebook diff texas our-texas.toml"
)]
pub(crate) struct DiffArguments {
    /// The one before
    a: String,
    /// The one after
    b: String,
}

/// A stage of a rulebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// As its author wrote it
    Definition,
    /// Checked: every name resolved
    Checked,
    /// In plain words
    Words,
    /// The queries, each with its purpose
    Plan,
    /// What the engine makes of the queries
    EnginePlan,
    /// The columns and functions that conditions may name
    Columns,
}

pub(crate) async fn run(command: &Command) -> Result<(), Failure> {
    let text = match command {
        Command::Check(arguments) => check(&arguments.file).await?,
        Command::Show(arguments) => show(arguments).await?,
        Command::Diff(arguments) => diff(&rulebooks::open(&arguments.a)?, &rulebooks::open(&arguments.b)?),
        Command::Schema => schema(),
    };
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

async fn check(file: &str) -> Result<String, Failure> {
    let book = rulebooks::open(file)?;
    let year = book.header.effective_from.as_deref().and_then(|year| year.parse().ok()).or(SchoolYear::starting(2024));
    if let Some(year) = year {
        engine_plans(&book, year).await?;
    }
    Ok(format!(
        "{} is sound: {} levels, {} facts, {} subgroups, {} measures.\n",
        book.identity(),
        book.levels.len(),
        book.facts.len(),
        book.subgroups.len(),
        book.measures.len()
    ))
}

async fn show(arguments: &ShowArguments) -> Result<String, Failure> {
    if arguments.stage == Stage::Definition {
        return Ok(rulebooks::source(&arguments.name)?.text);
    }
    let book = rulebooks::open(&arguments.name)?;
    Ok(match arguments.stage {
        Stage::Definition => String::new(),
        Stage::Checked => format!("{book:#?}\n"),
        Stage::Words => in_words(&book),
        Stage::Plan => plans(&book, arguments.report_year).iter().map(|plan| format!("{plan}\n")).collect(),
        Stage::EnginePlan => engine_plans(&book, arguments.report_year).await?,
        Stage::Columns => waymark_rulebook::vocabulary_in_words(),
    })
}

/// Every plan of a year: that of the statuses, and those of the measures.
fn plans(book: &Rulebook, year: SchoolYear) -> Vec<Plan> {
    let measures = [PopulationYear::ReportYear, PopulationYear::YearBefore]
        .into_iter()
        .filter_map(|population| Plan::measures(book, year, population, &|_| true));
    std::iter::once(Plan::statuses(book, year)).chain(measures).collect()
}

async fn engine_plans(book: &Rulebook, year: SchoolYear) -> Result<String, Failure> {
    let engine = Engine::new(SessionContext::new(), std::sync::Arc::new(book.clone()));
    let mut text = String::new();
    for plan in plans(book, year) {
        let _ = writeln!(text, "-- report year {}, population year {}", plan.report_year, plan.population_year);
        text.push_str(&engine.explain_plan(&plan).await?);
    }
    Ok(text)
}

/// The parts of a rulebook in words, by kind and name.
fn parts(book: &Rulebook) -> BTreeMap<(&'static str, String), String> {
    let mut parts = BTreeMap::new();
    let mut add = |kind, name: &str, words: String| parts.insert((kind, name.to_owned()), words);
    add("enrollment", "", format!("{}: {}", book.enrollment_words, book.enrollment_counts.text));
    for (name, setting) in &book.settings {
        add("setting", name, serde_json::to_string(setting).unwrap_or_default());
    }
    if let Some(targets) = &book.targets {
        add("line of levels", "", format!("{} percent", targets.line_percent));
    }
    for tally in &book.tallies {
        let (of, parts) = (format!("{:?}", tally.of).to_lowercase(), format!("{:?}", tally.parts).to_lowercase());
        add("tally", &tally.name, format!("{of} ({parts}) when {}", tally.filter.text));
    }
    for (rank, level) in book.levels.iter().enumerate() {
        let code = if level.code.is_empty() { String::new() } else { format!(", code {}", level.code) };
        let scope = format!("{:?}", level.scope).to_lowercase();
        let words = format!("{} (rank {}{code}), by {scope}, when {}", level.title, rank + 1, level.when.text);
        add("level", &level.name, words);
    }
    for fact in &book.facts {
        for (name, value) in &fact.columns {
            let filter = fact.filter.as_ref().map(|filter| format!(" when {}", filter.text)).unwrap_or_default();
            let from = fact.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
            add("fact", name, format!("{}{from}{filter}", value.text));
        }
    }
    for subgroup in &book.subgroups {
        add("subgroup", &subgroup.name, format!("{} when {}", subgroup.title, subgroup.when.text));
    }
    for measure in &book.measures {
        let words = explain_measure(book, measure);
        // What a measure rests on is compared by itself, and the last line names the rulebook.
        let own =
            words.lines().take_while(|line| !line.starts_with("    ")).filter(|line| !line.contains("rulebook: "));
        add("measure", &measure.name, own.map(str::trim).collect::<Vec<_>>().join("; "));
    }
    parts
}

fn diff(a: &Rulebook, b: &Rulebook) -> String {
    let (before, after) = (parts(a), parts(b));
    let mut text = format!("From {} to {}\n", a.identity(), b.identity());
    let unchanged = text.len();
    for (key, words) in &after {
        let (kind, name) = key;
        match before.get(key) {
            None => {
                let _ = writeln!(text, "\nNew {kind} {name}\n  {words}");
            }
            Some(old) if old != words => {
                let _ = writeln!(text, "\nChanged {kind} {name}\n  before: {old}\n  now:    {words}");
            }
            Some(_) => {}
        }
    }
    for ((kind, name), words) in before.iter().filter(|(key, _)| !after.contains_key(key)) {
        let _ = writeln!(text, "\nGone {kind} {name}\n  {words}");
    }
    if text.len() == unchanged {
        text.push_str("\nThey say the same.\n");
    }
    text
}
