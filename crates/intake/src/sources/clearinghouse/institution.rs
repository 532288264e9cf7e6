//! Codes of the clearinghouse, and those of the bundle.

/// `2-year / 4-year` and `level`. Empty is not known.
pub(super) fn level(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" => Some(""),
        "2" | "2-year" | "2 year" | "two-year" => Some("2-year"),
        "4" | "4-year" | "4 year" | "four-year" => Some("4-year"),
        "l" | "less than 2-year" | "less-than-2-year" | "less than two years" => Some("less-than-2-year"),
        _ => None,
    }
}

/// `Public / Private` and `control`.
pub(super) fn control(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" => Some(""),
        "public" => Some("public"),
        "private" => Some("private"),
        _ => None,
    }
}

/// `Enrollment Status` and `status`, which have the same codes. A college that does not publish it leaves it empty.
pub(super) fn status(text: &str) -> Option<&'static str> {
    let codes = ["", "F", "Q", "H", "L", "W", "A", "D"];
    codes.into_iter().find(|code| text.eq_ignore_ascii_case(code))
}

/// Words in titles of awards, and the kinds that they tell; of several, the first in this order. A graduate certificate
/// is a certificate, an associate of applied science no science.
const WORDS: &[(&str, &[&str])] = &[
    ("certificate", &["CERTIFICATE", "CERT", "DIPLOMA"]),
    ("associate", &["ASSOCIATE", "ASSOCIATES", "ASSOC", "AA", "AS", "AAS", "AAA", "AAT", "AGS"]),
    ("bachelor", &["BACHELOR", "BACHELORS", "BACCALAUREATE", "BA", "BS", "AB", "BBA", "BFA", "BSN", "BSW", "BED"]),
    (
        "advanced",
        &[
            "MASTER",
            "MASTERS",
            "DOCTOR",
            "DOCTORATE",
            "JURIS",
            "MA",
            "MS",
            "MBA",
            "MED",
            "MSW",
            "PHD",
            "EDD",
            "JD",
            "MD",
        ],
    ),
];

/// The kind of an award by its title; empty where the title does not tell.
pub(super) fn award_kind(title: &str) -> &'static str {
    // `B.A.` is `BA`, `BACHELOR'S` is `BACHELORS`.
    let title: String = title.to_uppercase().chars().filter(|c| !matches!(c, '.' | '\'' | '’')).collect();
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
    let told = WORDS.iter().find(|(_, known)| known.iter().any(|known| words.contains(known)));
    told.map_or("", |(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use waymark_terms::bundle::{Kind, Table};

    use super::*;

    #[test]
    fn every_code_is_one_of_the_bundle() {
        let codes = |table: &str, column: &str| match Table::named(table)
            .and_then(|table| table.column(column))
            .unwrap()
            .kind
        {
            Kind::Code(codes) => codes,
            _ => panic!("{column} has no codes"),
        };
        for text in ["2", "4", "L"] {
            assert!(codes("postsecondary_enrollments", "level").contains(&level(text).unwrap()));
        }
        for text in ["Public", "PRIVATE"] {
            assert!(codes("postsecondary_enrollments", "control").contains(&control(text).unwrap()));
        }
        for text in codes("postsecondary_enrollments", "status") {
            assert_eq!(status(text), Some(*text));
        }
        for (kind, _) in WORDS {
            assert!(codes("postsecondary_awards", "kind").contains(kind));
        }
    }

    #[test]
    fn titles_tell_the_kind() {
        for (title, kind) in [
            ("ASSOCIATE OF APPLIED SCIENCE", "associate"),
            ("A.A.S.", "associate"),
            ("Bachelor's of Arts", "bachelor"),
            ("B.S.", "bachelor"),
            ("CERTIFICATE IN WELDING", "certificate"),
            ("GRADUATE CERTIFICATE", "certificate"),
            ("MASTER OF ARTS", "advanced"),
            ("JURIS DOCTOR", "advanced"),
            ("WELDING", ""),
            ("", ""),
        ] {
            assert_eq!(award_kind(title), kind, "{title}");
        }
    }
}
