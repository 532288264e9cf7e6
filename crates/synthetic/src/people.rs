//! Students: names, birth, sex, race, and when they enter grade 9.

use chrono::{Days, Months, NaiveDate};

use crate::{
    dice::{Dice, Subject},
    names::{ANYBODY, BOYS, GIRLS, LAST},
    populations::{self, Spell},
    rows::Student,
    write::{Bundle, SyntheticError, World},
};

/// Race codes of the measures table.
pub(crate) const RACES: [&str; 7] = ["AM7", "AS7", "BL7", "HI7", "MU7", "PI7", "WH7"];
/// How many of a thousand students are of each race.
const RACE_WEIGHTS: [(&str, u32); 7] =
    [("AM7", 15), ("AS7", 50), ("BL7", 120), ("HI7", 270), ("MU7", 45), ("PI7", 5), ("WH7", 495)];

/// A student before any school.
pub(crate) struct Person {
    pub(crate) index: u64,
    pub(crate) student_id: String,
    pub(crate) sex: Option<&'static str>,
    /// The federal roll-up; `None` where a missing value leaves it open.
    pub(crate) race: Option<&'static str>,
    /// Where the school year in which the student enters grade 9 stands in the calendar; below 0 where it is earlier.
    pub(crate) enters: i32,
    /// 1 July of the school year in which the student enters grade 9.
    pub(crate) enters_on: NaiveDate,
    /// How school comes to this student: 0 hard, 1 easy.
    pub(crate) ease: f64,
    pub(crate) spells: Vec<Spell>,
    first_name: &'static str,
    last_name: &'static str,
    birth_date: NaiveDate,
    hispanic: Option<bool>,
    races: [Option<bool>; 5],
}

impl Person {
    pub(crate) fn new(world: &World<'_>, index: u64) -> Self {
        let mut dice = world.dice(Subject::Person, index);
        // Those who enter three years before the first year are in grade 12 in it.
        let enters = i32::try_from(dice.below(u32::from(world.parameters.years) + 3)).unwrap_or(0) - 3;
        let enters_on = years_later(world.calendar.years[0].school_year.begin(), enters);
        let sex = [(Some("F"), 488), (Some("M"), 495), (Some("X"), 7), (None, 10)];
        let sex = dice.weighted(&sex, |(_, weight)| *weight).0;
        let (race, _) = *dice.weighted(&RACE_WEIGHTS, |(_, weight)| *weight);
        let (hispanic, races) = races(race, &mut dice);
        let mut person = Self {
            index,
            student_id: format!("S{:07}", index + 1),
            sex,
            race: roll_up(hispanic, races),
            enters,
            enters_on,
            ease: 0.0,
            spells: Vec::new(),
            first_name: first_name(sex, &mut dice),
            last_name: dice.pick(&LAST),
            birth_date: years_later(enters_on, -15) + Days::new(63 + u64::from(dice.below(365))),
            hispanic,
            races,
        };
        person.spells = populations::spells(world, &person, race, &mut dice);
        let poor = person.spells.iter().any(|spell| spell.population == "economically_disadvantaged");
        let ease = f64::midpoint(dice.fraction(), dice.fraction());
        person.ease = if poor { ease * 0.85 } else { ease };
        person
    }

    pub(crate) fn write(&self, bundle: &mut Bundle) -> Result<(), SyntheticError> {
        let [american_indian, asian, black, pacific, white] = self.races;
        // Some students have not yet been given their State's number.
        let numbered = !self.index.is_multiple_of(211);
        bundle.write(&Student {
            student_id: &self.student_id,
            state_student_id: &if numbered {
                format!("{:011}", 40_000_000_019 + self.index * 17)
            } else {
                String::new()
            },
            first_name: self.first_name,
            last_name: self.last_name,
            birth_date: self.birth_date,
            sex: self.sex,
            hispanic_or_latino: self.hispanic,
            american_indian_or_alaska_native: american_indian,
            asian,
            black_or_african_american: black,
            native_hawaiian_or_other_pacific_islander: pacific,
            white,
        })
    }

    /// Whether the student is of that population on any day from `first` to `last`.
    pub(crate) fn is_of(&self, population: &str, first: NaiveDate, last: NaiveDate) -> bool {
        self.spells.iter().any(|spell| {
            spell.population == population && spell.begin <= last && spell.end.is_none_or(|end| end >= first)
        })
    }
}

/// The same day that many years later, or earlier where below 0.
pub(crate) fn years_later(day: NaiveDate, years: i32) -> NaiveDate {
    let months = Months::new(years.unsigned_abs() * 12);
    if years < 0 { day - months } else { day + months }
}

fn first_name(sex: Option<&str>, dice: &mut Dice) -> &'static str {
    match sex {
        Some("F") if dice.chance(0.95) => dice.pick(&GIRLS),
        Some("M") if dice.chance(0.95) => dice.pick(&BOYS),
        _ => dice.pick(&ANYBODY),
    }
}

/// Ethnicity and races in the order of the columns, as they are recorded for a student of that roll-up.
fn races(race: &str, dice: &mut Dice) -> (Option<bool>, [Option<bool>; 5]) {
    if dice.chance(0.015) {
        return (None, [None; 5]);
    }
    let mut races = [Some(false); 5];
    let column = match race {
        "AM7" => 0,
        "AS7" => 1,
        "BL7" => 2,
        "PI7" => 3,
        _ => 4,
    };
    races[column] = Some(true);
    match race {
        "MU7" => races[dice.index(4)] = Some(true),
        // Many name no race beside the ethnicity.
        "HI7" if dice.chance(0.5) => races = [Some(false); 5],
        // One field was left out on the form.
        _ if dice.chance(0.01) => races[(column + 1) % 5] = None,
        _ => {}
    }
    (Some(race == "HI7"), races)
}

/// The federal roll-up (62 FR 58782; 72 FR 59266): known where no missing field could change it.
fn roll_up(hispanic: Option<bool>, races: [Option<bool>; 5]) -> Option<&'static str> {
    let named = races.iter().filter(|race| **race == Some(true)).count();
    match (hispanic, named) {
        (Some(true), _) => Some("HI7"),
        (None, _) | (Some(false), 0) => None,
        (Some(false), 1) if races.contains(&None) => None,
        (Some(false), 1) => {
            let column = races.iter().position(|race| *race == Some(true))?;
            Some(["AM7", "AS7", "BL7", "PI7", "WH7"][column])
        }
        (Some(false), _) => Some("MU7"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_race_field_leaves_one_race_open() {
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(roll_up(no, [no, no, no, no, yes]), Some("WH7"));
        assert_eq!(roll_up(no, [None, no, no, no, yes]), None);
        assert_eq!(roll_up(no, [None, yes, no, no, yes]), Some("MU7"));
        assert_eq!(roll_up(yes, [None, no, no, no, yes]), Some("HI7"));
        assert_eq!(roll_up(no, [no; 5]), None);
    }

    #[test]
    fn names_are_sorted_and_different() {
        for names in [&GIRLS[..], &BOYS[..], &LAST[..]] {
            let mut different = names.to_vec();
            different.sort_unstable();
            different.dedup();
            assert_eq!(different.len(), names.len());
        }
    }
}
