//! Where rules say what they found.

use waymark_diagnostics::{Diagnostic, Place};

use super::Rule;
use crate::{
    dataset::{At, Dataset},
    reading::Findings,
};

/// Takes what one rule found.
pub(crate) struct Report<'a> {
    rule: &'a Rule,
    data: &'a Dataset<'a>,
    findings: &'a mut Findings,
}

impl<'a> Report<'a> {
    pub(super) fn new(rule: &'a Rule, data: &'a Dataset<'a>, findings: &'a mut Findings) -> Self {
        Self { rule, data, findings }
    }

    /// Something is wrong with a row, in that column. The message is made only where it will be shown.
    pub(super) fn row(&mut self, at: At, column: &str, message: impl FnOnce() -> String) {
        let data = self.data;
        self.add(|| data.place(at).column(column), message);
    }

    /// Something is wrong with a table as a whole.
    pub(super) fn table(&mut self, table: &str, message: impl FnOnce() -> String) {
        let data = self.data;
        self.add(|| Place::file(data.file_of(table)), message);
    }

    fn add(&mut self, place: impl FnOnce() -> Place, message: impl FnOnce() -> String) {
        let Rule { name, severity, help, .. } = *self.rule;
        self.findings.add_with(name, severity, || Diagnostic::new(name, severity, place(), message()).help(help));
    }
}
