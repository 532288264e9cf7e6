//! Progress on a terminal; nothing in a pipe.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use waymark_intake::Progress;

/// Somebody who is told how far an import has come.
pub(crate) trait Watch: Send + Sync {
    /// How far a reading has come.
    fn reading(&self, progress: Progress<'_>);

    /// Something of unknown length has begun.
    fn begin(&self, what: &'static str);
}

/// A bar on standard error, which hides itself where that is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg:40} {bar:30} {percent:>3}%") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// So much of something is done.
    pub(crate) fn at(&self, what: &str, done: u64, of: u64) {
        if self.0.message() != what {
            self.0.set_message(what.to_owned());
            self.0.set_length(of);
        }
        self.0.set_position(done);
    }

    /// Takes it off the terminal.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Watch for Bar {
    fn reading(&self, progress: Progress<'_>) {
        match progress {
            Progress::Reading { file, bytes, of } => self.at(&format!("reading {file}"), bytes, of),
            Progress::Checking { rule, done, of } => self.at(&format!("checking {rule}"), done as u64, of as u64),
        }
    }

    fn begin(&self, what: &'static str) {
        self.0.set_message(what);
        self.0.set_length(1);
        self.0.set_position(0);
    }
}
