//! What takes more than one row to see: keys that stand twice, references to nothing, organizations in a circle.

mod hierarchy;
mod keys;
mod references;

use crate::{draft::Draft, reading::Refusal};

/// Checks the rows of all files against each other; what cannot be used is set aside.
pub(crate) fn check(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    keys::check(draft);
    hierarchy::check(draft);
    draft.checkpoint()?;
    references::check(draft);
    draft.checkpoint()
}
