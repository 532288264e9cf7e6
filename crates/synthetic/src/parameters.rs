//! What can be chosen, and what is planted.

use waymark_terms::{
    SchoolYear,
    bundle::{Kind, Table},
};

use crate::{catalog, people::RACES, write::SyntheticError};

/// What to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Rows of `students.csv`, exactly. A student is there for one to five years, so that in any one year about
    /// `4 / (years + 3)` of them are enrolled.
    pub students: u64,
    /// Schools, career centers not counted.
    pub schools: u32,
    /// Schools of a district; the last district may have fewer.
    pub schools_per_district: u32,
    /// School years, the last of which is `last_year`.
    pub years: u16,
    /// The last school year.
    pub last_year: SchoolYear,
    /// Another seed gives other students.
    pub seed: u64,
    /// The probability that a student who completed a course of a program, and is enrolled in the next school year, takes
    /// the program's next course; before `retention`.
    pub continuation: f64,
    /// What makes `continuation` differ. Where several hold, their factors are multiplied.
    pub retention: Vec<RetentionEffect>,
    /// The share of the rows about students that is spoilt: dates that do not exist, codes that are nearly right, ends
    /// before beginnings, references to nobody, rows given twice. 0 spoils none.
    pub flaws: f64,
}

/// A difference in how many stay in a program. What is `None` holds for all.
#[derive(Clone, Debug, PartialEq)]
pub struct RetentionEffect {
    /// The program, by its `program_id`.
    pub program: Option<String>,
    /// A population of `student_populations.csv`; it holds where a spell overlaps the school year of the last course.
    pub population: Option<String>,
    /// F, M or X.
    pub sex: Option<String>,
    /// A race code of the measures table, such as `HI7`.
    pub race: Option<String>,
    /// The courses of the program that the student completed: 1 is the step from the first course to the second.
    pub after_courses: Option<u8>,
    /// What the probability of taking the next course is multiplied with.
    pub factor: f64,
}

/// What a [`RetentionEffect`] does to one program, all else being equal.
///
/// The files show a little less: some who go on move to a school without the program. Where a program begins with a
/// course that another program shares (`PROG` and `CYBR`, `BUSM` and `MKTG`, `HORT` and `ANIM`), they show far less after
/// the first course, for the students of the other program took it too.
#[derive(Clone, Debug, PartialEq)]
pub struct Planted {
    /// The program.
    pub program_id: &'static str,
    /// The effect.
    pub effect: RetentionEffect,
    /// The probability of taking the next course for those for whom the effect does not hold.
    pub others: f64,
    /// The same for those for whom it does.
    pub group: f64,
}

/// The earliest first school year.
const EARLIEST: u16 = 1950;

/// The highest probability of taking the next course.
const MOST: f64 = 0.98;

impl RetentionEffect {
    /// No difference, for anybody.
    pub fn new(factor: f64) -> Self {
        Self { program: None, population: None, sex: None, race: None, after_courses: None, factor }
    }

    /// The same in that program only.
    #[must_use]
    pub fn program(mut self, program_id: &str) -> Self {
        self.program = Some(program_id.to_owned());
        self
    }

    /// The same for that population only.
    #[must_use]
    pub fn population(mut self, population: &str) -> Self {
        self.population = Some(population.to_owned());
        self
    }

    /// The same for that sex only.
    #[must_use]
    pub fn sex(mut self, sex: &str) -> Self {
        self.sex = Some(sex.to_owned());
        self
    }

    /// The same for that race only.
    #[must_use]
    pub fn race(mut self, race: &str) -> Self {
        self.race = Some(race.to_owned());
        self
    }

    /// The same only after that many courses of the program.
    #[must_use]
    pub fn after_courses(mut self, courses: u8) -> Self {
        self.after_courses = Some(courses);
        self
    }

    fn is_of_all_students(&self) -> bool {
        self.population.is_none() && self.sex.is_none() && self.race.is_none()
    }

    fn concerns(&self, program_id: &str) -> bool {
        self.program.as_deref().is_none_or(|program| program == program_id)
    }

    fn check(&self) -> Result<(), SyntheticError> {
        let known = |value: &Option<String>, codes: &[&str]| match value {
            Some(value) if !codes.contains(&value.as_str()) => {
                Err(SyntheticError::UnknownCode { value: value.clone(), expected: codes.join(", ") })
            }
            _ => Ok(()),
        };
        let programs: Vec<_> = catalog::PROGRAMS.iter().map(|program| program.id).collect();
        known(&self.program, &programs)?;
        known(&self.population, codes("student_populations", "population"))?;
        known(&self.sex, codes("students", "sex"))?;
        known(&self.race, &RACES)?;
        at_least_zero("factor", self.factor)
    }
}

/// A student who may take the next course, as far as [`RetentionEffect`]s look at one.
pub(crate) struct Continuing<'a> {
    pub(crate) program_id: &'a str,
    pub(crate) courses: usize,
    pub(crate) sex: Option<&'a str>,
    pub(crate) race: Option<&'a str>,
    /// Whether the student is of that population.
    pub(crate) is_of: &'a dyn Fn(&str) -> bool,
}

impl Default for Parameters {
    /// The district of the demonstration: a health program that loses English learners after the first course, and a
    /// welding program that loses women.
    fn default() -> Self {
        let program = |program_id, factor| RetentionEffect::new(factor).program(program_id);
        Self {
            students: 20_000,
            schools: 24,
            schools_per_district: 12,
            years: 6,
            last_year: default_last_year(),
            seed: 7,
            continuation: 0.76,
            retention: vec![
                program("NURS", 0.4).population("english_learner").after_courses(1),
                program("WELD", 0.7).sex("F"),
                program("AUTO", 0.85),
                program("CULA", 0.85),
                program("WEBD", 0.8),
                program("ENGR", 1.1),
                program("TEAC", 1.1),
            ],
            flaws: 0.0,
        }
    }
}

fn default_last_year() -> SchoolYear {
    SchoolYear::starting(2024).expect("2024 is in range")
}

impl Parameters {
    /// The first school year, if it is one that is believed.
    pub fn first_year(&self) -> Option<SchoolYear> {
        let back = i16::try_from(self.years.checked_sub(1)?).ok()?;
        self.last_year.offset(-back)
    }

    /// Every retention effect, spelled out for each program that it concerns.
    pub fn planted(&self) -> Vec<Planted> {
        let mut planted = Vec::new();
        for (number, effect) in self.retention.iter().enumerate() {
            for program in catalog::PROGRAMS.iter().filter(|program| effect.concerns(program.id)) {
                let others = self.others(number, program.id);
                let group = (others * effect.factor).min(MOST);
                let others = others.min(MOST);
                planted.push(Planted { program_id: program.id, effect: effect.clone(), others, group });
            }
        }
        planted
    }

    /// The probability without the effect of that number, in which effects of other groups are left out.
    fn others(&self, number: usize, program_id: &str) -> f64 {
        let effect = &self.retention[number];
        let same_step =
            |other: &RetentionEffect| other.after_courses.is_none() || other.after_courses == effect.after_courses;
        let holds = self.retention.iter().enumerate().filter(|(other_number, other)| {
            *other_number != number && other.is_of_all_students() && other.concerns(program_id) && same_step(other)
        });
        holds.fold(self.continuation, |probability, (_, other)| probability * other.factor)
    }

    /// The probability that this student takes the next course.
    pub(crate) fn continuation_of(&self, student: &Continuing<'_>) -> f64 {
        let same = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        let holds = self.retention.iter().filter(|effect| {
            effect.concerns(student.program_id)
                && effect.after_courses.is_none_or(|courses| usize::from(courses) == student.courses)
                && same(&effect.sex, student.sex)
                && same(&effect.race, student.race)
                && effect.population.as_deref().is_none_or(student.is_of)
        });
        holds.fold(self.continuation, |probability, effect| probability * effect.factor).min(MOST)
    }

    /// The school years, the earliest first.
    pub(crate) fn school_years(&self) -> Result<Vec<SchoolYear>, SyntheticError> {
        let first = self.first_year().ok_or(SyntheticError::Years { years: self.years, last: self.last_year })?;
        // Students of the first year were born, and some flags began, long before it.
        if first.first() < EARLIEST {
            return Err(SyntheticError::Years { years: self.years, last: self.last_year });
        }
        Ok((first.first()..=self.last_year.first()).filter_map(SchoolYear::starting).collect())
    }

    pub(crate) fn check(&self) -> Result<(), SyntheticError> {
        at_least_one("schools", self.schools)?;
        at_least_one("schools_per_district", self.schools_per_district)?;
        at_most_one("continuation", self.continuation)?;
        at_most_one("flaws", self.flaws)?;
        self.school_years()?;
        self.retention.iter().try_for_each(RetentionEffect::check)
    }
}

fn at_least_one(name: &'static str, value: u32) -> Result<(), SyntheticError> {
    if value == 0 { Err(SyntheticError::None { name }) } else { Ok(()) }
}

fn at_least_zero(name: &'static str, value: f64) -> Result<(), SyntheticError> {
    if value >= 0.0 { Ok(()) } else { Err(SyntheticError::Negative { name, value }) }
}

fn at_most_one(name: &'static str, value: f64) -> Result<(), SyntheticError> {
    at_least_zero(name, value)?;
    if value <= 1.0 { Ok(()) } else { Err(SyntheticError::Share { name, value }) }
}

/// The code set of a column of the bundle.
pub(crate) fn codes(table: &str, column: &str) -> &'static [&'static str] {
    match Table::named(table).and_then(|table| table.column(column)).map(|column| column.kind) {
        Some(Kind::Code(codes)) => codes,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_plants_what_it_says() {
        let parameters = Parameters::default();
        parameters.check().unwrap();
        let planted = parameters.planted();
        let nursing = planted.iter().find(|planted| planted.program_id == "NURS").unwrap();
        assert_eq!(nursing.effect.population.as_deref(), Some("english_learner"));
        assert!((nursing.others - 0.76).abs() < 1e-9 && (nursing.group - 0.304).abs() < 1e-9);
    }

    #[test]
    fn effects_multiply_where_they_hold() {
        let retention = vec![
            RetentionEffect::new(0.5),
            RetentionEffect::new(0.5).sex("F"),
            RetentionEffect::new(9.0).after_courses(2),
        ];
        let parameters = Parameters { continuation: 0.8, retention, ..Parameters::default() };
        let of = |sex, courses| {
            let student = Continuing { program_id: "WELD", courses, sex, race: None, is_of: &|_| false };
            parameters.continuation_of(&student)
        };
        assert!((of(Some("M"), 1) - 0.4).abs() < 1e-9);
        assert!((of(Some("F"), 1) - 0.2).abs() < 1e-9);
        assert!((of(Some("F"), 2) - MOST).abs() < 1e-9);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let refused = |parameters: Parameters| parameters.check().unwrap_err().to_string();
        let base = Parameters::default;
        assert!(refused(Parameters { schools: 0, ..base() }).contains("`schools`"));
        assert!(refused(Parameters { years: 0, ..base() }).contains("2024-25"));
        assert!(refused(Parameters { years: 500, ..base() }).contains("2024-25"));
        assert!(refused(Parameters { flaws: 1.5, ..base() }).contains("`flaws`"));
        assert!(refused(Parameters { flaws: f64::NAN, ..base() }).contains("`flaws`"));
        let effect = RetentionEffect::new(0.5).program("nurs");
        assert!(refused(Parameters { retention: vec![effect], ..base() }).contains("`nurs`"));
    }
}
