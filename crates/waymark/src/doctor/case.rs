//! A lot of files, and how far they have come.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tempfile::TempDir;
use waymark_diagnostics::Diagnostic;
use waymark_intake::{Group, Input, Look, Mapping, Progress};
use waymark_web::{CaseFile, CaseState, Question, QuestionGroup, Report};

use crate::progress::Watch;

/// The cases by the names that addresses have for them.
pub(super) type Cases = BTreeMap<String, Case>;

/// A lot of files.
pub(super) struct Case {
    pub(super) id: String,
    pub(super) number: u64,
    /// Where the files lie; removed with the last who needs it.
    pub(super) folder: Arc<TempDir>,
    pub(super) state: State,
    pub(super) look: Option<Arc<Look>>,
    pub(super) mapping: Option<Mapping>,
    pub(super) progress: Arc<Done>,
}

/// How far a case has come.
#[derive(Clone)]
pub(super) enum State {
    Working(&'static str),
    Asking,
    Checked(Report),
    Refused(String, Vec<Diagnostic>),
    Stored(u64, Report),
}

/// How far the work has come.
#[derive(Default)]
pub(super) struct Done(Mutex<(String, Option<u8>)>);

impl Done {
    fn set(&self, what: String, percent: Option<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (what, percent);
    }

    fn get(&self) -> (String, Option<u8>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Watch for Done {
    fn reading(&self, progress: Progress<'_>) {
        let percent = |done: u64, of: u64| {
            (of > 0).then(|| u8::try_from((u128::from(done) * 100 / u128::from(of)).min(100)).unwrap_or(100))
        };
        match progress {
            Progress::Reading { file, bytes, of } => self.set(format!("Reading {file}"), percent(bytes, of)),
            Progress::Checking { rule, done, of } => {
                self.set(format!("Checking {}", rule.replace('_', " ")), percent(done as u64, of as u64));
            }
        }
    }

    fn begin(&self, what: &'static str) {
        let mut letters = what.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        self.set(first + letters.as_str(), None);
    }
}

impl Case {
    pub(super) fn new(id: String, number: u64, folder: Arc<TempDir>) -> Self {
        let progress = Arc::new(Done::default());
        Self { id, number, folder, state: State::Working("Looking at the files"), look: None, mapping: None, progress }
    }

    /// What is imported: the folder, or the archive that is all there is in it.
    pub(super) fn source(&self) -> PathBuf {
        let files = self.files();
        match files.as_slice() {
            [only] if only.0.to_ascii_lowercase().ends_with(".zip") => self.folder.path().join(&only.0),
            _ => self.folder.path().to_owned(),
        }
    }

    /// The files by name, with their sizes.
    pub(super) fn files(&self) -> Vec<(String, u64)> {
        let entries = fs::read_dir(self.folder.path()).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<(String, u64)> = entries
            .map(|entry| {
                let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
                (entry.file_name().to_string_lossy().into_owned(), bytes)
            })
            .collect();
        files.sort();
        files
    }

    /// Begins a piece of work.
    pub(super) fn work(&mut self, what: &'static str) {
        self.progress.set(what.to_owned(), None);
        self.state = State::Working(what);
    }

    /// Takes answers; whether the files can be checked now.
    pub(super) fn answer(&mut self, answers: &[(String, String)]) -> bool {
        if !matches!(self.state, State::Asking) {
            return false;
        }
        let (Some(mapping), Some(look)) = (&mut self.mapping, &self.look) else { return false };
        mapping.answer(look, answers);
        mapping.problems().is_empty()
    }

    /// Asks again, where there is something to ask.
    pub(super) fn ask_again(&mut self) {
        if self.mapping.is_some() && self.look.is_some() && !matches!(self.state, State::Working(_)) {
            self.state = State::Asking;
        }
    }

    /// The case as its page shows it.
    pub(super) fn shown(&self) -> waymark_web::Case {
        let files = self.files().into_iter().map(|(name, bytes)| CaseFile { what: self.what_is(&name), name, bytes });
        let state = match &self.state {
            State::Working(what) => {
                let (now, percent) = self.progress.get();
                CaseState::Working { what: if now.is_empty() { (*what).to_owned() } else { now }, percent }
            }
            State::Asking => CaseState::Asking { groups: self.questions(), said: self.said() },
            State::Checked(report) => CaseState::Checked(report.clone()),
            State::Refused(message, diagnostics) => {
                CaseState::Refused { message: message.clone(), diagnostics: diagnostics.clone() }
            }
            State::Stored(batch, report) => CaseState::Stored { batch: *batch, report: report.clone() },
        };
        waymark_web::Case { id: self.id.clone(), files: files.collect(), state }
    }

    /// What a file is, and what its rows become.
    fn what_is(&self, file: &str) -> String {
        let Some(look) = &self.look else { return String::new() };
        let sheets = look.sheets.iter().filter(|sheet| sheet.file == file);
        let words = sheets.map(|sheet| {
            let tables: Vec<String> = self
                .mapping
                .iter()
                .flat_map(|mapping| &mapping.sources)
                .filter(|source| source.file == sheet.file && source.sheet == sheet.sheet)
                .flat_map(|source| source.tables.iter().map(|table| table.table.replace('_', " ")))
                .collect();
            let becomes = if tables.is_empty() { "nothing is made of it".to_owned() } else { tables.join(", ") };
            format!("{}, {} rows: {becomes}", sheet.written, sheet.rows)
        });
        words.collect::<Vec<_>>().join("; ")
    }

    fn said(&self) -> Vec<Diagnostic> {
        self.look.as_ref().map(|look| look.said.clone()).unwrap_or_default()
    }

    fn questions(&self) -> Vec<QuestionGroup> {
        let (Some(mapping), Some(look)) = (&self.mapping, &self.look) else { return Vec::new() };
        let group = |group: Group| QuestionGroup {
            sheet: group.sheet,
            title: group.title,
            assumes: group.assumes,
            questions: group.fields.into_iter().map(question).collect(),
        };
        mapping.form(look).into_iter().map(group).collect()
    }
}

fn question(field: waymark_intake::Field) -> Question {
    let (text, choices) = match field.input {
        Input::Text(text) => (Some(text), Vec::new()),
        Input::Choice(choices) => {
            let choices = choices.into_iter().map(|choice| (choice.value, choice.label, choice.chosen));
            (None, choices.collect())
        }
    };
    Question {
        name: field.name,
        label: field.label,
        reason: field.reason,
        example: field.example,
        open: field.open,
        text,
        choices,
    }
}
