//! The list of CIP codes. It tells of codes that were deleted or moved away; those are none of the edition.

use super::{Publication, Row, year_in};
use crate::TableBuilder;

pub(super) const PUBLICATION: Publication = Publication {
    table: "cip_codes",
    telling: &["cipfamily", "cipcode", "ciptitle", "cipdefinition"],
    edition: |_, file| year_in(file, |_| true).map(|year| year.to_string()),
    take: |row, builder| {
        take(row, builder);
        Ok(())
    },
};

/// `Action` of codes that the edition has no longer.
const GONE: [&str; 2] = ["Deleted", "Moved from"];

fn take(row: &Row<'_>, builder: &mut TableBuilder) {
    if !GONE.contains(&row.get("action")) {
        let values = [
            ("edition", row.edition),
            ("cip_code", row.get("cipcode")),
            ("title", row.get("ciptitle").trim_end_matches('.')),
            ("definition", row.get("cipdefinition")),
        ];
        builder.push(row.record.line, &values);
    }
}
