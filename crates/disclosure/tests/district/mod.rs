//! A made-up district in memory, small enough to count by hand, with names that try to become markup.
//!
//! 24 students of two schools finish grade 12 in 2024-25. At `S1` the 12 take welding (`P1`), at `S2` nursing (`P2`), one
//! course in each of two years; the last 4 of each school fail the second, so that 8 of 12 are concentrators. All
//! graduate. Of the concentrators the first 5 of each school have 50 hours of work-based learning, the first 2 a
//! credential. The State's level is 60 percent for 5S3 (10 of 16 are more), 80 percent for 5S1 (4 of 16 are fewer).

use std::{
    fmt::Write,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray},
        compute::cast,
    },
    datasource::MemTable,
    prelude::SessionContext,
};
use waymark_disclosure::{Access, AccessLog, AccessLogError, Door, SnapshotInfo};
use waymark_engine::Engine;
use waymark_terms::bundle::Table;

/// The student whose identifier nobody may find in a log.
pub(crate) const MARKED: &str = "MARKED-7F3A";

/// The tables of the district, each as CSV.
fn files() -> Vec<(&'static str, String)> {
    let mut students = "student_id,first_name,last_name,sex\n".to_owned();
    let mut enrollments =
        "student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type\n".to_owned();
    let mut outcomes = "student_id,organization_id,course_id,school_year,status\n".to_owned();
    let mut diplomas = "student_id,kind,awarded_on\n".to_owned();
    let mut work = "student_id,kind,begin_date,end_date,verified_hours,status\n".to_owned();
    let mut credentials = "student_id,credential_id,earned_on\n".to_owned();
    for (school, program) in [("S1", "P1"), ("S2", "P2")] {
        for place in 1..=12 {
            let id = if (school, place) == ("S1", 1) { MARKED.to_owned() } else { format!("{school}-{place:02}") };
            let sex = if place % 2 == 0 { "F" } else { "M" };
            let second = if place <= 8 { "completed" } else { "failed" };
            writeln!(students, "{id},<b>Ana</b>,\"O'Brien & <script>alert({place})</script>\",{sex}").unwrap();
            writeln!(enrollments, "{id},{school},2023-24,11,2023-08-20,,").unwrap();
            writeln!(enrollments, "{id},{school},2024-25,12,2024-08-20,2025-06-05,graduated").unwrap();
            writeln!(outcomes, "{id},{school},{program}A,2023-24,completed").unwrap();
            writeln!(outcomes, "{id},{school},{program}B,2024-25,{second}").unwrap();
            writeln!(diplomas, "{id},regular,2025-06-05").unwrap();
            if place <= 5 {
                writeln!(work, "{id},paid_internship,2025-01-10,2025-04-10,50,completed").unwrap();
            }
            if place <= 2 {
                writeln!(credentials, "{id},CR1,2025-05-01").unwrap();
            }
        }
    }
    let organizations = "organization_id,parent_organization_id,name,kind\nST,,State,state\nD1,ST,\"<script>alert('D')</script> \
                         District\",district\nS1,D1,Bristol & Sons High,school\nS2,D1,Clay High,school\n";
    let programs = "program_id,title,cluster_16\nP1,\"Welding <i>\",13\nP2,Nursing,08\n";
    let courses = "course_id,title\nP1A,Welding I\nP1B,Welding II\nP2A,Nursing I\nP2B,Nursing II\n";
    let program_courses = "program_id,course_id,level\nP1,P1A,1\nP1,P1B,2\nP2,P2A,1\nP2,P2B,2\n";
    let targets = "indicator,report_year,level\n5S1,2024-25,80\n5S3,2024-25,60\n";
    vec![
        ("organizations", organizations.to_owned()),
        ("students", students),
        ("enrollments", enrollments),
        ("courses", courses.to_owned()),
        ("programs", programs.to_owned()),
        ("program_courses", program_courses.to_owned()),
        ("course_outcomes", outcomes),
        ("diplomas", diplomas),
        ("work_based_learning", work),
        ("credential_catalog", "credential_id,title\nCR1,Welder\n".to_owned()),
        ("credentials", credentials),
        ("targets", targets.to_owned()),
    ]
}

fn rows(table: &'static Table, text: &str) -> RecordBatch {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |name: &str| -> ArrayRef {
        let at = header.iter().position(|other| other == name);
        let cell = |(line, record): (usize, &csv::StringRecord)| match at {
            _ if name == "_line" => Some((line + 2).to_string()),
            at => at.and_then(|at| record.get(at)).filter(|cell| !cell.is_empty()).map(str::to_owned),
        };
        Arc::new(records.iter().enumerate().map(cell).collect::<StringArray>())
    };
    let schema = table.arrow_schema();
    let arrays = schema.fields().iter().map(|field| cast(&column(field.name()), field.data_type()).unwrap());
    RecordBatch::try_new(Arc::clone(&schema), arrays.collect()).unwrap()
}

/// The snapshot.
pub(crate) fn session() -> SessionContext {
    let session = SessionContext::new();
    for (name, text) in files() {
        let rows = rows(Table::named(name).unwrap(), &text);
        session.register_table(name, Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]]).unwrap())).unwrap();
    }
    session
}

/// An access log in memory.
#[derive(Default)]
pub(crate) struct Logged(pub(crate) Mutex<Vec<Access>>);

impl Logged {
    /// Everything that was logged, as text.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.0.lock().unwrap())
    }
}

#[async_trait]
impl AccessLog for Logged {
    async fn record(&self, access: Access, students: &[&str]) -> Result<(), AccessLogError> {
        assert_eq!(access.students, students.len() as u64);
        self.0.lock().unwrap().push(access);
        Ok(())
    }
}

/// The instant at which everything here happens.
pub(crate) fn now() -> DateTime<Utc> {
    "2025-09-01T12:00:00Z".parse().unwrap()
}

/// The district's door, by a built-in rulebook.
pub(crate) fn door(rulebook: &str, log: Arc<dyn AccessLog>) -> Door {
    let book = Arc::new(waymark_rulebook::built_in(rulebook).unwrap());
    let snapshot = SnapshotInfo { number: 7, batch: Some(3) };
    Door::new(Engine::new(session(), book), snapshot, log, Arc::new(now))
}
