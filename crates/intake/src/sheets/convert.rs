//! A cell to the text that the bundle writes, by what the mapping says of its column.
//!
//! What is read as something else than it stands there is told ([`ReadAs`]). What can be read in two ways is not read.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use waymark_terms::{
    SchoolYear,
    bundle::{Column, Kind},
};

use super::{
    cell::{Cell, CellKind},
    workbook::serial_day,
};
use crate::{
    mapping::{ColumnMapping, DateFormat, NamePart, NumberFormat, Of, YearFormat},
    value::Fault,
};

/// How many years after the import a year of two digits may lie.
const YEARS_AHEAD: i32 = 5;

/// What a cell was read as, where that is not what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReadAs {
    Date,
    SerialDate,
    Boolean,
    Number,
    SchoolYear,
    Code,
    Cip,
    Text,
    Trimmed,
    WholeName,
}

impl ReadAs {
    /// The code of the diagnostic that tells it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Date => "read_as_date",
            Self::SerialDate => "read_as_serial_date",
            Self::Boolean => "read_as_boolean",
            Self::Number => "read_as_number",
            Self::SchoolYear => "read_as_school_year",
            Self::Code => "read_as_code",
            Self::Cip => "read_as_cip",
            Self::Text => "read_as_text",
            Self::Trimmed => "spaces_removed",
            Self::WholeName => "name_not_split",
        }
    }

    /// In words: what the values were read as.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Date => "read as days",
            Self::SerialDate => "read as the days that a spreadsheet counts by numbers",
            Self::Boolean => "read as true or false",
            Self::Number => "read as numbers with separators",
            Self::SchoolYear => "read as school years",
            Self::Code => "read as codes",
            Self::Cip => "read as CIP codes",
            Self::Text => "taken out of a formula that keeps a text from being a number",
            Self::Trimmed => "read without the spaces around them",
            Self::WholeName => "read as a last name, for there is no comma in them",
        }
    }
}

/// A cell as the bundle writes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Converted<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) read_as: Option<ReadAs>,
}

/// What holds for the whole import.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) today: NaiveDate,
    /// Whether commas are hardly between thousands, because semicolons separate the fields.
    pub(crate) semicolons: bool,
}

/// Reads a cell for a column of the bundle.
pub(crate) fn convert<'a>(
    cell: &'a Cell,
    column: &'static Column,
    how: &'a ColumnMapping,
    context: Context,
) -> Result<Converted<'a>, Fault> {
    if cell.kind == CellKind::Error {
        let fault = fault("spreadsheet_error", format!("`{}` is an error of the spreadsheet", column.name));
        return Err(Fault { expected: "a value".to_owned(), ..fault });
    }
    let plain = cell.plain();
    let by_itself = match (plain.unwrapped, plain.trimmed) {
        (true, _) => Some(ReadAs::Text),
        (false, true) if !plain.text.is_empty() => Some(ReadAs::Trimmed),
        _ => None,
    };
    let same = |text: &'a str| Ok(Converted { text: Cow::Borrowed(text), read_as: by_itself });
    if let Some(meaning) = meaning(plain.text, column, how)? {
        return Ok(Converted { text: Cow::Borrowed(meaning), read_as: None });
    }
    if plain.text.is_empty() {
        return same("");
    }
    let read_as = |text: String, read_as| {
        let read_as = if text == plain.text { by_itself } else { Some(read_as) };
        Ok(Converted { text: Cow::Owned(text), read_as })
    };
    if let Some(take) = how.take.filter(|_| column.kind != Kind::SchoolYear) {
        let year = school_year(cell, column.name, how, context)?;
        return read_as(of_year(year, take), ReadAs::SchoolYear);
    }
    match column.kind {
        Kind::Date => {
            let (day, serial) = day(cell, column.name, how.date, context)?;
            read_as(day.to_string(), if serial { ReadAs::SerialDate } else { ReadAs::Date })
        }
        Kind::SchoolYear => read_as(school_year(cell, column.name, how, context)?.to_string(), ReadAs::SchoolYear),
        Kind::Boolean => match boolean(plain.text) {
            Some(value) => read_as(value.to_string(), ReadAs::Boolean),
            None => same(plain.text),
        },
        Kind::Decimal | Kind::Coordinate => read_as(number(cell, column.name, how.number, context)?, ReadAs::Number),
        Kind::Integer => {
            let text = number(cell, column.name, how.number, context)?;
            let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix(".00")).unwrap_or(&text).to_owned();
            read_as(whole, ReadAs::Number)
        }
        Kind::Code(codes) => match nearly(plain.text, codes) {
            Some(code) => read_as(code.to_owned(), ReadAs::Code),
            None => same(plain.text),
        },
        Kind::Text if cell.kind == CellKind::Date => {
            let fault = fault("date_for_text", format!("the spreadsheet made a day of `{}`", column.name));
            let help = "format the column as text and type the value again, or export it as CSV";
            Err(Fault { expected: "the text itself".to_owned(), help: Some(help.to_owned()), ..fault })
        }
        Kind::Text if column.name == "cip_code" => read_as(cip(cell), ReadAs::Cip),
        Kind::Text => match how.part {
            None => same(plain.text),
            Some(part) => match (part, plain.text.split_once(',')) {
                (NamePart::Last, Some((last, _))) => read_as(last.trim().to_owned(), ReadAs::Text).map(quietly),
                (NamePart::First, Some((_, first))) => read_as(first.trim().to_owned(), ReadAs::Text).map(quietly),
                (NamePart::Last, None) => Ok(Converted { read_as: Some(ReadAs::WholeName), ..same(plain.text)? }),
                (NamePart::First, None) => same(""),
            },
        },
    }
}

/// The mapping says that a name is split; that it was is no news.
fn quietly(converted: Converted<'_>) -> Converted<'_> {
    Converted { read_as: None, ..converted }
}

/// What the mapping says that a value stands for; none where it says nothing of the kind.
fn meaning<'a>(text: &'a str, column: &'static Column, how: &'a ColumnMapping) -> Result<Option<&'a str>, Fault> {
    if how.values.is_empty() && how.ranges.is_empty() && how.otherwise.is_none() {
        return Ok(None);
    }
    let same = |(from, _): &(&String, &String)| from.eq_ignore_ascii_case(text);
    if let Some(meaning) = how.values.get(text).or_else(|| how.values.iter().find(same).map(|(_, meaning)| meaning)) {
        return Ok(Some(meaning));
    }
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
        let from = |range: &crate::mapping::Range| range.from.parse::<f64>().is_ok_and(|from| from <= number);
        if let Some(range) = how.ranges.iter().find(|range| from(range)) {
            return Ok(Some(&range.value));
        }
    }
    if let Some(otherwise) = &how.otherwise {
        return Ok(Some(otherwise));
    }
    if let Kind::Code(codes) = column.kind
        && codes.contains(&text)
    {
        return Ok(Some(text));
    }
    let fault = fault("value_not_mapped", format!("the mapping does not say what it stands for in `{}`", column.name));
    let known: Vec<&str> = how.values.keys().map(String::as_str).filter(|value| !value.is_empty()).take(12).collect();
    let expected = if known.is_empty() { "a number".to_owned() } else { format!("one of {}", known.join(", ")) };
    Err(Fault { expected, help: Some("add it to the values of the mapping".to_owned()), ..fault })
}

/// A school year, or a day of it, as the bundle writes them.
pub(crate) fn of_year(year: SchoolYear, of: Of) -> String {
    match of {
        Of::SchoolYear => year.to_string(),
        Of::FirstDay => year.begin().to_string(),
        Of::LastDay => year.end().to_string(),
    }
}

/// A day, and whether a spreadsheet counted it.
fn day(cell: &Cell, name: &str, format: Option<DateFormat>, context: Context) -> Result<(NaiveDate, bool), Fault> {
    let text = cell.plain().text;
    let bad = |help: Option<&str>| Fault {
        expected: format.map_or("a day, such as `2024-08-15` or `8/15/2024`".to_owned(), |format| {
            format!("a day written {}", in_words(format))
        }),
        help: help.map(str::to_owned),
        ..fault("bad_date", format!("`{name}` is not a date"))
    };
    if cell.kind == CellKind::Date {
        return text.parse().map(|day| (day, false)).map_err(|_| bad(None));
    }
    let serial = match format {
        Some(DateFormat::Serial) => Some(false),
        Some(DateFormat::Serial1904) => Some(true),
        _ => None,
    };
    if let Some(from_1904) = serial {
        return serial_day(text, from_1904).map(|day| (day, true)).ok_or_else(|| bad(None));
    }
    let day_text = without_time(text);
    if let Some(day) = year_first(day_text).or_else(|| with_month_name(day_text)) {
        return Ok((day, false));
    }
    let Some((a, b, year)) = three_numbers(day_text) else {
        let looks_serial = text.len() == 5 && serial_day(text, false).is_some();
        let help = looks_serial.then_some("if a spreadsheet counted it, write `date = \"serial\"` in the mapping");
        return Err(bad(help));
    };
    let year = match (year.len(), format) {
        (4, _) => year.parse::<i32>().map_err(|_| bad(None))?,
        (2, Some(DateFormat::MonthDayYy)) => century(year.parse().map_err(|_| bad(None))?, context.today.year()),
        (2, _) => {
            let fault = fault("two_digit_year", format!("`{name}` has a year of two digits"));
            let help = "export it with four digits, or write `date = \"month-day-yy\"` in the mapping";
            return Err(Fault { expected: "a year of four digits".to_owned(), help: Some(help.to_owned()), ..fault });
        }
        _ => return Err(bad(None)),
    };
    let month_first = NaiveDate::from_ymd_opt(year, a, b);
    let day_first = NaiveDate::from_ymd_opt(year, b, a);
    let day = match format {
        Some(DateFormat::MonthDayYear | DateFormat::MonthDayYy) => month_first,
        Some(DateFormat::DayMonthYear) => day_first,
        Some(_) => None,
        None => match (month_first, day_first) {
            (Some(one), Some(other)) if one != other => {
                let fault = fault("ambiguous_date", format!("`{name}` may be {one} or {other}"));
                let help = "write `date = \"month-day-year\"` or `\"day-month-year\"` in the mapping";
                return Err(Fault {
                    expected: "a day that can be read in one way".to_owned(),
                    help: Some(help.to_owned()),
                    ..fault
                });
            }
            (one, other) => one.or(other),
        },
    };
    day.map(|day| (day, false)).ok_or_else(|| bad(None))
}

fn in_words(format: DateFormat) -> &'static str {
    match format {
        DateFormat::YearMonthDay => "year, month, day",
        DateFormat::MonthDayYear => "month, day, year",
        DateFormat::DayMonthYear => "day, month, year",
        DateFormat::MonthDayYy => "month, day, year of two digits",
        DateFormat::Serial | DateFormat::Serial1904 => "as a number of days",
        DateFormat::Unanswered => "as nobody said yet",
    }
}

/// The latest year of those two digits that is not far ahead.
fn century(digits: i32, this_year: i32) -> i32 {
    let latest = this_year + YEARS_AHEAD;
    let year = latest - latest.rem_euclid(100) + digits;
    if year > latest { year - 100 } else { year }
}

/// A day without the time behind it: `2024-08-15T00:00:00`, `8/15/2024 12:00:00 AM`.
fn without_time(text: &str) -> &str {
    let day = text.split_once(['T', ' ']).filter(|(_, time)| {
        time.contains(':') && time.bytes().all(|b| b.is_ascii_digit() || b": .+-ZAaPpMm".contains(&b))
    });
    day.map_or(text, |(day, _)| day)
}

/// `2024-08-15`, `2024/8/15`, `20240815`.
fn year_first(text: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if text.len() == 8 && digits(text) {
        return NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
            .filter(|day| believed(*day));
    }
    let mut parts = text.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let right = parts.next().is_none() && year.len() == 4 && digits(year) && short(month) && short(day);
    right.then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)).flatten()
}

/// `Aug 15, 2024`, `15-Aug-2024`, `August 15 2024`.
fn with_month_name(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split([' ', '-', ',', '/']).filter(|word| !word.is_empty()).collect();
    let [a, b, year] = words[..] else { return None };
    let (month, day) = if a.bytes().all(|b| b.is_ascii_digit()) { (b, a) } else { (a, b) };
    let name = month.to_ascii_lowercase();
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let month = names.iter().position(|full| name.len() >= 3 && full.starts_with(&name))?;
    let right = short(day) && year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    right
        .then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, u32::try_from(month).ok()? + 1, day.parse().ok()?))
        .flatten()
}

/// `8/15/2024`, `15.8.24`: two short numbers and the digits of a year.
fn three_numbers(text: &str) -> Option<(u32, u32, &str)> {
    let mut parts = text.split(['/', '-', '.']);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let right = parts.next().is_none() && short(a) && short(b) && year.bytes().all(|b| b.is_ascii_digit());
    right.then(|| Some((a.parse().ok()?, b.parse().ok()?, year))).flatten()
}

/// One or two digits.
fn short(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn believed(day: NaiveDate) -> bool {
    u16::try_from(day.year()).is_ok_and(|year| SchoolYear::RANGE.contains(&year))
}

fn school_year(cell: &Cell, name: &str, how: &ColumnMapping, context: Context) -> Result<SchoolYear, Fault> {
    let text = cell.plain().text;
    let bad = |expected: &str, help: Option<&str>| Fault {
        expected: expected.to_owned(),
        help: help.map(str::to_owned),
        ..fault("bad_school_year", format!("`{name}` is not a school year"))
    };
    let calendar_year = || text.parse::<u16>().ok().filter(|_| text.len() == 4);
    match how.year {
        Some(YearFormat::Ending) => calendar_year()
            .and_then(|year| SchoolYear::starting(year.checked_sub(1)?))
            .or_else(|| both_years(text))
            .ok_or_else(|| bad("the calendar year in which it ends", None)),
        Some(YearFormat::Beginning) => calendar_year()
            .and_then(SchoolYear::starting)
            .or_else(|| both_years(text))
            .ok_or_else(|| bad("the calendar year in which it begins", None)),
        Some(YearFormat::OfDate) => {
            let (day, _) = day(cell, name, how.date, context)?;
            SchoolYear::containing(day).ok_or_else(|| bad("a day of the years 1900 to 2199", None))
        }
        Some(YearFormat::BothYears | YearFormat::Unanswered) | None => both_years(text).ok_or_else(|| {
            let help = "write `year = \"ending\"` or `\"beginning\"` in the mapping";
            bad("both years, such as `2024-25`", calendar_year().map(|_| help))
        }),
    }
}

/// `2024-25`, `2024-2025`, `2024/25`, `24-25`, `SY 2024-25`.
pub(crate) fn both_years(text: &str) -> Option<SchoolYear> {
    let text = text.trim_start_matches("SY").trim_start();
    let (first, second) = text.split_once(['-', '/', '\u{2013}'])?;
    let (first, second) = (first.trim(), second.trim());
    let digits = |text: &str| matches!(text.len(), 2 | 4) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(first) || !digits(second) {
        return None;
    }
    let begin: u16 = if first.len() == 4 { first.parse().ok()? } else { 2000 + first.parse::<u16>().ok()? };
    let end: u16 = second.parse().ok()?;
    let follows = if second.len() == 4 { end == begin + 1 } else { end == (begin + 1) % 100 };
    follows.then(|| SchoolYear::starting(begin)).flatten()
}

/// Words for true and false that mean the same everywhere.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// A number with a point and without separators.
fn number(cell: &Cell, name: &str, format: Option<NumberFormat>, context: Context) -> Result<String, Fault> {
    let text = cell.plain().text;
    if cell.kind == CellKind::Number || !text.contains(',') {
        return Ok(match format {
            Some(NumberFormat::DecimalComma) if cell.kind != CellKind::Number => text.replace('.', ""),
            _ => text.to_owned(),
        });
    }
    match format {
        Some(NumberFormat::DecimalComma) => Ok(text.replace('.', "").replace(',', ".")),
        Some(NumberFormat::DecimalPoint) => Ok(text.replace(',', "")),
        None if thousands(text) && !context.semicolons => Ok(text.replace(',', "")),
        None => {
            let fault = fault("ambiguous_number", format!("`{name}` has a comma that may mean two things"));
            let help = "write `number = \"decimal-comma\"` or `\"decimal-point\"` in the mapping";
            Err(Fault { expected: "a number with a point".to_owned(), help: Some(help.to_owned()), ..fault })
        }
    }
}

/// Whether every comma stands before three digits: `1,500`, `1,234,567.5`.
fn thousands(text: &str) -> bool {
    let whole = text.trim_start_matches('-').split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_digit())
        && groups.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
}

/// `NN.NNNN`, where a spreadsheet took the zeros away or a system leaves out the point.
fn cip(cell: &Cell) -> String {
    let text = cell.plain().text;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((family, rest)) if digits(family) && digits(rest) && family.len() <= 2 && rest.len() <= 4 => {
            // Zeros at the end are lost only in numbers; in a text they were never there.
            let rest = if cell.kind == CellKind::Number { format!("{rest:0<4}") } else { rest.to_owned() };
            format!("{family:0>2}.{rest}")
        }
        None if digits(text) && matches!(text.len(), 5 | 6) => {
            let padded = format!("{text:0>6}");
            format!("{}.{}", &padded[..2], &padded[2..])
        }
        _ => text.to_owned(),
    }
}

/// The code that a text is when case, spaces and joining characters are overlooked.
fn nearly(text: &str, codes: &'static [&'static str]) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    if codes.contains(&text) {
        return None;
    }
    let meant = plain(text);
    // A grade of one digit is written with two.
    let padded = format!("0{meant}");
    codes.iter().copied().find(|code| plain(code) == meant || (code.len() == 2 && **code == *padded))
}

fn fault(code: &'static str, message: String) -> Fault {
    Fault { code, message, expected: String::new(), help: None }
}

#[cfg(test)]
mod tests {
    use waymark_terms::bundle::Table;

    use super::*;

    fn context() -> Context {
        Context { today: NaiveDate::from_ymd_opt(2026, 7, 1).unwrap(), semicolons: false }
    }

    fn told(table: &str, column: &str, how: &ColumnMapping, cell: &Cell) -> Result<String, &'static str> {
        let column = Table::named(table).unwrap().column(column).unwrap();
        convert(cell, column, how, context()).map(|converted| converted.text.into_owned()).map_err(|fault| fault.code)
    }

    fn birth(text: &str, date: Option<DateFormat>) -> Result<String, &'static str> {
        let how = ColumnMapping { date, ..ColumnMapping::default() };
        told("students", "birth_date", &how, &Cell::text(text))
    }

    #[test]
    fn days_that_can_be_read_in_one_way_are_read() {
        for text in [
            "2008-03-15",
            "2008/3/15",
            "20080315",
            "3/15/2008",
            "15.3.2008",
            "03/15/2008 12:00:00 AM",
            "2008-03-15T00:00:00.000Z",
            "Mar 15, 2008",
            "15-Mar-2008",
            "March 15 2008",
        ] {
            assert_eq!(birth(text, None).as_deref(), Ok("2008-03-15"), "{text}");
        }
        assert_eq!(birth("5/5/2008", None).as_deref(), Ok("2008-05-05"));
    }

    #[test]
    fn days_that_can_be_read_in_two_ways_are_not() {
        assert_eq!(birth("03/04/2008", None), Err("ambiguous_date"));
        assert_eq!(birth("03/04/2008", Some(DateFormat::MonthDayYear)).as_deref(), Ok("2008-03-04"));
        assert_eq!(birth("03/04/2008", Some(DateFormat::DayMonthYear)).as_deref(), Ok("2008-04-03"));
        assert_eq!(birth("15/03/2008", Some(DateFormat::MonthDayYear)), Err("bad_date"));
        assert_eq!(birth("3/15/08", None), Err("two_digit_year"));
        assert_eq!(birth("3/15/08", Some(DateFormat::MonthDayYy)).as_deref(), Ok("2008-03-15"));
        assert_eq!(birth("3/15/31", Some(DateFormat::MonthDayYy)).as_deref(), Ok("2031-03-15"));
        assert_eq!(birth("3/15/32", Some(DateFormat::MonthDayYy)).as_deref(), Ok("1932-03-15"));
        for text in ["39522", "soon", "2/30/2008", "3/15/208", "1/2/3/4", "13/13/2008"] {
            assert_eq!(birth(text, None), Err("bad_date"), "{text}");
        }
        assert_eq!(birth("39522", Some(DateFormat::Serial)).as_deref(), Ok("2008-03-15"));
    }

    #[test]
    fn school_years_are_read_as_they_are_said_to_be() {
        let year = |text: &str, year| {
            let how = ColumnMapping { year, ..ColumnMapping::default() };
            told("course_outcomes", "school_year", &how, &Cell::text(text))
        };
        for text in ["2024-25", "2024-2025", "2024/25", "24-25", "SY 2024-25", "2024\u{2013}25"] {
            assert_eq!(year(text, None).as_deref(), Ok("2024-25"), "{text}");
        }
        assert_eq!(year("2025", None), Err("bad_school_year"));
        assert_eq!(year("2025", Some(YearFormat::Ending)).as_deref(), Ok("2024-25"));
        assert_eq!(year("2025", Some(YearFormat::Beginning)).as_deref(), Ok("2025-26"));
        assert_eq!(year("5/28/2025", Some(YearFormat::OfDate)).as_deref(), Ok("2024-25"));
        assert_eq!(year("2024-26", None), Err("bad_school_year"));
    }

    #[test]
    fn numbers_have_commas_of_two_kinds() {
        let credits = |text: &str, number| {
            let how = ColumnMapping { number, ..ColumnMapping::default() };
            told("courses", "hours", &how, &Cell::text(text))
        };
        assert_eq!(credits("1,500.5", None).as_deref(), Ok("1500.5"));
        assert_eq!(credits("1,5", None), Err("ambiguous_number"));
        assert_eq!(credits("1,5", Some(NumberFormat::DecimalComma)).as_deref(), Ok("1.5"));
        assert_eq!(credits("1.500,5", Some(NumberFormat::DecimalComma)).as_deref(), Ok("1500.5"));
    }

    #[test]
    fn cip_codes_get_their_zeros_back() {
        let cip = |cell: &Cell| told("programs", "cip_code", &ColumnMapping::default(), cell).unwrap();
        let number = |text: &str| Cell { text: text.to_owned(), kind: CellKind::Number };
        assert_eq!(cip(&number("1.01")), "01.0100");
        assert_eq!(cip(&Cell::text("1.0101")), "01.0101");
        assert_eq!(cip(&Cell::text("520301")), "52.0301");
        assert_eq!(cip(&number("10101")), "01.0101");
        assert_eq!(cip(&Cell::text("52.03")), "52.03");
        assert_eq!(cip(&Cell::text("Welding")), "Welding");
    }

    #[test]
    fn codes_are_what_the_mapping_says() {
        let how = ColumnMapping {
            values: [("Male", "M"), ("Female", "F"), ("", "X")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            ..ColumnMapping::default()
        };
        let sex = |text: &str| told("students", "sex", &how, &Cell::text(text));
        assert_eq!(sex("female").as_deref(), Ok("F"));
        assert_eq!(sex("").as_deref(), Ok("X"));
        assert_eq!(sex("M").as_deref(), Ok("M"), "a code is a code");
        assert_eq!(sex("U"), Err("value_not_mapped"));
        let range = |from: &str, value: &str| crate::mapping::Range { from: from.to_owned(), value: value.to_owned() };
        let how = ColumnMapping {
            values: [("W".to_owned(), "withdrawn".to_owned())].into(),
            ranges: vec![range("60", "completed"), range("0", "failed")],
            ..ColumnMapping::default()
        };
        let status = |text: &str| told("course_outcomes", "status", &how, &Cell::text(text));
        assert_eq!(
            [status("85"), status("59.9"), status("W")],
            ["completed", "failed", "withdrawn"].map(|s| Ok(s.to_owned()))
        );
        assert_eq!(status("P"), Err("value_not_mapped"));
        let grade = |text: &str| told("enrollments", "grade_level", &ColumnMapping::default(), &Cell::text(text));
        assert_eq!(grade("9").as_deref(), Ok("09"));
    }

    #[test]
    fn what_spreadsheets_do_to_values_is_seen() {
        let title = |cell: &Cell| told("courses", "course_id", &ColumnMapping::default(), cell);
        assert_eq!(title(&Cell { text: "2024-03-05".to_owned(), kind: CellKind::Date }), Err("date_for_text"));
        assert_eq!(title(&Cell { text: "#N/A".to_owned(), kind: CellKind::Error }), Err("spreadsheet_error"));
        assert_eq!(title(&Cell::text("=\"0101\"")).as_deref(), Ok("0101"));
    }

    #[test]
    fn names_are_split_at_their_comma() {
        let name = |column: &str, part, text: &str| {
            let how = ColumnMapping { part: Some(part), ..ColumnMapping::default() };
            told("students", column, &how, &Cell::text(text)).unwrap()
        };
        assert_eq!(name("last_name", NamePart::Last, "Ruiz, Ana Maria"), "Ruiz");
        assert_eq!(name("first_name", NamePart::First, "Ruiz, Ana Maria"), "Ana Maria");
        assert_eq!(name("last_name", NamePart::Last, "Prince"), "Prince");
        assert_eq!(name("first_name", NamePart::First, "Prince"), "");
    }
}
