//! The State, its districts, schools and career centers.

use crate::{
    catalog::{PROGRAMS, Site},
    dice::{Dice, Subject},
    names::{QUARTERS, SCHOOLS, TOWNS},
    parameters::Parameters,
    rows::{Coordinate, Organization},
    write::{Bundle, SyntheticError},
};

/// The root of all organizations.
pub(crate) const STATE: &str = "ST";
/// The postal abbreviation that addresses have. The places are made up; their coordinates lie in this State.
pub(crate) const POSTAL: &str = "NE";
/// The college at which some dual-credit courses are taught.
pub(crate) const COLLEGE: &str = "COLL";

/// Latitudes and longitudes in which districts lie.
const SOUTH_NORTH: (i32, u32) = (4_010_000, 270_000);
const WEST_EAST: (i32, u32) = (-10_300_000, 660_000);
/// How far a school lies from the middle of its district, at most.
const SPREAD: u32 = 9_000;

/// A district, with the number of its first school.
pub(crate) struct District {
    pub(crate) id: String,
    pub(crate) town: String,
    /// The `organization_id` of its career center.
    pub(crate) center: String,
    pub(crate) first_school: usize,
    pub(crate) schools: usize,
    pub(crate) latitude: Coordinate,
    pub(crate) longitude: Coordinate,
}

/// A school.
pub(crate) struct School {
    pub(crate) id: String,
    name: String,
    pub(crate) district: usize,
    /// The lowest grade, 7 or 9.
    pub(crate) grade_low: u8,
    /// The programs that its students can take, here or at the career center.
    pub(crate) programs: Vec<usize>,
    latitude: Coordinate,
    longitude: Coordinate,
}

/// All of them.
pub(crate) struct Organizations {
    pub(crate) districts: Vec<District>,
    pub(crate) schools: Vec<School>,
    /// The number of each school, as often as it is large.
    draw: Vec<usize>,
}

impl Organizations {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let mut all = Self { districts: Vec::new(), schools: Vec::new(), draw: Vec::new() };
        let mut left = parameters.schools;
        while left > 0 {
            let schools = left.min(parameters.schools_per_district);
            all.add_district(parameters.seed, schools);
            left -= schools;
        }
        all
    }

    /// A school, the larger ones more often.
    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        dice.pick(&self.draw)
    }

    /// Another school of the same district, if it has one.
    pub(crate) fn neighbor(&self, school: usize, dice: &mut Dice) -> Option<usize> {
        let district = &self.districts[self.schools[school].district];
        let others = district.schools.checked_sub(1).filter(|others| *others > 0)?;
        let step = 1 + dice.index(others);
        Some(district.first_school + (school - district.first_school + step) % district.schools)
    }

    /// A school of another district, if there is one.
    pub(crate) fn elsewhere(&self, school: usize, dice: &mut Dice) -> Option<usize> {
        let here = self.schools[school].district;
        let others = self.districts.len().checked_sub(1).filter(|others| *others > 0)?;
        let there = &self.districts[(here + 1 + dice.index(others)) % self.districts.len()];
        Some(there.first_school + dice.index(there.schools))
    }

    fn add_district(&mut self, seed: u64, schools: u32) {
        let number = self.districts.len();
        let mut dice = Dice::new(seed, Subject::Organization, number as u64);
        let id = format!("D{:02}", number + 1);
        let (latitude, longitude) = (place(SOUTH_NORTH, &mut dice), place(WEST_EAST, &mut dice));
        self.districts.push(District {
            center: format!("{id}-CC"),
            town: named(&QUARTERS, &TOWNS, number),
            first_school: self.schools.len(),
            schools: schools as usize,
            latitude,
            longitude,
            id,
        });
        for school in 0..schools {
            self.add_school(school as usize, &mut dice);
        }
    }

    fn add_school(&mut self, number: usize, dice: &mut Dice) {
        let district = &self.districts[self.districts.len() - 1];
        let offers = |dice: &mut Dice, site| site == Site::Center || dice.chance(0.55);
        let programs = PROGRAMS.iter().enumerate().filter(|(_, program)| offers(dice, program.site));
        self.schools.push(School {
            programs: programs.map(|(number, _)| number).collect(),
            id: format!("{}-H{:02}", district.id, number + 1),
            name: format!("{} {} High School", district.town, named(&[""], &SCHOOLS, number)),
            district: self.districts.len() - 1,
            grade_low: if number % 6 == 4 { 7 } else { 9 },
            latitude: near(district.latitude, dice),
            longitude: near(district.longitude, dice),
        });
        let size = 2 + dice.index(5);
        self.draw.extend(std::iter::repeat_n(self.schools.len() - 1, size));
    }

    pub(crate) fn write(&self, bundle: &mut Bundle) -> Result<(), SyntheticError> {
        bundle.write(&Organization {
            organization_id: STATE,
            name: "Made-up State",
            kind: "state",
            state: POSTAL,
            latitude: Coordinate(4_150_000),
            longitude: Coordinate(-9_980_000),
            ..Organization::default()
        })?;
        bundle.write(&Organization {
            organization_id: COLLEGE,
            parent_organization_id: STATE,
            name: "Made-up Community College",
            kind: "postsecondary",
            city: TOWNS[0],
            state: POSTAL,
            latitude: Coordinate(4_081_000),
            longitude: Coordinate(-9_668_000),
            ..Organization::default()
        })?;
        for (number, district) in self.districts.iter().enumerate() {
            // No State has the FIPS code 99, with which a real NCES identifier would begin.
            let nces = format!("99{:05}", number + 1);
            self.write_district(bundle, district, &nces)?;
        }
        Ok(())
    }

    fn write_district(&self, bundle: &mut Bundle, district: &District, nces: &str) -> Result<(), SyntheticError> {
        bundle.write(&Organization {
            organization_id: &district.id,
            parent_organization_id: STATE,
            name: &format!("{} Public Schools", district.town),
            kind: "district",
            nces_id: nces,
            grade_low: "07",
            grade_high: "12",
            ..place_of(district)
        })?;
        let schools = &self.schools[district.first_school..district.first_school + district.schools];
        for (number, school) in schools.iter().enumerate() {
            bundle.write(&Organization {
                organization_id: &school.id,
                parent_organization_id: &district.id,
                name: &school.name,
                kind: "school",
                nces_id: &format!("{nces}{:05}", number + 1),
                grade_low: if school.grade_low == 7 { "07" } else { "09" },
                grade_high: "12",
                latitude: school.latitude,
                longitude: school.longitude,
                ..place_of(district)
            })?;
        }
        bundle.write(&Organization {
            organization_id: &district.center,
            parent_organization_id: &district.id,
            name: &format!("{} Career Center", district.town),
            kind: "career_center",
            nces_id: &format!("{nces}90001"),
            grade_low: "09",
            grade_high: "12",
            ..place_of(district)
        })
    }
}

fn place_of(district: &District) -> Organization<'_> {
    Organization {
        city: &district.town,
        state: POSTAL,
        latitude: district.latitude,
        longitude: district.longitude,
        ..Organization::default()
    }
}

/// A coordinate in the same district.
pub(crate) fn near(middle: Coordinate, dice: &mut Dice) -> Coordinate {
    place((middle.0, SPREAD), dice)
}

/// A coordinate from a first one to that many hundred-thousandths of a degree beyond.
fn place((first, width): (i32, u32), dice: &mut Dice) -> Coordinate {
    Coordinate(first.saturating_add_unsigned(dice.below(width)))
}

/// The name of that number: all of `names`, then all with the next prefix, then with a number behind.
fn named(prefixes: &[&str], names: &[&str], number: usize) -> String {
    let (round, name) = (number / names.len(), names[number % names.len()]);
    match (prefixes[round % prefixes.len()], round / prefixes.len()) {
        (prefix, 0) => format!("{prefix}{name}"),
        (prefix, more) => format!("{prefix}{name} {}", more + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organizations(schools: u32, schools_per_district: u32) -> Organizations {
        Organizations::new(&Parameters { schools, schools_per_district, ..Parameters::default() })
    }

    #[test]
    fn schools_fill_one_district_after_the_other() {
        let all = organizations(25, 12);
        assert_eq!(all.districts.iter().map(|district| district.schools).collect::<Vec<_>>(), [12, 12, 1]);
        assert_eq!(all.schools.len(), 25);
    }

    #[test]
    fn names_are_told_apart() {
        let mut names: Vec<_> = organizations(900, 2).districts.into_iter().map(|district| district.town).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 450);
    }

    #[test]
    fn a_move_leads_to_another_school() {
        let all = organizations(6, 3);
        let mut dice = Dice::new(1, Subject::Schooling, 0);
        for school in 0..6 {
            let neighbor = all.neighbor(school, &mut dice).unwrap();
            assert!(neighbor != school && all.schools[neighbor].district == all.schools[school].district);
            let elsewhere = all.elsewhere(school, &mut dice).unwrap();
            assert_ne!(all.schools[elsewhere].district, all.schools[school].district);
        }
        assert_eq!(organizations(1, 1).neighbor(0, &mut dice), None);
    }
}
