//! The levels of performance: the State's, and those of some districts.

use crate::{
    parameters::codes,
    rows::{Hundredths, Target},
    write::{Bundle, SyntheticError, World},
};

/// The State's level in the first year, in hundredths of a percent, and how much it rises every year.
fn level(indicator: &str) -> (u32, u32) {
    match indicator {
        "1S1" => (8_900, 25),
        "1S2" => (9_000, 25),
        "2S1" => (5_200, 50),
        "2S2" => (4_300, 50),
        "2S3" => (4_800, 50),
        "3S1" => (7_500, 50),
        "4S1" => (2_000, 50),
        "5S1" => (3_200, 100),
        "5S2" | "5S3" => (3_000, 100),
        _ => (4_000, 100),
    }
}

pub(crate) fn write(world: &World<'_>, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    for indicator in codes("targets", "indicator") {
        let (first, rise) = level(indicator);
        for (place, year) in world.calendar.years.iter().enumerate() {
            let level = (first + rise * u32::try_from(place).unwrap_or(0)).min(9_900);
            let mut write = |organization_id, level| {
                let level = Hundredths(level);
                bundle.write(&Target { indicator, report_year: &year.label, organization_id, level })
            };
            write(None, level)?;
            // Every other district agreed on levels of its own; the others are held to the State's.
            for (number, district) in world.organizations.districts.iter().enumerate().step_by(2) {
                let lower = 100 * (u32::try_from(number).unwrap_or(0) / 2 % 5 + 1);
                write(Some(district.id.as_str()), level - lower)?;
            }
        }
    }
    Ok(())
}
