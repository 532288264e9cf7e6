//! A mapping as questions that a person answers, and the answers back into the mapping.

use std::collections::{BTreeMap, BTreeSet};

use waymark_terms::bundle::{Column, Kind, Table};

use super::{ColumnMapping, Mapping, Named, Of, Source, TableMapping, UNANSWERED};
use crate::{
    propose,
    sheets::{
        convert::both_years,
        look::{Look, SheetLook},
    },
};

/// Questions that belong together: those about one table of one sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The sheet; empty where the questions are about all of them.
    pub sheet: String,
    /// What its rows become.
    pub title: String,
    /// What is taken for granted.
    pub assumes: Option<String>,
    /// The questions.
    pub fields: Vec<Field>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name of the answer.
    pub name: String,
    /// What is asked.
    pub label: String,
    /// Why the answer is thought to be so.
    pub reason: String,
    /// An example from the file.
    pub example: String,
    /// Whether it has to be answered still.
    pub open: bool,
    /// The answer.
    pub input: Input,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// By a text.
    Text(String),
    /// By one of these.
    Choice(Vec<Choice>),
}

/// A possible answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub value: String,
    /// The same in words.
    pub label: String,
    /// Whether it is the answer now.
    pub chosen: bool,
}

/// Leaves something as it is that no choice can say.
const AS_IT_IS: &str = "as-it-is";

impl Mapping {
    /// The questions, those about everything first.
    pub fn form(&self, look: &Look) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut general = Vec::new();
        if self.asks_school_year() {
            let year = self.school_year.clone().filter(|year| year != UNANSWERED).unwrap_or_default();
            general.push(Field {
                name: "year".to_owned(),
                label: "Which school year are the files about? (such as 2024-25)".to_owned(),
                reason: "some rows do not say their year".to_owned(),
                example: String::new(),
                open: year.is_empty(),
                input: Input::Text(year),
            });
        }
        for (at, row) in self.rows.iter().enumerate() {
            if let Some(name) = row.columns.get("name") {
                let name = if name == UNANSWERED { "" } else { name };
                general.push(Field {
                    name: format!("row.{at}.name"),
                    label: "What is your district called?".to_owned(),
                    reason: row.assumes.clone().unwrap_or_default(),
                    example: String::new(),
                    open: name.is_empty(),
                    input: Input::Text(name.to_owned()),
                });
            }
        }
        if !general.is_empty() {
            let title = "About all of the files".to_owned();
            groups.push(Group { sheet: String::new(), title, assumes: None, fields: general });
        }
        for (s, source) in self.sources.iter().enumerate() {
            let Some(sheet) = sheet_of(look, source) else { continue };
            for (t, mapping) in source.tables.iter().enumerate() {
                let Some(table) = Table::named(&mapping.table) else { continue };
                groups.push(Group {
                    sheet: sheet.label.clone(),
                    title: table.name.replace('_', " "),
                    assumes: mapping.assumes.clone(),
                    fields: fields(&format!("{s}.{t}"), sheet, mapping, table),
                });
            }
        }
        groups
    }

    /// Takes answers to the questions of [`Self::form`]; a name that no question has is overlooked.
    pub fn answer(&mut self, look: &Look, answers: &[(String, String)]) {
        let answers: BTreeMap<&str, &str> = answers.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
        if let Some(year) = answers.get("year") {
            self.school_year = Some(both_years(year).map_or_else(|| UNANSWERED.to_owned(), |year| year.to_string()));
        }
        for (at, row) in self.rows.iter_mut().enumerate() {
            if let Some(name) = answers.get(format!("row.{at}.name").as_str()) {
                let name = if name.is_empty() { UNANSWERED } else { name };
                row.columns.insert("name".to_owned(), name.to_owned());
            }
        }
        for (s, source) in self.sources.iter_mut().enumerate() {
            let Some(sheet) = sheet_of(look, source) else { continue };
            let mut refused = BTreeSet::new();
            for (t, mapping) in source.tables.iter_mut().enumerate() {
                let at = format!("{s}.{t}");
                if answers.get(format!("t.{at}").as_str()) == Some(&"no") {
                    refused.insert(t);
                }
                if let Some(table) = Table::named(&mapping.table) {
                    answer_table(&at, look, sheet, mapping, table, &answers);
                }
            }
            let mut t = 0;
            source.tables.retain(|_| {
                t += 1;
                !refused.contains(&(t - 1))
            });
        }
    }
}

/// The sheet that a source was made for.
fn sheet_of<'l>(look: &'l Look, source: &Source) -> Option<&'l SheetLook> {
    let named = |sheet: &&SheetLook| sheet.file == source.file && sheet.sheet == source.sheet;
    look.sheets.iter().find(named).or_else(|| look.sheets.iter().find(|sheet| source.has_headers(&sheet.headers)))
}

fn fields(at: &str, sheet: &SheetLook, mapping: &TableMapping, table: &'static Table) -> Vec<Field> {
    let mut fields = Vec::new();
    if mapping.assumes.is_some() {
        let choices = [("yes", "Yes, that is so"), ("no", "No, leave these rows out")];
        fields.push(Field {
            name: format!("t.{at}"),
            label: "Is that so?".to_owned(),
            reason: String::new(),
            example: String::new(),
            open: false,
            input: Input::Choice(choices.map(|(value, label)| choice(value, label, value == "yes")).into()),
        });
    }
    for (number, condition) in mapping.when.iter().enumerate().filter(|(_, own)| !own.is.is_empty()) {
        let known = condition.is.iter().filter(|value| *value != UNANSWERED);
        fields.push(Field {
            name: format!("w.{at}.{number}"),
            label: format!("Which values of \u{201c}{}\u{201d} mean yes? (with commas between them)", condition.column),
            reason: "who has another value, or none, is left out".to_owned(),
            example: found(sheet, &condition.column),
            open: condition.is.iter().any(|value| value == UNANSWERED),
            input: Input::Text(known.cloned().collect::<Vec<_>>().join(", ")),
        });
    }
    for column in table.columns {
        let how = mapping.columns.get(column.name);
        // What can be worked out has few columns; the rest would only be in the way.
        if how.is_some() || mapping.assumes.is_none() {
            fields.push(which_column(at, sheet, column, how));
        }
        let Some(how) = how else { continue };
        fields.extend(how_written(at, column, how));
        if is_race(column.name) && how.values.len() > 1 {
            continue;
        }
        fields.extend(meanings(at, sheet, column, how));
    }
    fields.extend(races(at, sheet, mapping));
    fields
}

/// Which column of the sheet fills a column of the table.
fn which_column(at: &str, sheet: &SheetLook, column: &'static Column, how: Option<&ColumnMapping>) -> Field {
    let chosen = how.and_then(|how| how.column.as_deref());
    let mut choices = Vec::new();
    match how {
        None => choices.push(choice("", "nothing: it is not known", true)),
        Some(how) if how.column.is_none() => {
            let label = match (&how.value, how.import) {
                (Some(value), _) if value == UNANSWERED => "not answered yet".to_owned(),
                (Some(value), _) => format!("the same in every row: {value}"),
                (None, Some(Of::SchoolYear)) => "the school year of the files".to_owned(),
                (None, Some(Of::FirstDay)) => "the first day of the school year".to_owned(),
                (None, _) => "the last day of the school year".to_owned(),
            };
            choices.push(choice(AS_IT_IS, &label, true));
            if !column.required {
                choices.push(choice("", "nothing: it is not known", false));
            }
        }
        Some(_) if !column.required => choices.push(choice("", "nothing: it is not known", false)),
        Some(_) => {}
    }
    let headers = sheet.headers.iter().filter(|header| !header.is_empty());
    choices.extend(headers.map(|header| {
        choice(
            &format!("column:{header}"),
            &format!("column \u{201c}{header}\u{201d}"),
            chosen == Some(header.as_str()),
        )
    }));
    Field {
        name: format!("c.{at}.{}", column.name),
        label: column.name.replace('_', " "),
        reason: how.map(|how| how.reason.clone()).filter(|reason| !reason.is_empty()).unwrap_or_default(),
        example: how.map(|how| how.example.clone()).unwrap_or_default(),
        open: how.is_some_and(|how| how.value.as_deref() == Some(UNANSWERED)),
        input: Input::Choice(choices),
    }
}

/// How days, years and numbers are written, where that is a question.
fn how_written(at: &str, column: &'static Column, how: &ColumnMapping) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut ask = |letter: &str, label: &str, open: bool, choices: Vec<Choice>| {
        fields.push(Field {
            name: format!("{letter}.{at}.{}", column.name),
            label: label.to_owned(),
            reason: String::new(),
            example: how.example.clone(),
            open,
            input: Input::Choice(choices),
        });
    };
    if let Some(date) = how.date {
        let words = [
            (UNANSWERED, "not answered yet"),
            ("month-day-year", "month, day, year: 8/15/2024"),
            ("day-month-year", "day, month, year: 15/8/2024"),
            ("month-day-yy", "month, day, year of two digits: 8/15/24"),
            ("year-month-day", "year, month, day: 2024-08-15"),
            ("serial", "a number of days, as spreadsheets count them"),
        ];
        let open = date.name() == UNANSWERED;
        let choices = words.into_iter().filter(|(name, _)| open || *name != UNANSWERED);
        ask(
            "d",
            "how its days are written",
            open,
            choices.map(|(name, label)| choice(name, label, date.name() == name)).collect(),
        );
    }
    if let Some(year) = how.year {
        let words = [
            (UNANSWERED, "not answered yet"),
            ("ending", "by the year in which it ends: 2025 is 2024-25"),
            ("beginning", "by the year in which it begins: 2024 is 2024-25"),
            ("of-date", "by a day in it"),
            ("both-years", "by both: 2024-25"),
        ];
        let open = year.name() == UNANSWERED;
        let choices = words.into_iter().filter(|(name, _)| open || *name != UNANSWERED);
        ask(
            "y",
            "how its school years are written",
            open,
            choices.map(|(name, label)| choice(name, label, year.name() == name)).collect(),
        );
    }
    fields
}

/// What values and numbers stand for.
fn meanings(at: &str, sheet: &SheetLook, column: &'static Column, how: &ColumnMapping) -> Vec<Field> {
    let codes: &[&str] = match column.kind {
        Kind::Code(codes) => codes,
        Kind::Boolean => &["true", "false"],
        _ => return Vec::new(),
    };
    let header = how.column.as_deref().unwrap_or_default();
    let mut fields = Vec::new();
    if let Some(first) = how.ranges.first() {
        let open = first.from == UNANSWERED;
        fields.push(Field {
            name: format!("r.{at}.{}", column.name),
            label: format!("the lowest number in \u{201c}{header}\u{201d} that means {}", first.value),
            reason: "a lower one means that it was not".to_owned(),
            example: found(sheet, header),
            open,
            input: Input::Text(if open { String::new() } else { first.from.clone() }),
        });
    }
    for (value, meaning) in &how.values {
        let shown = if value.is_empty() { "an empty cell".to_owned() } else { format!("\u{201c}{value}\u{201d}") };
        let mut choices = Vec::new();
        if meaning == UNANSWERED {
            choices.push(choice(UNANSWERED, "not answered yet", true));
        }
        if !column.required || meaning.is_empty() {
            choices.push(choice("", "not known", meaning.is_empty()));
        }
        choices.extend(codes.iter().map(|code| choice(code, &code.replace('_', " "), code == meaning)));
        let count = sheet.column(header).and_then(|column| column.values.get(value)).copied();
        fields.push(Field {
            name: format!("v.{at}.{}.{value}", column.name),
            label: format!("{shown} in \u{201c}{header}\u{201d} stands for"),
            reason: String::new(),
            example: count.map(|count| format!("in {count} rows")).unwrap_or_default(),
            open: meaning == UNANSWERED,
            input: Input::Choice(choices),
        });
    }
    fields
}

const RACES: [(&str, &str); 6] = [
    ("hispanic_or_latino", "Hispanic or Latino"),
    ("american_indian_or_alaska_native", "American Indian or Alaska Native"),
    ("asian", "Asian"),
    ("black_or_african_american", "Black or African American"),
    ("native_hawaiian_or_other_pacific_islander", "Native Hawaiian or Other Pacific Islander"),
    ("white", "White"),
];
/// Of two races or more, which are not said: not Hispanic, and the rest is not known.
const TWO_OR_MORE: &str = "two-or-more";

fn is_race(column: &str) -> bool {
    RACES.iter().any(|(name, _)| *name == column)
}

/// The column that says everybody's race, if one does.
fn race_column(mapping: &TableMapping) -> Option<(&str, &BTreeMap<String, String>)> {
    let how = mapping.columns.get("white").filter(|how| how.values.len() > 1)?;
    Some((how.column.as_deref()?, &how.values))
}

/// What a value says of the race columns together.
fn race_of(mapping: &TableMapping, value: &str) -> &'static str {
    let says = |column: &str, meaning: &str| {
        mapping.columns.get(column).and_then(|how| how.values.get(value)).is_some_and(|own| own == meaning)
    };
    if RACES.iter().any(|(column, _)| says(column, UNANSWERED)) {
        return UNANSWERED;
    }
    match RACES.iter().find(|(column, _)| says(column, "true")) {
        Some((column, _)) => column,
        None if says("hispanic_or_latino", "false") => TWO_OR_MORE,
        None => "",
    }
}

fn races(at: &str, sheet: &SheetLook, mapping: &TableMapping) -> Vec<Field> {
    let Some((header, values)) = race_column(mapping) else { return Vec::new() };
    let field = |value: &String| {
        let own = race_of(mapping, value);
        let mut choices = Vec::new();
        if own == UNANSWERED {
            choices.push(choice(UNANSWERED, "not answered yet", true));
        }
        choices.extend(RACES.map(|(column, label)| choice(column, label, own == column)));
        choices.push(choice(TWO_OR_MORE, "two or more races, which are not said", own == TWO_OR_MORE));
        choices.push(choice("", "not known", own.is_empty()));
        let count = sheet.column(header).and_then(|column| column.values.get(value)).copied();
        Field {
            name: format!("race.{at}.{value}"),
            label: format!("\u{201c}{value}\u{201d} in \u{201c}{header}\u{201d} stands for"),
            reason: String::new(),
            example: count.map(|count| format!("in {count} rows")).unwrap_or_default(),
            open: own == UNANSWERED,
            input: Input::Choice(choices),
        }
    };
    values.keys().map(field).collect()
}

/// What one race says in each of the columns.
fn set_race(mapping: &mut TableMapping, value: &str, race: &str) {
    for (column, _) in RACES {
        let hispanic = column == "hispanic_or_latino";
        let meaning = match race {
            UNANSWERED => UNANSWERED,
            "" => "",
            own if own == column => "true",
            "hispanic_or_latino" => "",
            TWO_OR_MORE if !hispanic => "",
            _ => "false",
        };
        if let Some(how) = mapping.columns.get_mut(column).filter(|how| how.values.contains_key(value)) {
            how.values.insert(value.to_owned(), meaning.to_owned());
        }
    }
}

fn answer_table(
    at: &str,
    look: &Look,
    sheet: &SheetLook,
    mapping: &mut TableMapping,
    table: &'static Table,
    answers: &BTreeMap<&str, &str>,
) {
    for (number, condition) in mapping.when.iter_mut().enumerate() {
        if let Some(values) = answers.get(format!("w.{at}.{number}").as_str()) {
            condition.is =
                values.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
            if condition.is.is_empty() {
                condition.is.push(UNANSWERED.to_owned());
            }
        }
    }
    for column in table.columns {
        let answer = |letter: &str| answers.get(format!("{letter}.{at}.{}", column.name).as_str()).copied();
        match answer("c") {
            Some("") if !column.required => {
                mapping.columns.remove(column.name);
            }
            Some(chosen) => {
                let header =
                    chosen.strip_prefix("column:").filter(|header| sheet.headers.iter().any(|own| own == header));
                let now = mapping.columns.get(column.name).and_then(|how| how.column.as_deref());
                if let Some(header) = header.filter(|header| now != Some(header)) {
                    // Answers below are about the column that was chosen before.
                    mapping.columns.insert(column.name.to_owned(), propose::refill(look, sheet, table, column, header));
                    continue;
                }
            }
            None => {}
        }
        let Some(how) = mapping.columns.get_mut(column.name) else { continue };
        if let Some(date) = answer("d").and_then(Named::named) {
            how.date = Some(date);
        }
        if let Some(year) = answer("y").and_then(Named::named) {
            how.year = Some(year);
        }
        if let Some((first, from)) = how.ranges.first_mut().zip(answer("r")) {
            let number = from.parse::<f64>().is_ok();
            first.from = if number { from.to_owned() } else { UNANSWERED.to_owned() };
        }
        for (value, meaning) in &mut how.values {
            if let Some(answer) = answers.get(format!("v.{at}.{}.{value}", column.name).as_str()) {
                let known = match column.kind {
                    Kind::Code(codes) => codes.contains(answer),
                    _ => matches!(*answer, "true" | "false"),
                };
                if known || answer.is_empty() {
                    (*answer).clone_into(meaning);
                }
            }
        }
    }
    let values: Vec<String> =
        race_column(mapping).map(|(_, values)| values.keys().cloned().collect()).unwrap_or_default();
    for value in values {
        if let Some(race) = answers.get(format!("race.{at}.{value}").as_str())
            && (is_race(race) || [TWO_OR_MORE, "", UNANSWERED].contains(race))
        {
            set_race(mapping, &value, race);
        }
    }
}

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen }
}

/// Some values of a column.
fn found(sheet: &SheetLook, header: &str) -> String {
    let Some(column) = sheet.column(header) else { return String::new() };
    let values: Vec<&str> = if column.values.is_empty() {
        vec![column.first.as_str()]
    } else {
        column.values.keys().map(|value| if value.is_empty() { "(empty)" } else { value }).take(8).collect()
    };
    format!("found: {}", values.join(", "))
}
