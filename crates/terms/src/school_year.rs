use std::{fmt, str::FromStr};

use chrono::NaiveDate;

/// A school year: 1 July to 30 June, written by its two calendar years (`2024-25`).
///
/// A Perkins V report year is a school year (20 U.S.C. 2323; program year of the Consolidated Annual Report).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear(u16);

/// Why a text is not a school year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a school year: expected two consecutive calendar years, such as `2024-25`")]
pub struct SchoolYearError(pub String);

impl SchoolYear {
    /// The earliest and the latest first year that is believed (`1900-01` to `2199-00`).
    pub const RANGE: std::ops::RangeInclusive<u16> = 1900..=2199;

    /// The school year that begins on 1 July of `first`, if that is within [`Self::RANGE`].
    pub fn starting(first: u16) -> Option<Self> {
        Self::RANGE.contains(&first).then_some(Self(first))
    }

    /// The school year in which `day` lies.
    pub fn containing(day: NaiveDate) -> Option<Self> {
        use chrono::Datelike;
        let first = day.year() - i32::from(day.month() < 7);
        u16::try_from(first).ok().and_then(Self::starting)
    }

    /// The calendar year of its 1 July: 2024 for `2024-25`.
    pub fn first(self) -> u16 {
        self.0
    }

    /// The calendar year of its 30 June: 2025 for `2024-25`.
    pub fn second(self) -> u16 {
        self.0 + 1
    }

    /// 1 July.
    ///
    /// # Panics
    /// Never: every year in [`Self::RANGE`] has a first of July.
    pub fn begin(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(i32::from(self.0), 7, 1).expect("a year in range has a 1 July")
    }

    /// 30 June.
    ///
    /// # Panics
    /// Never: every year in [`Self::RANGE`] has a thirtieth of June.
    pub fn end(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(i32::from(self.0) + 1, 6, 30).expect("a year in range has a 30 June")
    }

    /// Whether `day` lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::containing(day) == Some(self)
    }

    /// The school year `years` later (earlier where negative), if it is within [`Self::RANGE`].
    pub fn offset(self, years: i16) -> Option<Self> {
        self.0.checked_add_signed(years).and_then(Self::starting)
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl FromStr for SchoolYear {
    type Err = SchoolYearError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || SchoolYearError(text.to_owned());
        let (first, second) = text.split_once('-').ok_or_else(error)?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(first, 4) || !digits(second, 2) {
            return Err(error());
        }
        let year = first.parse().ok().and_then(Self::starting).ok_or_else(error)?;
        if year.to_string() == text { Ok(year) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_year_runs_from_july_to_june() {
        let year: SchoolYear = "2024-25".parse().unwrap();
        assert_eq!(year.begin().to_string(), "2024-07-01");
        assert_eq!(year.end().to_string(), "2025-06-30");
        assert_eq!(SchoolYear::containing(year.begin()), Some(year));
        assert_eq!(SchoolYear::containing(year.end()), Some(year));
        assert!(year.contains(year.end()) && !year.contains(year.end().succ_opt().unwrap()));
        assert_eq!(year.offset(-1).unwrap().to_string(), "2023-24");
        assert_eq!("1999-00".parse::<SchoolYear>().unwrap().second(), 2000);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["2024", "2024-26", "2024-2025", "24-25", "2024-5", "2024/25", "", "9999-00", "+024-25"] {
            assert!(text.parse::<SchoolYear>().is_err(), "{text}");
        }
    }
}
