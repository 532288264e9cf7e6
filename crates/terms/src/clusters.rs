//! The sixteen career clusters by their codes (CEDS Career Cluster, element 001288).

/// Code and title of each, in the order of the codes.
pub const CLUSTERS_16: &[(&str, &str)] = &[
    ("01", "Agriculture, Food and Natural Resources"),
    ("02", "Architecture and Construction"),
    ("03", "Arts, A/V Technology and Communications"),
    ("04", "Business Management and Administration"),
    ("05", "Education and Training"),
    ("06", "Finance"),
    ("07", "Government and Public Administration"),
    ("08", "Health Science"),
    ("09", "Hospitality and Tourism"),
    ("10", "Human Services"),
    ("11", "Information Technology"),
    ("12", "Law, Public Safety, Corrections and Security"),
    ("13", "Manufacturing"),
    ("14", "Marketing"),
    ("15", "Science, Technology, Engineering and Mathematics"),
    ("16", "Transportation, Distribution and Logistics"),
];

/// The title of a cluster of the sixteen; none for a code that is none of them.
pub fn cluster_16_title(code: &str) -> Option<&'static str> {
    CLUSTERS_16.iter().find(|(known, _)| *known == code).map(|(_, title)| *title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_01_to_16() {
        let codes: Vec<_> = CLUSTERS_16.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(codes, (1..=16).map(|number| format!("{number:02}")).collect::<Vec<_>>());
        assert_eq!((cluster_16_title("08"), cluster_16_title("17")), (Some("Health Science"), None));
    }
}
