//! A clean bundle, ways to break it, and what reading it says.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use chrono::NaiveDate;
use tempfile::TempDir;
use waymark_intake::{Limits, Options, Reading, Refusal, read};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A bundle in memory, to be broken.
#[derive(Clone)]
pub(crate) struct Bundle {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) limits: Limits,
}

const CLEAN: &[(&str, &str)] = &[
    (
        "organizations.csv",
        "organization_id,parent_organization_id,name,kind\n\
         ST,,The State,state\n\
         D1,ST,District One,district\n\
         HS,D1,High School,school\n",
    ),
    (
        "students.csv",
        "student_id,first_name,last_name,birth_date,sex,hispanic_or_latino\n\
         0001,Ana,Ruiz,2008-03-02,F,true\n\
         0002,Ben,Okafor,2007-11-20,M,true\n",
    ),
    ("student_populations.csv", "student_id,population,begin_date,end_date\n0001,english_learner,2022-08-15,\n"),
    (
        "enrollments.csv",
        "student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type\n\
         0001,HS,2024-25,11,2024-08-15,,\n\
         0002,HS,2024-25,12,2024-08-15,,\n",
    ),
    ("courses.csv", "course_id,title,credits,sequence_part,sequence_of\nWELD1,Welding I,1,,\nWELD2,Welding II,1.5,,\n"),
    ("programs.csv", "program_id,title,cip_code,cluster_16,nontraditional_for\nWELD,Welding,48.0508,13,F\n"),
    ("program_courses.csv", "program_id,course_id,level\nWELD,WELD1,1\nWELD,WELD2,2\n"),
    (
        "course_outcomes.csv",
        "student_id,organization_id,course_id,school_year,status,credits_earned,passed\n\
         0001,HS,WELD1,2024-25,completed,1,true\n\
         0002,HS,WELD1,2024-25,completed,1,true\n",
    ),
];

impl Bundle {
    pub(crate) fn clean() -> Self {
        let files = CLEAN.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        Self { files, limits: Limits::default() }
    }

    /// With that file in place of its own.
    pub(crate) fn with(mut self, file: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.insert(file.to_owned(), bytes.as_ref().to_vec());
        self
    }

    pub(crate) fn without(mut self, file: &str) -> Self {
        assert!(self.files.remove(file).is_some());
        self
    }

    pub(crate) fn renamed(mut self, file: &str, to: &str) -> Self {
        let bytes = self.files.remove(file).unwrap();
        self.files.insert(to.to_owned(), bytes);
        self
    }

    /// With that text of a file changed, wherever it stands.
    pub(crate) fn changed(self, file: &str, from: &str, to: &str) -> Self {
        let text = self.text(file);
        assert!(text.contains(from), "{file} does not have {from:?}");
        let text = text.replace(from, to);
        self.with(file, text)
    }

    /// With further lines.
    pub(crate) fn and(self, file: &str, lines: &str) -> Self {
        let text = self.text(file) + lines;
        self.with(file, text)
    }

    pub(crate) fn text(&self, file: &str) -> String {
        String::from_utf8(self.files[file].clone()).unwrap()
    }

    pub(crate) fn folder(&self, path: &Path) {
        fs::create_dir_all(path).unwrap();
        for (name, bytes) in &self.files {
            fs::write(path.join(name), bytes).unwrap();
        }
    }

    pub(crate) fn archive(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.files {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// What reading it as a folder says.
    pub(crate) fn said(&self) -> String {
        let place = TempDir::new().unwrap();
        let path = place.path().join("bundle");
        self.folder(&path);
        said(&path, self.limits)
    }
}

/// What reading that archive says.
pub(crate) fn archive_said(bytes: &[u8], limits: Limits) -> String {
    let place = TempDir::new().unwrap();
    let path = place.path().join("bundle.zip");
    fs::write(&path, bytes).unwrap();
    said(&path, limits)
}

pub(crate) fn said(path: &Path, limits: Limits) -> String {
    tell(&read_at(path, limits))
}

pub(crate) fn read_at(path: &Path, limits: Limits) -> Result<Reading, Refusal> {
    let options = Options { limits, ..Options::new(NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()) };
    let result = read(path, &options, &mut |_| {});
    if let Ok(reading) = &result {
        check_sums(reading);
    }
    result
}

/// Every row that was read is kept, set aside or said twice.
fn check_sums(reading: &Reading) {
    let mut kept = 0;
    let mut set_aside = 0;
    for file in &reading.files {
        assert_eq!(file.rows_read, file.rows_kept + file.rows_set_aside + file.rows_repeated, "{file:?}");
        kept += file.rows_kept;
        set_aside += file.rows_set_aside;
    }
    assert_eq!(kept, reading.tables.keys().map(|table| reading.rows(table) as u64).sum::<u64>());
    assert_eq!(set_aside, reading.set_aside.len() as u64);
    assert!(reading.set_aside.iter().all(|row| !row.reasons.is_empty()));
}

pub(crate) fn tell(result: &Result<Reading, Refusal>) -> String {
    let mut text = String::new();
    match result {
        Err(refusal) => {
            for diagnostic in &refusal.diagnostics {
                text.push_str(&diagnostic.to_text());
            }
        }
        Ok(reading) => {
            for finding in &reading.findings {
                finding.examples.iter().for_each(|diagnostic| text.push_str(&diagnostic.to_text()));
            }
            for row in &reading.set_aside {
                let values = row.values.iter().map(|value| value.chars().take(40).collect::<String>());
                let values: Vec<String> = values.collect();
                let shown: String = values.join("|").chars().take(120).collect();
                writeln!(text, "set aside: {}:{} {shown:?}", row.file, row.line).unwrap();
            }
        }
    }
    text
}

/// What each of the cases says, and that it says something under that code.
pub(crate) fn transcript(cases: Vec<(&str, &str, String)>) -> String {
    let mut text = String::new();
    for (case, code, said) in cases {
        assert!(said.contains(&format!("[{code}]")), "{case}: no `{code}` in\n{said}");
        writeln!(text, "## {case}\n{said}").unwrap();
    }
    text
}
