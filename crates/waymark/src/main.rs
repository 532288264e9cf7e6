//! The binary: one command a file. What is computed, stored and shown is the business of the other rooms.

mod access;
mod cli;
#[cfg(feature = "cluster")]
mod cluster;
mod commands;
mod data_folder;
mod desk;
mod doctor;
mod failure;
mod import;
mod mappings;
mod output;
mod people;
mod progress;
mod report;
mod rulebooks;
mod sheet;

use std::{
    io::Write,
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use clap::Parser;

use crate::{
    cli::Cli,
    commands::Ended,
    failure::{BUG, Failure, Kind, THIS_IS_A_BUG},
};

/// Bytes of stack for a thread: planning a query of many conditions goes deep.
const STACK: usize = 16 << 20;

/// How long the end waits for what is still running.
const PATIENCE: Duration = Duration::from_secs(2);

/// The exit code of a process that was stopped by Ctrl-C, as shells have it.
const STOPPED: u8 = 130;

static PANICKED: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        PANICKED.store(true, Ordering::SeqCst);
        say(&format!("error: {panic}\n  hint: {THIS_IS_A_BUG}"));
    }));
    let cli = Cli::parse();
    let ended = in_threads(async { tokio::spawn(commands::run(cli)).await });
    match ended {
        _ if PANICKED.load(Ordering::SeqCst) => ExitCode::from(BUG),
        Err(failure) | Ok(Ok(Err(failure))) => end(&failure),
        Ok(Err(_)) => ExitCode::from(BUG),
        Ok(Ok(Ok(Ended::Well))) => ExitCode::SUCCESS,
        Ok(Ok(Ok(Ended::Broken))) => ExitCode::FAILURE,
        Ok(Ok(Ok(Ended::Stopped(stopped)))) => match in_threads(commands::import::clear_away(&stopped)) {
            Ok(Ok(told)) => {
                say(&told);
                ExitCode::from(STOPPED)
            }
            Err(failure) | Ok(Err(failure)) => end(&failure),
        },
    }
}

/// Runs something to its end, and then waits a moment for what it left running: a file that is being written when an
/// import is stopped must be there before it can be removed.
fn in_threads<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let runtime =
        runtime.map_err(|error| Failure::new(Kind::Storage, format!("no threads could be started: {error}")))?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(PATIENCE);
    Ok(done)
}

fn end(failure: &Failure) -> ExitCode {
    if failure.reader_gone {
        return ExitCode::SUCCESS;
    }
    say(&failure.to_string());
    ExitCode::from(failure.kind.exit_code())
}

/// A text on standard error, in which nothing steers a terminal; where that is closed, there is nobody to tell.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", output::visible_lines(text));
}
