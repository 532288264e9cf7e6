use std::{io::IsTerminal, sync::Arc};

use clap::Args;
use datafusion::{arrow::array::RecordBatch, error::DataFusionError};
use waymark_lake::{At, LakeError, SessionOptions};

use crate::{
    access::Log,
    data_folder::{Global, moment},
    failure::Failure,
    output::Output,
};

/// Ask the tables anything, read-only
#[derive(Args, Debug)]
#[command(
    long_about = "Runs one SQL query over the tables of the bundle (docs/bundle.md) by their bare names, and over \
        `quarantine` and `findings`, which describe the latest import. Only queries that read are run. The dialect is \
        Apache DataFusion's. `_line` is the line of the file that a row was read from.",
    after_long_help = "Examples:\n  \
        waymark sql \"SHOW TABLES\"\n  \
        waymark sql \"SELECT grade_level, count(*) FROM enrollments GROUP BY grade_level ORDER BY 1\"\n  \
        waymark sql \"SELECT * FROM quarantine\" --format csv\n  \
        waymark sql \"SELECT count(*) FROM students\" --at 2025-06-30"
)]
pub(crate) struct Arguments {
    /// The query; `-` reads it from standard input
    query: String,
    /// Read the data as they were: after a batch (`3`), at the end of a day (`2025-06-30`), or `snapshot:12`
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    at: Option<At>,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let query = match arguments.query.as_str() {
        "-" if std::io::stdin().is_terminal() => return Err(Failure::user("there is no query on standard input")),
        "-" => std::io::read_to_string(std::io::stdin()).map_err(|error| Failure::user(error.to_string()))?,
        query => query.to_owned(),
    };
    let lake = global.open().await?;
    let snapshot = lake.snapshot(arguments.at.unwrap_or(At::Latest)).await?;
    let session = snapshot.session(&SessionOptions::default())?;
    let refused = |error: &DataFusionError| {
        let failure = Failure::user(format!("the query cannot be run: {}", error.strip_backtrace()));
        failure.hint("one query that reads; `waymark sql \"SHOW TABLES\"` lists the tables")
    };
    let frame = match waymark_lake::select(&session, &query).await {
        Err(LakeError::Query(error)) => return Err(refused(&error)),
        frame => frame?,
    };
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let mut rows = frame.collect().await.map_err(|error| refused(&error))?;
    if rows.is_empty() {
        rows.push(RecordBatch::new_empty(schema));
    }
    Log::new(lake.dir()).rows("a query of the tables", &rows, snapshot.number).await?;
    arguments.output.write(&rows)
}
