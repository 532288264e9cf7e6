use std::collections::BTreeMap;

use super::{Dataset, Report, Rule, Severity, parts_that_do_not_fit::MOST_PARTS};
use crate::dataset::At;

/// # What is wrong
/// A course that is taught in parts lacks a part: no course of the same SCED code (or, without one, of the same
/// title) is the other part.
///
/// # Why it matters
/// Parts count as one course when every part is completed. With a part missing from the catalog, nobody can
/// complete the course.
///
/// # Worked example
/// ```csv courses.csv
/// course_id,title,sced_code,sequence_part,sequence_of
/// HA,Health Science A,14001,1,2
/// ```
///
/// # Set right
/// ```csv courses.csv
/// course_id,title,sced_code,sequence_part,sequence_of
/// HA,Health Science A,14001,1,2
/// HB,Health Science B,14001,2,2
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "course_parts_incomplete",
    page: page!("course_parts_incomplete"),
    severity: Severity::Warning,
    help: "add the missing part, or empty both columns where the course is whole",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let mut families: BTreeMap<(&str, i64), Vec<(i64, At)>> = BTreeMap::new();
    for course in data.courses.iter() {
        let (Some(part), Some(of)) = (course.sequence_part, course.sequence_of) else { continue };
        // A course of hundreds of parts is a mistake that `parts_that_do_not_fit` names.
        if !(2..=MOST_PARTS).contains(&of) {
            continue;
        }
        let family = course.sced_code.map_or(course.title, |code| code.get(..5).unwrap_or(code));
        families.entry((family, of)).or_default().push((part, course.at));
    }
    for ((_, of), parts) in families {
        let missing = (1..=of).find(|number| parts.iter().all(|(part, _)| part != number));
        if let (Some(missing), Some((_, at))) = (missing, parts.first()) {
            report.row(*at, "sequence_part", || format!("part {missing} of {of} is missing"));
        }
    }
}
