//! Reports of the National Student Clearinghouse (`StudentTracker`, detail): who went to college, where, and what came of
//! it.
//!
//! | row | table |
//! | --- | --- |
//! | a term: `Enrollment Begin` | `postsecondary_enrollments` |
//! | a degree: `Graduated?` is `Y` | `postsecondary_awards` |
//! | every student | `postsecondary_matches`: `yes`, `no`, or `blocked` |
//!
//! Columns are known by their names, of which there are two generations (`Record Found Y/N`, `RECORD_FOUND_Y/N`).
//!
//! `no` means that the clearinghouse knows of no enrollment. `blocked` means that it has a record and does not show it:
//! a row that is found and names no college; or, where the graduates file that was sent lies beside the report, a student
//! in it of whom the report says nothing at all. Neither says that a student is in no college.
//!
//! Enrollments that begin before the student graduated (dual enrollment) are rows like the others: what is computed of
//! them goes by the graduation day, and leaves them out.

mod answers;
mod header;
mod ids;
mod institution;
mod sent;
#[cfg(test)]
mod tests;

use std::{io::Read, sync::Arc};

use waymark_diagnostics::{Diagnostic, Place, Severity};
use waymark_terms::bundle::Table;

use self::{answers::Answers, header::Header, ids::Ids, sent::Sent};
use crate::{
    Extent, Progress, TableBuilder,
    csv_file::{
        BYTE_ORDER_MARK, check_encoding, check_utf8, lone_returns, misplaced_quote, unreadable, wrong_field_count,
    },
    draft::Draft,
    files::Files,
    records::{Record, Records, RecordsError},
    value,
};

/// How many rows lie between two reports of progress.
const PROGRESS_EVERY: u64 = 4096;

/// Whether a report is among the files.
pub(super) fn is_report(files: &Files) -> bool {
    files.names().any(|name| is_detail(files, name))
}

fn is_detail(files: &Files, name: &str) -> bool {
    let mut found = false;
    // What cannot be opened is told by who reads it for good.
    let _ = files.open(name, &mut |source| found = header::is_of_a_report(source));
    found
}

/// Reads every report, and the graduates files that lie beside them.
pub(super) fn read(files: &Files, draft: &mut Draft<'_>) {
    draft.extent = Extent::Part;
    let mut sent = Sent::default();
    let mut reports = Vec::new();
    for name in files.names() {
        if is_detail(files, name) {
            reports.push(name);
        } else if !sent.read(files, name, draft) {
            draft.note(&not_read(name));
        }
    }
    let ids = Ids::new(draft.options.known);
    let mut answers = Answers::default();
    for name in reports {
        let file: Arc<str> = Arc::from(name);
        let mut report = Report::new(draft, files, &file);
        let opened = files.open(name, &mut |source| {
            if let Err(diagnostics) = report.read(source, &ids, &mut answers, draft) {
                for diagnostic in diagnostics {
                    draft.refuse(diagnostic);
                }
            }
        });
        if let Err(diagnostic) = opened {
            draft.refuse(*diagnostic);
        }
        report.accept(draft);
    }
    answers.add_unanswered(&sent, &ids);
    answers.push(draft);
}

/// A report that is being read.
struct Report {
    file: Arc<str>,
    size: u64,
    /// The day of the search, where the rows do not say it.
    run_on: Option<String>,
    rows: u64,
    enrollments: TableBuilder,
    awards: TableBuilder,
    before_graduation: u64,
}

impl Report {
    fn new(draft: &Draft<'_>, files: &Files, file: &Arc<str>) -> Self {
        let size = files.size(file).unwrap_or_default();
        let builder = |name: &str| {
            let Some(table) = Table::named(name) else { unreachable!("`{name}` is a table of the bundle") };
            let mut builder = draft.table(table, file);
            builder.bytes = size;
            builder
        };
        Self {
            file: Arc::clone(file),
            size,
            run_on: header::run_on(file),
            rows: 0,
            enrollments: builder("postsecondary_enrollments"),
            awards: builder("postsecondary_awards"),
            before_graduation: 0,
        }
    }

    fn read(
        &mut self,
        source: &mut dyn Read,
        ids: &Ids,
        answers: &mut Answers,
        draft: &mut Draft<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let file = Arc::clone(&self.file);
        let failed = |error: RecordsError| vec![unreadable(&file, &error)];
        let mut records = Records::new(source, draft.options.limits.field_bytes);
        check_encoding(&file, records.peek(4).map_err(|error| failed(error.into()))?).map_err(|d| vec![*d])?;
        if records.peek(3).is_ok_and(|bytes| bytes == BYTE_ORDER_MARK) {
            records.skip(BYTE_ORDER_MARK.len());
        }
        let mut record = Record::default();
        records.next(&mut record).map_err(failed)?;
        check_utf8(&file, &record).map_err(|d| vec![*d])?;
        let header = Header::new(&file, record.to_texts())?;
        while records.next(&mut record).map_err(failed)? {
            check_utf8(&file, &record).map_err(|d| vec![*d])?;
            self.rows += 1;
            self.take(&header, &record, ids, answers, draft);
            if self.rows.is_multiple_of(PROGRESS_EVERY) {
                draft.progress(Progress::Reading { file: &file, bytes: records.bytes_read(), of: self.size });
            }
        }
        draft.progress(Progress::Reading { file: &file, bytes: records.bytes_read(), of: self.size });
        if records.lone_returns() > 0 {
            draft.note(&lone_returns(&file, records.lone_returns()));
        }
        Ok(())
    }

    fn take(&mut self, header: &Header, record: &Record, ids: &Ids, answers: &mut Answers, draft: &mut Draft<'_>) {
        let place = Place::line(&*self.file, record.line);
        if let Some(reason) = malformed(header, record, &place) {
            return self.set_aside(header, record, vec![reason]);
        }
        let row = Row { header, record, place: &place };
        let student = match row.student(ids) {
            Ok(student) => student,
            Err(reason) => return self.set_aside(header, record, vec![*reason]),
        };
        let found = match row.found() {
            Ok(found) => found,
            Err(reason) => return self.set_aside(header, record, vec![*reason]),
        };
        let searched = row.day("searchdate");
        let searched = if searched.is_empty() { self.run_on.clone().unwrap_or_default() } else { searched };
        answers.add(&student, &searched, found, &place);
        if found != "yes" {
            return;
        }
        if row.get("graduated").eq_ignore_ascii_case("y") {
            let cip_code = row.cip("degreecip1", draft);
            let title = row.get("degreetitle");
            let kind = institution::award_kind(title);
            if kind.is_empty() {
                draft.note(&unknown_award(&place, title));
            }
            let awarded_on = row.day("graduationdate");
            let values = [
                ("student_id", student.as_str()),
                ("institution_id", row.get("collegecodebranch")),
                ("institution_name", row.get("collegename")),
                ("awarded_on", &awarded_on),
                ("kind", kind),
                ("title", title),
                ("cip_code", &cip_code),
            ];
            self.awards.push(record.line, &values);
            return;
        }
        let (begin_date, end_date) = (row.day("enrollmentbegin"), row.day("enrollmentend"));
        let left_school = row.day("highschoolgraddate");
        if !left_school.is_empty() && !begin_date.is_empty() && begin_date <= left_school {
            self.before_graduation += 1;
        }
        let cip_code = row.cip("enrollmentcip1", draft);
        let values = [
            ("student_id", student.as_str()),
            ("institution_id", row.get("collegecodebranch")),
            ("institution_name", row.get("collegename")),
            ("state", row.get("collegestate")),
            ("level", row.code("2year4year", "level", institution::level, draft)),
            ("control", row.code("publicprivate", "control", institution::control, draft)),
            ("begin_date", &begin_date),
            ("end_date", &end_date),
            ("status", row.code("enrollmentstatus", "status", institution::status, draft)),
            ("cip_code", &cip_code),
        ];
        self.enrollments.push(record.line, &values);
    }

    fn set_aside(&mut self, header: &Header, record: &Record, reasons: Vec<Diagnostic>) {
        self.enrollments.set_aside(record.line, Arc::clone(&header.names), record.to_texts(), reasons);
    }

    fn accept(mut self, draft: &mut Draft<'_>) {
        // A row may say of a term and of a search at once.
        self.enrollments.rows_read = self.rows;
        self.awards.rows_read = 0;
        draft.accept(self.enrollments);
        draft.accept(self.awards);
        if self.before_graduation > 0 {
            draft.note(&before_graduation(&self.file, self.before_graduation));
        }
    }
}

fn malformed(header: &Header, record: &Record, place: &Place) -> Option<Diagnostic> {
    let (found, expected) = (record.len(), header.names.len());
    if record.too_long {
        let message = "a field of the row is too long, or it has too many fields";
        Some(Diagnostic::new("value_too_long", Severity::Error, place.clone(), message))
    } else if record.misplaced_quote {
        Some(misplaced_quote(place.clone()))
    } else if found < expected || (expected..found).any(|field| !record.text(field).is_empty()) {
        Some(wrong_field_count(place.clone(), found, expected))
    } else {
        None
    }
}

/// A row of a report.
struct Row<'r> {
    header: &'r Header,
    record: &'r Record,
    place: &'r Place,
}

impl<'r> Row<'r> {
    /// The value of a column, by its name without what is no letter or digit.
    fn get(&self, column: &str) -> &'r str {
        self.header.position(column).map_or("", |position| self.record.text(position).trim())
    }

    /// A day that is written `YYYYMMDD`, as `YYYY-MM-DD`; another as it stands.
    fn day(&self, column: &str) -> String {
        let text = self.get(column);
        if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
        } else {
            text.to_owned()
        }
    }

    /// The student whom the district asked about.
    fn student(&self, ids: &Ids) -> Result<String, Box<Diagnostic>> {
        let (column, echoed) = match self.get("requesterreturnfield") {
            "" => ("youruniqueidentifier", self.get("youruniqueidentifier")),
            echoed => ("requesterreturnfield", echoed),
        };
        let place = || self.place.clone().column(self.header.name(column));
        ids.meant(echoed).map_err(|several| Box::new(ambiguous(place(), echoed, &several)))
    }

    /// Whether a record was found: `yes`, `no`, or `blocked`.
    fn found(&self) -> Result<&'static str, Box<Diagnostic>> {
        let found = self.get("recordfoundyn");
        match found.to_ascii_lowercase().as_str() {
            "y" | "yes" if self.get("collegecodebranch").is_empty() && self.get("collegename").is_empty() => {
                Ok("blocked")
            }
            "y" | "yes" => Ok("yes"),
            "n" | "no" => Ok("no"),
            "b" | "blocked" => Ok("blocked"),
            _ => {
                let place = self.place.clone().column(self.header.name("recordfoundyn"));
                let message = "the row does not say whether a record was found";
                Err(Box::new(
                    Diagnostic::new("unknown_code", Severity::Error, place, message)
                        .value(found)
                        .expected("`Y` or `N`"),
                ))
            }
        }
    }

    /// A code of `postsecondary_enrollments`; what is none is said and taken as not known.
    fn code(
        &self,
        column: &str,
        meant_for: &str,
        meaning: fn(&str) -> Option<&'static str>,
        draft: &mut Draft<'_>,
    ) -> &'static str {
        let text = self.get(column);
        if let Some(code) = meaning(text) {
            return code;
        }
        let place = self.place.clone().column(self.header.name(column));
        let message = format!("this is no code of `{meant_for}`; it is taken as not known");
        draft.note(&Diagnostic::new("unknown_code", Severity::Warning, place, message).value(text));
        ""
    }

    /// A CIP code, which is written without its point; spreadsheets take the leading zero away.
    fn cip(&self, column: &str, draft: &mut Draft<'_>) -> String {
        let text = self.get(column);
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match (digits, text.len()) {
            (true, 6) => format!("{}.{}", &text[..2], &text[2..]),
            (true, 5) => {
                let read = format!("0{}.{}", &text[..1], &text[1..]);
                let place = self.place.clone().column(self.header.name(column));
                let message = format!("the code has lost its leading zero; it is read as {read}");
                draft.note(&Diagnostic::new("lost_zero", Severity::Warning, place, message).value(text));
                read
            }
            _ => text.to_owned(),
        }
    }
}

fn ambiguous(place: Place, echoed: &str, several: &[String]) -> Diagnostic {
    let message = "the clearinghouse writes identifiers in capitals, and several students have this one";
    let names: Vec<String> = several.iter().map(|id| format!("`{id}`")).collect();
    Diagnostic::new("ambiguous_student", Severity::Error, place, message)
        .value(echoed)
        .expected(format!("one of {}", names.join(", ")))
        .help("ask with identifiers that differ in more than capitals")
}

fn unknown_award(place: &Place, title: &str) -> Diagnostic {
    let message = "the title does not say what kind of award it is; its kind is not known";
    let place = place.clone().column("Degree Title");
    Diagnostic::new("award_of_unknown_kind", Severity::Note, place, message).value(title)
}

fn before_graduation(file: &str, count: u64) -> Diagnostic {
    let message = format!(
        "{count} enrollments begin by the day on which the student graduated: dual enrollment, which no rate counts"
    );
    Diagnostic::new("enrolled_before_graduation", Severity::Note, Place::file(file), message)
}

fn not_read(file: &str) -> Diagnostic {
    let message = "this is neither a report of the clearinghouse nor a file that was sent to it; it is not read";
    Diagnostic::new("file_not_read", Severity::Note, Place::file(file), message)
}

/// Whether it is a day that a column of the bundle can have.
fn is_day(text: &str) -> bool {
    Table::named("postsecondary_matches")
        .and_then(|table| table.column("searched_on"))
        .is_some_and(|column| value::read(column, text, 16).is_ok())
}
