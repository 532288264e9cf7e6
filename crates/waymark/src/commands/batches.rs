use clap::Args;
use waymark_lake::Batch;

use crate::{
    data_folder::Global, failure::Failure, import::QUARANTINE, output::Output, report::day_and_time, sheet::Sheet,
};

/// What was imported, undone and erased, when and by whom
#[derive(Args, Debug)]
#[command(
    long_about = "Lists every batch, oldest first: its number, when it was made, what it did, by whom, from which source, \
        how many rows it kept and set aside (of an undo or erasure: brought back or removed), and its snapshot. A batch \
        that is readable can be named with --at.",
    after_long_help = "Examples:\n  waymark batches\n  waymark measure --measure 5S3 --at 3"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let batches = global.open().await?.batches().await?;
    let all = || batches.iter();
    let rows = Sheet::new()
        .count("batch", all().map(|batch| batch.number))
        .text("at", all().map(|batch| day_and_time(batch.at)))
        .text("what", all().map(what))
        .text("by", all().map(|batch| &batch.by))
        .text("source", all().map(|batch| &batch.source))
        .count("rows", all().map(rows))
        .count("set_aside", all().map(|batch| batch.counts.get(QUARANTINE).copied().unwrap_or(0)))
        .text("snapshot", all().map(|batch| batch.snapshot.to_string()))
        .flag("readable", all().map(|batch| batch.readable))
        .rows()?;
    arguments.output.write(&[rows])
}

fn what(batch: &Batch) -> String {
    match (batch.undoes, batch.undone_by) {
        (Some(import), _) => format!("undo of {import}"),
        (None, Some(undo)) => format!("{}, undone by {undo}", batch.kind),
        (None, None) => batch.kind.to_string(),
    }
}

/// Rows in the tables of the bundle.
fn rows(batch: &Batch) -> u64 {
    let in_bundle = batch.counts.iter().filter(|(table, _)| waymark_terms::bundle::Table::named(table).is_some());
    in_bundle.map(|(_, rows)| rows).sum()
}
