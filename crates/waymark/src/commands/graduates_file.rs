use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufWriter, Write},
    path::PathBuf,
};

use chrono::Local;
use clap::Args;
use waymark_intake::export::Graduates;
use waymark_lake::At;
use waymark_terms::SchoolYear;

use super::export::{tables, year_or_latest};
use crate::{data_folder::Global, failure::Failure, output::thousands};

/// Write the graduates file to send to the National Student Clearinghouse
#[derive(Args, Debug)]
#[command(
    long_about = "Writes the graduates file of StudentTracker for High Schools: everybody with a diploma of the school year. \
        It holds names, days of birth, diplomas and schools, and nothing else about the students. The clearinghouse's answer \
        is stored with `waymark import`; put this file beside it, so that students of whom it says nothing are known to \
        have blocked their records.\n\n\
        Whether a student has blocked the release of the record (34 CFR 99.37) is not in the data: name these students with \
        --blocked.",
    after_long_help = "Example:\n  \
        waymark graduates-file graduates.txt --account-code 10003061 --account-name \"Dale Schools\" --act-code HS1=360001"
)]
pub(crate) struct Arguments {
    /// The file to write, which is not there yet
    out: PathBuf,
    /// The district's account at the clearinghouse
    #[arg(long, value_name = "CODE")]
    account_code: String,
    /// The name of the account
    #[arg(long, value_name = "NAME")]
    account_name: String,
    /// The school year of the diplomas; the latest with enrollments where none is given
    #[arg(long, value_name = "YEAR")]
    school_year: Option<SchoolYear>,
    /// The ACT code of a high school, as ORGANIZATION=CODE; once for each
    #[arg(long, value_name = "ORGANIZATION=CODE", value_parser = pair)]
    act_code: Vec<(String, String)>,
    /// A file with the identifiers of students who have blocked the release of their records, one a line
    #[arg(long, value_name = "FILE")]
    blocked: Option<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (organization, code) = text.split_once('=').ok_or("an organization and its code, as `HS1=360001`")?;
    Ok((organization.to_owned(), code.to_owned()))
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let lake = global.open().await?;
    let snapshot = lake.snapshot(At::Latest).await?;
    let blocked: BTreeSet<String> = match &arguments.blocked {
        None => BTreeSet::new(),
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
            text.lines().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
        }
    };
    let graduates = Graduates {
        account_code: arguments.account_code.clone(),
        account_name: arguments.account_name.clone(),
        year: year_or_latest(&snapshot, arguments.school_year).await?,
        sent_on: Local::now().date_naive(),
        blocked,
        act_codes: arguments.act_code.iter().cloned().collect::<BTreeMap<_, _>>(),
    };
    let tables = tables(&snapshot, &["organizations", "students", "enrollments", "diplomas"]).await?;
    let out = &arguments.out;
    let file = fs::File::create_new(out).map_err(|error| Failure::file(out, &error))?;
    let written = graduates.write(&tables, &mut BufWriter::new(file)).map_err(|error| Failure::file(out, &error))?;
    let mut said = std::io::stderr().lock();
    writeln!(said, "{} graduates of {} to `{}`", thousands(written.students), graduates.year, out.display())?;
    if !written.left_out.is_empty() {
        let (count, some) = (written.left_out.len() as u64, &written.left_out[..written.left_out.len().min(10)]);
        writeln!(said, "{} are left out, who have no name or day of birth: {} …", thousands(count), some.join(", "))?;
    }
    for school in &written.without_act_code {
        writeln!(
            said,
            "warning: `{school}` has no ACT code, which the clearinghouse asks for: --act-code {school}=CODE"
        )?;
    }
    Ok(())
}
