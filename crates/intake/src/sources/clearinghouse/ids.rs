//! The district's own identifiers, which come back in capitals.

use std::collections::{BTreeMap, BTreeSet};

use crate::options::Known;

/// The identifiers of the stored students.
pub(super) struct Ids {
    all: BTreeSet<String>,
    in_capitals: BTreeMap<String, Vec<String>>,
}

impl Ids {
    pub(super) fn new(known: &dyn Known) -> Self {
        let mut ids = Self { all: BTreeSet::new(), in_capitals: BTreeMap::new() };
        known.each("students", &mut |id| {
            ids.all.insert(id.to_owned());
            ids.in_capitals.entry(id.to_uppercase()).or_default().push(id.to_owned());
        });
        for ids in ids.in_capitals.values_mut() {
            ids.sort_unstable();
        }
        ids
    }

    /// The identifier that the district sent: itself, the only one that is the same in capitals, or either without the
    /// `_` that many put behind it to keep spreadsheets from making it a number. Where there is none, it stays as it is.
    ///
    /// # Errors
    /// Those that are the same in capitals, where there are several.
    pub(super) fn meant(&self, echoed: &str) -> Result<String, Vec<String>> {
        for text in [echoed, echoed.trim_end_matches('_')] {
            let capitals = text.to_uppercase();
            // What has small letters was not put into capitals.
            if text != capitals && self.all.contains(text) {
                return Ok(text.to_owned());
            }
            match self.in_capitals.get(&capitals).map(Vec::as_slice) {
                Some([only]) => return Ok(only.clone()),
                Some(several) => return Err(several.to_vec()),
                None => {}
            }
        }
        Ok(echoed.to_owned())
    }
}
