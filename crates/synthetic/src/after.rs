//! Tests at school, and what comes after it: placements, and college as the clearinghouse knows it.

use chrono::{Days, Months, NaiveDate};
use waymark_terms::SchoolYear;

use crate::{
    calendar::on_or_after,
    dice::{Dice, Subject},
    outcomes::Transcript,
    people::{Person, years_later},
    rows::{Assessment, Placement, PostsecondaryAward, PostsecondaryEnrollment, PostsecondaryMatch},
    schooling::{Schooling, grade_level},
    write::{Bundle, SyntheticError, World},
};

/// A place to study.
struct Institution {
    /// An OPE identifier as the clearinghouse writes it. No institution has a number that begins with 0999.
    id: &'static str,
    name: &'static str,
    state: &'static str,
    level: &'static str,
    control: &'static str,
    /// How many of a hundred go there.
    weight: u32,
}

const fn institution(
    id: &'static str,
    name: &'static str,
    state: &'static str,
    level: &'static str,
    control: &'static str,
    weight: u32,
) -> Institution {
    Institution { id, name, state, level, control, weight }
}

static INSTITUTIONS: [Institution; 8] = [
    institution("099901-00", "Made-up Community College", "NE", "2-year", "public", 34),
    institution("099902-00", "Prairie Technical College", "NE", "2-year", "public", 14),
    institution("099903-00", "Sandhills Beauty and Trades Academy", "NE", "less-than-2-year", "private", 6),
    institution("099904-00", "Plains State University", "NE", "4-year", "public", 24),
    institution("099905-00", "Saint Brendan College", "NE", "4-year", "private", 7),
    institution("099906-00", "River Valley University", "IA", "4-year", "public", 8),
    institution("099907-00", "High Desert State College", "CO", "4-year", "public", 5),
    institution("099908-00", "Lakes Institute of Technology", "SD", "4-year", "private", 2),
];

pub(crate) fn write(
    world: &World<'_>,
    person: &Person,
    schooling: &Schooling,
    transcript: &Transcript,
    bundle: &mut Bundle,
) -> Result<(), SyntheticError> {
    let mut after = After { world, person, dice: world.dice(Subject::After, person.index), bundle };
    after.assessments(schooling)?;
    let Some((stay, left_on)) = schooling.leaver() else { return Ok(()) };
    // What the leavers of the last year do is not known yet when the bundle is exported.
    if stay.year == world.calendar.last() {
        return Ok(());
    }
    let in_college = match schooling.graduated_on() {
        Some(graduated_on) => after.college(graduated_on, transcript)?,
        None => false,
    };
    // Everybody with two courses of a program is followed up, and some of the others.
    let concentrates = transcript.tracks.iter().any(|track| track.steps.len() >= 2);
    if concentrates || after.dice.chance(0.25) {
        after.placements(left_on, in_college, transcript)?;
    }
    Ok(())
}

struct After<'w> {
    world: &'w World<'w>,
    person: &'w Person,
    dice: Dice,
    bundle: &'w mut Bundle,
}

impl After<'_> {
    /// Reading and mathematics in grade 10, science in grade 11; some who were not proficient try again a year later.
    fn assessments(&mut self, schooling: &Schooling) -> Result<(), SyntheticError> {
        for (subject, grade, easy) in [("reading", 10, 0.55), ("mathematics", 10, 0.42), ("science", 11, 0.48)] {
            let mut tries = schooling.stays.iter().filter(|stay| (grade..=12).contains(&stay.grade));
            let Some(first) = tries.next() else { continue };
            let likely = easy + 0.9 * (self.person.ease - 0.5);
            let proficient = self.dice.chance(likely);
            let again = tries.find(|stay| stay.year > first.year).filter(|_| !proficient && self.dice.chance(0.2));
            self.assessment(subject, first.year, first.grade, proficient)?;
            if let Some(stay) = again {
                let proficient = self.dice.chance(likely);
                self.assessment(subject, stay.year, stay.grade, proficient)?;
            }
        }
        Ok(())
    }

    fn assessment(&mut self, subject: &str, year: usize, grade: u8, proficient: bool) -> Result<(), SyntheticError> {
        // Absent, or the test was not valid.
        let valid = !self.dice.chance(0.03);
        self.bundle.write(&Assessment {
            student_id: &self.person.student_id,
            subject,
            school_year: &self.world.calendar.years[year].label,
            grade_level: grade_level(grade),
            proficient: valid.then_some(proficient),
        })
    }

    /// The search in the clearinghouse, and what it found; whether the student was in college in the first fall.
    fn college(&mut self, graduated_on: NaiveDate, transcript: &Transcript) -> Result<bool, SyntheticError> {
        let goes = self.dice.chance(0.35 + 0.6 * (self.person.ease - 0.3));
        let found = match (self.dice.chance(0.01), goes) {
            (true, _) => "blocked",
            (_, true) => "yes",
            (_, false) => "no",
        };
        self.bundle.write(&PostsecondaryMatch {
            student_id: &self.person.student_id,
            searched_on: self.world.calendar.exported_on - Days::new(12),
            found,
        })?;
        if found != "yes" {
            return Ok(false);
        }
        let institution = self.dice.weighted(&INSTITUTIONS, |institution| institution.weight);
        let cip =
            transcript.tracks.iter().max_by_key(|track| track.steps.len()).map(|track| track.program().codes.cip_code);
        let cip = cip.filter(|_| self.dice.chance(0.5));
        self.dual_enrollment(graduated_on, transcript)?;
        self.terms(institution, cip, graduated_on)
    }

    /// A college course before graduation is an enrollment in the clearinghouse too.
    fn dual_enrollment(&mut self, graduated_on: NaiveDate, transcript: &Transcript) -> Result<(), SyntheticError> {
        let dual = transcript.attempts.iter().rfind(|attempt| attempt.course.dual_credit);
        let Some(attempt) = dual.filter(|_| self.dice.chance(0.5)) else { return Ok(()) };
        let days = &self.world.calendar.years[attempt.year];
        if days.last_day > graduated_on {
            return Ok(());
        }
        self.enrollment(&INSTITUTIONS[0], None, (days.first_day, days.last_day), "L")
    }

    /// Falls and springs at college until the student stops, has a degree, or the bundle is exported.
    fn terms(
        &mut self,
        institution: &'static Institution,
        cip: Option<&str>,
        graduated_on: NaiveDate,
    ) -> Result<bool, SyntheticError> {
        let mut institution = institution;
        let starts_late = self.dice.chance(0.07);
        let first_fall = on_or_after(september(graduated_on) - Days::new(12), chrono::Weekday::Mon);
        let mut terms = 0;
        for number in u32::from(starts_late)..10 {
            let begin = first_fall + Months::new(number / 2 * 12 + number % 2 * 5);
            let end = begin + Days::new(112);
            if end > self.world.calendar.exported_on - Days::new(12) {
                break;
            }
            let withdrew = self.dice.chance(0.03);
            let status =
                if withdrew { "W" } else { *self.dice.weighted(&["F", "Q", "H", "L"], |status| weight(status)) };
            let end = if withdrew { begin + Days::new(14) } else { end };
            self.enrollment(institution, cip, (begin, end), status)?;
            terms += 1;
            if let Some((needed, kind, title, share)) = award(institution)
                && terms == needed
                && self.dice.chance(share)
            {
                self.award(institution, cip, end, (kind, title))?;
                // From two years of college to four.
                if institution.level != "2-year" || self.dice.chance(0.6) {
                    break;
                }
                institution = &INSTITUTIONS[3];
            }
            let stops = if number % 2 == 1 { 0.15 } else { 0.06 };
            if withdrew || self.dice.chance(stops) {
                break;
            }
        }
        Ok(terms > 0 && !starts_late)
    }

    fn enrollment(
        &mut self,
        institution: &Institution,
        cip_code: Option<&str>,
        (begin_date, end): (NaiveDate, NaiveDate),
        status: &str,
    ) -> Result<(), SyntheticError> {
        self.bundle.write(&PostsecondaryEnrollment {
            student_id: &self.person.student_id,
            institution_id: institution.id,
            institution_name: institution.name,
            state: institution.state,
            level: institution.level,
            control: institution.control,
            begin_date,
            end_date: Some(end),
            status,
            cip_code,
        })
    }

    fn award(
        &mut self,
        institution: &Institution,
        cip_code: Option<&str>,
        last_day: NaiveDate,
        (kind, title): (&str, &str),
    ) -> Result<(), SyntheticError> {
        self.bundle.write(&PostsecondaryAward {
            student_id: &self.person.student_id,
            institution_id: institution.id,
            institution_name: institution.name,
            awarded_on: last_day + Days::new(7),
            kind,
            title,
            cip_code,
        })
    }

    /// What the survey of leavers learned, and for some what the wage records say besides.
    fn placements(
        &mut self,
        left_on: NaiveDate,
        in_college: bool,
        transcript: &Transcript,
    ) -> Result<(), SyntheticError> {
        let observed_on = left_on + Days::new(150 + u64::from(self.dice.below(40)));
        if observed_on > self.world.calendar.exported_on {
            return Ok(());
        }
        let kind = if in_college && self.dice.chance(0.85) {
            "postsecondary"
        } else {
            self.dice.weighted(&WITHOUT_COLLEGE, |(_, weight)| *weight).0
        };
        let source = match kind {
            "postsecondary" if self.dice.chance(0.4) => "clearinghouse",
            "employment" if self.dice.chance(0.4) => "wage_record",
            "military" if self.dice.chance(0.5) => "military_record",
            _ => "survey",
        };
        self.placement(kind, source, left_on, observed_on, transcript)?;
        if matches!(kind, "postsecondary" | "no_response") && self.dice.chance(0.2) {
            self.placement("employment", "wage_record", left_on, observed_on, transcript)?;
        }
        Ok(())
    }

    fn placement(
        &mut self,
        kind: &str,
        source: &str,
        left_on: NaiveDate,
        observed_on: NaiveDate,
        transcript: &Transcript,
    ) -> Result<(), SyntheticError> {
        let placed = !matches!(kind, "not_placed" | "no_response");
        let begin = left_on + Days::new(10 + u64::from(self.dice.below(100)));
        // Some who answer remember no day; some summer jobs are over by the fall.
        let begin_date = (placed && self.dice.chance(0.95)).then_some(begin);
        let over = placed && self.dice.chance(0.1);
        let related = placed && !transcript.tracks.is_empty() && self.dice.chance(0.85);
        self.bundle.write(&Placement {
            student_id: &self.person.student_id,
            kind,
            begin_date,
            end_date: over.then(|| begin + Days::new(30 + u64::from(self.dice.below(60)))),
            related_to_program: related.then(|| self.dice.chance(0.55)),
            source,
            observed_on,
        })
    }
}

/// Where those are who are not in college.
const WITHOUT_COLLEGE: [(&str, u32); 8] = [
    ("employment", 520),
    ("advanced_training", 90),
    ("military", 60),
    ("service", 15),
    ("peace_corps", 1),
    ("postsecondary", 30),
    ("not_placed", 120),
    ("no_response", 164),
];

fn weight(status: &str) -> u32 {
    match status {
        "F" => 74,
        "Q" => 9,
        "H" => 11,
        _ => 6,
    }
}

/// What an institution awards: after how many terms, the kind, the title, and to what share of those who got so far.
fn award(institution: &Institution) -> Option<(u32, &'static str, &'static str, f64)> {
    match institution.level {
        "less-than-2-year" => Some((2, "certificate", "Certificate", 0.7)),
        "2-year" => Some((4, "associate", "Associate of Applied Science", 0.6)),
        "4-year" => Some((8, "bachelor", "Bachelor of Science", 0.6)),
        _ => None,
    }
}

/// 1 September after a day of spring or summer.
fn september(day: NaiveDate) -> NaiveDate {
    let first = SchoolYear::containing(day).map_or(day, SchoolYear::begin);
    let july = if day - first > chrono::TimeDelta::days(60) { years_later(first, 1) } else { first };
    july + Days::new(62)
}
