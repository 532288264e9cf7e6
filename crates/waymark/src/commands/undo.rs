use std::io::Write;

use chrono::Utc;
use clap::Args;

use crate::{
    data_folder::{Global, who},
    failure::Failure,
    report::day_and_time,
};

/// Take the newest import back
#[derive(Args, Debug)]
#[command(
    long_about = "Makes every table what it was before the newest import that stands. Done again, it goes further back. \
        Both batches stay in the list, and the undone import can still be read with --at. Students who were erased do \
        not come back.",
    after_long_help = "Examples:\n  waymark undo\n  waymark batches"
)]
pub(crate) struct Arguments {}

pub(crate) async fn run(global: &Global, Arguments {}: &Arguments) -> Result<(), Failure> {
    let lake = global.open_for_writing().await?;
    let undo = lake.undo(&who(), Utc::now()).await?;
    let undone = lake.batches().await?.into_iter().find(|batch| Some(batch.number) == undo.undoes);
    let mut stdout = std::io::stdout().lock();
    if let Some(import) = undone {
        let (number, source, at) = (import.number, &import.source, day_and_time(import.at));
        writeln!(stdout, "Undone: batch {number}, the import of `{source}` of {at}. This is batch {}.", undo.number)?;
    }
    Ok(())
}
