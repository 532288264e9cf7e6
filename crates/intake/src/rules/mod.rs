//! What is doubtful about rows that could be read: one rule a file, named by what is wrong.
//!
//! A rule's doc comment is also its page in `docs/data-quality/`; its worked example is its test.

/// The page of a rule, which a test keeps as its doc comment is.
macro_rules! page {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/data-quality/", $name, ".md"))
    };
}

mod birth_after_entry;
mod cohort_does_not_fit_grade;
mod cohort_twice;
mod cohort_year_implausible;
mod completed_but_failed;
mod completed_outside_school_year;
mod coordinates_outside_country;
mod course_in_no_program;
mod course_parts_incomplete;
mod credential_outside_recognition;
mod credential_recognition_reversed;
mod credits_exceed_attempted;
mod credits_without_course;
mod diploma_without_graduation;
mod enrolled_after_death;
mod enrolled_after_graduation;
mod enrollment_outside_grades_of_school;
mod entry_outside_school_year;
mod event_in_future;
mod exit_before_entry;
mod exit_outside_school_year;
mod exit_type_without_date;
mod exit_without_type;
mod failed_but_passed;
mod grade_jumped;
mod grade_went_backwards;
mod graduated_without_diploma;
mod implausible_birth_date;
mod implausible_diploma_age;
mod missing_race;
mod missing_sex;
mod negative_amount;
mod nonstandard_cip;
mod nontraditional_missing;
mod not_placed_and_placed;
mod opportunity_dates_reversed;
mod opportunity_without_seats;
mod organization_without_district;
mod outcome_in_future;
mod outcome_without_enrollment;
mod overlapping_enrollments;
mod overlapping_population_spells;
mod parts_that_do_not_fit;
mod placement_before_exit;
mod placement_dates_reversed;
mod population_spell_reversed;
mod postsecondary_dates_reversed;
mod proficiency_missing;
mod program_course_years_reversed;
mod program_without_courses;
mod program_years_reversed;
mod repeated_outcome;
mod report;
mod same_person_two_ids;
mod sced_malformed;
mod school_without_students;
mod search_contradicts_enrollment;
mod several_roots;
mod sharp_change_since_last_import;
mod student_without_enrollment;
mod target_above_hundred;
mod target_as_fraction;
mod two_diplomas_same_kind;
mod two_scores_disagree;
mod two_students_one_state_id;
mod unknown_cluster;
mod wbl_completed_without_end;
mod wbl_completed_without_hours;
mod wbl_dates_reversed;
mod wbl_hours_implausible;

use waymark_diagnostics::Severity;

use crate::{
    dataset::{Dataset, shown},
    draft::Draft,
    options::Progress,
    summary::Summary,
};
use report::Report;

#[cfg(test)]
mod examples;

/// Every rule, in alphabetical order.
pub(crate) const RULES: &[Rule] = &[
    birth_after_entry::RULE,
    cohort_does_not_fit_grade::RULE,
    cohort_twice::RULE,
    cohort_year_implausible::RULE,
    completed_but_failed::RULE,
    completed_outside_school_year::RULE,
    coordinates_outside_country::RULE,
    course_in_no_program::RULE,
    course_parts_incomplete::RULE,
    credential_outside_recognition::RULE,
    credential_recognition_reversed::RULE,
    credits_exceed_attempted::RULE,
    credits_without_course::RULE,
    diploma_without_graduation::RULE,
    enrolled_after_death::RULE,
    enrolled_after_graduation::RULE,
    enrollment_outside_grades_of_school::RULE,
    entry_outside_school_year::RULE,
    event_in_future::RULE,
    exit_before_entry::RULE,
    exit_outside_school_year::RULE,
    exit_type_without_date::RULE,
    exit_without_type::RULE,
    failed_but_passed::RULE,
    grade_jumped::RULE,
    grade_went_backwards::RULE,
    graduated_without_diploma::RULE,
    implausible_birth_date::RULE,
    implausible_diploma_age::RULE,
    missing_race::RULE,
    missing_sex::RULE,
    negative_amount::RULE,
    nonstandard_cip::RULE,
    nontraditional_missing::RULE,
    not_placed_and_placed::RULE,
    opportunity_dates_reversed::RULE,
    opportunity_without_seats::RULE,
    organization_without_district::RULE,
    outcome_in_future::RULE,
    outcome_without_enrollment::RULE,
    overlapping_enrollments::RULE,
    overlapping_population_spells::RULE,
    parts_that_do_not_fit::RULE,
    placement_before_exit::RULE,
    placement_dates_reversed::RULE,
    population_spell_reversed::RULE,
    postsecondary_dates_reversed::RULE,
    proficiency_missing::RULE,
    program_course_years_reversed::RULE,
    program_without_courses::RULE,
    program_years_reversed::RULE,
    repeated_outcome::RULE,
    same_person_two_ids::RULE,
    sced_malformed::RULE,
    school_without_students::RULE,
    search_contradicts_enrollment::RULE,
    several_roots::RULE,
    sharp_change_since_last_import::RULE,
    student_without_enrollment::RULE,
    target_above_hundred::RULE,
    target_as_fraction::RULE,
    two_diplomas_same_kind::RULE,
    two_scores_disagree::RULE,
    two_students_one_state_id::RULE,
    unknown_cluster::RULE,
    wbl_completed_without_end::RULE,
    wbl_completed_without_hours::RULE,
    wbl_dates_reversed::RULE,
    wbl_hours_implausible::RULE,
];

/// A data-quality rule.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    /// What is wrong, in one word: the name of its file, of its page, and of its diagnostics.
    pub(crate) name: &'static str,
    /// Its page in `docs/data-quality/`.
    pub(crate) page: &'static str,
    pub(crate) severity: Severity,
    /// What to do about it.
    pub(crate) help: &'static str,
    pub(crate) check: fn(&Dataset<'_>, &mut Report<'_>),
}

/// Checks all rules over the rows that are kept.
pub(crate) fn check(draft: &mut Draft<'_>, summary: &Summary) {
    let mut findings = std::mem::take(&mut draft.findings);
    let parts = std::mem::take(&mut draft.parts);
    let data = Dataset::new(&parts, summary, draft.options, draft.extent);
    for (done, rule) in RULES.iter().enumerate() {
        draft.progress(Progress::Checking { rule: rule.name, done, of: RULES.len() });
        (rule.check)(&data, &mut Report::new(rule, &data, &mut findings));
    }
    draft.findings = findings;
    draft.parts = parts;
}

/// Why it matters what a diagnostic of that code says, in a paragraph of plain text with code in backticks; nothing for a
/// code that has no page.
pub fn why_it_matters(code: &str) -> Option<String> {
    if let Some(rule) = RULES.iter().find(|rule| rule.name == code) {
        let (_, section) = rule.page.split_once("## Why it matters\n")?;
        let section = section.split("\n## ").next()?;
        return Some(section.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    // What cannot be read has a row of a table, which ends with what is wrong.
    let row = format!("| `{code}` | ");
    let line = page!("reading").lines().find_map(|line| line.strip_prefix(&row))?;
    line.trim_end_matches(" |").rsplit(" | ").next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_why_it_matters() {
        for rule in RULES {
            let why = why_it_matters(rule.name).unwrap_or_default();
            assert!(why.len() > 40 && !why.contains('#'), "{}: {why}", rule.name);
        }
        assert_eq!(why_it_matters("bad_boolean").as_deref(), Some("Neither `true` nor `false`."));
        let unknown_file = why_it_matters("unknown_file");
        assert_eq!(unknown_file.as_deref(), Some("No table has that name; the file is not read."));
        assert_eq!(why_it_matters("nothing"), None);
    }
}
