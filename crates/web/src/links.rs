//! Addresses of pages.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use waymark_disclosure::{Cell, MeasuresRow};

/// A path with a query; empty values are left out.
pub(crate) fn link(path: &str, query: &[(&str, &str)]) -> String {
    let mut link = path.to_owned();
    let mut separator = '?';
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        link.push(separator);
        link.push_str(name);
        link.push('=');
        link.push_str(&encoded(value));
        separator = '&';
    }
    link
}

/// A text as one segment of a path.
pub(crate) fn segment(text: &str) -> String {
    encoded(text)
}

/// What says which number is meant, as a query.
pub(crate) fn cell_query(cell: &Cell) -> [(&str, &str); 5] {
    [
        ("measure", &cell.measure),
        ("variant", cell.variant.as_deref().unwrap_or_default()),
        ("organization", cell.organization.as_deref().unwrap_or_default()),
        ("program", &cell.program),
        ("subgroup", &cell.subgroup),
    ]
}

/// The number of a row.
pub(crate) fn cell_of(row: &MeasuresRow) -> Cell {
    Cell {
        measure: row.measure.clone(),
        variant: Some(row.variant.clone()),
        organization: Some(row.organization_id.clone()),
        program: row.program_id.clone(),
        subgroup: row.subgroup.clone(),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_break_out_of_a_link() {
        assert_eq!(link("/a", &[("b", "1&c=2"), ("d", ""), ("e", "ü \"<")]), "/a?b=1%26c%3D2&e=%C3%BC%20%22%3C");
        assert_eq!(segment("../x/y"), "%2E%2E%2Fx%2Fy");
    }
}
