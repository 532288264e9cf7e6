use std::collections::BTreeMap;

use waymark_terms::SchoolYear;

use super::{Dataset, Report, Rule, Severity};

/// # What is wrong
/// Some assessments of a subject and year have no valid score: `proficient` is empty.
///
/// # Why it matters
/// A concentrator without a valid score is in no denominator of 2S1, 2S2 or 2S3. Where most are missing, the
/// results were not exported.
///
/// # Worked example
/// ```csv assessments.csv
/// student_id,subject,school_year,proficient
/// 1001,reading,2024-25,
/// 1002,reading,2024-25,true
/// ```
///
/// # Set right
/// ```csv assessments.csv
/// student_id,subject,school_year,proficient
/// 1001,reading,2024-25,false
/// 1002,reading,2024-25,true
/// ```
///
/// # Severity
/// Note: nothing is changed.
pub(super) const RULE: Rule = Rule {
    name: "proficiency_missing",
    page: page!("proficiency_missing"),
    severity: Severity::Note,
    help: "fill in `proficient` where there is a score",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let mut counts: BTreeMap<(SchoolYear, &str), (usize, usize)> = BTreeMap::new();
    for assessment in data.assessments.iter() {
        let (missing, all) = counts.entry((assessment.school_year, assessment.subject)).or_default();
        *missing += usize::from(assessment.proficient.is_none());
        *all += 1;
    }
    for ((year, subject), (missing, all)) in counts.into_iter().filter(|(_, (missing, _))| *missing > 0) {
        report
            .table("assessments", || format!("{missing} of {all} results in {subject} of {year} have no valid score"));
    }
}
