use std::fmt::Write;

use askama::Template;
use waymark_disclosure::{IndicatorRow, LevelsTable, Percent, Released, Standing};

use crate::rendered;

/// Indicators of one organization beside their levels: a bar for each rate, a tick for the level and one for the line from
/// which it is met.
#[derive(Clone, Copy, Debug)]
pub struct IndicatorBars<'a> {
    released: &'a Released<LevelsTable>,
}

/// One of [`IndicatorBars`].
#[derive(Clone, Copy, Debug)]
pub struct IndicatorBar<'a> {
    row: &'a IndicatorRow,
    line_percent: u32,
}

/// A mark of an [`IndicatorBar`], on a scale from 0 to 100 percent.
#[derive(Clone, Debug, PartialEq)]
pub enum IndicatorMark {
    /// A bar from zero.
    Bar {
        /// Where it ends, in percent of the scale.
        end: f64,
        /// The value that it shows, as the table has it.
        text: String,
    },
    /// A line across.
    Tick {
        /// What it is called.
        name: &'static str,
        /// Where it stands, in percent of the scale.
        at: f64,
        /// The value that it shows, as the table has it.
        text: String,
    },
}

impl IndicatorMark {
    /// What it is called: `rate`, or the name of the tick.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Bar { .. } => "rate",
            Self::Tick { name, .. } => name,
        }
    }

    /// The value that it shows, as the table has it.
    pub fn text(&self) -> &str {
        match self {
            Self::Bar { text, .. } | Self::Tick { text, .. } => text,
        }
    }

    /// Where on the scale it ends or stands.
    pub fn place(&self) -> f64 {
        match self {
            Self::Bar { end, .. } => *end,
            Self::Tick { at, .. } => *at,
        }
    }
}

#[derive(Template)]
#[template(path = "indicator_bar.svg")]
struct Picture<'a> {
    id: &'a str,
    title: String,
    sentence: String,
    line_percent: u32,
    shapes: Vec<Shape>,
}

/// A mark with the attributes that its drawing needs.
struct Shape {
    name: &'static str,
    text: String,
    place: String,
    anchor: &'static str,
}

#[derive(Template)]
#[template(path = "indicator_table.html")]
struct Twin<'a> {
    caption: &'a str,
    rows: Vec<TwinRow<'a>>,
    line_percent: u32,
}

struct TwinRow<'a> {
    row: &'a IndicatorRow,
    rate: Option<String>,
    level: Option<String>,
    line: Option<String>,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "standing.html")]
struct Badge {
    standing: Standing,
}

impl<'a> IndicatorBars<'a> {
    /// A picture of a released table.
    pub fn new(released: &'a Released<LevelsTable>) -> Self {
        Self { released }
    }

    /// The bars, a row of the table each.
    pub fn bars(self) -> impl Iterator<Item = IndicatorBar<'a>> {
        let table = self.released.content();
        table.rows().iter().map(|row| IndicatorBar { row, line_percent: table.line_percent })
    }

    /// What it shows, in a sentence.
    pub fn sentence(self) -> String {
        let rows = self.released.content().rows();
        let count = |standing| rows.iter().filter(|row| row.standing == standing).count();
        let (met, not_met) = (count(Standing::Met), count(Standing::NotMet));
        let held = met + not_met;
        let mut sentence = match (held, met) {
            (0, _) => format!("None of the {} indicators is held to a level", rows.len()),
            (1, 1) => "The one indicator that is held to a level meets it".to_owned(),
            (1, _) => "The one indicator that is held to a level does not meet it".to_owned(),
            (_, 0) => format!("None of the {held} indicators that are held to a level meets it"),
            (_, met) if met == held => format!("All {held} indicators that are held to a level meet it"),
            (_, met) => {
                let verb = if met == 1 { "meets" } else { "meet" };
                let fail = if not_met == 1 { "does not" } else { "do not" };
                format!("{met} of the {held} indicators that are held to a level {verb} it, {not_met} {fail}")
            }
        };
        let others = [(Standing::NoLevel, "without a level"), (Standing::Nobody, "without students")];
        let others =
            others.map(|(standing, words)| (count(standing), words)).into_iter().filter(|(count, _)| *count > 0);
        for (count, words) in others {
            let _ = write!(sentence, "; {count} {words}");
        }
        sentence.push('.');
        sentence
    }

    /// The same as a table in HTML, for those who cannot or will not see bars. `link` says where a number leads.
    pub fn table(self, caption: &str, link: impl Fn(&IndicatorRow) -> Option<String>) -> String {
        let table = self.released.content();
        let rows = table.rows().iter().map(|row| TwinRow {
            row,
            rate: row.rate.percent().map(|rate| rate.to_string()),
            level: row.target.map(|target| target.level.to_string()),
            line: row.target.map(|target| target.line.to_string()),
            link: link(row),
        });
        rendered(&Twin { caption, rows: rows.collect(), line_percent: table.line_percent })
    }

    /// Met or not met, as an icon and words, in HTML.
    pub fn badge(standing: Standing) -> String {
        rendered(&Badge { standing })
    }
}

impl<'a> IndicatorBar<'a> {
    /// The row of the table.
    pub fn row(&self) -> &'a IndicatorRow {
        self.row
    }

    /// What is drawn, from back to front.
    pub fn marks(&self) -> Vec<IndicatorMark> {
        let mut marks = Vec::new();
        if let Some(rate) = self.row.rate.percent() {
            marks.push(IndicatorMark::Bar { end: on_scale(rate), text: rate.to_string() });
        }
        if let Some(target) = self.row.target {
            marks.push(IndicatorMark::Tick { name: "line", at: on_scale(target.line), text: target.line.to_string() });
            marks.push(IndicatorMark::Tick {
                name: "level",
                at: on_scale(target.level),
                text: target.level.to_string(),
            });
        }
        marks
    }

    /// What it shows, in a sentence.
    pub fn sentence(&self) -> String {
        let row = self.row;
        let Some(rate) = row.rate.percent() else {
            return "Nobody is in the denominator, so there is no rate.".to_owned();
        };
        let rate = format!("{rate} percent ({})", row.rate);
        match row.target {
            None => format!("{rate}. Nobody has set a level."),
            Some(target) => format!(
                "{rate}. The level is {} percent; it is met from {} percent of it, which is {} percent: {}.",
                target.level,
                self.line_percent,
                target.line,
                row.standing.words()
            ),
        }
    }

    /// The picture. `id` begins the identifiers in it, which a page must not have twice.
    ///
    /// Places are percentages of the width and labels keep their size, so that it fits a phone and a poster.
    pub fn svg(&self, id: &str) -> String {
        let title = format!("{} {}", self.row.indicator, self.row.title);
        let shapes = self.marks().iter().map(shape).collect();
        rendered(&Picture { id, title, sentence: self.sentence(), line_percent: self.line_percent, shapes })
    }
}

fn shape(mark: &IndicatorMark) -> Shape {
    let place = mark.place();
    // Labels stay within the picture.
    let anchor = match place {
        ..20.0 => "start",
        80.0.. => "end",
        _ => "middle",
    };
    Shape { name: mark.name(), text: mark.text().to_owned(), place: format!("{place:.2}%"), anchor }
}

/// Percent within the scale of 0 to 100; a level may be above it.
fn on_scale(percent: Percent) -> f64 {
    percent.value().clamp(0.0, 100.0)
}
