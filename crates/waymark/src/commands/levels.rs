use clap::Args;
use waymark_disclosure::{IndicatorRow, Percent, Target};

use crate::{
    data_folder::{Global, Which},
    failure::Failure,
    output::Output,
    sheet::Sheet,
};

/// Every indicator against its level of performance
#[derive(Args, Debug)]
#[command(
    long_about = "Each indicator of an organization, for all concentrators, beside the level it is held to (targets.csv; \
        the State's where the organization has none of its own), the line from which the level is met (90 percent of it \
        in the federal rulebook), and whether it is: compared in whole numbers, so that exactly on the line is met. `met` \
        is empty where there is no level or nobody in the denominator. Rates and levels are in percent.",
    after_long_help = "Examples:\n  \
        waymark levels --report-year 2024-25\n  \
        waymark levels --organization D001 --format csv"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Only this organization
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let counting = arguments.which.open(global).await?;
    let organization = arguments.organization.as_deref();
    counting.known_names(organization, None).await?;
    let released = counting.door.levels(&counting.audience, counting.year, organization).await?;
    let rows = || released.content().rows().iter();
    let year = counting.year.to_string();
    let percent =
        |of: fn(&Target) -> Percent| move |row: &IndicatorRow| row.target.as_ref().map(|target| of(target).to_string());
    let rows = Sheet::new()
        .text("indicator", rows().map(|row| &row.indicator))
        .text("variant", rows().map(|row| &row.variant))
        .text("report_year", rows().map(|_| &year))
        .text("organization_id", rows().map(|row| &row.organization_id))
        .count("denominator", rows().map(|row| row.rate.denominator))
        .count("numerator", rows().map(|row| row.rate.numerator))
        .optional_text("rate", rows().map(|row| row.rate.percent().map(|rate| rate.to_string())))
        .optional_text("level", rows().map(percent(|target| target.level)))
        .optional_text("line", rows().map(percent(|target| target.line)))
        .optional_text("met", rows().map(met))
        .text("title", rows().map(|row| &row.title))
        .rows()?;
    arguments.output.write(&[rows])
}

fn met(row: &IndicatorRow) -> Option<&'static str> {
    use waymark_disclosure::Standing;
    match row.standing {
        Standing::Met => Some("true"),
        Standing::NotMet => Some("false"),
        Standing::NoLevel | Standing::Nobody => None,
    }
}
