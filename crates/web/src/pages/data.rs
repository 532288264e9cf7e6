//! What is wrong with the data: findings by rule, and the rows that are set aside.

use askama::Template;
use axum::extract::State;
use waymark_diagnostics::Diagnostic;

use super::{AtDesk, Page, page};
use crate::{
    Finding, SetAsideRow,
    error::PageError,
    frame::Frame,
    links::link,
    text::{count, counted},
    visit::Asked,
};

/// How many places of a rule are shown, and how many rows that are set aside.
const PLACES: usize = 20;
const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "data.html")]
struct Data {
    frame: Frame,
    findings: Vec<Rule>,
    rows_set_aside: String,
    rows: Vec<SetAsideRow>,
    range: String,
    before: Option<String>,
    after: Option<String>,
}

/// The findings of one rule.
pub(super) struct Rule {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) severity: &'static str,
    pub(super) count: String,
    pub(super) reason: String,
    pub(super) places: Vec<Diagnostic>,
    pub(super) more: Option<String>,
}

impl From<Finding> for Rule {
    fn from(mut finding: Finding) -> Self {
        finding.examples.truncate(PLACES);
        let more = finding.count.saturating_sub(finding.examples.len() as u64);
        Self {
            name: sentence(&finding.code),
            code: finding.code,
            severity: finding.severity.name(),
            count: counted(finding.count, "time", "times"),
            reason: finding.reason,
            places: finding.examples,
            more: (more > 0).then(|| format!("and {} more", count(more))),
        }
    }
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let loaded = desk.loaded().await?.ok_or(PageError::NothingLoaded)?;
    let from = asked.from()?;
    let rows = desk.set_aside(from, ROWS).await?;
    let shown = rows.len() as u64;
    let part = |from: u64| link("/data", &[("from", &from.to_string())]) + "#set-aside";
    page(&Data {
        frame: Frame::new(&asked.visitor, "Data quality", "/data", &[]),
        findings: desk.findings().await?.into_iter().map(Rule::from).collect(),
        rows_set_aside: counted(loaded.rows_set_aside, "row is", "rows are"),
        range: format!("{} to {}", count(from + 1), count(from + shown)),
        rows,
        before: (from > 0).then(|| part(from.saturating_sub(ROWS))),
        after: (from + shown < loaded.rows_set_aside).then(|| part(from + shown)),
    })
}

/// The name of a rule, which says what is wrong, as a heading: `exit_before_entry` is "Exit before entry".
fn sentence(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
