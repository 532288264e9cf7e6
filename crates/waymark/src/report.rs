//! What an import or a check has to say, in words.

use std::{collections::BTreeMap, fmt::Write as _, io::Write as _};

use chrono::{DateTime, Local, Utc};
use waymark_diagnostics::Severity;
use waymark_intake::{FileSummary, Finding};

use crate::{
    failure::Failure,
    import::Told,
    output::{self, thousands},
    sheet::Sheet,
};

/// How many findings of a kind are shown with their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The first few of what could not be used, and the first of what is doubtful.
    First,
    /// All that are kept.
    All,
}

impl Extent {
    fn of(self, finding: &Finding) -> usize {
        match self {
            Self::All => finding.examples.len(),
            Self::First if finding.severity >= Severity::Error => 3,
            Self::First => 1,
        }
    }
}

/// Puts findings on standard error, the worst first.
pub(crate) fn say_findings(findings: &[Finding], extent: Extent) {
    let mut stderr = std::io::stderr().lock();
    for finding in findings {
        let shown = extent.of(finding);
        for diagnostic in finding.examples.iter().take(shown) {
            let _ = write!(stderr, "{}", output::visible_lines(&diagnostic.to_text()));
        }
        let more = finding.count.saturating_sub(shown.min(finding.examples.len()) as u64);
        if more > 0 {
            let _ = writeln!(stderr, "  and {} more of `{}`", thousands(more), finding.code);
        }
    }
}

/// The rows of every file, what was set aside and why, what is doubtful, and what changed.
pub(crate) fn in_words(told: &Told) -> Result<String, Failure> {
    let sum = |count: fn(&FileSummary) -> u64| told.files.iter().map(count).sum::<u64>();
    let mut text = format!(
        "{} rows read, {} kept, {} set aside",
        thousands(sum(|file| file.rows_read)),
        thousands(sum(|file| file.rows_kept)),
        thousands(sum(|file| file.rows_set_aside)),
    );
    let repeated = sum(|file| file.rows_repeated);
    if repeated > 0 {
        let _ = write!(text, ", {} said twice", thousands(repeated));
    }
    let _ = writeln!(text, ".\n\n{}", files(told)?);
    for (title, severity) in [
        ("Set aside, by reason", Severity::Error),
        ("Doubtful, but kept", Severity::Warning),
        ("Worth knowing", Severity::Note),
    ] {
        let of_kind: Vec<_> = told.findings.iter().filter(|finding| finding.severity == severity).collect();
        if !of_kind.is_empty() {
            let _ = writeln!(text, "\n{title}");
            for finding in of_kind {
                let first = finding.examples.first().map(|first| format!(", first at {}", first.place));
                let _ =
                    writeln!(text, "  {:>9} {}{}", thousands(finding.count), finding.code, first.unwrap_or_default());
            }
        }
    }
    text.push_str(&changes(told));
    Ok(output::visible_lines(&text))
}

fn files(told: &Told) -> Result<String, Failure> {
    let files = || told.files.iter();
    let rows = Sheet::new()
        .text("file", files().map(|file| &file.file))
        .count("read", files().map(|file| file.rows_read))
        .count("kept", files().map(|file| file.rows_kept))
        .count("set aside", files().map(|file| file.rows_set_aside))
        .rows()?;
    output::table(&[rows]).map(|table| table.to_string()).map_err(|error| Failure::bug(error.to_string()))
}

/// Which tables have more or fewer rows than in the import before.
fn changes(told: &Told) -> String {
    let Some(previous) = &told.previous else { return String::new() };
    let mut text = format!("\nAgainst batch {} of {}\n", previous.batch, day_and_time(previous.at));
    let mut tables: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (table, rows) in &previous.summary.rows {
        tables.entry(table).or_default().0 = *rows;
    }
    for (table, rows) in &told.summary.rows {
        tables.entry(table).or_default().1 = *rows;
    }
    tables.retain(|_, (before, now)| before != now);
    for (table, (before, now)) in &tables {
        let _ = writeln!(text, "  {table}: {} rows, {} before", thousands(*now), thousands(*before));
    }
    if tables.is_empty() {
        text.push_str("  as many rows in every table\n");
    }
    text
}

/// An instant as people here write it.
pub(crate) fn day_and_time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
}
