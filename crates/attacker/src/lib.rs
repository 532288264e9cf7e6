//! What can be worked out from what was published.
//!
//! The attacker has what anybody has: the files, the public hierarchy of organizations and programs, and the knowledge that
//! students are counted in whole numbers. It knows nothing of how the figures were hidden, and shares no code with what hid
//! them but the format of the files, `docs/release-format.md`.
//!
//! [`attack()`] takes one publication or several that are known together, such as every earlier release, and says for every
//! hidden number what it must be between. In turn it uses
//!
//! 1. the equations among all cells, exactly, in a prime field: what they determine is found for all cells at once;
//! 2. bounds: each sum narrows its parts, until nothing narrows any more; rates are intervals of their numerators;
//! 3. other tables of whole numbers that agree with everything published, which show that a cell cannot be known;
//! 4. an integer program for each cell that is left;
//! 5. what a student knows who is alone in a cell.
//!
//! An interval in a [`Report`] always has the true number in it, if the publications are right. It is exact where the report
//! says so; elsewhere a stronger attacker could perhaps narrow it.

mod attack;
mod bounds;
mod constraints;
mod equations;
mod explain;
mod field;
mod known;
mod linear;
mod merge;
mod problem;
mod program;
mod random;
mod read;
mod report;
mod search;
mod shown;
mod start;
mod student;
mod system;
mod telling;
mod universe;
mod witness;
mod words;

pub use attack::{Assumptions, attack};
pub use known::KnownTable;
pub use read::{Publication, ReadError};
pub use report::{CellName, Finding, FindingKind, HiddenCell, Report, Summary, Verdict};
