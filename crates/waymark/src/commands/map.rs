use std::{fs, io::Write, path::PathBuf};

use clap::Args;
use waymark_intake::{Limits, look, propose};

use crate::{data_folder::Global, failure::Failure, mappings, output::visible_lines};

/// Propose what the columns of spreadsheets mean
#[derive(Args, Debug)]
#[command(
    long_about = "Looks at spreadsheets and text files with columns of your own, and proposes a mapping: which sheet becomes \
        which table, and which column which, each with its reason and an example. What cannot be told is left open as \
        `?`; what the files do not say and has to be taken for granted is stated.\n\n\
        Correct the mapping in an editor, and import with it. docs/mapping.md describes the format.",
    after_long_help = "Examples:\n  waymark map exports\n  waymark map exports --output mapping.toml\n  \
        waymark import exports --mapping mapping.toml"
)]
pub(crate) struct Arguments {
    /// The folder, .zip archive or single spreadsheet
    path: PathBuf,
    /// Write the mapping to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { path, output } = arguments;
    let saved = mappings::kept(&global.folder()?);
    let from = path.clone();
    let proposed =
        tokio::task::spawn_blocking(move || look(&from, &Limits::default()).map(|look| (propose(&look, &saved), look)));
    let (mapping, look) = proposed.await.map_err(|error| Failure::bug(error.to_string()))??;
    let mut stderr = std::io::stderr().lock();
    for said in &look.said {
        let _ = write!(stderr, "{}", visible_lines(&said.to_text()));
    }
    if mapping.sources.is_empty() {
        let failure =
            Failure::user(format!("no sheet of `{}` looks like one of students, courses or the like", path.display()));
        return Err(failure.hint("docs/mapping.md says how to write a mapping by hand"));
    }
    let text = mapping.to_toml();
    match output {
        None => std::io::stdout().lock().write_all(visible_lines(&text).as_bytes())?,
        Some(file) => fs::write(file, text).map_err(|error| Failure::file(file, &error))?,
    }
    let open = mapping.problems();
    for problem in &open {
        let place = [&problem.file, &problem.table, &problem.column].map(String::as_str);
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let _ = writeln!(stderr, "to be answered: {}: {}", place.join(" "), problem.message);
    }
    Ok(())
}
