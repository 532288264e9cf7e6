//! What the clearinghouse answered of each student, in a word.

use std::collections::{BTreeMap, BTreeSet};

use waymark_diagnostics::Place;
use waymark_terms::bundle::Table;

use super::{header, ids::Ids, is_day, sent::Sent};
use crate::{TableBuilder, draft::Draft};

/// The less there is to know, the further behind.
const WORDS: [&str; 3] = ["yes", "blocked", "no"];

/// What was answered of each student, by the day of the search.
#[derive(Debug, Default)]
pub(super) struct Answers {
    by_student: BTreeMap<(String, String), Answer>,
    /// Reports in which the day of the search is nowhere.
    without_day: BTreeSet<String>,
}

#[derive(Debug)]
struct Answer {
    /// Its place in [`WORDS`].
    word: usize,
    place: Place,
}

impl Answers {
    /// A row's answer: who is found in one row is found.
    pub(super) fn add(&mut self, student: &str, searched: &str, found: &str, place: &Place) {
        if searched.is_empty() {
            self.without_day.insert(place.file.clone());
            return;
        }
        let word = WORDS.iter().position(|word| *word == found).unwrap_or(WORDS.len() - 1);
        let answer = self
            .by_student
            .entry((student.to_owned(), searched.to_owned()))
            .or_insert_with(|| Answer { word, place: place.clone() });
        if word < answer.word {
            *answer = Answer { word, place: place.clone() };
        }
    }

    /// Students who were asked about and of whom nothing came back: their records are blocked.
    pub(super) fn add_unanswered(&mut self, sent: &Sent, ids: &Ids) {
        let Some(searched) =
            self.by_student.keys().map(|(_, searched)| searched).filter(|day| is_day(day)).max().cloned()
        else {
            return;
        };
        let answered: BTreeSet<String> = self.by_student.keys().map(|(student, _)| student.clone()).collect();
        for (asked, place) in &sent.students {
            // Who cannot be told apart has been told of in the report.
            let Ok(student) = ids.meant(asked) else { continue };
            if !answered.contains(&student) && !answered.contains(&student.to_uppercase()) {
                self.add(&student, &searched, "blocked", place);
            }
        }
    }

    /// Hands in the rows.
    pub(super) fn push(self, draft: &mut Draft<'_>) {
        let Some(table) = Table::named("postsecondary_matches") else { return };
        let mut by_file: BTreeMap<String, TableBuilder> = BTreeMap::new();
        let mut answers: Vec<_> = self.by_student.into_iter().collect();
        answers.sort_by(|(_, a), (_, b)| a.place.cmp(&b.place));
        for ((student, searched), Answer { word, place }) in answers {
            let file = place.file.clone();
            let builder = by_file.entry(file.clone()).or_insert_with(|| draft.table(table, &file));
            let values = [("student_id", student.as_str()), ("searched_on", &searched), ("found", WORDS[word])];
            builder.push(place.line.unwrap_or_default(), &values);
        }
        for (_, mut builder) in by_file {
            builder.rows_read = 0;
            draft.accept(builder);
        }
        for file in &self.without_day {
            draft.note(&header::no_search_date(file));
        }
    }
}
