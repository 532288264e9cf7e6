//! The programs and courses that the made-up districts teach.
//!
//! Codes of programs are of CIP 2020, of courses of SCED (five digits, or all twelve characters with level, credits and
//! part), of clusters of CEDS (`cluster_16`) and of the National Career Clusters Framework of 2024 (`cluster_14`).
//! `nontraditional_for` is what the made-up State designates.

mod programs;

pub(crate) use programs::PROGRAMS;

/// When something is offered, in school years before the last one.
#[derive(Clone, Copy)]
pub(crate) enum Offered {
    Always,
    /// Up to, and with, the year that many years before the last.
    Until(usize),
    /// From the year that many years before the last.
    Since(usize),
}

impl Offered {
    /// Whether it is offered in the year that many years before the last.
    pub(crate) fn holds(self, years_before_last: usize) -> bool {
        match self {
            Self::Always => true,
            Self::Until(end) => years_before_last >= end,
            Self::Since(begin) => years_before_last <= begin,
        }
    }
}

/// Where a program is taught.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// At some schools, for their own students.
    School,
    /// At the district's career center, for the students of all its schools.
    Center,
}

/// A course.
#[derive(Clone, Copy)]
pub(crate) struct Course {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Empty where the catalog has none.
    pub(crate) sced_code: &'static str,
    /// Carnegie units, in hundredths.
    pub(crate) credits: u32,
    pub(crate) dual_credit: bool,
    /// 1 or 2 for the halves of a year course.
    pub(crate) part: Option<u8>,
    pub(crate) offered: Offered,
}

/// A place in a program's sequence: one course, two halves, or courses that replace each other.
pub(crate) struct Step {
    pub(crate) level: &'static str,
    pub(crate) courses: &'static [Course],
}

/// A program.
pub(crate) struct Program {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) codes: Codes,
    pub(crate) nontraditional_for: Option<&'static str>,
    pub(crate) site: Site,
    pub(crate) offered: Offered,
    /// How much it draws girls and boys.
    pub(crate) appeal: (u32, u32),
    /// In the order in which they are taken.
    pub(crate) steps: &'static [Step],
    /// Credentials that it leads to, the usual one first.
    pub(crate) credentials: &'static [&'static str],
    /// Kinds of work-based learning.
    pub(crate) work: &'static [&'static str],
    pub(crate) employers: Employers,
}

/// Where a program stands in the classifications.
pub(crate) struct Codes {
    pub(crate) cip_code: &'static str,
    pub(crate) cluster_16: &'static str,
    pub(crate) cluster_14: &'static str,
    pub(crate) pathway: &'static str,
}

/// Who employs a program's students.
pub(crate) struct Employers {
    pub(crate) naics: &'static str,
    /// What they are called, behind the name of the town.
    pub(crate) names: &'static [&'static str],
}

const fn codes(
    cip_code: &'static str,
    cluster_16: &'static str,
    cluster_14: &'static str,
    pathway: &'static str,
) -> Codes {
    Codes { cip_code, cluster_16, cluster_14, pathway }
}

const fn course(id: &'static str, title: &'static str, sced_code: &'static str, credits: u32) -> Course {
    Course { id, title, sced_code, credits, dual_credit: false, part: None, offered: Offered::Always }
}

impl Course {
    const fn dual(mut self) -> Self {
        self.dual_credit = true;
        self
    }

    const fn part(mut self, part: u8) -> Self {
        self.part = Some(part);
        self
    }

    const fn offered(mut self, offered: Offered) -> Self {
        self.offered = offered;
        self
    }
}

/// Courses of no program, one for each of the grades 9 to 12.
pub(crate) static GENERAL: [Course; 4] = [
    course("MA-ALG1", "Algebra I", "02052G1.0011", 100),
    course("MA-GEOM", "Geometry", "02072G1.0011", 100),
    course("MA-ALG2", "Algebra II", "02056G1.0011", 100),
    course("MA-STAT", "Probability and Statistics", "02201G1.0011", 100),
];

impl Step {
    /// The courses of the step in the year that many years before the last.
    pub(crate) fn courses_in(&self, years_before_last: usize) -> impl Iterator<Item = &'static Course> {
        self.courses.iter().filter(move |course| course.offered.holds(years_before_last))
    }
}
