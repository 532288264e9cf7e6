use std::{io::Write, path::PathBuf, sync::Arc};

use chrono::Local;
use clap::Args;
use datafusion::arrow::array::RecordBatch;
use waymark_lake::{At, LakeError, SessionOptions};

use crate::{
    access::Log,
    data_folder::{Global, moment, nothing_imported},
    failure::{Failure, Kind},
    import::{self, FINDINGS, QUARANTINE},
    mappings,
    output::Output,
    progress::Bar,
    report::{self, Extent},
};

/// What is wrong with the data, or with a bundle before it is imported
#[derive(Args, Debug)]
#[command(
    long_about = "Without PATH: what the latest import found. Every kind of finding with its count, then the rows that \
        were set aside, with their reasons. `--findings` and `--set-aside` write the one or the other as rows, with file, \
        line, column and value, for a spreadsheet.\n\n\
        With PATH: reads and checks a bundle against what is stored, and stores nothing. The exit code is 3 where the \
        bundle would be refused.",
    after_long_help = "Examples:\n  \
        waymark check-data\n  \
        waymark check-data --set-aside --format csv --output set-aside.csv\n  \
        waymark check-data exports/2025-26\n\n\
        Every finding has a page in docs/data-quality."
)]
pub(crate) struct Arguments {
    /// A folder or .zip archive to check without storing it
    #[arg(conflicts_with_all = ["findings", "set_aside", "at"])]
    path: Option<PathBuf>,
    /// Every finding that is kept, a row each
    #[arg(long, conflicts_with = "set_aside")]
    findings: bool,
    /// Every row that was set aside
    #[arg(long)]
    set_aside: bool,
    /// What an earlier import found: a batch (`3`), a day (`2025-06-30`) or `snapshot:12`
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    at: Option<At>,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.path {
        Some(path) => check(global, path).await,
        None => found(global, arguments).await,
    }
}

async fn check(global: &Global, path: &std::path::Path) -> Result<(), Failure> {
    let lake = global.open().await?;
    let mapping = mappings::for_source(lake.dir(), path, None, None)?;
    let source = import::Source { path, mapping: mapping.as_ref() };
    let bar = Arc::new(Bar::new());
    let told = import::check(&lake, source, Local::now().date_naive(), bar.clone()).await;
    bar.end();
    let told = told.map_err(|failure| match failure.kind {
        Kind::Data => failure.named("the bundle would be refused; nothing is stored"),
        _ => failure,
    })?;
    report::say_findings(&told.findings, Extent::All);
    let text = format!("Checked `{}`. Nothing is stored.\n\n{}", path.display(), report::in_words(&told)?);
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// What the latest import found, as it is stored.
async fn found(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let lake = global.open().await?;
    let snapshot = lake.snapshot(arguments.at.unwrap_or(At::Latest)).await?;
    if !snapshot.tables()?.iter().any(|table| table == FINDINGS) {
        return Err(nothing_imported(lake.dir()));
    }
    let session = snapshot.session(&SessionOptions::default())?;
    let rows = async |sql: String| -> Result<Vec<RecordBatch>, Failure> {
        let frame = waymark_lake::select(&session, &sql).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let mut rows = frame.collect().await.map_err(LakeError::from)?;
        Log::new(lake.dir()).rows("findings and rows set aside", &rows, snapshot.number).await?;
        if rows.is_empty() {
            rows.push(RecordBatch::new_empty(schema));
        }
        Ok(rows)
    };
    let worst_first = "CASE severity WHEN 'fatal' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, code";
    if arguments.findings {
        return arguments
            .output
            .write(&rows(format!("SELECT * FROM {FINDINGS} ORDER BY {worst_first}, file, line")).await?);
    }
    let set_aside = format!("SELECT * FROM {QUARANTINE} ORDER BY file, line");
    if arguments.set_aside {
        return arguments.output.write(&rows(set_aside).await?);
    }
    let kinds = format!(
        "SELECT severity, code, max(count) AS count, concat(min(file), ':', CAST(min(line) AS varchar)) AS first FROM \
         {FINDINGS} GROUP BY severity, code ORDER BY {worst_first}"
    );
    arguments.output.write(&rows(kinds).await?)
}
