//! School years by the day.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use waymark_terms::SchoolYear;

/// A school year of the bundle.
pub(crate) struct YearDays {
    pub(crate) school_year: SchoolYear,
    /// `2024-25`.
    pub(crate) label: String,
    pub(crate) first_day: NaiveDate,
    pub(crate) fall_end: NaiveDate,
    pub(crate) spring_begin: NaiveDate,
    /// The last day of school, which is also the day of graduation.
    pub(crate) last_day: NaiveDate,
}

impl YearDays {
    fn new(year: SchoolYear) -> Self {
        Self {
            school_year: year,
            label: year.to_string(),
            first_day: on_or_after(year.begin() + Days::new(41), Weekday::Mon),
            fall_end: on_or_before(year.begin() + Days::new(172), Weekday::Fri),
            spring_begin: on_or_after(year.begin() + Days::new(187), Weekday::Mon),
            last_day: on_or_before(year.end() - Days::new(24), Weekday::Fri),
        }
    }
}

/// The school years of the bundle, and the day on which it was exported.
pub(crate) struct Calendar {
    pub(crate) years: Vec<YearDays>,
    /// 15 October after the last year: late enough for the diplomas of the summer, too early for what the last leavers
    /// do next.
    pub(crate) exported_on: NaiveDate,
}

impl Calendar {
    /// The calendar of `years` in a row.
    pub(crate) fn new(years: &[SchoolYear]) -> Self {
        let last = years.iter().max().map_or(NaiveDate::MIN, |year| year.end());
        Self { years: years.iter().copied().map(YearDays::new).collect(), exported_on: last + Days::new(107) }
    }

    /// The place of the last year.
    pub(crate) fn last(&self) -> usize {
        self.years.len().saturating_sub(1)
    }
}

/// The first day of that name from `day` on.
pub(crate) fn on_or_after(day: NaiveDate, weekday: Weekday) -> NaiveDate {
    day + Days::new(u64::from(weekday.days_since(day.weekday())))
}

fn on_or_before(day: NaiveDate, weekday: Weekday) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().days_since(weekday)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_lies_within_itself() {
        let years: Vec<_> = (2000..2030).filter_map(SchoolYear::starting).collect();
        for year in Calendar::new(&years).years {
            let days = [year.first_day, year.fall_end, year.spring_begin, year.last_day];
            assert!(days.is_sorted(), "{}", year.label);
            assert!(days.iter().all(|day| SchoolYear::containing(*day) == Some(year.school_year)), "{}", year.label);
        }
    }

    #[test]
    fn the_export_is_in_october() {
        let years = [SchoolYear::starting(2024).unwrap()];
        assert_eq!(Calendar::new(&years).exported_on.to_string(), "2025-10-15");
    }
}
