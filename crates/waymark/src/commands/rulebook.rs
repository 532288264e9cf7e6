use std::{fmt::Write as _, io::Write as _};

use clap::{Args, Subcommand, ValueEnum};
use datafusion::prelude::SessionContext;
use waymark_engine::Engine;
use waymark_rulebook::{Difference, Plan, Rulebook, definition::PopulationYear, difference, in_words, schema};
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
        Stage::Plan => {
            plans(&book, arguments.report_year).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
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

fn diff(a: &Rulebook, b: &Rulebook) -> String {
    let mut text = format!("From {} to {}\n", a.identity(), b.identity());
    let differences = difference(a, b);
    for Difference { what, before, after } in &differences {
        let _ = match (before, after) {
            (None, Some(now)) => writeln!(text, "\nNew {what}\n  {now}"),
            (Some(old), None) => writeln!(text, "\nGone {what}\n  {old}"),
            (old, now) => {
                let side = |side: &Option<String>| side.clone().unwrap_or_default();
                writeln!(text, "\nChanged {what}\n  before: {}\n  now:    {}", side(old), side(now))
            }
        };
    }
    if differences.is_empty() {
        text.push_str("\nThey say the same.\n");
    }
    text
}
