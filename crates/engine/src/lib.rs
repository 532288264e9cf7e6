//! Running a rulebook's plan on a snapshot, in process.
//!
//! [`Engine::measures`] counts every measure for every organization, program, cluster, subgroup and pair of subgroups;
//! [`Engine::statuses`] tells every student's level; [`Engine::students`] names the students behind a number and
//! [`Engine::explain`] tells why one of them counts, or not. [`Engine::within`] narrows all of these to
//! some organizations and programs. What comes out are raw counts: only `disclosure` makes of
//! them what may be shown.

mod buckets;
pub mod chance;
mod clauses;
mod count;
mod levels;
mod measures;
mod one_away;
mod organizations;
mod packed;
mod pathways;
mod prepare;
mod reach;
mod session;
mod slot;
mod standings;
mod statuses;
mod store;
mod students;
mod text;
mod trace;
mod workers;
mod year;

pub use clauses::{Choice, ClauseCount};
pub use levels::{Gap, LevelComparison, gap, hold_to_levels};
pub use measures::{Counts, MeasureRow, Selection};
pub use one_away::{NextCourse, OneAway};
pub use pathways::{CourseCounts, CourseRow, FunnelRow, PassageRow, Pathways, StepCounts, Window};
pub use reach::Reach;
pub use session::{Engine, EngineError};
pub use statuses::StatusRow;
pub use store::CubeStore;
pub use students::{Cell, Side, StudentLine};
pub use trace::{
    ClauseTrace, CourseRecordTrace, FactTrace, LevelTrace, MeasureTrace, ProgramTrace, StudentTrace, UntiedOutcome,
};
pub use workers::{Bucket, BucketCell, BucketCounter, BucketCounts, NotCounted, Workers};
