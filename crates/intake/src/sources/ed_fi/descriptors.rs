//! Ed-Fi's descriptors and the bundle's codes.
//!
//! Only the values that Ed-Fi itself publishes (namespace `uri://ed-fi.org/`) have a meaning that is known here. What a
//! State or vendor defines in a namespace of its own is reported, never guessed.

/// What a descriptor's value means in the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// This code.
    Code(&'static str),
    /// Something that the bundle has no code for.
    NoCode,
    /// Not known: not a value that Ed-Fi publishes.
    Unknown,
}

/// The values of one descriptor.
#[derive(Debug)]
pub(super) struct Descriptor {
    /// Its name, without `Descriptor`.
    pub(super) name: &'static str,
    codes: &'static [(&'static str, &'static str)],
    without_code: &'static [&'static str],
}

const NAMESPACE: &str = "uri://ed-fi.org/";

impl Descriptor {
    /// What `value`, written as `uri://ed-fi.org/NameDescriptor#Value`, means.
    pub(super) fn meaning(&self, value: &str) -> Meaning {
        let Some(value) = published(self.name, value) else { return Meaning::Unknown };
        match self.codes.iter().find(|(name, _)| *name == value) {
            Some((_, code)) => Meaning::Code(code),
            None if self.without_code.contains(&value) => Meaning::NoCode,
            None => Meaning::Unknown,
        }
    }

    /// The place of a code among the descriptor's codes.
    pub(super) fn rank(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|(_, known)| *known == code)
    }
}

/// The value behind the `#`, if Ed-Fi is the one who defines it.
pub(super) fn published<'v>(descriptor: &str, value: &'v str) -> Option<&'v str> {
    value.strip_prefix(NAMESPACE)?.strip_prefix(descriptor)?.strip_prefix("Descriptor#")
}

/// What stands behind the `#`, whoever defines it; all of it where there is none.
pub(super) fn value(text: &str) -> &str {
    text.split_once('#').map_or(text, |(_, value)| value)
}

/// Whether `value` is that value of that descriptor.
pub(super) fn is(descriptor: &str, value: &str, expected: &str) -> bool {
    published(descriptor, value) == Some(expected)
}

/// `students.sex`: CEDS has X for both of the last two.
pub(super) const SEX: Descriptor = Descriptor {
    name: "Sex",
    codes: &[("Female", "F"), ("Male", "M"), ("Non-binary", "X"), ("Not Selected", "X")],
    without_code: &[],
};

/// The columns of `students` for races.
pub(super) const RACE: Descriptor = Descriptor {
    name: "Race",
    codes: &[
        ("American Indian or Alaska Native", "american_indian_or_alaska_native"),
        ("Asian", "asian"),
        ("Black or African American", "black_or_african_american"),
        ("Native Hawaiian or Pacific Islander", "native_hawaiian_or_other_pacific_islander"),
        ("White", "white"),
        ("Hispanic or Latino", "hispanic_or_latino"),
    ],
    without_code: &["Choose Not to Respond", "Middle Eastern or North African", "Other"],
};

/// Grades from the lowest, as in CEDS Grade Level. `enrollments.grade_level` has those from 06 on.
pub(super) const GRADE_LEVEL: Descriptor = Descriptor {
    name: "GradeLevel",
    codes: &[
        ("Prekindergarten", "PK"),
        ("Kindergarten", "KG"),
        ("First grade", "01"),
        ("Second grade", "02"),
        ("Third grade", "03"),
        ("Fourth grade", "04"),
        ("Fifth grade", "05"),
        ("Sixth grade", "06"),
        ("Seventh grade", "07"),
        ("Eighth grade", "08"),
        ("Ninth grade", "09"),
        ("Tenth grade", "10"),
        ("Eleventh grade", "11"),
        ("Twelfth grade", "12"),
    ],
    without_code: &[
        "Adult Education",
        "Early Education",
        "Grade 13",
        "Infant/toddler",
        "No grade level",
        "Other",
        "Out of School",
        "Postsecondary",
        "Preschool",
        "Preschool/Prekindergarten",
        "Transitional Kindergarten",
        "Ungraded",
    ],
};

/// `enrollments.exit_type`. The values of the second list do not say which of the bundle's types they are: a transfer
/// counts as documented only where there is a document.
pub(super) const EXIT_TYPE: Descriptor = Descriptor {
    name: "ExitWithdrawType",
    codes: &[("Graduated", "graduated"), ("Dropout", "dropped_out")],
    without_code: &[
        "Completed",
        "Died or is permanently incapacitated",
        "End of school year",
        "Enrolled in a high school diploma program",
        "Expelled",
        "Incarcerated",
        "Invalid enrollment",
        "Involuntarily Removed",
        "No show",
        "Other",
        "Reached maximum age",
        "Transferred",
        "Withdrawn",
    ],
};

/// `course_outcomes.status`. Work that is still to be handed in is in progress.
pub(super) const COURSE_ATTEMPT_RESULT: Descriptor = Descriptor {
    name: "CourseAttemptResult",
    codes: &[("Pass", "completed"), ("Fail", "failed"), ("Withdrawn", "withdrawn"), ("Incomplete", "in_progress")],
    without_code: &[],
};

/// `diplomas.kind`. A regular diploma is one that most students of the State are awarded, or a higher one; an alternate
/// diploma is that of 20 U.S.C. 7801(25)(A)(ii)(I)(bb) and no other. The second list are certificates and licenses.
pub(super) const DIPLOMA_TYPE: Descriptor = Descriptor {
    name: "DiplomaType",
    codes: &[
        ("Regular diploma", "regular"),
        ("Endorsed/advanced diploma", "regular"),
        ("International Baccalaureate", "regular"),
        ("Regents diploma", "regular"),
        ("State Defined Alternate Diploma", "alternate"),
        ("General Educational Development (GED) credential", "equivalency"),
        ("High school equivalency credential, other than GED", "equivalency"),
        ("Alternative credential", "other"),
        ("Certificate of attendance", "other"),
        ("Certificate of completion", "other"),
        ("Modified diploma", "other"),
        ("Other", "other"),
        ("Other diploma", "other"),
        ("Post graduate certificate (grade 13)", "other"),
    ],
    without_code: &[
        "Apprenticeship Certificate",
        "Career and Technical Education certificate",
        "Industry-recognized Certification",
        "Occupational License",
    ],
};

#[cfg(test)]
mod tests {
    use waymark_terms::bundle::{Kind, Table};

    use super::*;

    #[test]
    fn every_code_is_one_of_the_bundle() {
        for (descriptor, table, column) in [
            (SEX, "students", "sex"),
            (EXIT_TYPE, "enrollments", "exit_type"),
            (COURSE_ATTEMPT_RESULT, "course_outcomes", "status"),
            (DIPLOMA_TYPE, "diplomas", "kind"),
        ] {
            let column = Table::named(table).and_then(|table| table.column(column)).unwrap();
            let Kind::Code(codes) = column.kind else { panic!("{} has no codes", column.name) };
            assert!(descriptor.codes.iter().all(|(_, code)| codes.contains(code)), "{}", descriptor.name);
        }
        let grades = Table::named("enrollments").and_then(|table| table.column("grade_level")).unwrap().kind;
        let Kind::Code(grades) = grades else { panic!("grades have no codes") };
        assert!(GRADE_LEVEL.codes.iter().map(|(_, code)| code).skip_while(|code| **code != "06").eq(grades));
        let students = Table::named("students").unwrap();
        assert!(RACE.codes.iter().all(|(_, column)| students.column(column).is_some()));
    }

    #[test]
    fn only_published_values_are_understood() {
        assert_eq!(SEX.meaning("uri://ed-fi.org/SexDescriptor#Female"), Meaning::Code("F"));
        assert_eq!(RACE.meaning("uri://ed-fi.org/RaceDescriptor#Other"), Meaning::NoCode);
        for value in ["Female", "uri://ed-fi.org/SexDescriptor#female", "uri://state.example/SexDescriptor#Female", ""]
        {
            assert_eq!(SEX.meaning(value), Meaning::Unknown, "{value}");
        }
        assert_eq!(SEX.meaning("uri://ed-fi.org/RaceDescriptor#White"), Meaning::Unknown);
    }
}
