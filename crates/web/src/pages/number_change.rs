//! Did this number change since an earlier import, and why? Split into who came and went, other data, and the rule.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{ChangePart, NumberChange, Rate};

use super::{
    AtDesk, Page,
    number::{About, Line, asked_cell},
    page,
};
use crate::{
    error::PageError,
    frame::Frame,
    text,
    visit::{Asked, Choice, Visit},
};

/// How many students of each cause stand on the page.
const FIRST: usize = 50;

#[derive(Template)]
#[template(path = "number_change.html")]
struct Change {
    frame: Frame,
    about: About,
    sentence: String,
    number_href: String,
    kept: Vec<(&'static str, String)>,
    batches: Vec<Choice>,
    rulebooks: Vec<Choice>,
    told: Option<Told>,
}

/// What happened, from then to now.
struct Told {
    before: (String, String),
    parts: Vec<Part>,
    after: (String, String),
}

struct Part {
    id: String,
    cause: &'static str,
    students: String,
    denominator: String,
    numerator: String,
    rate: String,
    of: String,
    lines: Vec<Line>,
    more: bool,
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let (cell, definition) = asked_cell(&visit, &asked)?;
    let newest = visit.door.snapshot().batch;
    let batches = desk.batches().await?;
    let earlier: Vec<_> = batches.iter().filter(|batch| Some(batch.number) < newest).collect();
    let since = match asked.since.as_str() {
        "" => None,
        number => Some(number.parse::<u64>().map_err(|_| PageError::Asked(format!("`{number}` is no batch.")))?),
    };
    let (rulebooks, own) = visit.rulebooks();
    let then = if asked.then.is_empty() { own.to_owned() } else { asked.then.clone() };
    let mut change = None;
    if let Some(since) = since {
        // By the rule of then from data to data, and then on to the rule of now.
        let old = desk.door_after(&then, since).await?.standings(&visit.audience, visit.year, &cell).await?;
        let new = desk.door(&then).await?.standings(&visit.audience, visit.year, &cell).await?;
        change = Some(if then == own {
            NumberChange::between(&old, &new, None)
        } else {
            let by_own = visit.door.standings(&visit.audience, visit.year, &cell).await?;
            NumberChange::between(&old, &new, Some(&by_own))
        });
    }
    let mut frame = visit.frame(format!("Did {} change?", cell.measure), "/indicators");
    if let Some(change) = &change {
        frame = frame.of(change);
    }
    let year = visit.year.to_string();
    let kept = [
        ("year", year.as_str()),
        ("rulebook", own),
        ("measure", &cell.measure),
        ("variant", cell.variant.as_deref().unwrap_or_default()),
        ("organization", cell.organization.as_deref().unwrap_or_default()),
        ("program", &cell.program),
        ("subgroup", &cell.subgroup),
    ];
    let told = change.as_ref().map(|change| told(&visit, change.content()));
    page(&Change {
        frame,
        about: About::of(&visit, &cell, &definition),
        sentence: change.as_ref().map_or_else(
            || {
                if earlier.is_empty() {
                    "There is no earlier import to compare with.".to_owned()
                } else {
                    "Choose the import after which the number is to be compared with what it is now.".to_owned()
                }
            },
            |change| sentence(change.content()),
        ),
        number_href: visit.number_link(&cell),
        kept: kept.into_iter().filter(|(_, value)| !value.is_empty()).map(|(n, v)| (n, v.to_owned())).collect(),
        batches: earlier
            .iter()
            .map(|batch| Choice {
                value: batch.number.to_string(),
                label: format!("batch {}, {} of {}", batch.number, batch.kind, text::instant(batch.at)),
                chosen: Some(batch.number) == since,
            })
            .collect(),
        rulebooks: rulebooks
            .iter()
            .map(|book| Choice { value: book.name.clone(), label: book.title.clone(), chosen: book.name == then })
            .collect(),
        told,
    })
}

fn sentence(change: &NumberChange) -> String {
    let rate = |rate: Rate| format!("{} ({rate})", text::percent(rate));
    if change.parts.is_empty() {
        return format!("It did not change: {}, and the same students make it up.", rate(change.after));
    }
    let words = |part: &ChangePart| {
        format!("{} {}", text::counted(part.students.len() as u64, "student", "students"), part.cause.words())
    };
    let parts: Vec<String> = change.parts.iter().map(words).collect();
    format!("From {} to {}: {}.", rate(change.before), rate(change.after), text::listed(&parts))
}

fn told(visit: &Visit, change: &NumberChange) -> Told {
    let rate = |rate: Rate| (text::percent(rate), rate.to_string());
    let signed = |more: i64| match more {
        0 => "0".to_owned(),
        1.. => format!("+{}", text::count(more.unsigned_abs())),
        _ => format!("\u{2212}{}", text::count(more.unsigned_abs())),
    };
    let part = |(place, part): (usize, &ChangePart)| Part {
        id: format!("cause-{}", place + 1),
        cause: part.cause.words(),
        students: text::counted(part.students.len() as u64, "student", "students"),
        denominator: signed(part.denominator),
        numerator: signed(part.numerator),
        rate: text::percent(part.after),
        of: part.after.to_string(),
        lines: part.students.iter().take(FIRST).map(|line| Line::of(visit, line)).collect(),
        more: part.students.len() > FIRST,
    };
    Told {
        before: rate(change.before),
        parts: change.parts.iter().enumerate().map(part).collect(),
        after: rate(change.after),
    }
}
