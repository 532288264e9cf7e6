use clap::Args;

use crate::{
    data_folder::{Global, Which},
    failure::Failure,
    output::Output,
    sheet::Sheet,
};

/// Every student's level: participant, concentrator, or what the State calls them
#[derive(Args, Debug)]
#[command(
    long_about = "The level of every student who is enrolled in the report year, as of its last day: one row with program \
        `*` for the highest of all, and one for each program in which a level is met. `code` is the State's own code.\n\n\
        `waymark explain student ID` says why.",
    after_long_help = "Examples:\n  \
        waymark statuses --report-year 2024-25 --format csv\n  \
        waymark statuses --rulebook texas"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let counting = arguments.which.open(global).await?;
    let released = counting.door.statuses(&counting.audience, counting.year).await?;
    let rows = || released.content().rows().iter();
    let rows = Sheet::new()
        .text("student_id", rows().map(|row| &row.student_id))
        .text("program_id", rows().map(|row| &row.program_id))
        .text("level", rows().map(|row| &row.level))
        .text("code", rows().map(|row| &row.code))
        .rows()?;
    arguments.output.write(&[rows])
}
