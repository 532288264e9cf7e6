//! One column of a sheet for one column of the bundle: which, why, and how its values are written.

use std::collections::BTreeMap;

use waymark_terms::bundle::{Column, Kind};

use super::{
    Proposer,
    vocabulary::{Vocabulary, Word, plain},
};
use crate::{
    mapping::{ColumnMapping, DateFormat, NumberFormat, UNANSWERED, YearFormat},
    sheets::{
        convert::boolean,
        look::{ColumnLook, SheetLook},
    },
};

/// A column that was found for a word.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) header: String,
    year: Option<YearFormat>,
    date: Option<DateFormat>,
    /// Who calls it so.
    said_by: Option<String>,
}

/// The columns of a sheet by word; a column that was taken for one thing is no other.
pub(super) struct Names<'p, 'l> {
    proposer: &'p Proposer<'l>,
    pub(super) sheet: &'l SheetLook,
    found: BTreeMap<String, Option<Found>>,
}

impl<'p, 'l> Names<'p, 'l> {
    pub(super) fn new(proposer: &'p Proposer<'l>, sheet: &'l SheetLook) -> Self {
        Self { proposer, sheet, found: BTreeMap::new() }
    }

    /// The column for a word, if there is one that is not taken.
    pub(super) fn find(&mut self, word: &str) -> Option<Found> {
        if let Some(found) = self.found.get(word) {
            return found.clone();
        }
        let shared = self.proposer.shared.iter().find(|((label, own), _)| *label == self.sheet.label && *own == word);
        let candidates = self.candidates(word);
        let chosen = shared.and_then(|(_, header)| candidates.iter().find(|found| found.header == *header));
        let found = chosen.or(candidates.first()).cloned();
        self.found.insert(word.to_owned(), found.clone());
        found
    }

    /// Every column that may be meant by a word, the surest first.
    pub(super) fn all(&self, word: &str) -> Vec<String> {
        self.candidates(word).into_iter().map(|found| found.header).collect()
    }

    fn candidates(&self, word: &str) -> Vec<Found> {
        let taken = |header: &str| self.found.values().flatten().any(|found| found.header == header);
        let mut candidates: Vec<Found> = Vec::new();
        for (at, vocabulary) in self.proposer.vocabularies.iter().enumerate() {
            for entry in vocabulary.words.get(word).into_iter().flatten() {
                let header = self.sheet.headers.iter().find(|header| plain(header) == plain(entry.name()));
                let Some(header) = header.filter(|header| !taken(header)) else { continue };
                let fits = self.sheet.column(header).is_some_and(|column| self.fits(word, column));
                if fits && candidates.iter().all(|found| found.header != *header) {
                    candidates.push(Self::found_by(
                        header,
                        entry,
                        (at + 1 < self.proposer.vocabularies.len()).then_some(vocabulary),
                    ));
                }
            }
        }
        candidates
    }

    fn found_by(header: &str, entry: &Word, system: Option<&Vocabulary>) -> Found {
        let said_by = system.map(|system| system.title.clone());
        Found { header: header.to_owned(), year: entry.year(), date: entry.date(), said_by }
    }

    /// Whether the values of a column may be what the word says.
    fn fits(&self, word: &str, column: &ColumnLook) -> bool {
        if column.filled == 0 {
            return true;
        }
        let mostly = |part: u64| part * 10 >= column.filled * 8;
        let known = |word: &str| {
            let known: u64 = column
                .values
                .iter()
                .filter(|(value, _)| !value.is_empty() && self.proposer.meaning(word, value).is_some())
                .map(|(_, count)| *count)
                .sum();
            mostly(known)
        };
        match word {
            "birth_date" | "entry_date" | "exit_date" | "completed_on" | "earned_on" | "awarded_on" | "begin_date" => {
                mostly(column.dates) || mostly(column.serials)
            }
            "grade_level" => known("grade_level"),
            "mark" => !known("grade_level"),
            "sex" | "subject" => known(word),
            "full_name" => column.commas * 2 > column.filled,
            "credits" | "hours" | "credits_attempted" | "credits_earned" | "verified_hours" => column.is_numeric(),
            "cip_code" => mostly(column.numbers),
            _ => true,
        }
    }

    /// Fills a column of the bundle with the column for a word.
    pub(super) fn fill(&mut self, column: &'static Column, word: &str) -> Option<ColumnMapping> {
        let found = self.find(word)?;
        let (how, example) = self.written(column, word, &found)?;
        let others: Vec<String> =
            self.candidates(word).into_iter().map(|other| format!("`{}`", other.header)).collect();
        let mut reason = match &found.said_by {
            Some(system) => format!("{system} calls it `{}`", found.header),
            None => "its heading says so".to_owned(),
        };
        if !others.is_empty() {
            reason = format!("{reason}; it may also be {}", others.join(" or "));
        }
        Some(how.because(reason, example))
    }

    /// The same for a column that somebody chose.
    pub(super) fn fill_chosen(&self, column: &'static Column, word: &str, header: &str) -> ColumnMapping {
        let found = Found { header: header.to_owned(), year: None, date: None, said_by: None };
        let (how, example) = self.written(column, word, &found).unwrap_or_default();
        how.because("you chose it", example)
    }

    /// How the values of a column are written, with an example.
    fn written(&self, column: &'static Column, word: &str, found: &Found) -> Option<(ColumnMapping, String)> {
        let look = self.sheet.column(&found.header)?;
        let mut how = ColumnMapping::of_column(&found.header);
        let mut example = look.first.clone();
        match column.kind {
            Kind::Date => (how.date, example) = date(self.sheet, look, found.date),
            Kind::SchoolYear => {
                (how.year, example) = year(look, found.year);
                if how.year == Some(YearFormat::OfDate) {
                    how.date = date(self.sheet, look, found.date).0;
                }
            }
            Kind::Code(codes) => {
                how.values = self.proposer.values(word, look, codes);
                let telling =
                    |(value, code): &(&String, &String)| !value.is_empty() && !code.is_empty() && value != code;
                let known = how.values.iter().find(telling);
                if let Some((value, code)) = known {
                    example = format!("{value} is {code}");
                }
            }
            Kind::Boolean => {
                let unknown = look.values.keys().filter(|value| !value.is_empty() && boolean(value).is_none());
                how.values = unknown.map(|value| (value.clone(), self.proposer.yes_or_no(word, value))).collect();
            }
            Kind::Decimal if look.decimal_commas > 0 => how.number = Some(NumberFormat::DecimalComma),
            _ => {}
        }
        let example = if example.is_empty() { "empty in every row".to_owned() } else { format!("e.g. {example}") };
        Some((how, example))
    }
}

impl Proposer<'_> {
    /// What a value stands for.
    pub(super) fn meaning(&self, word: &str, value: &str) -> Option<&str> {
        let lower = value.trim().to_lowercase();
        self.vocabularies.iter().filter_map(|vocabulary| vocabulary.values.get(word)).find_map(|meanings| {
            meanings.iter().find(|(_, names)| names.contains(&lower)).map(|(meaning, _)| meaning.as_str())
        })
    }

    /// What each value of a column stands for; what nobody knows is left open.
    fn values(&self, word: &str, look: &ColumnLook, codes: &'static [&'static str]) -> BTreeMap<String, String> {
        let filled = look.values.keys().filter(|value| !value.is_empty());
        let meaning = |value: &String| {
            let known = self.meaning(word, value).map(str::to_owned);
            known.or_else(|| codes.contains(&value.as_str()).then(|| value.clone()))
        };
        filled.map(|value| (value.clone(), meaning(value).unwrap_or_else(|| UNANSWERED.to_owned()))).collect()
    }

    /// `true`, `false`, or open.
    fn yes_or_no(&self, word: &str, value: &str) -> String {
        match self.is_yes(word, value) {
            Some(yes) => yes.to_string(),
            None => UNANSWERED.to_owned(),
        }
    }

    /// Whether a value means yes in a column of that word; none where nobody knows.
    pub(super) fn is_yes(&self, word: &str, value: &str) -> Option<bool> {
        let lower = value.trim().to_lowercase();
        let among = |lists: fn(&Vocabulary) -> &BTreeMap<String, Vec<String>>, of: &str| {
            self.vocabularies.iter().filter_map(|own| lists(own).get(of)).any(|names| names.contains(&lower))
        };
        if among(|own| &own.yes, word) {
            return Some(true);
        }
        if lower.is_empty() || among(|own| &own.no, word) {
            return Some(false);
        }
        let plain = boolean(&lower);
        plain
            .or_else(|| among(|own| &own.yes, "any").then_some(true))
            .or_else(|| among(|own| &own.no, "any").then_some(false))
    }
}

/// How the days of a column are written, with an example.
fn date(sheet: &SheetLook, look: &ColumnLook, said: Option<DateFormat>) -> (Option<DateFormat>, String) {
    if let Some(date) = said {
        return (Some(date), look.first.clone());
    }
    if let Some(example) = &look.two_digits {
        let month_first = look.day_first.is_none() && (look.month_first.is_some() || month_first(sheet));
        let format = if month_first { DateFormat::MonthDayYy } else { DateFormat::Unanswered };
        return (Some(format), example.clone());
    }
    match (&look.month_first, &look.day_first, &look.either) {
        (Some(example), None, _) => (Some(DateFormat::MonthDayYear), format!("{example}, which has its day second")),
        (None, Some(example), _) => (Some(DateFormat::DayMonthYear), format!("{example}, which has its day first")),
        // Read one by one, where each can be read in one way.
        (Some(example), Some(_), _) => (None, example.clone()),
        (None, None, Some(example)) if month_first(sheet) => {
            (Some(DateFormat::MonthDayYear), format!("{example}, as other days of the file"))
        }
        (None, None, Some(example)) => {
            (Some(DateFormat::Unanswered), format!("`{example}` can be read month first or day first"))
        }
        (None, None, None) if look.date_cells == 0 && look.serials > 0 && look.serials == look.filled => {
            (Some(DateFormat::Serial), format!("{}, a day as a spreadsheet counts them", look.first))
        }
        (None, None, None) => (None, look.first.clone()),
    }
}

/// Whether the days of the other columns tell that the month stands first.
fn month_first(sheet: &SheetLook) -> bool {
    sheet.columns.iter().any(|column| column.month_first.is_some())
        && sheet.columns.iter().all(|column| column.day_first.is_none())
}

/// How the school years of a column are written, with an example.
fn year(look: &ColumnLook, said: Option<YearFormat>) -> (Option<YearFormat>, String) {
    if said.is_some() {
        return (said, look.first.clone());
    }
    if look.years > 0 {
        let year: i32 = look.first.parse().unwrap_or_default();
        let (before, after) = (format!("{}-{:02}", year - 1, year % 100), format!("{year}-{:02}", (year + 1) % 100));
        return (Some(YearFormat::Unanswered), format!("`{year}` may be {before} or {after}"));
    }
    if look.dates > 0 && look.dates == look.filled {
        return (Some(YearFormat::OfDate), look.first.clone());
    }
    (None, look.first.clone())
}
