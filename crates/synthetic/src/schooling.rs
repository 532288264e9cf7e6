//! Enrollments from year to year: grades, moves, leaving, and the diploma.

use chrono::{Days, NaiveDate};

use crate::{
    calendar::YearDays,
    dice::{Dice, Subject},
    people::Person,
    rows::{Cohort, Diploma, Enrollment},
    write::{Bundle, SyntheticError, World},
};

/// An enrollment: a school, in a school year.
pub(crate) struct Stay {
    /// The place of the school year in the calendar.
    pub(crate) year: usize,
    pub(crate) school: usize,
    pub(crate) grade: u8,
    pub(crate) entry: NaiveDate,
    /// The last day, and the exit type.
    pub(crate) exit: Option<(NaiveDate, &'static str)>,
}

impl Stay {
    /// The last day at the school, if the student did not stay to the end of the year.
    pub(crate) fn ends(&self, year: &YearDays) -> NaiveDate {
        self.exit.map_or(year.last_day, |(day, _)| day)
    }
}

/// The years of a student in high school.
pub(crate) struct Schooling {
    /// In order; two of one year where the student moved.
    pub(crate) stays: Vec<Stay>,
    /// The spring of the fourth year.
    cohort_year: u16,
    removed: Option<&'static str>,
    pub(crate) diploma: Option<(&'static str, NaiveDate)>,
}

/// Ways to leave in the middle of a year, with the probability in ten thousands of a year, and why the student is then
/// removed from the cohort.
const LEAVING: [(&str, u32, Option<&str>); 7] = [
    ("transferred_documented", 130, Some("transferred_documented")),
    ("transferred_documented", 15, Some("emigrated")),
    ("transferred_documented", 8, Some("facility")),
    ("transferred_undocumented", 40, None),
    ("deceased", 3, Some("deceased")),
    ("adult_education", 15, None),
    ("unknown", 10, None),
];

/// The probability of dropping out in grades 9 to 12 for a student whom school comes to neither easy nor hard.
const DROPPING_OUT: [f64; 4] = [0.008, 0.012, 0.018, 0.02];

/// What a year ends with.
enum Next {
    Grade(u8),
    /// Out of school, back next year in that grade.
    Back(u8),
    Gone,
}

impl Schooling {
    pub(crate) fn new(world: &World<'_>, person: &Person) -> Self {
        let mut dice = world.dice(Subject::Schooling, person.index);
        let mut schooling =
            Self { stays: Vec::new(), cohort_year: cohort_year(world, person), removed: None, diploma: None };
        let mut school = world.organizations.draw(&mut dice);
        let (mut year, mut grade) = schooling.begin(world, person, school, &mut dice);
        let mut back = false;
        while year < world.calendar.years.len() {
            if !schooling.stays.is_empty() && !back && dice.chance(0.025) {
                school = world.organizations.neighbor(school, &mut dice).unwrap_or(school);
            }
            let next = schooling.attend(world, person, year, grade, &mut school, &mut dice);
            back = matches!(next, Next::Back(_));
            match next {
                Next::Grade(next) | Next::Back(next) => grade = next,
                Next::Gone => break,
            }
            year += 1;
        }
        schooling
    }

    /// The first year and grade in the bundle: of those who were in high school before, a later grade; of those who come
    /// from another State, too.
    fn begin(&mut self, world: &World<'_>, person: &Person, school: usize, dice: &mut Dice) -> (usize, u8) {
        let came_later = if dice.chance(0.05) { 1 + dice.below(2) } else { 0 };
        let Ok(enters) = usize::try_from(person.enters) else {
            return (0, 9 + u8::try_from(-person.enters).unwrap_or(0));
        };
        let later = enters + came_later as usize;
        if came_later > 0 && later < world.calendar.years.len() {
            return (later, if came_later == 1 { 10 } else { 11 });
        }
        if world.organizations.schools[school].grade_low < 9 && enters > 0 && dice.chance(0.95) {
            let entry = world.calendar.years[enters - 1].first_day;
            self.stays.push(Stay { year: enters - 1, school, grade: 8, entry, exit: None });
        }
        (enters, 9)
    }

    /// One year in one grade.
    fn attend(
        &mut self,
        world: &World<'_>,
        person: &Person,
        year: usize,
        grade: u8,
        school: &mut usize,
        dice: &mut Dice,
    ) -> Next {
        let days = &world.calendar.years[year];
        let late = dice.chance(0.02);
        let entry = if late { dice.day(days.first_day + Days::new(5), days.fall_end) } else { days.first_day };
        self.stays.push(Stay { year, school: *school, grade, entry, exit: None });
        if let Some(next) = self.leave(person, days, grade, dice) {
            return next;
        }
        self.change_school(world, days, school, dice);
        self.end(person, days, grade, dice)
    }

    /// Leaving before the end of the year.
    fn leave(&mut self, person: &Person, days: &YearDays, grade: u8, dice: &mut Dice) -> Option<Next> {
        let way = dice.below(10_000);
        let mut reached = 0;
        for (kind, weight, removed) in LEAVING {
            reached += weight;
            if way < reached {
                self.removed = removed;
                self.exit(self.inside(days, dice), kind);
                return Some(Next::Gone);
            }
        }
        let hard = 2.0 * (1.0 - person.ease);
        if !dice.chance(DROPPING_OUT[usize::from(grade.clamp(9, 12) - 9)] * hard) {
            return None;
        }
        let day = self.inside(days, dice);
        self.exit(day, "dropped_out");
        if dice.chance(0.12) {
            return Some(Next::Back(grade));
        }
        // The test is open from the age of 16.
        if grade >= 11 && dice.chance(0.25) {
            self.diploma = Some(("equivalency", day + Days::new(60 + u64::from(dice.below(240)))));
        }
        Some(Next::Gone)
    }

    /// A move to another school in the middle of a year, within the district or to another one.
    fn change_school(&mut self, world: &World<'_>, days: &YearDays, school: &mut usize, dice: &mut Dice) {
        let to = if dice.chance(0.025) {
            world.organizations.neighbor(*school, dice)
        } else if dice.chance(0.012) {
            world.organizations.elsewhere(*school, dice)
        } else {
            None
        };
        let (Some(to), Some(last)) = (to, self.stays.last()) else { return };
        let (year, grade) = (last.year, last.grade);
        let day = self.inside(days, dice);
        self.exit(day, "transferred_documented");
        *school = to;
        self.stays.push(Stay { year, school: to, grade, entry: day + Days::new(1), exit: None });
    }

    /// The end of a year that the student stayed for.
    fn end(&mut self, person: &Person, days: &YearDays, grade: u8, dice: &mut Dice) -> Next {
        let fails = |dice: &mut Dice, share: f64| dice.chance(share * 2.0 * (1.0 - person.ease));
        match grade {
            9 if fails(dice, 0.03) => Next::Grade(9),
            10 if fails(dice, 0.015) => Next::Grade(10),
            11 if dice.chance(0.008) => self.graduate("regular", days),
            9..=11 => Next::Grade(grade + 1),
            _ => self.end_of_grade_12(days, &fails, dice),
        }
    }

    fn end_of_grade_12(&mut self, days: &YearDays, fails: &dyn Fn(&mut Dice, f64) -> bool, dice: &mut Dice) -> Next {
        let years = self.stays.iter().filter(|stay| stay.grade == 12).map(|stay| stay.year);
        let first_time = years.min() == self.stays.last().map(|stay| stay.year);
        if !fails(dice, 0.09) {
            let kind = if dice.chance(0.02) { "alternate" } else { "regular" };
            return self.graduate(kind, days);
        }
        match dice.below(100) {
            0..50 if first_time => Next::Grade(12),
            0..65 => {
                // The missing credit is made up in the summer.
                self.exit(days.last_day, "completed_without_diploma");
                self.diploma = Some(("regular", days.school_year.end() + Days::new(20 + u64::from(dice.below(40)))));
                Next::Gone
            }
            65..80 => {
                self.exit(days.last_day, "completed_without_diploma");
                Next::Gone
            }
            _ => {
                self.exit(days.last_day, "other_credential");
                let kind = if dice.chance(0.6) { "equivalency" } else { "other" };
                self.diploma = Some((kind, days.last_day));
                Next::Gone
            }
        }
    }

    fn graduate(&mut self, kind: &'static str, days: &YearDays) -> Next {
        self.exit(days.last_day, "graduated");
        self.diploma = Some((kind, days.last_day));
        Next::Gone
    }

    fn exit(&mut self, day: NaiveDate, kind: &'static str) {
        if let Some(stay) = self.stays.last_mut() {
            stay.exit = Some((day, kind));
        }
    }

    /// A day after the entry of the last enrollment and before the end of the year.
    fn inside(&self, days: &YearDays, dice: &mut Dice) -> NaiveDate {
        let entry = self.stays.last().map_or(days.first_day, |stay| stay.entry);
        dice.day(entry + Days::new(5), days.last_day - Days::new(10))
    }

    /// The last enrollment, if the student left by it other than to another school.
    pub(crate) fn leaver(&self) -> Option<(&Stay, NaiveDate)> {
        let stay = self.stays.last()?;
        match stay.exit {
            Some((_, "transferred_documented" | "transferred_undocumented" | "deceased")) | None => None,
            Some((day, _)) => Some((stay, day)),
        }
    }

    /// The day of a regular or alternate diploma.
    pub(crate) fn graduated_on(&self) -> Option<NaiveDate> {
        self.diploma.filter(|(kind, _)| matches!(*kind, "regular" | "alternate")).map(|(_, day)| day)
    }

    pub(crate) fn write(&self, world: &World<'_>, person: &Person, bundle: &mut Bundle) -> Result<(), SyntheticError> {
        let student_id = person.student_id.as_str();
        for stay in &self.stays {
            bundle.write(&Enrollment {
                student_id,
                organization_id: &world.organizations.schools[stay.school].id,
                school_year: &world.calendar.years[stay.year].label,
                grade_level: grade_level(stay.grade),
                entry_date: stay.entry,
                exit_date: stay.exit.map(|(day, _)| day),
                exit_type: stay.exit.map(|(_, kind)| kind),
            })?;
        }
        let last = world.calendar.years[world.calendar.last()].school_year;
        if self.cohort_year <= last.second() {
            bundle.write(&Cohort { student_id, cohort_year: self.cohort_year, removed: self.removed })?;
        }
        match self.diploma {
            Some((kind, awarded_on)) if awarded_on <= world.calendar.exported_on => {
                bundle.write(&Diploma { student_id, kind, awarded_on })
            }
            _ => Ok(()),
        }
    }
}

/// The code of a grade.
pub(crate) fn grade_level(grade: u8) -> &'static str {
    ["08", "09", "10", "11", "12"][usize::from(grade.clamp(8, 12) - 8)]
}

fn cohort_year(world: &World<'_>, person: &Person) -> u16 {
    let fourth_year = i32::from(world.calendar.years[0].school_year.first()) + person.enters + 4;
    u16::try_from(fourth_year).unwrap_or(u16::MAX)
}
