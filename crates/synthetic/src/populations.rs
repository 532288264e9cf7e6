//! Special populations: dated flags that begin, end and begin again.

use chrono::{Days, NaiveDate};

use crate::{
    dice::Dice,
    people::{Person, years_later},
    rows::StudentPopulation,
    write::{Bundle, SyntheticError, World},
};

/// A time in which a flag holds.
pub(crate) struct Spell {
    pub(crate) population: &'static str,
    pub(crate) begin: NaiveDate,
    /// The last day, or `None` while it goes on.
    pub(crate) end: Option<NaiveDate>,
}

/// How a flag comes and goes.
#[derive(Clone, Copy)]
enum Course {
    /// Known long before grade 9, and ended in high school with that probability.
    Long(f64),
    /// Found anew every school year, and missed in some.
    Yearly,
    /// One time, or two, in high school, of at most that many days.
    Short(u32),
    /// Begins in high school and stays.
    Late,
}

/// How many of the students are of each population, and how the flag comes and goes.
const POPULATIONS: [(&str, f64, Course); 8] = [
    ("disability", 0.14, Course::Long(0.1)),
    ("single_parent", 0.008, Course::Late),
    ("out_of_workforce", 0.004, Course::Late),
    ("homeless", 0.03, Course::Short(200)),
    ("foster_care", 0.01, Course::Short(700)),
    ("military_parent", 0.03, Course::Short(1100)),
    ("migrant", 0.015, Course::Short(1095)),
    ("economically_disadvantaged", 0.45, Course::Long(0.05)),
];

/// The share of students of each race who are English learners at some time.
fn english_learners(race: &str) -> f64 {
    match race {
        "HI7" => 0.36,
        "AS7" => 0.25,
        "BL7" => 0.08,
        _ => 0.03,
    }
}

/// Everything that a student of that race is flagged with. Spells of one population do not touch.
pub(crate) fn spells(world: &World<'_>, person: &Person, race: &str, dice: &mut Dice) -> Vec<Spell> {
    let mut spells = Vec::new();
    if dice.chance(english_learners(race)) {
        add(&mut spells, "english_learner", Course::Long(0.3), person.enters_on, dice);
    }
    for (population, share, course) in POPULATIONS {
        if dice.chance(share) {
            // Three in ten families have to show their income anew every year.
            let yearly = population == "economically_disadvantaged" && dice.chance(0.3);
            add(&mut spells, population, if yearly { Course::Yearly } else { course }, person.enters_on, dice);
        }
    }
    let exported_on = world.calendar.exported_on;
    spells.retain(|spell| spell.begin <= exported_on);
    for spell in &mut spells {
        spell.end = spell.end.filter(|end| *end <= exported_on);
    }
    spells
}

fn add(spells: &mut Vec<Spell>, population: &'static str, course: Course, enters_on: NaiveDate, dice: &mut Dice) {
    let mut add = |begin, end| spells.push(Spell { population, begin, end });
    let leaves_on = years_later(enters_on, 4);
    match course {
        Course::Long(ends) => {
            let begin = dice.day(years_later(enters_on, -6), enters_on);
            let end = dice.chance(ends).then(|| years_later(enters_on, 1 + whole(dice.below(3))) - Days::new(1));
            add(begin, end);
        }
        Course::Yearly => {
            for year in 0..4 {
                if dice.chance(0.75) {
                    let begin = years_later(enters_on, year);
                    // Income is shown in August and holds to the end of June.
                    add(begin + Days::new(31), Some(years_later(begin, 1) - Days::new(1)));
                }
            }
        }
        Course::Short(days) => {
            let begin = dice.day(enters_on, leaves_on);
            let end = begin + Days::new(20 + u64::from(dice.below(days)));
            add(begin, Some(end));
            if dice.chance(0.3) {
                let again = end + Days::new(30 + u64::from(dice.below(200)));
                add(again, dice.chance(0.7).then(|| again + Days::new(20 + u64::from(dice.below(days)))));
            }
        }
        Course::Late => add(dice.day(years_later(enters_on, 1), leaves_on), None),
    }
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(crate) fn write(person: &Person, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    for spell in &person.spells {
        bundle.write(&StudentPopulation {
            student_id: &person.student_id,
            population: spell.population,
            begin_date: spell.begin,
            end_date: spell.end,
        })?;
    }
    Ok(())
}
