//! What is loaded, what is wrong with it, and where to go from here.

use askama::Template;
use axum::extract::State;
use waymark_diagnostics::Severity;

use super::{AtDesk, Page, page};
use crate::{
    Batch,
    frame::Frame,
    text::{self, count, counted},
    visit::{Asked, Choices, Visit},
};

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    frame: Frame,
    name: String,
    choices: Choices,
    facts: Vec<(&'static str, String)>,
    import: Option<Imported>,
    findings: Vec<(Severity, String)>,
    set_aside: Option<String>,
    indicators: String,
    participation: String,
    programs: String,
    losses: String,
    one_away: String,
    fairness: String,
    concentrators: String,
    data: String,
    definitions: String,
}

#[derive(Template)]
#[template(path = "nothing_loaded.html")]
struct NothingLoaded {
    frame: Frame,
}

struct Imported {
    number: u64,
    by: String,
    at: String,
    source: String,
}

impl From<&Batch> for Imported {
    fn from(batch: &Batch) -> Self {
        let (by, source) = (batch.by.clone(), batch.source.clone());
        Self { number: batch.number, by, at: text::instant(batch.at), source }
    }
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let Some(loaded) = desk.loaded().await?.filter(|loaded| !loaded.years.is_empty()) else {
        return page(&NothingLoaded { frame: Frame::new("Nothing is loaded yet", "/", &[]) });
    };
    let visit = Visit::new(&desk, &asked).await?;
    let years = match loaded.years.as_slice() {
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
        [] => String::new(),
    };
    let severity = |severity: Severity, number| {
        let one = match severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal error",
        };
        (severity, counted(number, one, &format!("{one}s")))
    };
    page(&Start {
        frame: visit.frame("Overview", "/"),
        name: visit.organization.name.clone(),
        choices: visit.choices("/".to_owned(), false),
        facts: vec![
            ("Districts", count(loaded.districts)),
            ("Schools", count(loaded.schools)),
            ("Students", count(loaded.students)),
            ("School years", years),
        ],
        import: loaded.last_import.as_ref().map(Imported::from),
        findings: loaded.findings.iter().map(|(worst, number)| severity(*worst, *number)).collect(),
        set_aside: (loaded.rows_set_aside > 0).then(|| counted(loaded.rows_set_aside, "row", "rows")),
        indicators: visit.link("/indicators"),
        participation: visit.link("/participation"),
        programs: visit.link("/programs"),
        losses: visit.link("/losses"),
        one_away: visit.link("/one-course-away"),
        fairness: visit.link("/fairness"),
        concentrators: visit.measure_link("concentrators", ""),
        data: visit.link("/data"),
        definitions: visit.link("/definitions"),
    })
}
