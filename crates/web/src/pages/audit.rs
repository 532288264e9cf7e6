//! Who saw which students, and why?

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use waymark_accounts::{Chain, Entry, Event, Kind, Seen};

use super::{Page, page, sign_in::people};
use crate::{
    error::PageError,
    frame::Frame,
    links::link,
    people::Answered,
    text::{self, count, counted},
    visitor::Visitor,
};

/// How many events stand on one page.
const AT_ONCE: u32 = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    frame: Frame,
    who: String,
    student: String,
    lines: Vec<Line>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "audit_event.html")]
struct OneEvent {
    frame: Frame,
    line: Line,
    students: Vec<String>,
    erased: Option<String>,
}

#[derive(Template)]
#[template(path = "audit_chain.html")]
struct WholeLog {
    frame: Frame,
    holds: bool,
    words: String,
    head: Option<String>,
}

struct Line {
    number: i64,
    at: String,
    who: String,
    kind: &'static str,
    what: String,
    why: String,
    cells: String,
    students: Option<String>,
}

impl From<&Entry> for Line {
    fn from(entry: &Entry) -> Self {
        Self {
            number: entry.number,
            at: text::instant(entry.at),
            who: entry.who.clone(),
            kind: entry.kind.name(),
            what: entry.what.clone(),
            why: entry.why.clone(),
            cells: count(entry.cells),
            students: (entry.students > 0).then(|| counted(entry.students, "student", "students")),
        }
    }
}

/// Which events are asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    who: String,
    student: String,
    before: String,
}

pub(crate) async fn show(State(answered): State<Answered>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Page {
    let people = people(&answered)?;
    let before = match wanted.before.as_str() {
        "" => None,
        before => Some(before.parse().map_err(|_| PageError::Asked(format!("`{before}` is no number of an event.")))?),
    };
    let named = |name: &str| Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    let seen = Seen { who: named(&wanted.who), student: named(&wanted.student), before };
    let events = people.accounts.events(&seen, AT_ONCE).await?;
    let more = events.len() == AT_ONCE as usize;
    let older = events.last().filter(|last| more && last.number > 1).map(|last| {
        let before = last.number.to_string();
        link("/audit", &[("who", &wanted.who), ("student", &wanted.student), ("before", &before)])
    });
    page(&Audit {
        frame: Frame::new(&visitor, "Audit log", "/audit", &[]),
        lines: events.iter().map(Line::from).collect(),
        older,
        who: wanted.who,
        student: wanted.student,
    })
}

pub(crate) async fn event(State(answered): State<Answered>, visitor: Visitor, Path(number): Path<String>) -> Page {
    let people = people(&answered)?;
    let not_there = || PageError::NotThere(format!("There is no event `{number}`."));
    let before: i64 = number.parse().map_err(|_| not_there())?;
    let seen = Seen { before: before.checked_add(1), ..Seen::default() };
    let found = people.accounts.events(&seen, 1).await?;
    let entry = found.first().filter(|entry| entry.number == before).ok_or_else(not_there)?;
    let students = people.accounts.students_of(entry.number).await?;
    if !students.is_empty() {
        let named: Vec<&str> = students.iter().map(String::as_str).collect();
        let looked = Event::new(Kind::Seen, visitor.who(), format!("students of event {number} of this log"));
        people.accounts.record(looked.why("audit"), &named).await?;
    }
    let erased = entry.students.saturating_sub(students.len() as u64);
    page(&OneEvent {
        frame: Frame::new(&visitor, format!("Event {number}"), "/audit", &[]),
        line: Line::from(entry),
        erased: (erased > 0).then(|| counted(erased, "student was", "students were")),
        students,
    })
}

pub(crate) async fn chain(State(answered): State<Answered>, visitor: Visitor) -> Page {
    let chain = people(&answered)?.accounts.verify().await?;
    let (holds, words, head) = match chain {
        Chain::Holds { events, head } => (true, counted(events, "event", "events"), Some(head)),
        Chain::Broken { number } => (false, format!("event {number}"), None),
    };
    page(&WholeLog { frame: Frame::new(&visitor, "The whole log", "/audit", &[]), holds, words, head })
}
