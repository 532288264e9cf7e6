//! A desk over the small district, in memory.

use std::sync::Arc;

use async_trait::async_trait;
use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_disclosure::{Audience, Door};
use waymark_web::{Batch, Desk, DeskError, Finding, Loaded, Organization, Program, RulebookName, SetAsideRow};

use crate::district::{self, Logged};

/// The desk; `log` has what it released.
#[derive(Default)]
pub(crate) struct TestDesk {
    pub(crate) log: Arc<Logged>,
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

#[async_trait]
impl Desk for TestDesk {
    fn audience(&self) -> Audience {
        Audience::at_this_machine("ana")
    }

    fn rulebooks(&self) -> Vec<RulebookName> {
        let name = |name: &str| RulebookName { name: name.to_owned(), title: format!("{name} <i>rules</i>") };
        vec![name("federal"), name("texas")]
    }

    async fn door(&self, rulebook: &str) -> Result<Door, DeskError> {
        if self.rulebooks().iter().all(|book| book.name != rulebook) {
            return Err(DeskError::NoRulebook(rulebook.to_owned()));
        }
        Ok(district::door(rulebook, self.log.clone()))
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
