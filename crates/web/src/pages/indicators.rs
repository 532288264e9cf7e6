//! How do we stand? Every indicator beside its level.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{Cell, IndicatorRow};
use waymark_figure::{IndicatorBar, IndicatorBars};

use super::{AtDesk, Page, page};
use crate::{
    frame::Frame,
    text,
    visit::{Asked, Choices, Visit},
};

#[derive(Template)]
#[template(path = "indicators.html")]
struct Indicators {
    frame: Frame,
    choices: Choices,
    name: String,
    year: String,
    sentence: String,
    line_percent: u32,
    source: String,
    bars: Vec<Indicator>,
    table: String,
}

/// One of them.
pub(super) struct Indicator {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) href: String,
    pub(super) percent: String,
    pub(super) of: String,
    /// None where nobody is in the denominator.
    pub(super) number_href: Option<String>,
    pub(super) badge: String,
    pub(super) svg: String,
}

impl Indicator {
    pub(super) fn of(visit: &Visit, bar: IndicatorBar<'_>) -> Self {
        let row = bar.row();
        Self {
            name: row.indicator.clone(),
            title: row.title.clone(),
            href: visit.measure_link(&row.indicator, ""),
            percent: text::percent(row.rate),
            of: row.rate.to_string(),
            number_href: number_href(visit, row),
            badge: IndicatorBars::badge(row.standing),
            svg: bar.svg(&format!("bar-{}", row.indicator)),
        }
    }
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let organization = Some(visit.organization.organization_id.as_str());
    let released = visit.door.levels(&visit.audience, visit.year, organization).await?;
    let figure = IndicatorBars::new(&released);
    let name = visit.organization.name.clone();
    let year = visit.year.to_string();
    let table = figure.table(&format!("Indicators of {name}, {year}"), |row| number_href(&visit, row));
    page(&Indicators {
        frame: visit.frame("How do we stand?", "/indicators").of(&released),
        choices: visit.choices("/indicators".to_owned(), true),
        name,
        year,
        sentence: figure.sentence(),
        line_percent: released.content().line_percent,
        source: released.content().source.clone(),
        bars: figure.bars().map(|bar| Indicator::of(&visit, bar)).collect(),
        table,
    })
}

fn number_href(visit: &Visit, row: &IndicatorRow) -> Option<String> {
    let cell = Cell {
        measure: row.indicator.clone(),
        variant: Some(row.variant.clone()),
        organization: Some(row.organization_id.clone()),
        program: "*".to_owned(),
        subgroup: "all".to_owned(),
    };
    (row.rate.denominator > 0).then(|| visit.number_link(&cell))
}
