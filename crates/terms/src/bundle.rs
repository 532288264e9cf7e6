//! The bundle: Waymark's public input format, as data.
//!
//! A bundle is a folder (or a zip of it) of CSV files, one per table. The names below are a public contract: they
//! never change meaning, and more may be added.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::reference;

/// How a column's text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text; leading zeros stay.
    Text,
    /// `YYYY-MM-DD`.
    Date,
    /// `true` or `false`.
    Boolean,
    /// A decimal with a point, read exactly: up to 12 digits before the point and 6 behind it.
    Decimal,
    /// A whole number.
    Integer,
    /// Two consecutive calendar years, `2024-25`.
    SchoolYear,
    /// Degrees, as a decimal; kept as a double.
    Coordinate,
    /// One of the listed codes, matched exactly.
    Code(&'static [&'static str]),
}

/// A column of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The name in the header.
    pub name: &'static str,
    /// How its text is read.
    pub kind: Kind,
    /// Whether the header must have it and every row must fill it.
    pub required: bool,
    /// Where every value is to be found.
    pub references: Option<Reference>,
    /// What it means, with the source of the definition where there is one.
    pub doc: &'static str,
}

/// Where the values of a column are to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table.
    pub table: &'static str,
    /// Its key.
    pub column: &'static str,
    /// Whether a row is set aside whose value is not there. Where what the row says of a student holds without, it is
    /// kept, and the value is told of.
    pub binding: bool,
}

/// A table: one CSV file of the bundle.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// The name; the file is `name.csv`.
    pub name: &'static str,
    /// Whether a bundle without it is refused.
    pub required: bool,
    /// The column that tells rows apart; none where rows have no identity of their own.
    pub key: Option<&'static str>,
    /// What a row is.
    pub doc: &'static str,
    /// The columns, in the order of the contract.
    pub columns: &'static [Column],
}

/// The name of the system column with the line of the file that a stored row was read from.
pub const LINE: &str = "_line";

/// Digits of a [`Kind::Decimal`] in all, and behind the point.
pub const DECIMAL: (u8, i8) = (18, 6);

impl Kind {
    /// How values of this kind are stored.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::SchoolYear | Self::Code(_) => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Boolean => DataType::Boolean,
            Self::Decimal => DataType::Decimal128(DECIMAL.0, DECIMAL.1),
            Self::Integer => DataType::Int64,
            Self::Coordinate => DataType::Float64,
        }
    }
}

impl Table {
    /// The columns as they are stored, and behind them [`LINE`]. All may be null: what is required is checked when a
    /// file is read.
    pub fn arrow_schema(&self) -> SchemaRef {
        let columns = self.columns.iter().map(|column| Field::new(column.name, column.kind.data_type(), true));
        let line = std::iter::once(Field::new(LINE, DataType::Int64, true));
        Arc::new(Schema::new(columns.chain(line).collect::<Vec<_>>()))
    }

    /// The table of that name.
    pub fn named(name: &str) -> Option<&'static Table> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The place of the column of that name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

const ORGANIZATION_KIND: &[&str] = &["state", "district", "school", "career_center", "postsecondary"];
const SEX: &[&str] = &["F", "M", "X"];
const POPULATION: &[&str] = &[
    "disability",
    "economically_disadvantaged",
    "single_parent",
    "out_of_workforce",
    "english_learner",
    "homeless",
    "foster_care",
    "military_parent",
    "migrant",
];
const GRADE_LEVEL: &[&str] = &["06", "07", "08", "09", "10", "11", "12"];
const EXIT_TYPE: &[&str] = &[
    "graduated",
    "other_credential",
    "transferred_documented",
    "transferred_undocumented",
    "dropped_out",
    "completed_without_diploma",
    "deceased",
    "adult_education",
    "unknown",
];
const NONTRADITIONAL_FOR: &[&str] = &["F", "M"];
const COURSE_LEVEL: &[&str] = &["introductory", "1", "2", "3", "4", "concentrator", "capstone"];
const COURSE_STATUS: &[&str] = &["completed", "failed", "withdrawn", "in_progress"];
const COHORT_REMOVAL: &[&str] = &["transferred_documented", "emigrated", "facility", "deceased"];
const DIPLOMA_KIND: &[&str] = &["regular", "alternate", "equivalency", "other"];
const SUBJECT: &[&str] = &["reading", "mathematics", "science"];
const POSTSECONDARY_CREDIT_KIND: &[&str] = &["dual", "articulated", "exam"];
const INSTITUTION_LEVEL: &[&str] = &["2-year", "4-year", "less-than-2-year"];
const INSTITUTION_CONTROL: &[&str] = &["public", "private"];
const POSTSECONDARY_STATUS: &[&str] = &["F", "Q", "H", "L", "W", "A", "D"];
const AWARD_KIND: &[&str] = &["certificate", "associate", "bachelor", "advanced"];
const MATCH_FOUND: &[&str] = &["yes", "no", "blocked"];
const PLACEMENT_KIND: &[&str] = &[
    "postsecondary",
    "advanced_training",
    "military",
    "service",
    "peace_corps",
    "employment",
    "not_placed",
    "no_response",
];
const PLACEMENT_SOURCE: &[&str] = &["survey", "wage_record", "clearinghouse", "military_record", "other"];
const WORK_BASED_LEARNING_KIND: &[&str] = &[
    "apprenticeship",
    "clinical_work",
    "cooperative_education",
    "entrepreneurship",
    "job_shadowing",
    "mentorship",
    "on_the_job",
    "paid_internship",
    "unpaid_internship",
    "school_based_enterprise",
    "service_learning",
    "simulated_worksite",
    "supervised_agricultural_experience",
    "other",
];
const WORK_STATUS: &[&str] = &["planned", "active", "completed", "withdrawn"];
const INDICATOR: &[&str] = &["1S1", "1S2", "2S1", "2S2", "2S3", "3S1", "4S1", "5S1", "5S2", "5S3", "5S4"];

pub(crate) const fn column(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column { name, kind, required: false, references: None, doc }
}

impl Column {
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn references(mut self, table: &'static str, column: &'static str) -> Self {
        self.references = Some(Reference { table, column, binding: true });
        self
    }

    const fn mentions(mut self, table: &'static str, column: &'static str) -> Self {
        self.references = Some(Reference { table, column, binding: false });
        self
    }
}

/// Every table of the bundle, in the order of the contract.
pub const TABLES: &[Table] = &[
    Table {
        name: "organizations",
        required: true,
        key: Some("organization_id"),
        doc: "The State, districts, schools and career centers, each with its parent.",
        columns: &[
            column("organization_id", Kind::Text, "The organization's identifier in this file.").required(),
            column(
                "parent_organization_id",
                Kind::Text,
                "The organization that this one is part of; empty for the root.",
            )
            .references("organizations", "organization_id"),
            column("name", Kind::Text, "The name that people know it by.").required(),
            column("kind", Kind::Code(ORGANIZATION_KIND), "What it is (CEDS Organization Type).").required(),
            column("nces_id", Kind::Text, "NCES identifier of the district or school."),
            column("grade_low", Kind::Text, "Lowest grade offered."),
            column("grade_high", Kind::Text, "Highest grade offered."),
            column("city", Kind::Text, "City of the physical address."),
            column("state", Kind::Text, "Two-letter postal abbreviation of the State."),
            column("latitude", Kind::Coordinate, "Degrees north."),
            column("longitude", Kind::Coordinate, "Degrees east."),
        ],
    },
    Table {
        name: "students",
        required: true,
        key: Some("student_id"),
        doc: "One row a student.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.").required(),
            column("state_student_id", Kind::Text, "The State's identifier of the student."),
            column("first_name", Kind::Text, "Given name."),
            column("last_name", Kind::Text, "Family name."),
            column("birth_date", Kind::Date, "Day of birth."),
            column("sex", Kind::Code(SEX), "CEDS Sex: F, M, X (not selected, or neither); empty where not known."),
            column(
                "hispanic_or_latino",
                Kind::Boolean,
                "Whether the student is of Hispanic or Latino ethnicity; empty where not known.",
            ),
            column(
                "american_indian_or_alaska_native",
                Kind::Boolean,
                "Whether the student is of this race; empty where not known.",
            ),
            column("asian", Kind::Boolean, "Whether the student is of this race; empty where not known."),
            column(
                "black_or_african_american",
                Kind::Boolean,
                "Whether the student is of this race; empty where not known.",
            ),
            column(
                "native_hawaiian_or_other_pacific_islander",
                Kind::Boolean,
                "Whether the student is of this race; empty where not known.",
            ),
            column("white", Kind::Boolean, "Whether the student is of this race; empty where not known."),
        ],
    },
    Table {
        name: "student_populations",
        required: false,
        key: None,
        doc: "Dated membership of the special populations of Perkins V (20 U.S.C. 2302(48)) and of migrant students.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column(
                "population",
                Kind::Code(POPULATION),
                "The population. `nontraditional` is computed, never supplied.",
            )
            .required(),
            column("begin_date", Kind::Date, "First day on which the flag holds.").required(),
            column("end_date", Kind::Date, "Last day on which the flag holds; empty where it still does."),
        ],
    },
    Table {
        name: "enrollments",
        required: false,
        key: None,
        doc: "A student's enrollment in an organization in a school year (CEDS K12 Student Enrollment).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("organization_id", Kind::Text, "Where the student is enrolled.")
                .required()
                .references("organizations", "organization_id"),
            column("school_year", Kind::SchoolYear, "The year of the enrollment, whatever its dates say.").required(),
            column("grade_level", Kind::Code(GRADE_LEVEL), "Grade, 06 to 12.").required(),
            column("entry_date", Kind::Date, "First day of the enrollment.").required(),
            column("exit_date", Kind::Date, "Last day of the enrollment; empty where it is open."),
            column("exit_type", Kind::Code(EXIT_TYPE), "How the enrollment ended (CEDS Exit or Withdrawal Type)."),
        ],
    },
    Table {
        name: "courses",
        required: true,
        key: Some("course_id"),
        doc: "The course catalog.",
        columns: &[
            column("course_id", Kind::Text, "The course's identifier.").required(),
            column("title", Kind::Text, "The course's title.").required(),
            column("sced_code", Kind::Text, "School Courses for the Exchange of Data: 5 digits, or all 12 characters."),
            column("credits", Kind::Decimal, "Carnegie units."),
            column("hours", Kind::Decimal, "Clock hours."),
            column("dual_credit", Kind::Boolean, "Whether the course also earns postsecondary credit."),
            column("sequence_part", Kind::Integer, "Which part of a course taught in parts this is (1 of 2)."),
            column("sequence_of", Kind::Integer, "How many parts the course has."),
        ],
    },
    Table {
        name: "programs",
        required: true,
        key: Some("program_id"),
        doc: "CTE programs (programs of study).",
        columns: &[
            column("program_id", Kind::Text, "The program's identifier.").required(),
            column("title", Kind::Text, "The program's title.").required(),
            column("cip_code", Kind::Text, "Classification of Instructional Programs, NN.NNNN."),
            column("cluster_16", Kind::Text, "Career cluster of the sixteen (CEDS Career Cluster), two digits."),
            column("cluster_14", Kind::Text, "Career cluster of the National Career Clusters Framework of 2024."),
            column("pathway", Kind::Text, "Career pathway within the cluster."),
            column(
                "nontraditional_for",
                Kind::Code(NONTRADITIONAL_FOR),
                "The sex that is under-represented in the occupations that the program leads to (20 U.S.C. 2302(33)); empty for none.",
            ),
            column("begin_year", Kind::SchoolYear, "First school year in which the program is offered."),
            column("end_year", Kind::SchoolYear, "Last school year in which the program is offered."),
        ],
    },
    Table {
        name: "program_courses",
        required: true,
        key: None,
        doc: "Which courses belong to which program, and when.",
        columns: &[
            column("program_id", Kind::Text, "The program.").required().references("programs", "program_id"),
            column("course_id", Kind::Text, "The course.").required().references("courses", "course_id"),
            column("level", Kind::Code(COURSE_LEVEL), "The course's place in the program's sequence."),
            column("begin_year", Kind::SchoolYear, "First school year in which the course counts for the program."),
            column("end_year", Kind::SchoolYear, "Last school year in which it counts."),
        ],
    },
    Table {
        name: "program_approvals",
        required: false,
        key: None,
        doc: "Where a program is approved to be offered, for States that approve region by region. A program that is not named is approved everywhere.",
        columns: &[
            column("program_id", Kind::Text, "The program.").required().references("programs", "program_id"),
            column(
                "organization_id",
                Kind::Text,
                "The organization; the approval holds in every organization below it.",
            )
            .required()
            .references("organizations", "organization_id"),
            column("begin_year", Kind::SchoolYear, "First school year of the approval."),
            column("end_year", Kind::SchoolYear, "Last school year of the approval."),
        ],
    },
    Table {
        name: "program_participations",
        required: false,
        key: None,
        doc: "What another system says of students in CTE programs (Ed-Fi StudentCTEProgramAssociation). It is shown beside the counts and decides no measure: those follow from courses.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("program_id", Kind::Text, "The program.").required().references("programs", "program_id"),
            column("organization_id", Kind::Text, "Who answers for the participation.")
                .references("organizations", "organization_id"),
            column("begin_date", Kind::Date, "First day of the participation.").required(),
            column("end_date", Kind::Date, "Last day of the participation; empty where it goes on."),
            column("source", Kind::Text, "What says so: a system, and its name for such a record."),
        ],
    },
    Table {
        name: "course_outcomes",
        required: true,
        key: None,
        doc: "What became of a student's course (CEDS Course Section Enrollment, Ed-Fi CourseTranscript).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("organization_id", Kind::Text, "Where the course was delivered.")
                .required()
                .references("organizations", "organization_id"),
            column("course_id", Kind::Text, "The course.").required().references("courses", "course_id"),
            column("school_year", Kind::SchoolYear, "The year in which it was taken, whatever its dates say.")
                .required(),
            column("term", Kind::Text, "Term within the year."),
            column("completed_on", Kind::Date, "Day of completion."),
            column("status", Kind::Code(COURSE_STATUS), "What became of it.").required(),
            column("credits_attempted", Kind::Decimal, "Carnegie units attempted."),
            column("credits_earned", Kind::Decimal, "Carnegie units earned."),
            column("grade", Kind::Text, "Final grade."),
            column("passed", Kind::Boolean, "Whether it was passed; empty means that completing it was enough."),
        ],
    },
    Table {
        name: "cohorts",
        required: false,
        key: None,
        doc: "The State's adjusted cohort for the graduation rate (20 U.S.C. 7801(25)).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("cohort_year", Kind::Integer, "The spring of the fourth year: 2025.").required(),
            column(
                "removed",
                Kind::Code(COHORT_REMOVAL),
                "Why the student was removed from the cohort; empty where not.",
            ),
        ],
    },
    Table {
        name: "diplomas",
        required: false,
        key: None,
        doc: "Diplomas and other awards of secondary education.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("kind", Kind::Code(DIPLOMA_KIND), "What was awarded.").required(),
            column("awarded_on", Kind::Date, "Day of the award.").required(),
        ],
    },
    Table {
        name: "assessments",
        required: false,
        key: None,
        doc: "Results of the State's academic assessments (20 U.S.C. 6311(b)(2)).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("subject", Kind::Code(SUBJECT), "Academic subject.").required(),
            column("school_year", Kind::SchoolYear, "Year of the test.").required(),
            column("grade_level", Kind::Text, "Grade in which it was taken."),
            column(
                "proficient",
                Kind::Boolean,
                "Whether the result is proficient or better; empty means no valid score.",
            ),
        ],
    },
    Table {
        name: "credential_catalog",
        required: false,
        key: Some("credential_id"),
        doc: "Recognized postsecondary credentials.",
        columns: &[
            column("credential_id", Kind::Text, "The credential's identifier.").required(),
            column("title", Kind::Text, "Its title.").required(),
            column("issuer", Kind::Text, "Who issues it."),
            column("recognized_from", Kind::Date, "First day on which the State recognizes it."),
            column("recognized_to", Kind::Date, "Last day on which the State recognizes it."),
            column("high_value", Kind::Boolean, "Whether the State counts it as of high value."),
        ],
    },
    Table {
        name: "credentials",
        required: false,
        key: None,
        doc: "Credentials that students earned.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("credential_id", Kind::Text, "The credential.")
                .required()
                .references("credential_catalog", "credential_id"),
            column("earned_on", Kind::Date, "Day on which it was earned.").required(),
            column("program_id", Kind::Text, "The program in which it was earned.").mentions("programs", "program_id"),
        ],
    },
    Table {
        name: "postsecondary_credits",
        required: false,
        key: None,
        doc: "Postsecondary credits earned in high school.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("program_id", Kind::Text, "The CTE program; empty where the credits are in none.")
                .mentions("programs", "program_id"),
            column("credits", Kind::Decimal, "Postsecondary credit hours.").required(),
            column("kind", Kind::Code(POSTSECONDARY_CREDIT_KIND), "How they were earned."),
            column("earned_on", Kind::Date, "Day on which they were earned.").required(),
        ],
    },
    Table {
        name: "postsecondary_enrollments",
        required: false,
        key: None,
        doc: "Enrollments after high school (National Student Clearinghouse, StudentTracker).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("institution_id", Kind::Text, "The institution (OPE identifier).").required(),
            column("institution_name", Kind::Text, "Its name.").required(),
            column("state", Kind::Text, "Its State."),
            column("level", Kind::Code(INSTITUTION_LEVEL), "Length of its longest usual program."),
            column("control", Kind::Code(INSTITUTION_CONTROL), "Public or private."),
            column("begin_date", Kind::Date, "First day of the term.").required(),
            column("end_date", Kind::Date, "Last day of the term."),
            column(
                "status",
                Kind::Code(POSTSECONDARY_STATUS),
                "Full, three-quarter, half, less than half time; withdrawn; leave of absence; deceased.",
            ),
            column("cip_code", Kind::Text, "Field of study."),
        ],
    },
    Table {
        name: "postsecondary_awards",
        required: false,
        key: None,
        doc: "Degrees and certificates earned after high school.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("institution_id", Kind::Text, "The institution.").required(),
            column("institution_name", Kind::Text, "Its name.").required(),
            column("awarded_on", Kind::Date, "Day of the award.").required(),
            column("kind", Kind::Code(AWARD_KIND), "Kind of the award."),
            column("title", Kind::Text, "Title of the award."),
            column("cip_code", Kind::Text, "Field of study."),
        ],
    },
    Table {
        name: "postsecondary_matches",
        required: false,
        key: None,
        doc: "For whom a search was made in the clearinghouse, and whether it found anything.",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("searched_on", Kind::Date, "Day of the search.").required(),
            column("found", Kind::Code(MATCH_FOUND), "Whether a record was found, or blocked by the student.")
                .required(),
        ],
    },
    Table {
        name: "placements",
        required: false,
        key: None,
        doc: "Where students were after leaving (CEDS Perkins Post-Program Placement).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("kind", Kind::Code(PLACEMENT_KIND), "Kind of placement.").required(),
            column("begin_date", Kind::Date, "First day."),
            column("end_date", Kind::Date, "Last day; empty where it goes on."),
            column("related_to_program", Kind::Boolean, "Whether it is related to the student's program."),
            column("source", Kind::Code(PLACEMENT_SOURCE), "How it is known."),
            column("observed_on", Kind::Date, "Day on which it was observed.").required(),
        ],
    },
    Table {
        name: "employers",
        required: false,
        key: Some("employer_id"),
        doc: "Employers who offer work-based learning.",
        columns: &[
            column("employer_id", Kind::Text, "The employer's identifier.").required(),
            column("name", Kind::Text, "Its name.").required(),
            column("naics", Kind::Text, "North American Industry Classification System."),
            column("city", Kind::Text, "City."),
            column("state", Kind::Text, "State."),
            column("latitude", Kind::Coordinate, "Degrees north."),
            column("longitude", Kind::Coordinate, "Degrees east."),
        ],
    },
    Table {
        name: "opportunities",
        required: false,
        key: Some("opportunity_id"),
        doc: "Work-based learning opportunities that employers offer.",
        columns: &[
            column("opportunity_id", Kind::Text, "The opportunity's identifier.").required(),
            column("employer_id", Kind::Text, "The employer.").required().references("employers", "employer_id"),
            column("kind", Kind::Code(WORK_BASED_LEARNING_KIND), "Kind of work-based learning.").required(),
            column("program_id", Kind::Text, "The program that it is for.").mentions("programs", "program_id"),
            column("cluster_16", Kind::Text, "The career cluster that it is for."),
            column("seats", Kind::Integer, "How many students it can take."),
            column("begin_date", Kind::Date, "First day."),
            column("end_date", Kind::Date, "Last day."),
        ],
    },
    Table {
        name: "work_based_learning",
        required: false,
        key: None,
        doc: "Students' work-based learning (20 U.S.C. 2302(55)).",
        columns: &[
            column("student_id", Kind::Text, "The student, as the district's own systems call him or her.")
                .required()
                .references("students", "student_id"),
            column("kind", Kind::Code(WORK_BASED_LEARNING_KIND), "Kind of work-based learning (CEDS).").required(),
            column("program_id", Kind::Text, "The program.").mentions("programs", "program_id"),
            column("employer_id", Kind::Text, "The employer.").mentions("employers", "employer_id"),
            column("opportunity_id", Kind::Text, "The opportunity.").mentions("opportunities", "opportunity_id"),
            column("begin_date", Kind::Date, "First day.").required(),
            column("end_date", Kind::Date, "Last day."),
            column("verified_hours", Kind::Decimal, "Hours that somebody verified."),
            column("paid", Kind::Boolean, "Whether it was paid."),
            column("status", Kind::Code(WORK_STATUS), "What became of it."),
        ],
    },
    Table {
        name: "targets",
        required: false,
        key: None,
        doc: "State-determined and local levels of performance (20 U.S.C. 2323(b)(3), (b)(4)).",
        columns: &[
            column("indicator", Kind::Code(INDICATOR), "The Perkins V indicator.").required(),
            column("report_year", Kind::SchoolYear, "The report year.").required(),
            column("organization_id", Kind::Text, "Who is held to the level; empty for the State.")
                .references("organizations", "organization_id"),
            column("level", Kind::Decimal, "The level, in percent.").required(),
        ],
    },
    reference::CIP_CODES,
    reference::CIP_OCCUPATIONS,
    reference::SCED_COURSES,
    reference::OCCUPATION_WAGES,
    reference::OCCUPATION_PROJECTIONS,
    reference::OCCUPATION_CLUSTERS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_keys() {
        for table in TABLES {
            for column in table.columns {
                if let Some(to) = column.references {
                    let key = Table::named(to.table).and_then(|table| table.key);
                    assert_eq!(key, Some(to.column), "{}.{}", table.name, column.name);
                }
            }
        }
    }

    #[test]
    fn keys_are_required_columns() {
        for table in TABLES {
            if let Some(key) = table.key {
                assert!(table.column(key).is_some_and(|c| c.required), "{}", table.name);
            }
        }
    }
}
