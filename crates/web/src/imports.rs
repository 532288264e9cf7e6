//! What the import page needs of the binary.

use async_trait::async_trait;
use waymark_diagnostics::Diagnostic;

use crate::{DeskError, Finding};

/// Files on their way into the data folder. The binary implements it; each lot of files is a case, which goes on whether
/// somebody looks at its page or not.
#[async_trait]
pub trait Imports: Send + Sync {
    /// The most bytes of one upload.
    fn limit(&self) -> u64;

    /// Begins a case.
    ///
    /// # Errors
    /// There is no place for its files.
    async fn begin(&self) -> Result<Box<dyn Upload>, DeskError>;

    /// More files for a case, or corrected ones in the place of those of the same names; none where there is no such case.
    ///
    /// # Errors
    /// There is no place for its files.
    async fn add_to(&self, case: &str) -> Result<Option<Box<dyn Upload>>, DeskError>;

    /// The cases, the newest first.
    fn cases(&self) -> Vec<Case>;

    /// A case.
    fn case(&self, case: &str) -> Option<Case>;

    /// Takes answers to the questions of a case, and checks its files once all are answered.
    fn answer(&self, case: &str, answers: Vec<(String, String)>);

    /// Asks the questions of a case again.
    fn ask_again(&self, case: &str);

    /// Stores what a case holds, but for the rows that are set aside, in the name of `by`.
    fn store(&self, case: &str, by: &str);

    /// Forgets a case and its files.
    fn forget(&self, case: &str);

    /// Takes the newest import back, if it is that batch, in the name of `by`.
    ///
    /// # Errors
    /// Another batch is the newest; the data folder cannot be written.
    async fn undo(&self, batch: u64, by: &str) -> Result<(), DeskError>;
}

/// Files that are being sent.
#[async_trait]
pub trait Upload: Send {
    /// Begins a file, whose name is whatever a browser says.
    ///
    /// # Errors
    /// It cannot be called so, or not be written.
    async fn file(&mut self, name: &str) -> Result<(), DeskError>;

    /// Adds to the file that was begun.
    ///
    /// # Errors
    /// There is more than is taken, or no room for it.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), DeskError>;

    /// Ends the upload, lets the files be looked at, and gives the name of the case.
    ///
    /// # Errors
    /// There was no file in it.
    async fn finish(self: Box<Self>) -> Result<String, DeskError>;
}

/// A lot of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name in addresses.
    pub id: String,
    /// The files, with what each is.
    pub files: Vec<CaseFile>,
    /// How far it has come.
    pub state: CaseState,
}

/// A file of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it is, in words; empty as long as nobody looked.
    pub what: String,
}

/// How far a case has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Something is being done.
    Working {
        /// What.
        what: String,
        /// How much of it is done, in percent, where that is known.
        percent: Option<u8>,
    },
    /// Somebody has to say what the columns mean.
    Asking {
        /// The questions.
        groups: Vec<QuestionGroup>,
        /// What was guessed or passed over.
        said: Vec<Diagnostic>,
    },
    /// It was checked and can be stored.
    Checked(Report),
    /// It cannot be stored.
    Refused {
        /// Why, in a sentence.
        message: String,
        /// What is wrong, with its places.
        diagnostics: Vec<Diagnostic>,
    },
    /// It is stored.
    Stored {
        /// As which batch.
        batch: u64,
        /// What was found.
        report: Report,
    },
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that can be stored.
    pub rows_kept: u64,
    /// Rows that cannot be used.
    pub rows_set_aside: u64,
    /// Findings by rule, the worst first.
    pub findings: Vec<Finding>,
    /// Rows of each table: before, and now.
    pub tables: Vec<(String, Option<u64>, u64)>,
    /// The import that it is compared with, in words; empty for a first one.
    pub previous: String,
    /// Whether the questions can be asked again.
    pub by_mapping: bool,
}

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionGroup {
    /// The sheet; empty where they are about all of them.
    pub sheet: String,
    /// What its rows become.
    pub title: String,
    /// What is taken for granted.
    pub assumes: Option<String>,
    /// The questions.
    pub questions: Vec<Question>,
}

impl QuestionGroup {
    /// Whether one of them has to be answered still.
    pub fn is_open(&self) -> bool {
        self.questions.iter().any(|question| question.open)
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name of the answer.
    pub name: String,
    /// What is asked.
    pub label: String,
    /// Why the answer is thought to be so.
    pub reason: String,
    /// An example.
    pub example: String,
    /// Whether it has to be answered still.
    pub open: bool,
    /// The answer now, where it is a text.
    pub text: Option<String>,
    /// The possible answers, where there are few: value, words, and whether it is the answer now.
    pub choices: Vec<(String, String, bool)>,
}
