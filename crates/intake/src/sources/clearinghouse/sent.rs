//! The graduates file that was sent: lines of tabs between `PH3` and `PT3`. `waymark export clearinghouse` writes one.

use std::io::{BufRead, BufReader, Read};

use waymark_diagnostics::{Diagnostic, Place, Severity};

use crate::{draft::Draft, files::Files};

/// Column J, the student's identifier, of a row of a student.
const STUDENT_ID: usize = 9;
/// Bytes of a line; a row has 28 fields of at most a few dozen characters.
const LINE_BYTES: u64 = 64 << 10;

/// Whom the clearinghouse was asked about, each with the line.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) students: Vec<(String, Place)>,
}

impl Sent {
    /// Reads the file if it is one that was sent.
    pub(super) fn read(&mut self, files: &Files, name: &str, draft: &mut Draft<'_>) -> bool {
        let mut is_one = false;
        let opened = files.open(name, &mut |source| is_one = self.read_lines(name, source, draft));
        if let Err(diagnostic) = opened {
            draft.refuse(*diagnostic);
        }
        is_one
    }

    fn read_lines(&mut self, name: &str, source: &mut dyn Read, draft: &mut Draft<'_>) -> bool {
        let mut lines = BufReader::new(source);
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            line.clear();
            match lines.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    let message = format!("cannot read: {error}");
                    draft.refuse(Diagnostic::new("cannot_read", Severity::Fatal, Place::file(name), message));
                    break;
                }
            }
            number += 1;
            let text = String::from_utf8_lossy(&line);
            let fields: Vec<&str> = text.trim_end_matches(['\r', '\n']).split('\t').collect();
            match fields[0] {
                "PH3" if number == 1 => {}
                _ if number == 1 => return false,
                "PD3" | "ED3" => {
                    if let Some(id) = fields.get(STUDENT_ID).map(|id| id.trim()).filter(|id| !id.is_empty()) {
                        self.students.push((id.to_owned(), Place::line(name, number)));
                    }
                }
                _ => {}
            }
        }
        number > 0
    }
}
