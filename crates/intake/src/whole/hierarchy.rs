//! Organizations that are part of themselves, or nested without end.

use std::collections::{BTreeMap, BTreeSet};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{
    draft::Draft,
    rows::{Texts, lines},
};

/// How many organizations one may be nested in; a school is in a district, and that in a region and a State.
const DEEPEST: usize = 20;

/// The parent of each organization, and where that stands.
type Parents<'a> = BTreeMap<&'a str, (Option<&'a str>, Place)>;

/// Refuses an import whose organizations form a circle, or are nested too deep: no count could be rolled up.
pub(super) fn check(draft: &mut Draft<'_>) {
    let Some(parts) = draft.parts.get("organizations") else { return };
    let mut parents = Parents::new();
    for part in parts {
        let (ids, above) =
            (Texts::of(&part.batch, "organization_id"), Texts::of(&part.batch, "parent_organization_id"));
        for row in 0..part.batch.num_rows() {
            let place = Place::line(&*part.file, lines(&part.batch).value(row).unsigned_abs());
            parents.insert(ids.must(row), (above.get(row), place));
        }
    }
    let mut in_circles: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for &start in parents.keys() {
        let mut path: Vec<&str> = Vec::new();
        let mut next = Some(start);
        while let Some(id) = next.filter(|id| !in_circles.contains(id)) {
            if let Some(begin) = path.iter().position(|seen| *seen == id) {
                found.push(circle(&path[begin..], &parents));
                in_circles.extend(path.drain(begin..));
                break;
            }
            if path.len() > DEEPEST {
                found.push(too_deep(start, &parents));
                break;
            }
            path.push(id);
            next = parents.get(id).and_then(|(parent, _)| *parent);
        }
    }
    found.truncate(DEEPEST);
    for diagnostic in found {
        draft.refuse(diagnostic);
    }
}

fn circle(members: &[&str], parents: &Parents<'_>) -> Diagnostic {
    let place = members.first().map(|id| place_of(id, parents)).unwrap_or_default();
    let message = "organizations are part of each other in a circle";
    Diagnostic::new("organization_cycle", Severity::Fatal, place, message)
        .value(&members.iter().chain(members.first()).copied().collect::<Vec<_>>().join(" in "))
        .expected("a tree, with the State or the district at its root")
}

fn too_deep(id: &str, parents: &Parents<'_>) -> Diagnostic {
    let message = format!("the organization is nested in more than {DEEPEST} others");
    Diagnostic::new("organization_too_deep", Severity::Fatal, place_of(id, parents), message)
        .value(id)
        .expected("a tree, with the State or the district at its root")
}

fn place_of(id: &str, parents: &Parents<'_>) -> Place {
    parents.get(id).map(|(_, place)| place.clone()).unwrap_or_default().column("parent_organization_id")
}
