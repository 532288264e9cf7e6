//! What columns and values are called, as data: names in common use, and those of student information systems.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::mapping::{DateFormat, YearFormat};

/// The names of one system, or those in common use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    /// What people call it.
    pub(super) title: String,
    /// What the names rest on.
    #[allow(dead_code, reason = "for whoever reads the file; a test asks that it is there")]
    pub(super) rests_on: Vec<String>,
    /// Headings by which a file of the system is known.
    #[serde(default)]
    pub(super) telling: Vec<String>,
    /// Names of one thing, the surest first.
    pub(super) words: BTreeMap<String, Vec<Word>>,
    /// Which table a sheet is.
    #[serde(default, rename = "table")]
    pub(super) tables: Vec<TableRule>,
    /// What values stand for, by word and meaning.
    #[serde(default)]
    pub(super) values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Values that mean yes, by word; `any` for all.
    #[serde(default)]
    pub(super) yes: BTreeMap<String, Vec<String>>,
    /// Values that mean no.
    #[serde(default)]
    pub(super) no: BTreeMap<String, Vec<String>>,
}

/// A name of a column.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Word {
    Name(String),
    /// A name that says how the values are written.
    Written {
        name: String,
        year: Option<YearFormat>,
        date: Option<DateFormat>,
    },
}

/// Which words a sheet of a table has: one of each group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableRule {
    pub(super) name: String,
    pub(super) needs: Vec<Vec<String>>,
}

impl Word {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Written { name, .. } => name,
        }
    }

    pub(super) fn year(&self) -> Option<YearFormat> {
        match self {
            Self::Name(_) => None,
            Self::Written { year, .. } => *year,
        }
    }

    pub(super) fn date(&self) -> Option<DateFormat> {
        match self {
            Self::Name(_) => None,
            Self::Written { date, .. } => *date,
        }
    }
}

/// Names in common use.
const COMMON: &str = include_str!("../../vocabulary/common.toml");

/// Names of systems and of the files that States take.
const SYSTEMS: [&str; 6] = [
    include_str!("../../vocabulary/powerschool.toml"),
    include_str!("../../vocabulary/infinite_campus.toml"),
    include_str!("../../vocabulary/skyward.toml"),
    include_str!("../../vocabulary/aeries.toml"),
    include_str!("../../vocabulary/texas.toml"),
    include_str!("../../vocabulary/pennsylvania.toml"),
];

/// How many telling headings a system's files have.
const TELLING: usize = 2;

/// The names in common use.
pub(super) fn common() -> Vocabulary {
    read(COMMON)
}

/// The names of the system that these headings tell, if they tell one.
pub(super) fn system<'h>(headings: impl Iterator<Item = &'h str>) -> Option<Vocabulary> {
    let headings: Vec<&str> = headings.collect();
    // Letter by letter: `Student_Number` is a field of a system, `Student Number` is English.
    let told = |system: &Vocabulary| {
        system.telling.iter().filter(|name| headings.iter().any(|own| own.eq_ignore_ascii_case(name))).count()
    };
    let systems = SYSTEMS.into_iter().map(read);
    systems
        .map(|system| (told(&system), system))
        .filter(|(told, _)| *told >= TELLING)
        .max_by_key(|(told, _)| *told)
        .map(|(_, system)| system)
}

fn read(text: &str) -> Vocabulary {
    match toml::from_str(text) {
        Ok(vocabulary) => vocabulary,
        Err(error) => unreachable!("a test reads every vocabulary: {error}"),
    }
}

/// A name without case, spaces and punctuation.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use waymark_terms::bundle::{Kind, Table};

    use super::*;

    #[test]
    fn every_vocabulary_can_be_read_and_says_what_it_rests_on() {
        let common = common();
        for text in SYSTEMS {
            let system = read(text);
            assert!(!system.rests_on.is_empty() && system.telling.len() >= TELLING, "{}", system.title);
            for word in system.words.keys().chain(system.values.keys()) {
                assert!(common.words.contains_key(word), "{}: `{word}` is no word", system.title);
            }
        }
        for rule in &common.tables {
            assert!(Table::named(&rule.name).is_some(), "{}", rule.name);
            for word in rule.needs.iter().flatten() {
                assert!(common.words.contains_key(word), "`{word}` is no word");
            }
        }
    }

    #[test]
    fn values_stand_for_codes() {
        let common = common();
        for (word, table, column) in [
            ("sex", "students", "sex"),
            ("grade_level", "enrollments", "grade_level"),
            ("exit_type", "enrollments", "exit_type"),
            ("mark", "course_outcomes", "status"),
            ("outcome_status", "course_outcomes", "status"),
            ("course_level", "program_courses", "level"),
            ("work_kind", "work_based_learning", "kind"),
            ("diploma_kind", "diplomas", "kind"),
            ("subject", "assessments", "subject"),
        ] {
            let Kind::Code(codes) = Table::named(table).unwrap().column(column).unwrap().kind else {
                panic!("{column}")
            };
            for code in common.values[word].keys().filter(|code| !code.is_empty()) {
                assert!(codes.contains(&code.as_str()), "{word}: {code}");
            }
        }
    }

    #[test]
    fn systems_are_told_by_their_headings() {
        let told = |headings: &[&str]| system(headings.iter().copied()).map(|system| system.title);
        assert_eq!(told(&["Student_Number", "Grade_Level", "DOB"]).as_deref(), Some("PowerSchool SIS"));
        assert_eq!(told(&["STU.ID", "STU.LN"]).as_deref(), Some("Aeries"));
        assert_eq!(told(&["ID", "Name"]), None);
    }
}
