//! Employers, the opportunities that they offer, and students' work-based learning.

use chrono::{Days, NaiveDate};

use crate::{
    calendar::YearDays,
    catalog::PROGRAMS,
    dice::{Dice, Subject},
    organizations::{POSTAL, near},
    outcomes::{Track, Transcript},
    people::Person,
    rows::{Employer, Hundredths, Opportunity, WorkBasedLearning},
    schooling::{Schooling, Stay},
    write::{Bundle, SyntheticError, World},
};

/// Every district has the employers of every program, and every employer offers one opportunity, of the kind in its
/// place of the program's list.
pub(crate) fn write_employers(world: &World<'_>, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    let begin_date = world.calendar.years[0].school_year.begin();
    let end_date = world.calendar.years[world.calendar.last()].school_year.end();
    for (number, district) in world.organizations.districts.iter().enumerate() {
        let mut dice = world.dice(Subject::Employers, number as u64);
        for (of, program) in PROGRAMS.iter().enumerate() {
            for (place, name) in program.employers.names.iter().enumerate() {
                let employer_id = employer_id(number, of, place);
                bundle.write(&Employer {
                    employer_id: &employer_id,
                    name: &format!("{} {name}", district.town),
                    naics: program.employers.naics,
                    city: &district.town,
                    state: POSTAL,
                    latitude: near(district.latitude, &mut dice),
                    longitude: near(district.longitude, &mut dice),
                })?;
                bundle.write(&Opportunity {
                    opportunity_id: &opportunity_id(&employer_id),
                    employer_id: &employer_id,
                    kind: kind(of, place),
                    // Some are open to a whole cluster.
                    program_id: (place != 2).then_some(program.id),
                    cluster_16: program.codes.cluster_16,
                    seats: 2 + dice.below(12),
                    begin_date,
                    end_date: (!program.offered.holds(0)).then_some(end_date),
                })?;
            }
        }
    }
    Ok(())
}

fn employer_id(district: usize, program: usize, place: usize) -> String {
    format!("E{:02}-{}{}", district + 1, PROGRAMS[program].id, place + 1)
}

fn opportunity_id(employer_id: &str) -> String {
    format!("O{}", &employer_id[1..])
}

/// The kind of work that the employer of that place offers.
fn kind(program: usize, place: usize) -> &'static str {
    let kinds = PROGRAMS[program].work;
    kinds[place % kinds.len()]
}

/// A student's work in a school year.
struct Work {
    begin: NaiveDate,
    end: Option<NaiveDate>,
    hours: Option<Hundredths>,
    status: &'static str,
}

pub(crate) fn write(
    world: &World<'_>,
    person: &Person,
    schooling: &Schooling,
    transcript: &Transcript,
    bundle: &mut Bundle,
) -> Result<(), SyntheticError> {
    let mut dice = world.dice(Subject::Work, person.index);
    for track in &transcript.tracks {
        for (number, (_, year)) in track.steps.iter().enumerate() {
            let Some(stay) = schooling.stays.iter().rfind(|stay| stay.year == *year) else { continue };
            let likely = if number == 0 { 0.08 } else { 0.33 };
            if stay.grade < 10 || !dice.chance(likely) {
                continue;
            }
            let places = PROGRAMS[track.program].employers.names.len();
            let place = dice.index(places);
            let kind = kind(track.program, place);
            let Some(work) = work(world, stay, kind, &mut dice) else { continue };
            write_work(world, person, track, stay, (place, kind), &work, &mut dice, bundle)?;
        }
    }
    Ok(())
}

/// None where the student was not long enough at the school.
fn work(world: &World<'_>, stay: &Stay, kind: &str, dice: &mut Dice) -> Option<Work> {
    let days = &world.calendar.years[stay.year];
    let last_day = stay.ends(days);
    if stay.entry + Days::new(60) > last_day {
        return None;
    }
    if kind == "job_shadowing" {
        let begin = dice.day(stay.entry, last_day);
        let hours = Some(Hundredths(400 + 50 * dice.below(9)));
        return Some(Work { begin, end: Some(begin), hours, status: "completed" });
    }
    let begin = dice.day(stay.entry, last_day - Days::new(30));
    let end = Some(dice.day(begin + Days::new(10), last_day));
    let hours = |dice: &mut Dice, most: u32| Some(Hundredths(25 * (1 + dice.below(most * 4))));
    let goes_on = stay.year == world.calendar.last() && stay.exit.is_none();
    Some(match dice.below(100) {
        0..5 => Work { begin, end, hours: hours(dice, 20), status: "withdrawn" },
        5..13 if goes_on => planned(days, dice),
        13..25 if goes_on => Work { begin, end: None, hours: hours(dice, 60), status: "active" },
        // Nobody signed the log.
        25..28 => Work { begin, end, hours: None, status: "completed" },
        _ => Work { begin, end, hours: hours(dice, 160), status: "completed" },
    })
}

/// Work that is arranged for the fall after the last year.
fn planned(days: &YearDays, dice: &mut Dice) -> Work {
    Work {
        begin: days.school_year.end() + Days::new(110 + u64::from(dice.below(60))),
        end: None,
        hours: None,
        status: "planned",
    }
}

#[expect(clippy::too_many_arguments, reason = "one row has as many sides")]
fn write_work(
    world: &World<'_>,
    person: &Person,
    track: &Track,
    stay: &Stay,
    (place, kind): (usize, &str),
    work: &Work,
    dice: &mut Dice,
    bundle: &mut Bundle,
) -> Result<(), SyntheticError> {
    let district = world.organizations.schools[stay.school].district;
    let employer = employer_id(district, track.program, place);
    let opportunity = opportunity_id(&employer);
    // A school's own enterprise has no employer.
    let outside = !matches!(kind, "school_based_enterprise" | "simulated_worksite");
    bundle.write(&WorkBasedLearning {
        student_id: &person.student_id,
        kind,
        program_id: dice.chance(0.95).then_some(track.program().id),
        employer_id: outside.then_some(employer.as_str()),
        opportunity_id: (outside && dice.chance(0.8)).then_some(opportunity.as_str()),
        begin_date: work.begin,
        end_date: work.end,
        verified_hours: work.hours,
        paid: paid(kind, dice),
        status: work.status,
    })
}

fn paid(kind: &str, dice: &mut Dice) -> Option<bool> {
    match kind {
        "paid_internship" | "apprenticeship" | "on_the_job" | "cooperative_education" => Some(true),
        "entrepreneurship" | "supervised_agricultural_experience" if dice.chance(0.3) => None,
        "entrepreneurship" | "supervised_agricultural_experience" => Some(dice.chance(0.5)),
        _ => Some(false),
    }
}
