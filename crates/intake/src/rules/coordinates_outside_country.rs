use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// A place lies outside the United States and its territories, or has only one of its coordinates.
///
/// # Why it matters
/// Maps and distances to employers are drawn from it. Most often the minus of the longitude is missing, or the two
/// are exchanged.
///
/// # Worked example
/// ```csv organizations.csv
/// organization_id,name,kind,latitude,longitude
/// HS,High School,school,36.07,79.79
/// ```
///
/// # Set right
/// ```csv organizations.csv
/// organization_id,name,kind,latitude,longitude
/// HS,High School,school,36.07,-79.79
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "coordinates_outside_country",
    page: page!("coordinates_outside_country"),
    severity: Severity::Warning,
    help: "longitudes of the United States are negative, but for Guam and the Northern Marianas",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let organizations = data.organizations.iter().map(|row| (row.at, row.latitude, row.longitude));
    let employers = data.employers.iter().map(|row| (row.at, row.latitude, row.longitude));
    for (at, latitude, longitude) in organizations.chain(employers) {
        match (latitude, longitude) {
            (Some(north), Some(east)) if !in_country(north, east) => {
                report.row(at, "longitude", || format!("{north} degrees north and {east} east lie elsewhere"));
            }
            (Some(_), None) => report.row(at, "longitude", || "there is a latitude and no longitude".to_owned()),
            (None, Some(_)) => report.row(at, "latitude", || "there is a longitude and no latitude".to_owned()),
            _ => {}
        }
    }
}

/// Whether a place may be one of the fifty States, Puerto Rico, the Virgin Islands, Guam, the Northern Marianas or
/// American Samoa.
fn in_country(north: f64, east: f64) -> bool {
    let western = (13.0..=72.0).contains(&north) && (-180.0..=-64.0).contains(&east);
    let aleutians_and_marianas = (13.0..=55.0).contains(&north) && (144.0..=180.0).contains(&east);
    let samoa = (-15.0..=-10.0).contains(&north) && (-172.0..=-168.0).contains(&east);
    western || aleutians_and_marianas || samoa
}
