use std::{io::Write as _, path::PathBuf};

use clap::{Args, ValueEnum};
use waymark_attacker::{Assumptions, KnownTable, Publication, attack};

use super::Ended;
use crate::{failure::Failure, output::visible_lines};

/// Try to work out what a publication hides
#[derive(Args, Debug)]
#[command(
    long_about = "Reads what was published, and nothing else, and tries to work out what it hides: with the sums that hold \
        between its cells, with rates, with whole numbers, and with all the publications named together, as anybody could \
        who kept the earlier ones. For every hidden number it says what it must be between, and where that is too close, \
        how it was found and what would close it. The exit code is 1 where something was worked out.\n\n\
        A folder is a release (docs/release-format.md). A file is a table in CSV that somebody published: columns of labels, \
        of counts, of percentages, and a symbol such as * for what is hidden. What its columns mean is guessed, and the \
        guesses are told first; FILE.toml beside FILE.csv says it better:\n\n  \
        minimum = 10\n  \
        labels = [\n    \
        { column = \"District\", total = \"All\" },\n    \
        { column = \"School\", total = \"All\", within = \"District\" },\n    \
        { column = \"Race\", total = \"All\", complete = false },       # some are of none\n    \
        { column = \"Program\", total = \"All\", overlap = true },      # some are in several\n    \
        { column = \"Year\", years = true, sums = { \"2023-25\" = [\"2023\", \"2024\", \"2025\"] } },\n  \
        ]\n  \
        counts = [{ column = \"N\" }, { column = \"Met\", within = \"N\" }]\n  \
        rates = [{ column = \"Percent\", of = \"N\", numerator = \"Met\", whole = 100 }]\n  \
        hidden = [\"*\"]\n  \
        hidden_zeros = false       # a 0 would be shown\n  \
        complements = true         # N less Met is protected too",
    after_long_help = "Examples:\n  \
        waymark attack release-2025                      a release by itself\n  \
        waymark attack release-2024 release-2025         with what was known before, the oldest first\n  \
        waymark attack state-report.csv --minimum 6      a table that somebody else published\n  \
        waymark attack release-2025 --format json        every hidden number and its interval"
)]
pub(crate) struct Arguments {
    /// Release folders and CSV files, in the order in which they were published
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Counts from 1 to below this should be hidden [default: what the publications say; else 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(2..))]
    minimum: Option<i64>,
    /// How many values a hidden small count must be able to have
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(i64).range(2..))]
    width: i64,
    /// A hidden count must possibly be as large as the minimum
    #[arg(long)]
    beyond_minimum: bool,
    /// The publisher's own measures table, nothing hidden: proofs are found sooner, and conclusions are held against it
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// How many findings to tell
    #[arg(long, value_name = "N", default_value_t = 20)]
    findings: usize,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading here
    Text,
    /// Every finding, and every hidden number with its interval
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Ended, Failure> {
    let wrong = |error: waymark_attacker::ReadError| Failure::user(error.to_string());
    let publications = arguments.files.iter().map(|file| Publication::read(file)).collect::<Result<Vec<_>, _>>();
    let publications = publications.map_err(wrong)?;
    let known = arguments.known.as_deref().map(KnownTable::read).transpose().map_err(wrong)?;
    let assumptions = Assumptions {
        minimum: arguments.minimum,
        width: arguments.width,
        beyond_minimum: arguments.beyond_minimum,
        explained: arguments.findings.max(200),
        known,
        ..Assumptions::default()
    };
    let report = attack(&publications, &assumptions);
    let text = match arguments.format {
        Format::Text => visible_lines(&report.in_words(arguments.findings)),
        Format::Json => report.to_json(&publications) + "\n",
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if report.broken() { Ended::Broken } else { Ended::Well })
}
