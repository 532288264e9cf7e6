//! Which district an organization belongs to.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::{
    array::{Array, AsArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::DataType,
};

use crate::failure::Failure;

/// Organizations, each with its parent.
#[derive(Clone, Default)]
pub(super) struct Districts(BTreeMap<String, Organization>);

#[derive(Clone)]
struct Organization {
    parent: Option<String>,
    is_district: bool,
}

impl Districts {
    /// Takes rows of `organizations`; later ones replace earlier ones of the same identifier.
    pub(super) fn add(&mut self, rows: &RecordBatch) -> Result<(), Failure> {
        let (ids, parents) = (text(rows, "organization_id")?, text(rows, "parent_organization_id")?);
        let kinds = text(rows, "kind")?;
        for row in (0..rows.num_rows()).filter(|row| ids.is_valid(*row)) {
            let parent = parents.is_valid(row).then(|| parents.value(row).to_owned());
            let is_district = kinds.is_valid(row) && kinds.value(row) == "district";
            self.0.insert(ids.value(row).to_owned(), Organization { parent, is_district });
        }
        Ok(())
    }

    /// Whether the organization is among them.
    pub(super) fn has(&self, organization: &str) -> bool {
        self.0.contains_key(organization)
    }

    /// The topmost district above the organization or it itself; where there is none, the root.
    pub(super) fn district_of<'a>(&'a self, organization: &'a str) -> &'a str {
        let (mut district, mut last) = (None, organization);
        let mut seen = BTreeSet::new();
        let mut next = Some(organization);
        // A circle ends where it began: intake refuses one, but two imports may make it together.
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            let Some(own) = self.0.get(id) else { break };
            last = id;
            if own.is_district {
                district = Some(id);
            }
            next = own.parent.as_deref();
        }
        district.unwrap_or(last)
    }

    /// Every organization of those districts, sorted.
    pub(super) fn within(&self, districts: &BTreeSet<&str>) -> Vec<&str> {
        self.0.keys().map(String::as_str).filter(|id| districts.contains(self.district_of(id))).collect()
    }
}

/// A column as text.
pub(crate) fn text(rows: &RecordBatch, name: &str) -> Result<StringArray, Failure> {
    let column = rows.column_by_name(name).ok_or_else(|| Failure::bug(format!("no column `{name}`")))?;
    let column = cast(column, &DataType::Utf8).map_err(|error| Failure::bug(error.to_string()))?;
    Ok(column.as_string().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    fn districts(rows: &[(&str, &str, &str)]) -> Districts {
        let sheet = Sheet::new()
            .text("organization_id", rows.iter().map(|row| row.0))
            .optional_text("parent_organization_id", rows.iter().map(|row| (!row.1.is_empty()).then_some(row.1)))
            .text("kind", rows.iter().map(|row| row.2));
        let mut districts = Districts::default();
        districts.add(&sheet.rows().unwrap()).unwrap();
        districts
    }

    #[test]
    fn the_topmost_district_counts_and_else_the_root() {
        let districts = districts(&[
            ("ST", "", "state"),
            ("D1", "ST", "district"),
            ("D1A", "D1", "district"),
            ("H1", "D1A", "school"),
            ("D2", "ST", "district"),
            ("H2", "D2", "school"),
            ("CC", "ST", "career_center"),
        ]);
        let of = |organization| districts.district_of(organization);
        assert_eq!(["ST", "D1", "D1A", "H1", "H2", "CC"].map(of), ["ST", "D1", "D1", "D1", "D2", "ST"]);
        assert_eq!(districts.within(&BTreeSet::from(["D1"])), ["D1", "D1A", "H1"]);
        assert_eq!(districts.within(&BTreeSet::from(["ST"])), ["CC", "ST"]);
    }

    #[test]
    fn a_circle_has_an_end() {
        let districts = districts(&[("A", "B", "school"), ("B", "A", "school")]);
        assert_eq!(districts.district_of("A"), "B");
    }
}
