//! Every rule's doc comment is its page and its test.

use std::{collections::BTreeMap, env, fmt::Write, fs, path::PathBuf};

use chrono::NaiveDate;
use waymark_terms::bundle::Table;

use super::{RULES, Rule};
use crate::{Options, csv_file, draft::Draft, reading::Finding, summary::Summary};

const HEADINGS: [&str; 5] = ["What is wrong", "Why it matters", "Worked example", "Set right", "Severity"];

/// Files by name.
type Files = BTreeMap<String, String>;

struct Page {
    sections: Vec<(String, String)>,
}

impl Page {
    fn of(rule: &Rule) -> Self {
        let path = PathBuf::from("src/rules").join(format!("{}.rs", rule.name));
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let before = source.split("pub(super) const RULE").next().unwrap();
        let doc = before
            .lines()
            .filter_map(|line| line.strip_prefix("///"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line));
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in doc {
            match line.strip_prefix("# ") {
                Some(heading) => sections.push((heading.to_owned(), String::new())),
                None => writeln!(sections.last_mut().unwrap().1, "{line}").unwrap(),
            }
        }
        Self { sections }
    }

    fn section(&self, heading: &str) -> &str {
        &self.sections.iter().find(|(name, _)| name == heading).unwrap().1
    }

    /// The CSV files in a section, by the names behind the fence.
    fn files(&self, heading: &str) -> Files {
        let mut files = Files::new();
        let mut open: Option<&str> = None;
        for line in self.section(heading).lines() {
            match (open, line.strip_prefix("```")) {
                (None, Some(fence)) => open = fence.strip_prefix("csv "),
                (Some(_), Some(_)) => open = None,
                (Some(file), None) => writeln!(files.entry(file.to_owned()).or_default(), "{line}").unwrap(),
                (None, None) => {}
            }
        }
        files
    }

    fn markdown(&self, rule: &Rule) -> String {
        let mut text = format!("# `{}`\n\n", rule.name);
        for (heading, section) in &self.sections {
            // The word behind `csv` is the file's name: a page shows it above the block.
            let mut shown = String::new();
            for line in section.trim_end().lines() {
                match line.strip_prefix("```csv ") {
                    Some(file) => writeln!(shown, "`{file}`\n\n```csv").unwrap(),
                    None => writeln!(shown, "{line}").unwrap(),
                }
            }
            writeln!(text, "## {heading}\n\n{}\n", shown.trim()).unwrap();
        }
        writeln!(text, "What to do: {}.", rule.help).unwrap();
        text
    }
}

fn findings(files: &Files) -> Vec<Finding> {
    let today = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    let first = Options::new(today);
    let (previous, current): (Files, Files) =
        files.clone().into_iter().partition(|(name, _)| name.starts_with("previous/"));
    let mut silent = |_: crate::Progress<'_>| {};
    let mut draft = Draft::new(&first, &mut silent);
    fill(&mut draft, &previous);
    let summary = Summary::of(&draft.parts);
    let options = Options { previous: (!previous.is_empty()).then_some(&summary), ..first };
    let mut silent = |_: crate::Progress<'_>| {};
    let mut draft = Draft::new(&options, &mut silent);
    fill(&mut draft, &current);
    let summary = Summary::of(&draft.parts);
    super::check(&mut draft, &summary);
    let reading = draft.finish(summary);
    assert_eq!(reading.set_aside, [], "an example must be readable");
    reading.findings
}

fn fill(draft: &mut Draft<'_>, files: &Files) {
    for (name, text) in files {
        let file = name.trim_start_matches("previous/");
        let table = Table::named(file.trim_end_matches(".csv")).unwrap_or_else(|| panic!("{file}"));
        csv_file::read(draft, table, file, text.len() as u64, text.as_bytes());
    }
    draft.checkpoint().unwrap();
}

#[test]
fn rules_are_named_as_their_files_and_in_order() {
    let folder = PathBuf::from("src/rules");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let beside = ["mod.rs", "report.rs", "examples.rs", "snapshots"];
    let mut files: Vec<String> = files.filter(|file| !beside.contains(&file.as_str())).collect();
    files.sort();
    assert_eq!(files, RULES.iter().map(|rule| format!("{}.rs", rule.name)).collect::<Vec<_>>());
    for rule in RULES {
        let headings: Vec<String> = Page::of(rule).sections.into_iter().map(|(heading, _)| heading).collect();
        assert_eq!(headings, HEADINGS, "{}", rule.name);
    }
}

#[test]
fn the_severity_is_the_one_that_the_page_states() {
    for rule in RULES {
        let page = Page::of(rule);
        let stated = page.section("Severity").split(':').next().unwrap().to_lowercase();
        assert_eq!(stated, rule.severity.name(), "{}", rule.name);
    }
}

#[test]
fn worked_examples_are_found() {
    let mut text = String::new();
    for rule in RULES {
        let found = findings(&Page::of(rule).files("Worked example"));
        let own = found.iter().find(|finding| finding.code == rule.name);
        let own = own.unwrap_or_else(|| panic!("{} does not see its own example", rule.name));
        assert_eq!(own.severity, rule.severity);
        own.examples.iter().for_each(|diagnostic| writeln!(text, "{}", diagnostic.to_text()).unwrap());
    }
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_set_right_is_not() {
    for rule in RULES {
        let page = Page::of(rule);
        let right = page.files("Set right");
        assert!(!right.is_empty(), "{}", rule.name);
        let mut files = page.files("Worked example");
        files.extend(right);
        let found = findings(&files);
        assert!(found.iter().all(|finding| finding.code != rule.name), "{}: {found:?}", rule.name);
    }
}

#[test]
fn pages_are_up_to_date() {
    let folder = PathBuf::from("../../docs/data-quality");
    let mut index = String::from(
        "# Data quality\n\nWhat Waymark looks for in rows that could be read. The pages are made from the rules' own comments. What keeps \
         a row from being read at all is told in [reading.md](reading.md), and what other formats are read as in \
         [formats.md](formats.md).\n\n\
         | rule | severity | what is wrong |\n| --- | --- | --- |\n",
    );
    let mut pages = Files::new();
    for rule in RULES {
        let page = Page::of(rule);
        let what = page.section("What is wrong").trim().replace('\n', " ");
        writeln!(index, "| [`{0}`]({0}.md) | {1} | {what} |", rule.name, rule.severity).unwrap();
        pages.insert(format!("{}.md", rule.name), page.markdown(rule));
    }
    pages.insert("README.md".to_owned(), index);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let written = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(written == *text, "docs/data-quality/{name} is not up to date: run the tests with UPDATE_DOCS=1");
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            pages.contains_key(&name) || ["formats.md", "reading.md"].contains(&name.as_str()),
            "docs/data-quality/{name} belongs to no rule"
        );
    }
}
