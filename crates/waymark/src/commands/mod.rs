//! One command a file: what it takes, and what it says.

pub(crate) mod account;
pub(crate) mod attack;
pub(crate) mod batches;
pub(crate) mod check_data;
pub(crate) mod erase;
#[cfg(feature = "cluster")]
pub(crate) mod executor;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fetch;
pub(crate) mod gaps;
pub(crate) mod graduates_file;
pub(crate) mod import;
pub(crate) mod levels;
pub(crate) mod map;
pub(crate) mod measure;
pub(crate) mod release;
pub(crate) mod rulebook;
#[cfg(feature = "cluster")]
pub(crate) mod scheduler;
pub(crate) mod serve;
pub(crate) mod sql;
pub(crate) mod statuses;
pub(crate) mod students;
pub(crate) mod synthetic;
pub(crate) mod undo;

use std::path::PathBuf;

use crate::{
    cli::{Cli, Command},
    failure::Failure,
};

/// How a command ended that did not fail.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It did what it was asked.
    Well,
    /// It found what should not be.
    Broken,
    /// Somebody stopped an import.
    Stopped(Stopped),
}

/// An import that was stopped.
#[derive(Debug)]
pub(crate) struct Stopped {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The newest batch when it began.
    pub(crate) batch_before: u64,
}

/// Does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<Ended, Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Import(arguments) => return import::run(global, &arguments).await,
        Command::Attack(arguments) => return attack::run(&arguments),
        Command::CheckData(arguments) => check_data::run(global, &arguments).await,
        Command::Batches(arguments) => batches::run(global, &arguments).await,
        Command::Undo(arguments) => undo::run(global, &arguments).await,
        Command::Erase(arguments) => erase::run(global, &arguments).await,
        Command::Measure(arguments) => measure::run(global, &arguments).await,
        Command::Map(arguments) => map::run(global, &arguments).await,
        Command::Levels(arguments) => levels::run(global, &arguments).await,
        Command::Gaps(arguments) => gaps::run(global, &arguments).await,
        Command::Statuses(arguments) => statuses::run(global, &arguments).await,
        Command::Students(arguments) => students::run(global, &arguments).await,
        Command::Explain(command) => explain::run(global, &command).await,
        Command::Release(command) => release::run(global, &command).await,
        Command::Rulebook(command) => rulebook::run(&command).await,
        Command::Export(arguments) => export::run(global, &arguments).await,
        Command::Fetch(arguments) => fetch::run(arguments).await,
        Command::GraduatesFile(arguments) => graduates_file::run(global, &arguments).await,
        Command::Account(command) => account::run(global, &command).await,
        Command::Serve(arguments) => serve::run(global, &arguments).await,
        #[cfg(feature = "cluster")]
        Command::Scheduler(arguments) => scheduler::run(&arguments).await,
        #[cfg(feature = "cluster")]
        Command::Executor(arguments) => executor::run(global, &arguments).await,
        Command::Sql(arguments) => sql::run(global, &arguments).await,
        Command::Synthetic(arguments) => synthetic::run(arguments).await,
    }?;
    Ok(Ended::Well)
}
