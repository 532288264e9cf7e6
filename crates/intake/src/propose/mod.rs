//! A mapping for files that nobody mapped yet: proposed by names, values and code sets, each with its reason.
//!
//! What cannot be told is left open (`?`) and has to be answered before anything is read. What the files do not say and
//! has to be taken for granted stands in the mapping as `assumes`.

mod columns;
mod tables;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use columns::Names;
use vocabulary::{Vocabulary, common, system};

use waymark_terms::bundle::{Column, Table};

use crate::{
    mapping::{ColumnMapping, FixedRow, Mapping, Source, UNANSWERED},
    sheets::look::{Look, SheetLook},
};

/// What a district is called in the tables, where no file gives it an identifier.
const DISTRICT: &str = "district";

/// Proposes a mapping for the sheets. Sheets that a saved mapping knows by their headers are mapped as it says.
pub fn propose(look: &Look, saved: &[Mapping]) -> Mapping {
    let proposer = Proposer::new(look);
    let mut mapping = Mapping { title: proposer.title(), ..Mapping::default() };
    let mut fixed: Vec<FixedRow> = Vec::new();
    for sheet in &look.sheets {
        let known = saved.iter().find_map(|mapping| {
            let source = mapping.sources.iter().find(|source| source.has_headers(&sheet.headers))?;
            Some((mapping, source))
        });
        if let Some((from, source)) = known {
            let named = Source { file: sheet.file.clone(), sheet: sheet.sheet.clone(), ..source.clone() };
            mapping.title.clone_from(&from.title);
            fixed.extend(from.rows.iter().filter(|row| !fixed.contains(row)).cloned().collect::<Vec<_>>());
            mapping.sources.push(named);
        } else if let Some(source) = proposer.source(sheet) {
            mapping.sources.push(source);
        }
    }
    if fixed.is_empty() && mapping.sources.iter().any(names_district) {
        fixed.push(proposer.district());
    }
    mapping.rows = fixed;
    if mapping.asks_school_year() {
        mapping.school_year = Some(UNANSWERED.to_owned());
    }
    mapping
}

/// How a column that somebody chose is written, and what its values stand for.
pub(crate) fn refill(
    look: &Look,
    sheet: &SheetLook,
    table: &'static Table,
    column: &'static Column,
    header: &str,
) -> ColumnMapping {
    let word = match (table.name, column.name) {
        ("course_outcomes", "status") => "mark",
        ("program_courses", "level") => "course_level",
        ("work_based_learning", "kind") => "work_kind",
        ("diplomas", "kind") => "diploma_kind",
        (_, name) => name,
    };
    let proposer = Proposer::new(look);
    // The sheet of the look itself, for what a proposer holds lives as long as that.
    match look.sheets.iter().find(|own| own.label == sheet.label) {
        Some(sheet) => Names::new(&proposer, sheet).fill_chosen(column, word, header),
        None => ColumnMapping::of_column(header),
    }
}

/// Whether something of the sheet belongs to the district that no file names.
fn names_district(source: &Source) -> bool {
    let columns = source.tables.iter().flat_map(|table| table.columns.values());
    columns.into_iter().any(|column| column.value.as_deref() == Some(DISTRICT))
}

/// What is known of the files while a mapping for them is proposed.
struct Proposer<'l> {
    look: &'l Look,
    /// The surest first.
    vocabularies: Vec<Vocabulary>,
    /// Which word names an organization in the most files.
    organization: &'static str,
    /// The sheets whose kind is told, by label.
    kinds: BTreeMap<String, String>,
    /// Columns that students and courses have in several sheets, by sheet and word.
    shared: BTreeMap<(String, &'static str), String>,
}

impl<'l> Proposer<'l> {
    fn new(look: &'l Look) -> Self {
        let headings = look.sheets.iter().flat_map(|sheet| &sheet.headers).map(String::as_str);
        let vocabularies: Vec<Vocabulary> = system(headings).into_iter().chain([common()]).collect();
        let mut proposer =
            Self { look, vocabularies, organization: "school_code", kinds: BTreeMap::new(), shared: BTreeMap::new() };
        for sheet in &look.sheets {
            if let Some(kind) = proposer.kind(sheet) {
                proposer.kinds.insert(sheet.label.clone(), kind);
            }
        }
        proposer.choose_organization();
        for word in ["student_id", "course_id"] {
            proposer.choose_shared(word);
        }
        proposer
    }

    fn title(&self) -> String {
        match self.vocabularies.as_slice() {
            [system, _] => format!("Exports of {}", system.title),
            _ => "Exports of the district".to_owned(),
        }
    }

    /// The table that a sheet is.
    fn kind(&self, sheet: &SheetLook) -> Option<String> {
        let rules = self.vocabularies.iter().flat_map(|vocabulary| &vocabulary.tables);
        rules
            .into_iter()
            .find(|rule| {
                let mut names = Names::new(self, sheet);
                rule.needs.iter().all(|group| group.iter().any(|word| names.find(word).is_some()))
            })
            .map(|rule| rule.name.clone())
    }

    /// Organizations go by code where all sheets that name a school have one, or else by name.
    fn choose_organization(&mut self) {
        let named = |word: &str, sheet: &SheetLook| Names::new(self, sheet).find(word).is_some();
        let kinds = ["students", "enrollments", "course_outcomes"];
        let concerned: Vec<&SheetLook> = self
            .look
            .sheets
            .iter()
            .filter(|sheet| self.kinds.get(&sheet.label).is_some_and(|kind| kinds.contains(&kind.as_str())))
            .filter(|sheet| named("school_code", sheet) || named("school_name", sheet))
            .collect();
        let all = |word: &str| concerned.iter().all(|sheet| named(word, sheet));
        self.organization = if all("school_code") || !all("school_name") { "school_code" } else { "school_name" };
    }

    /// Where a sheet has several columns that may be the number of a student or course, the one whose values other
    /// sheets have too.
    fn choose_shared(&mut self, word: &'static str) {
        let candidates: Vec<(&SheetLook, Vec<String>)> = self
            .look
            .sheets
            .iter()
            .filter(|sheet| self.kinds.contains_key(&sheet.label))
            .map(|sheet| (sheet, Names::new(self, sheet).all(word)))
            .collect();
        let mut chosen = Vec::new();
        for (at, (sheet, names)) in candidates.iter().enumerate().filter(|(_, (_, names))| names.len() > 1) {
            let shared = |name: &String| -> usize {
                let Some(own) = sheet.column(name) else { return 0 };
                let others = candidates.iter().enumerate().filter(|(other, _)| *other != at);
                let others = others.flat_map(|(_, (sheet, names))| names.iter().filter_map(|name| sheet.column(name)));
                others.map(|other| own.shared(other)).max().unwrap_or(0)
            };
            // Of equals the first, whose name is the surest.
            let best = names.iter().rev().max_by_key(|name| shared(name));
            if let Some(best) = best.filter(|best| shared(best) > 0) {
                chosen.push(((sheet.label.clone(), word), best.clone()));
            }
        }
        self.shared.extend(chosen);
    }

    /// The district itself, which the files belong to and do not list.
    fn district(&self) -> FixedRow {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for sheet in &self.look.sheets {
            let column = Names::new(self, sheet).find("district_name").and_then(|found| sheet.column(&found.header));
            names.extend(column.into_iter().flat_map(|column| column.values.keys()).map(String::as_str));
        }
        names.remove("");
        let name = if names.len() == 1 { names.pop_first() } else { None }.unwrap_or(UNANSWERED);
        let columns = [("organization_id", DISTRICT), ("name", name), ("kind", "district")];
        FixedRow {
            table: "organizations".to_owned(),
            assumes: Some("all schools in these files belong to one district".to_owned()),
            columns: columns.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        }
    }

    fn source(&self, sheet: &SheetLook) -> Option<Source> {
        let kind = self.kinds.get(&sheet.label)?;
        let tables = tables::propose(self, sheet, kind);
        (!tables.is_empty()).then(|| Source {
            file: sheet.file.clone(),
            sheet: sheet.sheet.clone(),
            headers: sheet.headers.clone(),
            tables,
            ..Source::default()
        })
    }
}
