//! The tables of the bundle as rows: those columns that a rule looks at, under the names of the contract.

use arrow_array::RecordBatch;
use chrono::NaiveDate;
use waymark_terms::SchoolYear;

use super::{At, Decimal, Grade, Id, Keyed, Names, field::FromColumn};
use crate::rows::lines;

/// A row that is read from a batch of its table.
pub(super) trait FromBatch<'a>: Sized {
    const TABLE: &'static str;
    fn read(batch: &'a RecordBatch, file: u16, names: &mut Names<'a>, rows: &mut Vec<Self>);
}

/// A struct for the rows of a table, whose fields are read from the columns of the same names; `by` the column that rows
/// are grouped by.
macro_rules! row {
    ($table:literal, $name:ident $(<$life:lifetime>)?, $(by $key:ident,)? { $($field:ident: $type:ty,)* }) => {
        #[doc = concat!("A row of `", $table, "`.")]
        #[derive(Clone, Copy, Debug)]
        #[allow(clippy::struct_field_names, reason = "the names are those of the contract")]
        pub(crate) struct $name $(<$life>)? {
            pub(crate) at: At,
            $(pub(crate) $field: $type,)*
        }

        impl<'a> FromBatch<'a> for $name $(<$life>)? {
            const TABLE: &'static str = $table;

            fn read(batch: &'a RecordBatch, file: u16, names: &mut Names<'a>, rows: &mut Vec<Self>) {
                let lines = lines(batch);
                $(let $field = <$type as FromColumn<'a>>::column(batch, stringify!($field));)*
                rows.extend((0..batch.num_rows()).map(|row| Self {
                    at: At { file, line: u32::try_from(lines.value(row)).unwrap_or(u32::MAX) },
                    $($field: <$type as FromColumn<'a>>::get(&$field, row, names),)*
                }));
            }
        }

        row!(@keyed $name [$(<$life>)?] $($key)?);
    };
    (@keyed $name:ident [$($life:tt)*]) => {};
    (@keyed $name:ident [$($life:tt)*] $key:ident) => {
        impl $($life)* Keyed for $name $($life)* {
            fn key(&self) -> Id {
                self.$key
            }
        }
    };
}

row!("organizations", Organization<'a>, by organization_id, {
    organization_id: Id,
    parent_organization_id: Option<Id>,
    name: &'a str,
    kind: &'a str,
    grade_low: Option<&'a str>,
    grade_high: Option<&'a str>,
    latitude: Option<f64>,
    longitude: Option<f64>,
});
row!("students", Student<'a>, by student_id, {
    student_id: Id,
    state_student_id: Option<&'a str>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    birth_date: Option<NaiveDate>,
    sex: Option<&'a str>,
    hispanic_or_latino: Option<bool>,
    american_indian_or_alaska_native: Option<bool>,
    asian: Option<bool>,
    black_or_african_american: Option<bool>,
    native_hawaiian_or_other_pacific_islander: Option<bool>,
    white: Option<bool>,
});
row!("student_populations", StudentPopulation<'a>, by student_id, {
    student_id: Id,
    population: &'a str,
    begin_date: NaiveDate,
    end_date: Option<NaiveDate>,
});
row!("enrollments", Enrollment<'a>, by student_id, {
    student_id: Id,
    organization_id: Id,
    school_year: SchoolYear,
    grade_level: Grade,
    entry_date: NaiveDate,
    exit_date: Option<NaiveDate>,
    exit_type: Option<&'a str>,
});
row!("courses", Course<'a>, by course_id, {
    course_id: Id,
    title: &'a str,
    sced_code: Option<&'a str>,
    credits: Option<Decimal>,
    hours: Option<Decimal>,
    sequence_part: Option<i64>,
    sequence_of: Option<i64>,
});
row!("programs", Program<'a>, by program_id, {
    program_id: Id,
    cip_code: Option<&'a str>,
    cluster_16: Option<&'a str>,
    nontraditional_for: Option<&'a str>,
    begin_year: Option<SchoolYear>,
    end_year: Option<SchoolYear>,
});
row!("program_courses", ProgramCourse, by program_id, {
    program_id: Id,
    course_id: Id,
    begin_year: Option<SchoolYear>,
    end_year: Option<SchoolYear>,
});
row!("course_outcomes", CourseOutcome<'a>, by student_id, {
    student_id: Id,
    organization_id: Id,
    course_id: Id,
    school_year: SchoolYear,
    term: Option<&'a str>,
    completed_on: Option<NaiveDate>,
    status: &'a str,
    credits_attempted: Option<Decimal>,
    credits_earned: Option<Decimal>,
    grade: Option<&'a str>,
    passed: Option<bool>,
});
row!("cohorts", Cohort<'a>, by student_id, {
    student_id: Id,
    cohort_year: Option<i64>,
    removed: Option<&'a str>,
});
row!("diplomas", Diploma<'a>, by student_id, {
    student_id: Id,
    kind: &'a str,
    awarded_on: NaiveDate,
});
row!("assessments", Assessment<'a>, by student_id, {
    student_id: Id,
    subject: &'a str,
    school_year: SchoolYear,
    proficient: Option<bool>,
});
row!("credential_catalog", RecognizedCredential, by credential_id, {
    credential_id: Id,
    recognized_from: Option<NaiveDate>,
    recognized_to: Option<NaiveDate>,
});
row!("credentials", Credential, by student_id, {
    student_id: Id,
    credential_id: Id,
    earned_on: NaiveDate,
});
row!("postsecondary_credits", PostsecondaryCredit, by student_id, {
    student_id: Id,
    credits: Option<Decimal>,
    earned_on: NaiveDate,
});
row!("postsecondary_enrollments", PostsecondaryEnrollment, by student_id, {
    student_id: Id,
    begin_date: NaiveDate,
    end_date: Option<NaiveDate>,
});
row!("postsecondary_matches", PostsecondaryMatch<'a>, by student_id, {
    student_id: Id,
    searched_on: NaiveDate,
    found: &'a str,
});
row!("placements", Placement<'a>, by student_id, {
    student_id: Id,
    kind: &'a str,
    begin_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    observed_on: NaiveDate,
});
row!("employers", Employer, by employer_id, {
    employer_id: Id,
    latitude: Option<f64>,
    longitude: Option<f64>,
});
row!("opportunities", Opportunity, by opportunity_id, {
    opportunity_id: Id,
    seats: Option<i64>,
    begin_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
});
row!("work_based_learning", WorkBasedLearning<'a>, by student_id, {
    student_id: Id,
    kind: &'a str,
    begin_date: NaiveDate,
    end_date: Option<NaiveDate>,
    verified_hours: Option<Decimal>,
    status: Option<&'a str>,
});
row!("targets", Target<'a>, {
    indicator: &'a str,
    report_year: SchoolYear,
    level: Option<Decimal>,
});
