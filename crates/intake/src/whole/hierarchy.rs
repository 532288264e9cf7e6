//! Organizations that are part of themselves.

use std::collections::{BTreeMap, BTreeSet};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{
    draft::Draft,
    rows::{Texts, lines},
};

/// Refuses an import whose organizations form a circle: no count could be rolled up.
pub(super) fn check(draft: &mut Draft<'_>) {
    let Some(parts) = draft.parts.get("organizations") else { return };
    let mut parents: BTreeMap<&str, (Option<&str>, Place)> = BTreeMap::new();
    for part in parts {
        let (ids, above) =
            (Texts::of(&part.batch, "organization_id"), Texts::of(&part.batch, "parent_organization_id"));
        for row in 0..part.batch.num_rows() {
            let place = Place::line(&*part.file, lines(&part.batch).value(row).unsigned_abs());
            parents.insert(ids.must(row), (above.get(row), place));
        }
    }
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut circles = Vec::new();
    for &start in parents.keys() {
        let mut path: Vec<&str> = Vec::new();
        let mut next = Some(start);
        while let Some(id) = next.filter(|id| !done.contains(id)) {
            if let Some(begin) = path.iter().position(|seen| *seen == id) {
                circles.push(circle(&path[begin..], &parents));
                break;
            }
            path.push(id);
            next = parents.get(id).and_then(|(parent, _)| *parent);
        }
        done.extend(path);
    }
    for diagnostic in circles {
        draft.refuse(diagnostic);
    }
}

fn circle(members: &[&str], parents: &BTreeMap<&str, (Option<&str>, Place)>) -> Diagnostic {
    let place = members.first().and_then(|id| parents.get(id)).map(|(_, place)| place.clone()).unwrap_or_default();
    let message = "organizations are part of each other in a circle";
    Diagnostic::new("organization_cycle", Severity::Fatal, place.column("parent_organization_id"), message)
        .value(&members.iter().chain(members.first()).copied().collect::<Vec<_>>().join(" in "))
        .expected("a tree, with the State or the district at its root")
}
