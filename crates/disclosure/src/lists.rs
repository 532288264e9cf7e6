use std::io;

use waymark_engine::{Cell, Side, StatusRow, StudentLine};
use waymark_terms::SchoolYear;

/// Every student's level, by student and program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusesTable {
    pub(crate) rows: Vec<StatusRow>,
}

impl StatusesTable {
    /// The rows.
    pub fn rows(&self) -> &[StatusRow] {
        &self.rows
    }

    /// Writes it as CSV with the columns `student_id,program_id,level,code`.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(["student_id", "program_id", "level", "code"])?;
        for row in &self.rows {
            writer.write_record([&row.student_id, &row.program_id, &row.level, &row.code])?;
        }
        writer.flush()
    }
}

/// The students behind a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudentsTable {
    /// The report year.
    pub report_year: SchoolYear,
    /// The number.
    pub cell: Cell,
    /// Which side of it.
    pub side: Side,
    pub(crate) lines: Vec<StudentLine>,
}

impl StudentsTable {
    /// The students, by identifier.
    pub fn lines(&self) -> &[StudentLine] {
        &self.lines
    }

    /// Writes it as CSV.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_csv(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record([
            "student_id",
            "last_name",
            "first_name",
            "organization_id",
            "grade_level",
            "in_numerator",
        ])?;
        for line in &self.lines {
            writer.write_record([
                line.student_id.as_str(),
                line.last_name.as_deref().unwrap_or_default(),
                line.first_name.as_deref().unwrap_or_default(),
                &line.organization_id,
                line.grade_level.as_deref().unwrap_or_default(),
                if line.in_numerator { "true" } else { "false" },
            ])?;
        }
        writer.flush()
    }
}
