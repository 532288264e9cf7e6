//! Spreadsheets and text files with columns of a district's own: what is proposed, what is read as what, and what is
//! not read.

use std::{fs, path::Path};

use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use tempfile::TempDir;
use waymark_diagnostics::Diagnostic;
use waymark_intake::{Known, Limits, Look, Mapping, NothingKnown, Options, Reading, Refusal, look, propose, read};

use crate::support::{tell, transcript};

/// Files of a district, in memory.
#[derive(Clone)]
struct Files(Vec<(&'static str, Vec<u8>)>);

const TRANSCRIPT: &str = "\
Adams County Schools\n\
Printed 8/1/2025\n\
Student Number,School,Course Number,Course Name,Year,Grade Level,Term,Final Grade,Credits Earned\n\
1001,Adams High,WELD1,Welding I,2023-2024,10,S1,B+,1\n\
1001,Adams High,WELD2,Welding II,2024-2025,11,S1,A,1\n\
1002,Adams High,WELD1,Welding I,2024-2025,12,S1,F,0\n\
1002,Adams High,ART,Art,2024-2025,12,S2,W,0\n\
1003,Career Center,NURS,Nursing,2024-2025,9,S1,,\n";

const COURSES: &str = "\
Course Number;Course Title;Credits;Program;CIP;Level\n\
WELD1;Welding I;1,5;Welding;48.0508;1\n\
WELD2;Welding II;1,5;Welding;48.0508;2\n\
NURS;Nursing;1;Nursing;=\"51.3901\";Intro\n";

fn students() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("m/d/yyyy");
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Students of Adams County").unwrap();
    let header =
        ["Student Number", "Student Name", "DOB", "Gender", "Race/Ethnicity", "School", "Grade", "SpEd", "Entry Date"];
    for (column, name) in (0..).zip(header) {
        sheet.write(1, column, name).unwrap();
    }
    let rows = [
        (1001.0, "Ruiz, Ana", (2008, 3, 2), "Female", "Hispanic", "Adams High", 11.0, "Y"),
        (1002.0, "Okafor, Ben", (2007, 11, 20), "Male", "Black", "Adams High", 12.0, "N"),
        (1003.0, "Cy Poe", (2010, 6, 1), "Male", "White", "Adams High", 9.0, ""),
        (1004.0, "Fox, Di", (2013, 6, 1), "Female", "Two or More", "Adams Middle", 5.0, "N"),
    ];
    for (at, (id, name, (y, m, d), sex, race, school, grade, sped)) in (2..).zip(rows) {
        sheet.write(at, 0, id).unwrap();
        sheet.write(at, 1, name).unwrap();
        sheet.write_with_format(at, 2, ExcelDateTime::from_ymd(y, m, d).unwrap(), &day).unwrap();
        for (column, text) in [(3, sex), (4, race), (5, school), (7, sped), (8, "08/15/2024")] {
            sheet.write(at, column, text).unwrap();
        }
        sheet.write(at, 6, grade).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

impl Files {
    fn clean() -> Self {
        let text = |text: &str| text.as_bytes().to_vec();
        Self(vec![("students.xlsx", students()), ("transcript.csv", text(TRANSCRIPT)), ("courses.csv", text(COURSES))])
    }

    fn with(mut self, file: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        self.0.retain(|(name, _)| *name != file);
        self.0.push((file, bytes.as_ref().to_vec()));
        self
    }

    fn at<T>(&self, work: impl FnOnce(&Path) -> T) -> T {
        let place = TempDir::new().unwrap();
        let folder = place.path().join("exports");
        fs::create_dir(&folder).unwrap();
        for (name, bytes) in &self.0 {
            fs::write(folder.join(name), bytes).unwrap();
        }
        work(&folder)
    }

    fn look(&self) -> Look {
        self.at(|path| look(path, &Limits::default()).unwrap())
    }

    fn read(&self, mapping: &Mapping) -> Result<Reading, Refusal> {
        self.read_after(mapping, &Stored)
    }

    fn read_after(&self, mapping: &Mapping, known: &dyn Known) -> Result<Reading, Refusal> {
        self.at(|path| {
            let options = Options { mapping: Some(mapping), known, ..Options::new(day()) };
            read(path, &options, &mut |_| {})
        })
    }

    /// What reading by that mapping says.
    fn said(&self, mapping: &Mapping) -> String {
        tell(&self.read(mapping))
    }
}

/// Another import filled every table, with other rows.
struct Stored;

impl Known for Stored {
    fn has(&self, _table: &str, _key: &str) -> bool {
        false
    }

    fn any(&self, _table: &str) -> bool {
        true
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 8, 1).unwrap()
}

/// The proposal, with the answers that a person gives.
fn answered(files: &Files, answers: &[(&str, &str)]) -> Mapping {
    let look = files.look();
    let mut mapping = propose(&look, &[]);
    let answers: Vec<(String, String)> =
        answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    mapping.answer(&look, &answers);
    mapping
}

fn adams() -> Mapping {
    answered(&Files::clean(), &[("year", "2024-25"), ("row.0.name", "Adams County")])
}

/// One sheet for one table, with these columns.
fn students_by(columns: &str) -> Mapping {
    let text = format!(
        "waymark_mapping = 1\n[[source]]\nfile = \"students.csv\"\n[[source.table]]\nname = \"students\"\n\
         [source.table.columns]\nstudent_id = \"ID\"\n{columns}\n"
    );
    Mapping::parse("mapping.toml", &text).unwrap()
}

fn one(text: &str, columns: &str) -> String {
    Files(Vec::new()).with("students.csv", text).said(&students_by(columns))
}

#[test]
fn a_mapping_is_proposed_with_its_reasons() {
    let proposed = propose(&Files::clean().look(), &[]);
    insta::assert_snapshot!(proposed.to_toml());
}

#[test]
fn a_mapping_reads_back_as_it_was_written() {
    let text = adams().to_toml();
    let read = Mapping::parse("mapping.toml", &text).unwrap();
    assert_eq!(read.to_toml(), strip_comments(&text));
}

fn strip_comments(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("# ") || line.contains("What the columns") || line.contains("The year"));
    let lines = lines.map(|line| line.rsplit_once("  # ").map_or(line, |(line, _)| line));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn three_files_make_a_bundle() {
    let reading = Files::clean().read(&adams()).unwrap();
    let rows: Vec<(&str, usize)> = reading.tables.keys().map(|table| (*table, reading.rows(table))).collect();
    assert_eq!(
        rows,
        [
            ("course_outcomes", 5),
            ("courses", 4),
            // This year's from the list of students, the year before from the transcript.
            ("enrollments", 4),
            ("organizations", 4),
            ("program_courses", 3),
            ("programs", 2),
            ("student_populations", 1),
            ("students", 4),
        ]
    );
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    insta::assert_snapshot!(tell(&Ok(reading)));
}

#[test]
fn questions_that_nobody_answered_stop_an_import() {
    let files = Files::clean();
    let proposed = propose(&files.look(), &[]);
    let cases = vec![("the district has no name, and no year is said", "mapping_unanswered", files.said(&proposed))];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn a_year_that_is_none_is_no_answer() {
    let asked = |year: &str| {
        let mapping = answered(&Files::clean(), &[("year", year), ("row.0.name", "Adams County")]);
        (mapping.school_year.clone().unwrap(), mapping.problems().len())
    };
    assert_eq!(asked("2024-2025"), ("2024-25".to_owned(), 0));
    assert_eq!(asked("2025"), ("?".to_owned(), 1));
    assert_eq!(asked(""), ("?".to_owned(), 1));
}

#[test]
fn a_saved_mapping_is_used_for_the_same_columns() {
    let saved = adams();
    let next = Files::clean().with("students.xlsx", students());
    let again = propose(&next.look(), std::slice::from_ref(&saved));
    // All but the year, which is another one.
    assert_eq!(again.problems().into_iter().map(|problem| problem.column).collect::<Vec<_>>(), ["school_year"]);
    assert_eq!(again.rows, saved.rows);
    assert!(next.look().sheets.iter().all(|sheet| saved.knows(&sheet.headers)));
    let changed = Files::clean().with("courses.csv", COURSES.replace("Program;", "Program of Study;"));
    assert!(!changed.look().sheets.iter().all(|sheet| saved.knows(&sheet.headers)));
}

#[test]
fn what_is_read_as_something_else_is_told() {
    let dates = "birth_date = { column = \"DOB\", date = \"month-day-year\" }";
    let cases = vec![
        ("days", "read_as_date", one("ID,DOB\n1,03/04/2008\n2,12/25/2007\n", dates)),
        (
            "days of a spreadsheet",
            "read_as_serial_date",
            one("ID,DOB\n1,39522\n", "birth_date = { column = \"DOB\", date = \"serial\" }"),
        ),
        ("yes and no", "read_as_boolean", one("ID,H\n1,Y\n2,0\n3,\n", "hispanic_or_latino = \"H\"")),
        ("a text in a formula", "read_as_text", one("ID,SSID\n1,=\"0042\"\n", "state_student_id = \"SSID\"")),
        ("spaces", "spaces_removed", one("ID,SSID\n1, 42 \n", "state_student_id = \"SSID\"")),
        ("a code in other letters", "read_as_code", one("ID,Sex\n1,f\n", "sex = \"Sex\"")),
        (
            "a name without a comma",
            "name_not_split",
            one("ID,Name\n1,Prince\n", "last_name = { column = \"Name\", part = \"last\" }"),
        ),
        ("Windows-1252", "read_as_encoding", {
            let bytes = [b"ID,Name\n1,Jos".as_slice(), b"\xe9\n"].concat();
            Files(Vec::new()).with("students.csv", bytes).said(&students_by("first_name = \"Name\""))
        }),
        ("tabs", "read_with_delimiter", one("ID\tName\n1\tAna\n", "first_name = \"Name\"")),
        ("titles", "title_rows", one("The students\n\nID,Name\n1,Ana\n", "first_name = \"Name\"")),
        (
            "columns that are not mapped",
            "columns_not_mapped",
            one("ID,Name,Locker\n1,Ana,7\n", "first_name = \"Name\""),
        ),
        ("another file", "unknown_file", Files::clean().with("readme.pdf", "x").said(&adams())),
        (
            "a sheet of something else",
            "sheet_not_mapped",
            Files::clean().with("lockers.csv", "Locker,Key\n1,2\n").said(&adams()),
        ),
        ("a sheet without a header", "no_header", {
            let look = Files(Vec::new()).with("students.csv", "1,2\n3,4\n").look();
            look.said.iter().map(Diagnostic::to_text).collect()
        }),
        ("tables that no file fills", "table_not_filled", {
            let files = Files(Vec::new()).with("students.csv", "ID,Name\n1,Ana\n");
            tell(&files.read_after(&students_by("first_name = \"Name\""), &NothingKnown))
        }),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn numbers_school_years_and_cip_codes_are_told() {
    let courses = "ID,Title,Hours\n1,Welding,\"1,500\"\n";
    let mapping = "waymark_mapping = 1\n[[source]]\nfile = \"courses.csv\"\n[[source.table]]\nname = \"courses\"\n\
                   [source.table.columns]\ncourse_id = \"ID\"\ntitle = \"Title\"\nhours = \"Hours\"\n";
    let courses =
        Files(Vec::new()).with("courses.csv", courses).said(&Mapping::parse("mapping.toml", mapping).unwrap());
    let programs = "waymark_mapping = 1\n[[source]]\nfile = \"p.csv\"\n[[source.table]]\nname = \"programs\"\n\
                    [source.table.columns]\nprogram_id = \"CIP\"\ntitle = \"T\"\ncip_code = \"CIP\"\nbegin_year = \
                    { column = \"Y\", year = \"ending\" }\n";
    let programs = Files(Vec::new())
        .with("p.csv", "CIP,T,Y\n10101,Farm,2025\n")
        .said(&Mapping::parse("mapping.toml", programs).unwrap());
    let cases = vec![
        ("thousands", "read_as_number", courses),
        ("a CIP code without its zero", "read_as_cip", programs.clone()),
        ("a year by its end", "read_as_school_year", programs),
        ("what the mapping leaves out", "rows_left_out", Files::clean().said(&adams())),
        ("what is taken for granted", "assumed", Files::clean().said(&adams())),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn what_can_be_read_in_two_ways_is_set_aside() {
    let dates = "birth_date = \"DOB\"";
    let hours = |text: &str| {
        let mapping = "waymark_mapping = 1\n[[source]]\nfile = \"c.csv\"\n[[source.table]]\nname = \"courses\"\n\
                       [source.table.columns]\ncourse_id = \"ID\"\ntitle = \"ID\"\nhours = \"Hours\"\n";
        Files(Vec::new()).with("c.csv", text).said(&Mapping::parse("mapping.toml", mapping).unwrap())
    };
    let cases = vec![
        ("a day both ways", "ambiguous_date", one("ID,DOB\n1,03/04/2008\n2,3/15/2008\n", dates)),
        ("a year of two digits", "two_digit_year", one("ID,DOB\n1,3/15/08\n", dates)),
        ("a comma both ways", "ambiguous_number", hours("ID,Hours\n1,\"1,5\"\n2,1.5\n")),
        ("a comma among semicolons", "ambiguous_number", hours("ID;Hours\n1;1,500\n")),
        (
            "a value that the mapping does not know",
            "value_not_mapped",
            one("ID,Sex\n1,Mann\n", "sex = { column = \"Sex\", values = { \"Frau\" = \"F\" } }"),
        ),
        ("a number of days that is no day", "bad_date", one("ID,DOB\n1,39522\n", dates)),
        ("more fields than columns", "wrong_field_count", one("ID,DOB\n1,2008-03-15,x\n", dates)),
        ("a quote in the middle", "misplaced_quote", one("ID,DOB\n1 \"x\" y,2008-03-15\n", dates)),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn what_a_spreadsheet_spoiled_is_set_aside() {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("d-mmm");
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "ID").unwrap();
    sheet.write(0, 1, "SSID").unwrap();
    sheet.write_with_format(1, 0, ExcelDateTime::from_ymd(2024, 3, 5).unwrap(), &day).unwrap();
    sheet.write(1, 1, "1").unwrap();
    sheet.write(2, 0, "2").unwrap();
    sheet.write_formula(2, 1, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let mut mapping = students_by("state_student_id = \"SSID\"");
    mapping.sources[0].file = "students.xlsx".to_owned();
    let said = Files(Vec::new()).with("students.xlsx", bytes).said(&mapping);
    let cases = vec![("a day in the place of a number", "date_for_text", said.clone())];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn files_that_are_no_sheets_are_refused() {
    let said = |file: &'static str, bytes: &[u8]| {
        let mut mapping = students_by("");
        mapping.sources[0].file = file.to_owned();
        Files(Vec::new()).with(file, bytes).said(&mapping)
    };
    let cases = vec![
        ("a page that is called a workbook", "html_not_a_sheet", said("students.xls", b"<html><table>")),
        ("a broken workbook", "unreadable_workbook", said("students.xlsx", b"PK\x03\x04 and nothing")),
        ("a column that is not there", "mapped_column_missing", said("students.csv", b"Id Number,Name\n1,Ana\n")),
        ("a column that is there twice", "duplicate_column", said("students.csv", b"ID,ID\n1,2\n")),
        ("a quote that is never closed", "unclosed_quote", said("students.csv", b"ID,Name\n1,\"Ana\n")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn mappings_that_are_none_are_refused() {
    let said = |text: &str| {
        let diagnostics = Mapping::parse("mapping.toml", text).unwrap_err();
        diagnostics.iter().map(Diagnostic::to_text).collect::<String>()
    };
    let table = |table: &str| format!("waymark_mapping = 1\n[[source]]\nfile = \"a.csv\"\n[[source.table]]\n{table}");
    let cases = vec![
        ("no TOML", "not_a_mapping", said("waymark_mapping = ")),
        ("another version", "not_a_mapping", said("waymark_mapping = 2")),
        ("an unknown table", "not_a_mapping", said(&table("name = \"pupils\"\ncolumns = {}"))),
        (
            "an unknown column",
            "not_a_mapping",
            said(&table("name = \"students\"\ncolumns = { student_id = \"ID\", gender = \"S\" }")),
        ),
        (
            "a required column that nothing fills",
            "not_a_mapping",
            said(&table("name = \"courses\"\ncolumns = { course_id = \"ID\" }")),
        ),
        (
            "a code that is none",
            "not_a_mapping",
            said(&table(
                "name = \"students\"\ncolumns = { student_id = \"ID\", sex = { column = \"S\", values = { \"w\" = \"Female\" } } }",
            )),
        ),
        (
            "two things at once",
            "not_a_mapping",
            said(&table("name = \"students\"\ncolumns = { student_id = { column = \"ID\", value = \"1\" } }")),
        ),
        ("no school year", "not_a_mapping", said("waymark_mapping = 1\nschool_year = \"2025\"")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

#[test]
fn a_column_may_be_chosen_again() {
    let files = Files::clean();
    let mapping = answered(
        &files,
        &[("year", "2024-25"), ("row.0.name", "Adams"), ("c.1.1.sex", "column:SpEd"), ("c.1.1.birth_date", "")],
    );
    let students = mapping.sources[1].tables.iter().find(|table| table.table == "students").unwrap();
    assert_eq!(students.columns["sex"].column.as_deref(), Some("SpEd"));
    assert_eq!(students.columns["sex"].values["Y"], "?", "nobody knows what it stands for");
    assert!(!students.columns.contains_key("birth_date"));
}

#[test]
fn a_single_table_is_a_source_too() {
    let mapping = students_by("first_name = \"Name\"");
    let files = Files(Vec::new()).with("students.csv", "ID,Name\n1,Ana\n");
    let reading = files.at(|path| {
        let options = Options { mapping: Some(&mapping), ..Options::new(day()) };
        read(&path.join("students.csv"), &options, &mut |_| {}).unwrap()
    });
    assert_eq!(reading.rows("students"), 1);
}
