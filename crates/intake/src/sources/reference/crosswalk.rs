//! The crosswalk from CIP to SOC. A program of study that prepares for no occupation has the occupation `99-9999`, which
//! stays: it is known that there is none.

use super::{Publication, Row, year_in};
use crate::TableBuilder;

pub(super) const PUBLICATION: Publication = Publication {
    table: "cip_occupations",
    telling: &["cip#code", "cip#title", "soc#code", "soc#title"],
    edition: |header, _| {
        let year = |column: &str| year_in(header.name(column), |_| true);
        Some(format!("CIP {} to SOC {}", year("cip#code")?, year("soc#code")?))
    },
    take: |row, builder| {
        take(row, builder);
        Ok(())
    },
};

fn take(row: &Row<'_>, builder: &mut TableBuilder) {
    let values = [
        ("edition", row.edition),
        ("cip_code", row.get("cip#code")),
        ("cip_title", row.get("cip#title").trim_end_matches('.')),
        ("soc_code", row.get("soc#code")),
        ("soc_title", row.get("soc#title")),
    ];
    builder.push(row.record.line, &values);
}
