//! The only door to the outside.
//!
//! Raw counts and students' names come out of the engine; what people see are [`Released`] tables, and only a [`Door`]
//! makes those: for a stated [`Audience`], with the rulebook, snapshot and time that they are of, and with an entry in
//! the access log. Figures, pages, files and the command line take nothing else.

mod access;
mod audience;
mod definition;
mod door;
mod gaps;
mod levels;
mod lists;
mod measures;
mod percent;
mod released;
pub mod shapes;

pub use access::{Access, AccessLog, AccessLogError};
pub use audience::{Audience, Scope};
pub use definition::MeasureDefinition;
pub use door::{Clock, Door, DoorError};
pub use gaps::{GapRow, GapsTable};
pub use levels::{IndicatorRow, LevelsTable, Standing, Target};
pub use lists::{StatusesTable, StudentsTable};
pub use measures::{Disclosure, MeasuresRow, MeasuresTable};
pub use percent::{Percent, Rate, with_commas};
pub use released::{Provenance, Released, SnapshotInfo};
pub use waymark_engine::{
    Cell, ClauseTrace, CourseRecordTrace, FactTrace, Gap, LevelTrace, MeasureTrace, ProgramTrace, Selection, Side,
    StatusRow, StudentLine, StudentTrace, UntiedOutcome,
};
