//! The rows of every file that is written, with their columns.

use std::fmt;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

/// A row of a file.
pub(crate) trait Row: Serialize {
    /// The table that it is a row of.
    const TABLE: &'static str;
}

/// A decimal with two digits behind the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hundredths(pub(crate) u32);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Degrees, in hundred-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coordinate(pub(crate) i32);

impl fmt::Display for Coordinate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:05}", self.0.unsigned_abs() / 100_000, self.0.unsigned_abs() % 100_000)
    }
}

impl Serialize for Coordinate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! rows {
    ($($name:ident of $table:literal { $($field:ident: $type:ty,)* })*) => {
        $(
            #[derive(Debug, Default, Serialize)]
            #[allow(clippy::struct_field_names, reason = "the fields are the columns")]
            pub(crate) struct $name<'a> {
                $(pub(crate) $field: $type,)*
            }

            impl Row for $name<'_> {
                const TABLE: &'static str = $table;
            }
        )*

        /// Every file that is written, with its columns.
        pub(crate) const FILES: &[(&str, &[&str])] = &[$(($table, &[$(stringify!($field)),*])),*];
    };
}

rows! {
    Organization of "organizations" {
        organization_id: &'a str,
        parent_organization_id: &'a str,
        name: &'a str,
        kind: &'a str,
        nces_id: &'a str,
        grade_low: &'a str,
        grade_high: &'a str,
        city: &'a str,
        state: &'a str,
        latitude: Coordinate,
        longitude: Coordinate,
    }

    Student of "students" {
        student_id: &'a str,
        state_student_id: &'a str,
        first_name: &'a str,
        last_name: &'a str,
        birth_date: NaiveDate,
        sex: Option<&'a str>,
        hispanic_or_latino: Option<bool>,
        american_indian_or_alaska_native: Option<bool>,
        asian: Option<bool>,
        black_or_african_american: Option<bool>,
        native_hawaiian_or_other_pacific_islander: Option<bool>,
        white: Option<bool>,
    }

    StudentPopulation of "student_populations" {
        student_id: &'a str,
        population: &'a str,
        begin_date: NaiveDate,
        end_date: Option<NaiveDate>,
    }

    Enrollment of "enrollments" {
        student_id: &'a str,
        organization_id: &'a str,
        school_year: &'a str,
        grade_level: &'a str,
        entry_date: NaiveDate,
        exit_date: Option<NaiveDate>,
        exit_type: Option<&'a str>,
    }

    Course of "courses" {
        course_id: &'a str,
        title: &'a str,
        sced_code: &'a str,
        credits: Hundredths,
        hours: Hundredths,
        dual_credit: bool,
        sequence_part: Option<u8>,
        sequence_of: Option<u8>,
    }

    Program of "programs" {
        program_id: &'a str,
        title: &'a str,
        cip_code: &'a str,
        cluster_16: &'a str,
        cluster_14: &'a str,
        pathway: &'a str,
        nontraditional_for: Option<&'a str>,
        begin_year: Option<&'a str>,
        end_year: Option<&'a str>,
    }

    ProgramCourse of "program_courses" {
        program_id: &'a str,
        course_id: &'a str,
        level: &'a str,
        begin_year: Option<&'a str>,
        end_year: Option<&'a str>,
    }

    ProgramApproval of "program_approvals" {
        program_id: &'a str,
        organization_id: &'a str,
        begin_year: Option<&'a str>,
        end_year: Option<&'a str>,
    }

    CourseOutcome of "course_outcomes" {
        student_id: &'a str,
        organization_id: &'a str,
        course_id: &'a str,
        school_year: &'a str,
        term: &'a str,
        completed_on: Option<NaiveDate>,
        status: &'a str,
        credits_attempted: Hundredths,
        credits_earned: Hundredths,
        grade: Option<&'a str>,
        passed: Option<bool>,
    }

    Cohort of "cohorts" {
        student_id: &'a str,
        cohort_year: u16,
        removed: Option<&'a str>,
    }

    Diploma of "diplomas" {
        student_id: &'a str,
        kind: &'a str,
        awarded_on: NaiveDate,
    }

    Assessment of "assessments" {
        student_id: &'a str,
        subject: &'a str,
        school_year: &'a str,
        grade_level: &'a str,
        proficient: Option<bool>,
    }

    CatalogCredential of "credential_catalog" {
        credential_id: &'a str,
        title: &'a str,
        issuer: &'a str,
        recognized_from: Option<NaiveDate>,
        recognized_to: Option<NaiveDate>,
        high_value: bool,
    }

    Credential of "credentials" {
        student_id: &'a str,
        credential_id: &'a str,
        earned_on: NaiveDate,
        program_id: Option<&'a str>,
    }

    PostsecondaryCredit of "postsecondary_credits" {
        student_id: &'a str,
        program_id: Option<&'a str>,
        credits: Hundredths,
        kind: &'a str,
        earned_on: NaiveDate,
    }

    PostsecondaryEnrollment of "postsecondary_enrollments" {
        student_id: &'a str,
        institution_id: &'a str,
        institution_name: &'a str,
        state: &'a str,
        level: &'a str,
        control: &'a str,
        begin_date: NaiveDate,
        end_date: Option<NaiveDate>,
        status: &'a str,
        cip_code: Option<&'a str>,
    }

    PostsecondaryAward of "postsecondary_awards" {
        student_id: &'a str,
        institution_id: &'a str,
        institution_name: &'a str,
        awarded_on: NaiveDate,
        kind: &'a str,
        title: &'a str,
        cip_code: Option<&'a str>,
    }

    PostsecondaryMatch of "postsecondary_matches" {
        student_id: &'a str,
        searched_on: NaiveDate,
        found: &'a str,
    }

    Placement of "placements" {
        student_id: &'a str,
        kind: &'a str,
        begin_date: Option<NaiveDate>,
        end_date: Option<NaiveDate>,
        related_to_program: Option<bool>,
        source: &'a str,
        observed_on: NaiveDate,
    }

    Employer of "employers" {
        employer_id: &'a str,
        name: &'a str,
        naics: &'a str,
        city: &'a str,
        state: &'a str,
        latitude: Coordinate,
        longitude: Coordinate,
    }

    Opportunity of "opportunities" {
        opportunity_id: &'a str,
        employer_id: &'a str,
        kind: &'a str,
        program_id: Option<&'a str>,
        cluster_16: &'a str,
        seats: u32,
        begin_date: NaiveDate,
        end_date: Option<NaiveDate>,
    }

    WorkBasedLearning of "work_based_learning" {
        student_id: &'a str,
        kind: &'a str,
        program_id: Option<&'a str>,
        employer_id: Option<&'a str>,
        opportunity_id: Option<&'a str>,
        begin_date: NaiveDate,
        end_date: Option<NaiveDate>,
        verified_hours: Option<Hundredths>,
        paid: Option<bool>,
        status: &'a str,
    }

    Target of "targets" {
        indicator: &'a str,
        report_year: &'a str,
        organization_id: Option<&'a str>,
        level: Hundredths,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use waymark_terms::bundle::{TABLES, Table};

    #[test]
    fn the_contract_knows_every_column_and_misses_none_that_it_requires() {
        for (name, columns) in FILES {
            let table = Table::named(name).unwrap();
            assert!(columns.iter().all(|column| table.column(column).is_some()), "{name}");
            let required = table.columns.iter().filter(|column| column.required);
            assert!(required.into_iter().all(|column| columns.contains(&column.name)), "{name}");
        }
        let written = |table: &Table| FILES.iter().any(|(name, _)| *name == table.name);
        assert!(TABLES.iter().all(|table| !table.required || written(table)));
    }

    #[test]
    fn decimals_are_written_exactly() {
        assert_eq!(Hundredths(5).to_string(), "0.05");
        assert_eq!(Hundredths(12_050).to_string(), "120.50");
        assert_eq!(Coordinate(-9_600_001).to_string(), "-96.00001");
        assert_eq!(Coordinate(-1).to_string(), "-0.00001");
    }
}
