//! Courses: which programs a student begins, how far he or she goes in them, and what became of every course.

use chrono::{Days, NaiveDate};

use crate::{
    calendar::YearDays,
    catalog::{Course, GENERAL, PROGRAMS, Program, Site},
    dice::{Dice, Subject},
    organizations::COLLEGE,
    parameters::Continuing,
    people::Person,
    rows::{CourseOutcome, Hundredths},
    schooling::{Schooling, Stay},
    write::{Bundle, SyntheticError, World},
};

/// The probability of beginning a first program in grades 8 to 12, while there is none.
const BEGINNING: [f64; 5] = [0.12, 0.5, 0.35, 0.22, 0.12];
/// The probability of beginning another program in a year.
const BEGINNING_ANOTHER: f64 = 0.08;
/// Programs that a student goes through at once, at most.
const AT_ONCE: usize = 2;

/// A course that a student took.
pub(crate) struct Attempt {
    pub(crate) course: &'static Course,
    organization: Place,
    pub(crate) year: usize,
    term: &'static str,
    pub(crate) result: Outcome,
}

/// Where a course is taught.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    School(usize),
    /// The career center of that district.
    Center(usize),
    College,
}

/// What became of a course.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// The day, and the grade.
    Completed(NaiveDate, &'static str),
    /// The day, and whether the row says `completed` with `passed` false, as some systems do.
    Failed(NaiveDate, bool),
    Withdrawn,
    InProgress,
}

/// A student's way through a program.
pub(crate) struct Track {
    pub(crate) program: usize,
    /// The day on which each step was completed, and the place of its year in the calendar.
    pub(crate) steps: Vec<(NaiveDate, usize)>,
    /// Whether the last step was tried and not completed.
    repeats: bool,
    active: bool,
}

impl Track {
    /// The program.
    pub(crate) fn program(&self) -> &'static Program {
        &PROGRAMS[self.program]
    }
}

/// All courses of a student.
#[derive(Default)]
pub(crate) struct Transcript {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) tracks: Vec<Track>,
}

/// One student in one year.
struct YearOf<'w> {
    world: &'w World<'w>,
    person: &'w Person,
    year: usize,
    days: &'w YearDays,
    /// The enrollments of the year.
    stays: &'w [Stay],
    grade: u8,
}

impl Transcript {
    pub(crate) fn new(world: &World<'_>, person: &Person, schooling: &Schooling) -> Self {
        let mut dice = world.dice(Subject::Outcomes, person.index);
        let mut transcript = Self::default();
        for stays in schooling.stays.chunk_by(|one, next| one.year == next.year) {
            let (year, grade) = (stays[0].year, stays[0].grade);
            let days = &world.calendar.years[year];
            transcript.live(&YearOf { world, person, year, days, stays, grade }, &mut dice);
        }
        transcript
    }

    fn live(&mut self, now: &YearOf<'_>, dice: &mut Dice) {
        if now.grade >= 9 {
            self.take(now, None, &GENERAL[usize::from(now.grade.min(12) - 9)], "year", dice);
        }
        for number in 0..self.tracks.len() {
            if self.tracks[number].active {
                self.go_on(now, number, dice);
            }
        }
        self.begin(now, dice);
    }

    /// Begins a program, or not.
    fn begin(&mut self, now: &YearOf<'_>, dice: &mut Dice) {
        let begins = match self.tracks.len() {
            0 => BEGINNING[usize::from(now.grade.clamp(8, 12) - 8)],
            _ => BEGINNING_ANOTHER,
        };
        let active = self.tracks.iter().filter(|track| track.active).count();
        if !dice.chance(begins) || active >= AT_ONCE {
            return;
        }
        let school = &now.world.organizations.schools[now.stays[0].school];
        let open: Vec<usize> =
            school.programs.iter().copied().filter(|program| self.may_begin(now, *program)).collect();
        if open.is_empty() {
            return;
        }
        let appeal = |program: &usize| match (now.person.sex, PROGRAMS[*program].appeal) {
            (Some("F"), (girls, _)) => girls,
            (Some("M"), (_, boys)) => boys,
            (_, (girls, boys)) => u32::midpoint(girls, boys),
        };
        let program = *dice.weighted(&open, appeal);
        self.tracks.push(Track { program, steps: Vec::new(), repeats: false, active: true });
        self.take_step(now, self.tracks.len() - 1, dice);
    }

    fn may_begin(&self, now: &YearOf<'_>, program: usize) -> bool {
        let offered = PROGRAMS[program].offered.holds(now.years_before_last());
        let first = &PROGRAMS[program].steps[0];
        let new = self.tracks.iter().all(|track| track.program != program);
        // One who repeats a shared course this year does not sit in it twice.
        let sits_in = |attempt: &Attempt| first.courses.iter().any(|course| course.id == attempt.course.id);
        let free = !self.attempts.iter().any(|attempt| attempt.year == now.year && sits_in(attempt));
        offered && new && free && (now.grade >= 9 || first.level == "introductory")
    }

    /// Goes on in a program that was begun in an earlier year, or leaves it.
    fn go_on(&mut self, now: &YearOf<'_>, number: usize, dice: &mut Dice) {
        let track = &self.tracks[number];
        let offered =
            track.program().offered.holds(now.years_before_last()) && now.teaches(now.stays[0].school, track.program);
        // One who failed tries again as often as not; one who completed a course goes on as the parameters say.
        let goes_on = if track.repeats { dice.chance(0.55) } else { dice.chance(now.continuation(track)) };
        if offered && goes_on && track.steps.len() < track.program().steps.len() {
            self.take_step(now, number, dice);
        } else {
            self.tracks[number].active = false;
        }
    }

    /// Takes the next step of a program: a year course, a half-year course, or two halves one after the other. Courses
    /// that were completed before, in another program or as the first half of a year, are not taken again.
    fn take_step(&mut self, now: &YearOf<'_>, number: usize, dice: &mut Dice) {
        let program = self.tracks[number].program;
        while let Some(step) = PROGRAMS[program].steps.get(self.tracks[number].steps.len()) {
            let (mut completed, mut taken) = (None, false);
            for course in step.courses_in(now.years_before_last()) {
                completed = self.completed(course);
                if completed.is_none() {
                    taken = true;
                    completed = self.take(now, Some(program), course, term(course), dice).map(|day| (day, now.year));
                }
                if completed.is_none() {
                    break;
                }
            }
            let track = &mut self.tracks[number];
            track.repeats = completed.is_none();
            track.steps.extend(completed);
            if taken || completed.is_none() {
                return;
            }
        }
    }

    /// The day on which a course was completed, and the place of its year in the calendar.
    fn completed(&self, course: &Course) -> Option<(NaiveDate, usize)> {
        self.attempts.iter().filter(|attempt| attempt.course.id == course.id).find_map(|attempt| match attempt.result {
            Outcome::Completed(day, _) => Some((day, attempt.year)),
            _ => None,
        })
    }

    /// Takes a course; the day of its completion, if it was completed.
    fn take(
        &mut self,
        now: &YearOf<'_>,
        program: Option<usize>,
        course: &'static Course,
        term: &'static str,
        dice: &mut Dice,
    ) -> Option<NaiveDate> {
        let (begin, end) = now.days.term(term);
        let mut stays = now.stays.iter().skip_while(|stay| stay.ends(now.days) < begin);
        let stay = stays.next()?;
        // Whoever comes a month late does not catch up; whoever is gone before it begins never sat in it.
        if stay.entry > begin + Days::new(30) {
            return None;
        }
        let college = course.dual_credit && dice.chance(0.3);
        let attempt = |organization, result| Attempt { course, organization, year: now.year, term, result };
        let (place, result) = (now.place(stay, program, college), now.result(end, dice));
        if stay.ends(now.days) >= end {
            self.attempts.push(attempt(place, result));
        } else {
            // After a move the course goes on at the new school, where there is such a one, or at the career center that
            // both schools have.
            let offered = |stay: &&Stay| program.is_none_or(|program| now.teaches(stay.school, program));
            let next = stays.next().filter(offered).map(|stay| now.place(stay, program, college));
            if next != Some(place) {
                self.attempts.push(attempt(place, Outcome::Withdrawn));
            }
            self.attempts.push(attempt(next?, result));
        }
        match result {
            Outcome::Completed(day, _) => Some(day),
            _ => None,
        }
    }
}

impl YearOf<'_> {
    fn years_before_last(&self) -> usize {
        self.world.calendar.last() - self.year
    }

    fn teaches(&self, school: usize, program: usize) -> bool {
        self.world.organizations.schools[school].programs.contains(&program)
    }

    /// The probability of going on in a program after its last completed course.
    fn continuation(&self, track: &Track) -> f64 {
        let last = track.steps.last().map_or(self.days, |(_, year)| &self.world.calendar.years[*year]);
        self.world.parameters.continuation_of(&Continuing {
            program_id: track.program().id,
            courses: track.steps.len(),
            sex: self.person.sex,
            race: self.person.race,
            is_of: &|population| self.person.is_of(population, last.school_year.begin(), last.school_year.end()),
        })
    }

    /// Where a course of the program is taught to a student of that enrollment.
    fn place(&self, stay: &Stay, program: Option<usize>, college: bool) -> Place {
        match program.map(|program| PROGRAMS[program].site) {
            Some(Site::Center) => Place::Center(self.world.organizations.schools[stay.school].district),
            Some(Site::School) if college => Place::College,
            _ => Place::School(stay.school),
        }
    }

    fn result(&self, end: NaiveDate, dice: &mut Dice) -> Outcome {
        let hard = 1.0 - self.person.ease;
        if dice.chance(0.025) {
            Outcome::Withdrawn
        } else if dice.chance(0.02 + 0.1 * hard) {
            Outcome::Failed(end, dice.chance(0.15))
        } else if self.years_before_last() == 0 && end == self.days.last_day && dice.chance(0.02) {
            Outcome::InProgress
        } else {
            let grades = if self.person.ease > 0.6 { ["A", "A", "A", "B"] } else { ["A", "B", "C", "D"] };
            Outcome::Completed(end, dice.pick(&grades))
        }
    }
}

/// The term in which a course is taught.
fn term(course: &Course) -> &'static str {
    match (course.part, course.credits) {
        (Some(2), _) => "spring",
        (None, 100..) => "year",
        _ => "fall",
    }
}

impl YearDays {
    fn term(&self, term: &str) -> (NaiveDate, NaiveDate) {
        match term {
            "fall" => (self.first_day, self.fall_end),
            "spring" => (self.spring_begin, self.last_day),
            _ => (self.first_day, self.last_day),
        }
    }
}

pub(crate) fn write(
    world: &World<'_>,
    person: &Person,
    transcript: &Transcript,
    bundle: &mut Bundle,
) -> Result<(), SyntheticError> {
    for attempt in &transcript.attempts {
        let organizations = &world.organizations;
        let (completed_on, status, grade, passed) = match attempt.result {
            Outcome::Completed(day, grade) => (Some(day), "completed", Some(grade), Some(true)),
            Outcome::Failed(day, said_completed) => {
                (Some(day), if said_completed { "completed" } else { "failed" }, Some("F"), Some(false))
            }
            Outcome::Withdrawn => (None, "withdrawn", None, None),
            Outcome::InProgress => (None, "in_progress", None, None),
        };
        // Not every school fills in more than the status.
        let terse = matches!(attempt.organization, Place::School(school) if school % 7 == 5);
        let completed = matches!(attempt.result, Outcome::Completed(..));
        bundle.write(&CourseOutcome {
            student_id: &person.student_id,
            organization_id: match attempt.organization {
                Place::School(school) => &organizations.schools[school].id,
                Place::Center(district) => &organizations.districts[district].center,
                Place::College => COLLEGE,
            },
            course_id: attempt.course.id,
            school_year: &world.calendar.years[attempt.year].label,
            term: attempt.term,
            completed_on,
            status,
            credits_attempted: Hundredths(attempt.course.credits),
            credits_earned: Hundredths(if completed { attempt.course.credits } else { 0 }),
            grade: grade.filter(|_| !terse),
            passed: passed.filter(|_| !(terse && completed)),
        })?;
    }
    Ok(())
}
