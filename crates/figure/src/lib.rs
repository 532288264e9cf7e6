//! Pictures of released tables. A picture is made once, from the same rows as the table and the sentence beside it, and
//! is the same on a page, in print and in a file. Nothing here knows raw counts.
//!
//! One file per form: [`IndicatorBars`] shows indicators beside their levels.

mod indicator_bars;
mod scene;

pub use indicator_bars::{IndicatorBar, IndicatorBars};
pub use scene::{Mark, Scene};
