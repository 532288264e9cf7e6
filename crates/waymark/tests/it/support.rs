//! The binary with a data folder, and a small district.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// The binary on a data folder of its own.
pub(crate) struct Waymark {
    folder: TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Waymark {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// One that has imported [`district_one`].
    pub(crate) fn with_district_one() -> Self {
        let waymark = Self::new();
        let bundle = waymark.bundle("one", &district_one());
        waymark.done(&["import", &bundle]);
        waymark
    }

    /// A path beside the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
        command.args(arguments).stdin(Stdio::null());
        command.env("WAYMARK_DATA", self.path("data")).env("USER", "tester").env("TZ", "UTC");
        command.env("XDG_STATE_HOME", self.path("state"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// The standard output of a command that must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        ended.stdout
    }

    /// The answer of a query, as CSV without its header.
    pub(crate) fn sql(&self, query: &str) -> String {
        let answer = self.done(&["sql", query, "--format", "csv"]);
        answer.split_once('\n').map(|(_, rows)| rows.trim_end().to_owned()).unwrap_or_default()
    }

    /// Writes a bundle beside the data folder, and gives its path.
    pub(crate) fn bundle(&self, name: &str, files: &Bundle) -> String {
        let folder = self.path(name);
        write(&folder, files);
        folder.display().to_string()
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Files by name.
pub(crate) type Bundle = BTreeMap<&'static str, String>;

fn write(folder: &Path, files: &Bundle) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

/// District One of two, in 2024-25. Ann is a concentrator who graduated with an internship, Ben took one course, Cy none.
pub(crate) fn district_one() -> Bundle {
    BTreeMap::from([
        (
            "organizations",
            "organization_id,parent_organization_id,name,kind\n\
             ST,,The State,state\nD1,ST,District One,district\nH1,D1,First High School,school\n"
                .to_owned(),
        ),
        (
            "students",
            "student_id,first_name,last_name,sex,hispanic_or_latino,white\n\
             1000001,Ann,Able,F,true,\n1000002,Ben,Baker,M,true,\n1000003,Cy,Clark,M,true,\n"
                .to_owned(),
        ),
        (
            "enrollments",
            "student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type\n\
             1000001,H1,2024-25,12,2024-08-15,2025-06-05,graduated\n\
             1000002,H1,2024-25,12,2024-08-15,,\n1000003,H1,2024-25,11,2024-08-15,,\n"
                .to_owned(),
        ),
        ("courses", "course_id,title,sced_code\nC1,Welding I,13207\nC2,Welding II,13208\n".to_owned()),
        ("programs", "program_id,title,cluster_16,nontraditional_for\nWELD,Welding,13,F\n".to_owned()),
        ("program_courses", "program_id,course_id,level\nWELD,C1,1\nWELD,C2,2\n".to_owned()),
        (
            "course_outcomes",
            "student_id,organization_id,course_id,school_year,status,passed\n\
             1000001,H1,C1,2024-25,completed,true\n1000001,H1,C2,2024-25,completed,true\n\
             1000002,H1,C1,2024-25,completed,true\n"
                .to_owned(),
        ),
        ("diplomas", "student_id,kind,awarded_on\n1000001,regular,2025-06-05\n".to_owned()),
        (
            "work_based_learning",
            "student_id,kind,begin_date,end_date,verified_hours,status\n\
             1000001,paid_internship,2025-01-01,2025-03-01,40,completed\n"
                .to_owned(),
        ),
        ("targets", "indicator,report_year,organization_id,level\n5S3,2024-25,,50\n".to_owned()),
    ])
}

/// District Two, in 2024-25, with one student.
pub(crate) fn district_two() -> Bundle {
    let mut bundle = district_one();
    bundle.retain(|name, _| !["diplomas", "work_based_learning", "targets"].contains(name));
    let organizations = "organization_id,parent_organization_id,name,kind\n\
                         ST,,The State,state\nD2,ST,District Two,district\nH2,D2,Second High School,school\n";
    bundle.insert("organizations", organizations.to_owned());
    bundle.insert("students", "student_id,sex\n2000001,F\n".to_owned());
    let enrollments =
        "student_id,organization_id,school_year,grade_level,entry_date\n2000001,H2,2024-25,09,2024-08-15\n";
    bundle.insert("enrollments", enrollments.to_owned());
    let outcomes = "student_id,organization_id,course_id,school_year,status\n2000001,H2,C1,2024-25,in_progress\n";
    bundle.insert("course_outcomes", outcomes.to_owned());
    bundle
}
