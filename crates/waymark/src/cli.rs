//! The command line. Its help text is the manual.

use clap::{Parser, Subcommand};

use crate::{commands, data_folder::Global};

/// Perkins V numbers from a district's own exports, each of which explains itself.
#[derive(Debug, Parser)]
#[command(
    name = "waymark",
    version,
    about,
    long_about = "Waymark turns the exports of a school district into Perkins V indicators that explain themselves.\n\n\
        All data lie in one folder (--data, or WAYMARK_DATA). An import is a batch: all of it or none of it, and \
        `waymark undo` takes it back. Nothing leaves this machine.",
    after_long_help = "A first look:\n  \
        waymark synthetic example --students 2000 --schools 6 --years 4   makes up a district\n  \
        waymark import example                                            stores it\n  \
        waymark measure --program '*' --subgroup all                      its indicators\n  \
        waymark explain student S0000001                                  why one student counts\n  \
        waymark serve                                                     the same as pages\n\n\
        Exit codes: 0 done; 1 an attack broke what it was given; 2 the command asks for what is not there; 3 the data were refused;\n\
        4 a rulebook cannot be computed; 5 the data folder cannot be used; 70 a bug in Waymark.\n\
        Tables go to standard output, everything else to standard error.",
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Import(commands::import::Arguments),
    Map(commands::map::Arguments),
    CheckData(commands::check_data::Arguments),
    Batches(commands::batches::Arguments),
    Undo(commands::undo::Arguments),
    Erase(commands::erase::Arguments),
    Measure(commands::measure::Arguments),
    Levels(commands::levels::Arguments),
    Gaps(commands::gaps::Arguments),
    Statuses(commands::statuses::Arguments),
    Students(commands::students::Arguments),
    #[command(subcommand)]
    Explain(commands::explain::Command),
    #[command(subcommand)]
    Release(commands::release::Command),
    #[command(subcommand)]
    Rulebook(commands::rulebook::Command),
    Export(commands::export::Arguments),
    Fetch(commands::fetch::Arguments),
    GraduatesFile(commands::graduates_file::Arguments),
    #[command(subcommand)]
    Account(commands::account::Command),
    Serve(commands::serve::Arguments),
    #[cfg(feature = "cluster")]
    Scheduler(commands::scheduler::Arguments),
    #[cfg(feature = "cluster")]
    Executor(commands::executor::Arguments),
    Sql(commands::sql::Arguments),
    Synthetic(commands::synthetic::Arguments),
    Attack(commands::attack::Arguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_data_folder_may_stand_before_or_after_the_command() {
        for line in [["waymark", "--data", "d", "batches"], ["waymark", "batches", "--data", "d"]] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(cli.global.data.as_deref(), Some(std::path::Path::new("d")));
        }
    }
}
