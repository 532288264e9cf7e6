//! How does this number come about, and what would it be by another choice?

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{Cell, Rate, Selection};

use super::{
    AtDesk, Page,
    number::{About, asked_cell},
    page,
};
use crate::{
    error::PageError,
    frame::Frame,
    text,
    visit::{Asked, Visit},
};

#[derive(Template)]
#[template(path = "number_clauses.html")]
struct NumberClauses {
    frame: Frame,
    about: About,
    sentence: String,
    number_href: String,
    change_href: String,
    clauses: Vec<Clause>,
    choices: Vec<Other>,
}

struct Clause {
    side: &'static str,
    text: Option<String>,
    left: String,
    dropped: String,
}

/// The number by another choice.
struct Other {
    what: String,
    value: String,
    rate: String,
    of: String,
    usual: bool,
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let (cell, definition) = asked_cell(&visit, &asked)?;
    let released = visit.door.clauses(&visit.audience, visit.year, &cell).await?;
    let rows = released.content().rows();
    let mut clauses = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let dropped = place.checked_sub(1).map(|before| rows[before].left.saturating_sub(row.left));
        clauses.push(Clause {
            side: match (&row.text, row.of_numerator) {
                (None, _) => "begins with",
                (_, false) => "denominator",
                (_, true) => "numerator",
            },
            text: row.text.clone(),
            left: text::count(row.left),
            dropped: dropped.map(text::count).unwrap_or_default(),
        });
    }
    let numerator = rows.iter().rfind(|row| row.of_numerator).map_or(0, |row| row.left);
    let denominator = rows.iter().rfind(|row| !row.of_numerator).map_or(0, |row| row.left);
    let rate = Rate { numerator, denominator };
    let sentence = format!(
        "Of {} of this place and group, {} meet every clause of the denominator, and {} of these every clause of the \
         numerator: {}.",
        text::counted(rows.first().map_or(0, |row| row.left), "student", "students"),
        text::count(denominator),
        text::count(numerator),
        text::percent(rate)
    );
    page(&NumberClauses {
        frame: visit.frame(format!("How {} comes about", cell.measure), "/indicators").of(&released),
        about: About::of(&visit, &cell, &definition),
        sentence,
        number_href: visit.number_link(&cell),
        change_href: visit.cell_link("/number/change", &cell, &[]),
        clauses,
        choices: others(&desk, &visit, &cell).await?,
    })
}

/// By every variant, by other values of the settings behind it, and by the other rulebooks.
async fn others(desk: &std::sync::Arc<dyn crate::Desk>, visit: &Visit, cell: &Cell) -> Result<Vec<Other>, PageError> {
    let selection = Selection {
        measure: Some(cell.measure.clone()),
        organization: cell.organization.clone(),
        program: Some(cell.program.clone()),
        subgroup: Some(cell.subgroup.clone()),
        pairs: false,
    };
    let chosen = cell.variant.as_deref().unwrap_or_default();
    let other = |what: String, value: String, rate: Rate, usual: bool| Other {
        what,
        value,
        rate: text::percent(rate),
        of: rate.to_string(),
        usual,
    };
    let mut all = Vec::new();
    let variants = visit.door.measures(&visit.audience, visit.year, &selection).await?;
    for row in variants.content().rows() {
        let name =
            if row.variant.is_empty() { "as the rulebook has it".to_owned() } else { row.variant.replace('_', " ") };
        all.push(other("Way of computing".to_owned(), name, row.rate(), row.variant == chosen));
    }
    let settings = visit.door.choices(&visit.audience, visit.year, cell).await?;
    for row in settings.content().rows() {
        let what = format!("{}, which is {}", row.setting.replace('_', " "), row.usual.replace('_', " "));
        all.push(other(what, row.value.replace('_', " "), row.rate, false));
    }
    let (rulebooks, own) = visit.rulebooks();
    for book in rulebooks.iter().filter(|book| book.name != own) {
        let door = desk.door(&book.name).await?;
        // A rulebook that has no such measure or group has no such number.
        let Ok(by_it) = door.measures(&visit.audience, visit.year, &selection).await else { continue };
        if let Some(row) = by_it.content().rows().iter().find(|row| row.variant == chosen) {
            all.push(other("Rulebook".to_owned(), book.title.clone(), row.rate(), false));
        }
    }
    Ok(all)
}
