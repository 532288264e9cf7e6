//! What may be given to everybody: figures under a policy, certified, attacked, and remembered.

mod attacked;
mod design;
mod folder;
mod ledger;
mod publication;
mod scheme;
mod words;

pub use attacked::{Attacked, Found};
pub use design::Design;
pub use folder::{FolderError, write_release};
pub use ledger::{Event, Ledger, LedgerError, What};
pub use publication::{Publication, PublishError, Published, PublishedRow, Wanted};
pub use waymark_suppression::{
    certificate::Certificate,
    figures::{Organization, Program, Why},
    policy::{PRESETS, Policy, PolicyError, Tail},
    scheme::Scheme,
};
