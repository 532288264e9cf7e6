//! The only door to the outside.
//!
//! Raw counts and students' names come out of the engine; what people see are [`Released`] tables, and only a [`Door`]
//! makes those: for a stated [`Audience`], with the rulebook, snapshot and time that they are of, and with an entry in
//! the access log. Figures, pages, files and the command line take nothing else.

mod access;
mod audience;
mod change;
mod comparison;
mod definition;
mod door;
mod fairness;
mod gaps;
mod levels;
mod lists;
mod measures;
mod number;
mod one_away;
mod percent;
mod program;
mod programs;
mod progress;
mod public;
mod released;
pub mod shapes;

pub use access::{Access, AccessLog, AccessLogError};
pub use audience::{Audience, Scope};
pub use change::{Cause, ChangePart, NumberChange, StandingsTable};
pub use comparison::{Comparison, Ratio, Verdict};
pub use definition::MeasureDefinition;
pub use door::{Clock, Door, DoorError};
pub use fairness::{FairnessRow, FairnessStage, FairnessTable};
pub use gaps::{GapRow, GapsTable};
pub use levels::{IndicatorRow, LevelsTable, Standing, Target};
pub use lists::{StatusesTable, StudentsTable};
pub use measures::{Disclosure, MeasuresRow, MeasuresTable};
pub use number::{ChoiceRow, ChoicesTable, ClausesTable};
pub use one_away::OneAwayTable;
pub use percent::{Percent, Rate, with_commas};
pub use program::{ProgramTable, StepName};
pub use programs::{LossRow, LossesTable, Passage, ProgramNumber, ProgramRow, ProgramsTable};
pub use progress::{Course, ProgressRow, ProgressTable, ProgressYear};
pub use public::{
    Attacked, Certificate, Design, Event, FolderError, Found, Ledger, LedgerError, Organization, PRESETS, Policy,
    PolicyError, Program, Publication, PublishError, Published, PublishedRow, Scheme, Tail, Wanted, What, Why,
    write_release,
};
pub use released::{Provenance, Released, SnapshotInfo};
pub use waymark_engine::{
    Cell, ClauseCount, ClauseTrace, CourseCounts, CourseRecordTrace, CourseRow, FactTrace, FunnelRow, Gap, LevelTrace,
    MeasureTrace, NextCourse, OneAway, ProgramTrace, Reach, Selection, Side, StatusRow, StepCounts, StudentLine,
    StudentTrace, UntiedOutcome, Window,
};
