use std::{io::Write, path::PathBuf};

use clap::Args;
use waymark_synthetic::{Parameters, write_bundle};
use waymark_terms::SchoolYear;

use crate::{failure::Failure, output::thousands, progress::Bar};

/// Make up a district
#[derive(Args, Debug)]
#[command(
    long_about = "Writes a bundle of made-up students of one or more districts, for trying things out. The same numbers \
        and seed give the same bytes. An earlier made-up bundle is written over; a folder with anything else in it is \
        refused.",
    after_long_help = "Examples:\n  \
        waymark synthetic example --students 2000 --schools 6 --years 4 --seed 1\n  \
        waymark synthetic example --flaws 0.01     with mistakes in one row of a hundred\n  \
        waymark import example"
)]
pub(crate) struct Arguments {
    /// The folder to write
    out: PathBuf,
    /// Students, each of whom is there for one to five years
    #[arg(long, default_value_t = Parameters::default().students)]
    students: u64,
    /// Schools, career centers not counted
    #[arg(long, default_value_t = Parameters::default().schools)]
    schools: u32,
    /// Schools of a district
    #[arg(long, default_value_t = Parameters::default().schools_per_district)]
    schools_per_district: u32,
    /// School years
    #[arg(long, default_value_t = Parameters::default().years)]
    years: u16,
    /// The last school year
    #[arg(long, value_name = "YEAR", default_value_t = Parameters::default().last_year)]
    last_year: SchoolYear,
    /// Another seed gives other students
    #[arg(long, default_value_t = Parameters::default().seed)]
    seed: u64,
    /// The share of rows with a mistake in them, 0 to 1
    #[arg(long, default_value_t = Parameters::default().flaws)]
    flaws: f64,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { out, students, schools, schools_per_district, years, last_year, seed, flaws } = arguments;
    let parameters =
        Parameters { students, schools, schools_per_district, years, last_year, seed, flaws, ..Parameters::default() };
    let bar = Bar::new();
    let path = out.clone();
    let written = tokio::task::spawn_blocking(move || {
        let summary = write_bundle(&path, &parameters, &mut |done| bar.at("students", done, parameters.students));
        bar.end();
        summary
    });
    let summary = written.await.map_err(|error| Failure::bug(error.to_string()))??;
    let rows: u64 = summary.rows.iter().map(|(_, rows)| rows).sum();
    let (first, last) = summary.years;
    writeln!(
        std::io::stdout().lock(),
        "Wrote {} rows about {} made-up students in {} schools of {} districts, {first} to {last}, to `{}`.",
        thousands(rows),
        thousands(summary.students),
        summary.schools,
        summary.districts,
        out.display()
    )?;
    Ok(())
}
