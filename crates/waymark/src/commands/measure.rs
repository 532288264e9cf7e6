use clap::Args;
use datafusion::arrow::array::RecordBatch;
use waymark_disclosure::Selection;

use crate::{
    data_folder::{Global, Which},
    failure::Failure,
    output::{Format, Output},
};

/// Columns of the contract in front of `disclosure`, from whose readers nothing is hidden.
const COUNTED: usize = 9;

/// The measures table: every indicator by organization, program and subgroup
#[derive(Args, Debug)]
#[command(
    long_about = "Counts the measures of a report year: numerator, denominator and rate for every organization, program \
        (`*` for all, `cluster:NN` for a career cluster) and subgroup. Without options every row; each option narrows it. \
        A row with nobody in its denominator is not written.\n\n\
        `waymark explain measure NAME` says what a measure means, and `waymark students` who is in it.",
    after_long_help = "Examples:\n  \
        waymark measure --report-year 2024-25 --format csv\n  \
        waymark measure --measure 5S3 --organization D001 --program '*'\n  \
        waymark measure --measure 1S1 --program '*' --subgroup race:HI7+sex:F\n  \
        waymark measure --pairs --format parquet --output measures.parquet\n  \
        waymark measure --rulebook state.toml --at 2025-06-30"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Only this measure, such as `5S3` or `concentrators`
    #[arg(long, value_name = "NAME")]
    measure: Option<String>,
    /// Only this organization
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// Only this program, `cluster:NN`, or `*` for all programs together
    #[arg(long, value_name = "ID")]
    program: Option<String>,
    /// Only this subgroup, such as `all`, `sex:F` or `race:HI7+sex:F`
    #[arg(long, value_name = "NAME")]
    subgroup: Option<String>,
    /// Every pair of subgroups too
    #[arg(long)]
    pairs: bool,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let counting = arguments.which.open(global).await?;
    counting.known_names(arguments.organization.as_deref(), arguments.program.as_deref()).await?;
    let selection = Selection {
        measure: arguments.measure.clone(),
        organization: arguments.organization.clone(),
        program: arguments.program.clone(),
        subgroup: arguments.subgroup.clone(),
        pairs: arguments.pairs,
    };
    let released = counting.door.measures(&counting.audience, counting.year, &selection).await?;
    let rows = released.content().record_batch();
    arguments.output.write(&[match arguments.output.format {
        Format::Table | Format::Csv => contract(&rows)?,
        Format::Json | Format::Parquet => rows,
    }])
}

fn contract(rows: &RecordBatch) -> Result<RecordBatch, Failure> {
    let columns: Vec<usize> = (0..COUNTED).collect();
    rows.project(&columns).map_err(|error| Failure::bug(error.to_string()))
}
