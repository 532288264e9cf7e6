//! What a figure can show: the shapes that tables give to `waymark-figure`.
//!
//! A shape is plain data and anybody may make one. A picture is drawn only of a `Released` shape, and only this crate makes
//! those: a table has a method such as `Released<LevelsTable>::dots`, which narrows what was released to the shape. So no
//! raw count can be drawn.
//!
//! Rows keep the order that the table states; nothing here or in a figure sorts groups by their numbers.

mod bars;
mod dots;
mod flows;
mod grid;
mod pairs;
mod places;
mod series;
mod sides;
mod steps;
mod value;

pub use bars::{Bar, Bars};
pub use dots::{Dot, Dots};
pub use flows::{Flow, Flows, Node};
pub use grid::{Grid, GridRow};
pub use pairs::{Pair, Pairs};
pub use places::{Area, Areas, Point, Points};
pub use series::{Break, Line, Series};
pub use sides::{SideRow, Sides};
pub use steps::{Step, Steps};
pub use value::{Estimate, Interval, Value};

/// What a shape is about, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it shows: `From the first course to completion in Welding`.
    pub title: String,
    /// Who is counted, where and when: `Students who began grade 9 in 2021-22, Clay County`.
    pub whom: String,
    /// What one and several of those counted are called.
    pub counted: [&'static str; 2],
    /// Whose rule or data it is: `20 U.S.C. 2302(12)`. Empty where the page says it.
    pub source: String,
    /// What it does not show, in sentences. Empty where there is nothing to say.
    pub limits: String,
}

impl About {
    /// About students.
    pub fn students(title: impl Into<String>, whom: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            whom: whom.into(),
            counted: ["student", "students"],
            source: String::new(),
            limits: String::new(),
        }
    }

    /// With its source.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// With what it does not show.
    #[must_use]
    pub fn limits(mut self, limits: impl Into<String>) -> Self {
        self.limits = limits.into();
        self
    }
}
