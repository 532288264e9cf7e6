//! A desk over the small district, in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_disclosure::Door;
use waymark_web::{
    Batch, Case, CaseFile, CaseState, Desk, DeskError, Finding, Imports, Loaded, Organization, Program, Question,
    QuestionGroup, Report, RulebookName, SetAsideRow, Upload,
};

use crate::district::{self, Logged};

/// The desk; `log` has what it released.
#[derive(Default)]
pub(crate) struct TestDesk {
    pub(crate) log: Arc<Logged>,
    pub(crate) doors: Mutex<BTreeMap<String, Door>>,
    pub(crate) imports: TestImports,
    /// Before the first import.
    pub(crate) empty: bool,
    /// Whether the data folder cannot be read.
    pub(crate) broken: bool,
}

fn batch(number: u64, kind: &str) -> Batch {
    Batch {
        number,
        kind: kind.to_owned(),
        by: "ana <b>".to_owned(),
        at: district::now(),
        source: "export<2025>.zip".to_owned(),
        counts: vec![("course_outcomes".to_owned(), 12_345)],
        undoes: None,
        undone_by: None,
    }
}

fn organization(id: &str, parent: Option<&str>, name: &str, kind: &str) -> Organization {
    let parent_organization_id = parent.map(str::to_owned);
    Organization {
        organization_id: id.to_owned(),
        parent_organization_id,
        name: name.to_owned(),
        kind: kind.to_owned(),
    }
}

/// Cases in every state, and what was done to them.
#[derive(Default)]
pub(crate) struct TestImports {
    pub(crate) done: Mutex<Vec<String>>,
}

fn report() -> Report {
    let place = Place::line("students.xlsx", 7).column("DOB <b>");
    let example =
        Diagnostic::new("ambiguous_date", Severity::Error, place, "may be <i>two</i> days").value("03/04/2008");
    let finding = |severity: Severity| Finding {
        code: "ambiguous_date".to_owned(),
        severity,
        count: 1,
        reason: "A day that can be read <b>two</b> ways.".to_owned(),
        examples: vec![example.clone()],
    };
    Report {
        rows_kept: 1_200,
        rows_set_aside: 3,
        findings: vec![finding(Severity::Error), finding(Severity::Note)],
        tables: vec![("course_outcomes".to_owned(), Some(900), 1_000), ("students".to_owned(), None, 200)],
        previous: "batch 3 of 2025-06-30".to_owned(),
        by_mapping: true,
    }
}

fn asking() -> CaseState {
    let question = Question {
        name: "v.0.1.sex.<Female>".to_owned(),
        label: "\u{201c}<Female>\u{201d} stands for".to_owned(),
        reason: "its `heading` says so".to_owned(),
        example: "e.g. <Female>".to_owned(),
        open: true,
        text: None,
        choices: vec![("F".to_owned(), "F <b>".to_owned(), true), (String::new(), "not known".to_owned(), false)],
    };
    let year = Question {
        name: "year".to_owned(),
        label: "Which school year?".to_owned(),
        open: false,
        text: Some("2024-25".to_owned()),
        choices: Vec::new(),
        ..question.clone()
    };
    let group = QuestionGroup {
        sheet: "students.xlsx <b>".to_owned(),
        title: "students".to_owned(),
        assumes: Some("every school in `School` is one".to_owned()),
        questions: vec![question],
    };
    let general = QuestionGroup { sheet: String::new(), assumes: None, questions: vec![year], ..group.clone() };
    let place = Place::line("students.xlsx", 1);
    CaseState::Asking {
        groups: vec![general, group],
        said: vec![Diagnostic::new("read_as_encoding", Severity::Warning, place, "read as <b>Windows-1252</b>")],
    }
}

#[async_trait]
impl Imports for TestImports {
    fn limit(&self) -> u64 {
        4_000_000
    }

    async fn begin(&self) -> Result<Box<dyn Upload>, DeskError> {
        Ok(Box::new(TestUpload::default()))
    }

    async fn add_to(&self, case: &str) -> Result<Option<Box<dyn Upload>>, DeskError> {
        Ok(self.case(case).map(|_| Box::new(TestUpload::default()) as Box<dyn Upload>))
    }

    fn cases(&self) -> Vec<Case> {
        ["working", "asking", "checked", "refused", "stored"].into_iter().filter_map(|case| self.case(case)).collect()
    }

    fn case(&self, case: &str) -> Option<Case> {
        let state = match case {
            "working" => CaseState::Working { what: "Reading <b>".to_owned(), percent: Some(40) },
            "asking" => asking(),
            "checked" => CaseState::Checked(report()),
            "refused" => {
                CaseState::Refused { message: "the <b>import</b> was refused".to_owned(), diagnostics: Vec::new() }
            }
            "stored" => CaseState::Stored { batch: 3, report: report() },
            _ => return None,
        };
        let file =
            CaseFile { name: "students<b>.xlsx".to_owned(), bytes: 12_345, what: "workbook, 200 rows".to_owned() };
        Some(Case { id: case.to_owned(), files: vec![file], state })
    }

    fn answer(&self, case: &str, answers: Vec<(String, String)>) {
        self.done.lock().unwrap().push(format!("answer {case} {answers:?}"));
    }

    fn ask_again(&self, case: &str) {
        self.done.lock().unwrap().push(format!("ask {case}"));
    }

    fn store(&self, case: &str, by: &str) {
        self.done.lock().unwrap().push(format!("store {case} by {by}"));
    }

    fn forget(&self, case: &str) {
        self.done.lock().unwrap().push(format!("forget {case}"));
    }

    async fn undo(&self, batch: u64, by: &str) -> Result<(), DeskError> {
        self.done.lock().unwrap().push(format!("undo {batch} by {by}"));
        if batch == 3 { Ok(()) } else { Err(DeskError::Refused(format!("Batch {batch} is not the newest."))) }
    }
}

/// Takes files of the form `NAME=CONTENT` together.
#[derive(Default)]
struct TestUpload(String);

#[async_trait]
impl Upload for TestUpload {
    async fn file(&mut self, name: &str) -> Result<(), DeskError> {
        self.0.push_str(name);
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), DeskError> {
        self.0.push_str(&String::from_utf8_lossy(bytes));
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<String, DeskError> {
        if self.0.is_empty() { Err(DeskError::Refused("No file was chosen.".to_owned())) } else { Ok(self.0) }
    }
}

#[async_trait]
impl Desk for TestDesk {
    fn imports(&self) -> &dyn Imports {
        &self.imports
    }

    fn rulebooks(&self) -> Vec<RulebookName> {
        let name = |name: &str| RulebookName { name: name.to_owned(), title: format!("{name} <i>rules</i>") };
        vec![name("federal"), name("texas")]
    }

    async fn door(&self, rulebook: &str) -> Result<Door, DeskError> {
        if self.rulebooks().iter().all(|book| book.name != rulebook) {
            return Err(DeskError::NoRulebook(rulebook.to_owned()));
        }
        let mut doors = self.doors.lock().unwrap();
        Ok(doors.entry(rulebook.to_owned()).or_insert_with(|| district::door(rulebook, self.log.clone())).clone())
    }

    async fn door_after(&self, rulebook: &str, batch: u64) -> Result<Door, DeskError> {
        if batch > 3 { Err(DeskError::NoBatch(batch)) } else { self.door(rulebook).await }
    }

    async fn loaded(&self) -> Result<Option<Loaded>, DeskError> {
        if self.broken {
            return Err(DeskError::Storage(Arc::new(std::io::Error::other("the disk <b>is gone"))));
        }
        Ok((!self.empty).then(|| Loaded {
            districts: 1,
            schools: 2,
            students: 1_024,
            years: vec!["2023-24".parse().unwrap(), "2024-25".parse().unwrap()],
            last_import: Some(batch(3, "import")),
            findings: vec![(Severity::Error, 1), (Severity::Warning, 2_500)],
            rows_set_aside: 51,
        }))
    }

    async fn organizations(&self) -> Result<Vec<Organization>, DeskError> {
        Ok(vec![
            organization("D1", Some("ST"), "<script>alert('D')</script> District", "district"),
            organization("S1", Some("D1"), "Bristol & Sons High", "school"),
            organization("S2", Some("D1"), "Clay High", "school"),
            organization("S3", Some("D1"), "Empty High", "school"),
            organization("ST", None, "State of \"Quotes\"", "state"),
        ])
    }

    async fn programs(&self) -> Result<Vec<Program>, DeskError> {
        let program = |id: &str, title: &str, cluster: &str| Program {
            program_id: id.to_owned(),
            title: title.to_owned(),
            cluster_16: Some(cluster.to_owned()),
        };
        Ok(vec![program("P1", "Welding <i>", "13"), program("P2", "Nursing", "08")])
    }

    async fn findings(&self) -> Result<Vec<Finding>, DeskError> {
        let place = Place::line("enrollments.csv", 7).column("exit_date");
        let example = Diagnostic::new("exit_before_entry", Severity::Warning, place, "an exit <b>before</b> the entry")
            .value("<2025-01-01>")
            .help("correct the date that is wrong");
        Ok(vec![Finding {
            code: "exit_before_entry".to_owned(),
            severity: Severity::Warning,
            count: 2_500,
            reason: "A leaver is counted in the year of the exit <date>.".to_owned(),
            examples: vec![example],
        }])
    }

    async fn set_aside(&self, from: u64, limit: u64) -> Result<Vec<SetAsideRow>, DeskError> {
        let row = |at: u64| {
            let place = Place::line("students.csv", at + 2).column("sex");
            let reason = Diagnostic::new("unknown_code", Severity::Error, place, "`<Female>` is not a code of `sex`");
            SetAsideRow { file: "students.csv".to_owned(), line: at + 2, reasons: vec![reason.expected("F, M or X")] }
        };
        Ok((from..51.min(from + limit)).map(row).collect())
    }

    async fn batches(&self) -> Result<Vec<Batch>, DeskError> {
        let undo = Batch { undoes: Some(1), counts: Vec::new(), source: String::new(), ..batch(2, "undo") };
        let undone = Batch { undone_by: Some(2), ..batch(1, "import") };
        Ok(vec![batch(3, "import"), undo, undone])
    }
}
