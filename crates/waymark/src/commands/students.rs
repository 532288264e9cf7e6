use clap::Args;
use waymark_disclosure::{Cell, Side};

use crate::{
    data_folder::{Global, Which},
    failure::Failure,
    output::Output,
    sheet::Sheet,
};

/// Who makes up a number
#[derive(Args, Debug)]
#[command(
    long_about = "Lists the students behind a number of the measures table, with name, school and grade: everybody in the \
        denominator, or with --numerator those who count, or with --not-numerator those who do not.",
    after_long_help = "Examples:\n  \
        waymark students --measure 5S3 --not-numerator --organization D001\n  \
        waymark students --measure concentrators --numerator --program WELD --subgroup sex:F --format csv"
)]
pub(crate) struct Arguments {
    /// The measure
    #[arg(long, value_name = "NAME")]
    measure: String,
    /// Only those in the numerator
    #[arg(long, conflicts_with = "not_numerator")]
    numerator: bool,
    /// Only those in the denominator who are not in the numerator
    #[arg(long)]
    not_numerator: bool,
    /// The variant [default: the measure's first]
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// The organization [default: everybody]
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// A program, `cluster:NN`, or `*` for all programs together
    #[arg(long, value_name = "ID", default_value = "*")]
    program: String,
    /// The subgroup
    #[arg(long, value_name = "NAME", default_value = "all")]
    subgroup: String,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let counting = arguments.which.open(global).await?;
    counting.known_names(arguments.organization.as_deref(), Some(&arguments.program)).await?;
    let cell = Cell {
        measure: arguments.measure.clone(),
        variant: arguments.variant.clone(),
        organization: arguments.organization.clone(),
        program: arguments.program.clone(),
        subgroup: arguments.subgroup.clone(),
    };
    let side = match (arguments.numerator, arguments.not_numerator) {
        (true, _) => Side::Numerator,
        (_, true) => Side::NotNumerator,
        _ => Side::Denominator,
    };
    let released = counting.door.students(&counting.audience, counting.year, &cell, side).await?;
    let lines = || released.content().lines().iter();
    let rows = Sheet::new()
        .text("student_id", lines().map(|line| &line.student_id))
        .optional_text("last_name", lines().map(|line| line.last_name.as_ref()))
        .optional_text("first_name", lines().map(|line| line.first_name.as_ref()))
        .text("organization_id", lines().map(|line| &line.organization_id))
        .optional_text("grade_level", lines().map(|line| line.grade_level.as_ref()))
        .flag("in_numerator", lines().map(|line| line.in_numerator))
        .rows()?;
    arguments.output.write(&[rows])
}
