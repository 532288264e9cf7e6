use clap::Args;
use waymark_disclosure::GapRow;

use crate::{
    data_folder::{Global, Which},
    failure::Failure,
    output::Output,
    sheet::Sheet,
};

/// How far schools, programs and subgroups are from everybody
#[derive(Args, Debug)]
#[command(
    long_about = "For an organization and each measure: the rate of every organization right below it, of every program, \
        and of every subgroup, less the rate of everybody in the organization. The gap is an exact fraction, and in \
        percentage points with two decimals; below zero the group is behind.",
    after_long_help = "Examples:\n  \
        waymark gaps --measure 5S3\n  \
        waymark gaps --organization D001 --format csv"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Only this measure
    #[arg(long, value_name = "NAME")]
    measure: Option<String>,
    /// The organization [default: the State, or whatever is at the top]
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let counting = arguments.which.open(global).await?;
    counting.known_names(arguments.organization.as_deref(), None).await?;
    let top = "SELECT organization_id FROM organizations WHERE parent_organization_id IS NULL ORDER BY 1 LIMIT 1";
    let organization = match &arguments.organization {
        Some(organization) => organization.clone(),
        None => counting.texts(top).await?.pop().unwrap_or_default(),
    };
    let quoted = organization.replace('\'', "''");
    let below =
        format!("SELECT organization_id FROM organizations WHERE parent_organization_id = '{quoted}' ORDER BY 1");
    let parts = counting.texts(&below).await?;
    let measures = match &arguments.measure {
        Some(measure) => vec![measure.clone()],
        None => counting.door.book().measures.iter().map(|measure| measure.name.clone()).collect(),
    };
    let mut found: Vec<GapRow> = Vec::new();
    for measure in measures {
        let released = counting.door.gaps(&counting.audience, counting.year, &measure, &organization, &parts).await?;
        found.extend(released.content().rows().iter().cloned());
    }
    let rows = || found.iter();
    let year = counting.year.to_string();
    let rows = Sheet::new()
        .text("report_year", rows().map(|_| &year))
        .text("measure", rows().map(|row| &row.row.measure))
        .text("variant", rows().map(|row| &row.row.variant))
        .text("organization_id", rows().map(|row| &row.row.organization_id))
        .text("program_id", rows().map(|row| &row.row.program_id))
        .text("subgroup", rows().map(|row| &row.row.subgroup))
        .count("denominator", rows().map(|row| row.row.denominator))
        .count("numerator", rows().map(|row| row.row.numerator))
        .text("compared_with", rows().map(|_| &organization))
        .optional_text("gap_numerator", rows().map(|row| row.gap.map(|gap| gap.numerator.to_string())))
        .optional_text("gap_denominator", rows().map(|row| row.gap.map(|gap| gap.denominator.to_string())))
        .optional_text("gap_points", rows().map(|row| row.gap.map(waymark_disclosure::Gap::points)))
        .rows()?;
    arguments.output.write(&[rows])
}
