//! What a State or vendor says in words of its own, in the words of the standard.
//!
//! Two small tables may lie beside the files. `descriptors.csv` (`value,means`) says what a descriptor's value in another
//! namespace means: `uri://state.example/GradeLevelDescriptor#11,uri://ed-fi.org/GradeLevelDescriptor#Eleventh grade`.
//! `extensions.csv` (`resource,from,to`) says which property of an extension stands for one of the standard, both as JSON
//! pointers (RFC 6901): `students,/_ext/state/birthDate,/birthDate`. What the standard's own property says goes before it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::xml::Element;
use crate::{
    csv_file::{BYTE_ORDER_MARK, unreadable},
    draft::Draft,
    files::Files,
    records::{Record, Records},
};

const DESCRIPTORS: &str = "descriptors.csv";
const EXTENSIONS: &str = "extensions.csv";

/// Whether a file of that name says how to read others.
pub(super) fn is_mapping(name: &str) -> bool {
    [DESCRIPTORS, EXTENSIONS].contains(&name)
}

/// Both tables.
#[derive(Debug, Default)]
pub(super) struct Mappings {
    descriptors: BTreeMap<String, String>,
    extensions: Vec<Extension>,
}

#[derive(Debug)]
struct Extension {
    resource: String,
    from: String,
    to: String,
}

impl Mappings {
    /// Reads them where they are.
    pub(super) fn read(files: &Files, draft: &mut Draft<'_>) -> Self {
        let mut mappings = Self::default();
        for row in rows(files, DESCRIPTORS, &["value", "means"], draft) {
            let [value, means] = &row[..] else { continue };
            mappings.descriptors.insert(value.clone(), means.clone());
        }
        for row in rows(files, EXTENSIONS, &["resource", "from", "to"], draft) {
            let [resource, from, to] = &row[..] else { continue };
            let (resource, from, to) = (resource.clone(), from.clone(), to.clone());
            mappings.extensions.push(Extension { resource, from, to });
        }
        mappings
    }

    /// Puts the standard's words in place of others, in an element and all that stands in it.
    pub(super) fn translate(&self, element: &mut Element) {
        if self.descriptors.is_empty() {
            return;
        }
        if let Some(means) = self.descriptors.get(&element.text) {
            element.text.clone_from(means);
        }
        for child in &mut element.children {
            self.translate(child);
        }
    }

    /// Copies what extensions say to where the standard has it.
    pub(super) fn extend(&self, resource: &str, object: &mut Map<String, Value>) {
        for extension in self.extensions.iter().filter(|extension| extension.resource == resource) {
            let whole = Value::Object(std::mem::take(object));
            let value = whole.pointer(&extension.from).cloned();
            let Value::Object(back) = whole else { continue };
            *object = back;
            if let (Some(value), Some(key)) = (value, extension.to.strip_prefix('/')) {
                object.entry(key).or_insert(value);
            }
        }
    }
}

/// The rows of a table with that header.
fn rows(files: &Files, name: &str, header: &[&str], draft: &mut Draft<'_>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    if files.size(name).is_none() {
        return rows;
    }
    let opened = files.open(name, &mut |source| {
        let mut records = Records::new(source, draft.options.limits.field_bytes);
        if records.peek(3).is_ok_and(|bytes| bytes == BYTE_ORDER_MARK) {
            records.skip(BYTE_ORDER_MARK.len());
        }
        let mut record = Record::default();
        loop {
            match records.next(&mut record) {
                Ok(true) => rows.push(record.to_texts()),
                Ok(false) => break,
                Err(error) => return draft.refuse(unreadable(name, &error)),
            }
        }
    });
    if let Err(diagnostic) = opened {
        draft.refuse(*diagnostic);
    }
    if rows.first().is_none_or(|first| first != header) || rows.iter().any(|row| row.len() != header.len()) {
        let message = "this table says how other files are to be read, and has other columns";
        let diagnostic = Diagnostic::new("wrong_mapping", Severity::Fatal, Place::file(name), message);
        draft.refuse(diagnostic.expected(format!("`{}` in every row", header.join(","))));
        return Vec::new();
    }
    rows.remove(0);
    rows
}
