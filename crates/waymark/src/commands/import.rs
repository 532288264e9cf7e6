use std::{fmt::Write as _, io::Write as _, path::PathBuf, sync::Arc};

use chrono::{Local, Utc};
use clap::Args;
use waymark_lake::Lake;
use waymark_terms::SchoolYear;

use super::{Ended, Stopped};
use crate::{
    data_folder::{Global, who},
    failure::Failure,
    import::{self, Imported, Occasion},
    mappings,
    output::visible,
    progress::Bar,
    report::{self, Extent},
};

/// Store the exports of a district
#[derive(Args, Debug)]
#[command(
    long_about = "Reads a folder or .zip of exports, checks it, and stores it as one batch: all of it or none of it. It may be \
        a bundle, a OneRoster package, Ed-Fi interchanges, a StudentTracker report of the clearinghouse, or lists of NCES, BLS \
        and O*NET.\n\n\
        A row that cannot be used is set aside with its reasons, and the rest is stored. A source that cannot be trusted \
        (a missing file or column, another encoding) is refused as a whole, with exit code 3, and nothing changes.\n\n\
        A bundle says everything about what it covers, and replaces just that:\n\
        - organizations, students, courses, programs, credential_catalog, employers, opportunities: rows of the same \
        identifier are replaced, others stay\n\
        - enrollments, course_outcomes: all rows of the school years in the file, in the districts in the file\n\
        - every other file about students: all rows of the students that students.csv or the file itself names\n\
        - program_courses, program_approvals: all rows of the programs in the file\n\
        - targets: rows of the same report year and organization\n\
        - code lists and labor market facts: rows of the same edition\n\n\
        So the same bundle twice changes nothing, the exports of several years can be imported one after another, and \
        one district's import leaves another's rows alone. Another format than a bundle leaves what it has no place for. A file that is not in the bundle changes nothing. `waymark \
        undo` takes an import back.\n\n\
        Spreadsheets and text files with columns of your own are read by a mapping, which `waymark map` proposes. It is \
        kept in the data folder, and next year's files with the same headings are read by it without naming it again.",
    after_long_help = "Examples:\n  waymark import exports/2024-25\n  waymark import exports.zip --data /srv/waymark\n  \
        waymark import spreadsheets --mapping mapping.toml\n  waymark import spreadsheets --school-year 2025-26"
)]
pub(crate) struct Arguments {
    /// The folder or .zip archive, or a single spreadsheet
    path: PathBuf,
    /// What the columns of spreadsheets mean, as `waymark map` proposed it and you corrected it
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The school year that spreadsheets are about, where their rows do not say it
    #[arg(long, value_name = "YEAR")]
    school_year: Option<SchoolYear>,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<Ended, Failure> {
    let lake = global.open_for_writing().await?;
    let batch_before = newest_batch(&lake).await?;
    let mapping =
        mappings::for_source(lake.dir(), &arguments.path, arguments.mapping.as_deref(), arguments.school_year)?;
    let source = import::Source { path: &arguments.path, mapping: mapping.as_ref() };
    let now = Utc::now();
    let occasion = Occasion { by: who(), at: now, today: now.with_timezone(&Local).date_naive() };
    let bar = Arc::new(Bar::new());
    let imported = tokio::select! {
        // The signal is listened for before the reading begins.
        biased;
        signal = tokio::signal::ctrl_c() => {
            signal?;
            bar.end();
            return Ok(Ended::Stopped(Stopped { data: lake.dir().to_owned(), batch_before }));
        }
        imported = import::import(&lake, source, occasion, bar.clone()) => imported,
    };
    bar.end();
    let Imported { batch, told } = imported?;
    if let Some(mapping) = &mapping {
        mappings::keep(lake.dir(), mapping)?;
    }
    report::say_findings(&told.findings, Extent::First);
    let mut text =
        format!("Imported `{}` as batch {}.\n\n{}", visible(&batch.source), batch.number, report::in_words(&told)?);
    text.push('\n');
    if !told.findings.is_empty() {
        let _ = writeln!(text, "`waymark check-data` shows every row that was set aside, and every finding.");
    }
    text.push_str("`waymark undo` takes this import back.\n");
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?).map(|()| Ended::Well)
}

async fn newest_batch(lake: &Lake) -> Result<u64, Failure> {
    Ok(lake.batches().await?.last().map_or(0, |batch| batch.number))
}

/// What became of an import that was stopped: what it left is removed.
pub(crate) async fn clear_away(stopped: &Stopped) -> Result<String, Failure> {
    let (lake, _) = Lake::open(&stopped.data, Utc::now()).await?;
    let newest = newest_batch(&lake).await?;
    Ok(if newest > stopped.batch_before {
        format!("stopped just after the import was stored as batch {newest}; `waymark undo` takes it back")
    } else {
        "stopped; nothing of the import is stored, and the data are as they were".to_owned()
    })
}
