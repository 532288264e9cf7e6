//! Days that are written another way than `YYYY-MM-DD`.
//!
//! `8/14/2024` can be read in one way only, `1/05/2023` in two. A file writes its days in one order: where one of them
//! shows which, all of them are read by it; where none does, or two contradict each other, none is guessed.

use std::io::Read;

use chrono::NaiveDate;

use super::layout::File;
use crate::{
    csv_file::BYTE_ORDER_MARK,
    records::{Record, Records},
};

/// The order of the parts of a day that is written with slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    MonthFirst,
    DayFirst,
}

/// What was seen of the days of a file.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    month_first: bool,
    day_first: bool,
}

impl Seen {
    fn see(&mut self, text: &str) {
        let Some((first, second, _)) = parts(text) else { return };
        self.month_first |= first <= 12 && second > 12;
        self.day_first |= first > 12 && second <= 12;
    }

    fn order(self) -> Option<Order> {
        match (self.month_first, self.day_first) {
            (true, false) => Some(Order::MonthFirst),
            (false, true) => Some(Order::DayFirst),
            _ => None,
        }
    }
}

/// Whether a file may hold a day that is written with slashes.
pub(super) fn has_slashes(source: &mut dyn Read) -> bool {
    let mut chunk = vec![0; 64 << 10];
    loop {
        match source.read(&mut chunk) {
            // What cannot be read is told by who reads it for good.
            Ok(0) | Err(_) => return false,
            Ok(length) if memchr::memchr(b'/', &chunk[..length]).is_some() => return true,
            Ok(_) => {}
        }
    }
}

/// The order in which a file writes its days, if they show it.
pub(super) fn order(source: &mut dyn Read, layout: &File, field_bytes: usize) -> Option<Order> {
    let mut records = Records::new(source, field_bytes);
    let mut record = Record::default();
    if records.peek(3).ok()? == BYTE_ORDER_MARK {
        records.skip(BYTE_ORDER_MARK.len());
    }
    records.next(&mut record).ok()?;
    let names = record.to_texts();
    let columns: Vec<usize> = (0..names.len())
        .filter(|column| {
            let alias = layout.aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(&names[*column]));
            let name = alias.map_or(names[*column].as_str(), |(_, name)| name);
            layout.dates.iter().any(|date| date.eq_ignore_ascii_case(name))
        })
        .collect();
    let mut seen = Seen::default();
    while let Ok(true) = records.next(&mut record) {
        for column in &columns {
            seen.see(record.text(*column));
        }
    }
    seen.order()
}

/// The day, if it is written in another way that can be read.
pub(super) fn read(text: &str, order: Option<Order>) -> Option<NaiveDate> {
    if let Some((first, second, year)) = parts(text) {
        let (month, day) = match order? {
            Order::MonthFirst => (first, second),
            Order::DayFirst => (second, first),
        };
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    // A point in time has its day before the `T`.
    text.split_once('T')?.0.parse().ok().filter(|_| text.is_ascii() && text.len() > 10)
}

/// Three numbers between slashes, the last of them a year of four digits.
fn parts(text: &str) -> Option<(u32, u32, i32)> {
    let mut parts = text.split('/');
    let mut number = |digits: std::ops::RangeInclusive<usize>| {
        let part = parts.next()?;
        (digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (first, second, year): (u32, u32, u32) = (number(1..=2)?, number(1..=2)?, number(4..=4)?);
    parts.next().is_none().then_some((first, second, i32::try_from(year).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::one_roster::layout::FILES;

    fn order_of(days: &[&str]) -> Option<Order> {
        let mut seen = Seen::default();
        for day in days {
            seen.see(day);
        }
        seen.order()
    }

    #[test]
    fn one_day_shows_the_order_of_all() {
        assert_eq!(order_of(&["1/05/2023", "8/14/2024", "2024-01-01"]), Some(Order::MonthFirst));
        assert_eq!(order_of(&["1/05/2023", "14/8/2024"]), Some(Order::DayFirst));
        assert_eq!(order_of(&["1/05/2023", "12/12/2024"]), None);
        assert_eq!(order_of(&["14/8/2024", "8/14/2024"]), None);
        let demographics = FILES.iter().find(|file| file.name == "demographics").unwrap();
        let text = "\u{feff}userSourcedId,cityOfBirth,BirthDate\na,1/31/2000,2/3/2010\nb,,31/3/2010\n";
        assert_eq!(order(&mut text.as_bytes(), demographics, 100), Some(Order::DayFirst));
    }

    #[test]
    fn a_day_is_read_by_the_order_of_its_file() {
        let day = |text: &str, order| read(text, order).map(|day| day.to_string());
        assert_eq!(day("1/05/2023", Some(Order::MonthFirst)).as_deref(), Some("2023-01-05"));
        assert_eq!(day("1/05/2023", Some(Order::DayFirst)).as_deref(), Some("2023-05-01"));
        assert_eq!(day("2023-01-05T00:00:00Z", None).as_deref(), Some("2023-01-05"));
        for text in ["1/05/2023", "8/14/24", "8/14", "13/13/2024", "", "T", "//2024", "8/14/2024/1"] {
            assert_eq!(day(text, None), None, "{text}");
        }
        assert_eq!(day("13/13/2024", Some(Order::MonthFirst)), None);
    }
}
