use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// The part of a course and the number of its parts do not fit: part 3 of 2, part 0, more than twelve parts, or one
/// of the two columns empty.
///
/// # Why it matters
/// Such a course counts as a whole course, or as a part that completes nothing.
///
/// # Worked example
/// ```csv courses.csv
/// course_id,title,sced_code,sequence_part,sequence_of
/// HC,Health Science C,14001,3,2
/// ```
///
/// # Set right
/// ```csv courses.csv
/// course_id,title,sced_code,sequence_part,sequence_of
/// HC,Health Science C,14001,1,1
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "parts_that_do_not_fit",
    page: page!("parts_that_do_not_fit"),
    severity: Severity::Warning,
    help: "correct `sequence_part` or `sequence_of`",
    check,
};

/// The largest number of parts that a course is believed to have.
pub(super) const MOST_PARTS: i64 = 12;

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for course in data.courses.iter() {
        let fits = match (course.sequence_part, course.sequence_of) {
            (None, None) => true,
            (Some(part), Some(of)) => (1..=MOST_PARTS).contains(&of) && (1..=of).contains(&part),
            _ => false,
        };
        if !fits {
            let shown = |number: Option<i64>| number.map_or("nothing".to_owned(), |number| number.to_string());
            report.row(course.at, "sequence_part", || {
                format!("part {} of {}", shown(course.sequence_part), shown(course.sequence_of))
            });
        }
    }
}
