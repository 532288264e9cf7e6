//! Pictures of released tables. A picture is made once, from the same rows as the table and the sentence beside it, and
//! is the same on a page, in print and in a file. Nothing here knows raw counts.
//!
//! A [`Figure`] is made of a `Released` shape (`waymark_disclosure::shapes`), which only `disclosure` makes: nothing else
//! can be drawn. Each form has a constructor and a file: [`Figure::bars`], [`Figure::dots`], [`Figure::gaps`],
//! [`Figure::lines`], [`Figure::slope`], [`Figure::funnel`], [`Figure::flows`], [`Figure::heat`], [`Figure::sides`],
//! [`Figure::points`], [`Figure::areas`], and [`Figure::multiples`] of any of them. [`IndicatorBars`] shows indicators
//! beside their levels.
//!
//! Texts are measured with the font that browsers draw them with ([`REGULAR`], [`SEMI_BOLD`]), and [`STYLE`] goes with the
//! pictures of a page.

mod areas;
mod bars;
mod diverging;
mod dots;
mod dumbbell;
mod figure;
mod font;
mod frame;
mod funnel;
mod heat;
mod indicator_bars;
mod key;
mod labels;
mod line;
mod map;
mod multiples;
mod palette;
mod points;
mod sankey;
mod scale;
mod scene;
mod slope;
mod svg;
mod table;
mod words;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;

use askama::Template;

pub use figure::{Figure, Layout};
pub use font::{REGULAR, SEMI_BOLD};
pub use indicator_bars::{IndicatorBar, IndicatorBars, IndicatorMark};

/// The style sheet of figures: colours by day, by night, in print and in forced colours. It asks for the two fonts at
/// `/public-sans.ttf` and `/public-sans-semi-bold.ttf`.
pub const STYLE: &str = include_str!("../figure.css");

/// A template as text.
fn rendered(template: &impl Template) -> String {
    template.render().expect("memory can be written")
}
