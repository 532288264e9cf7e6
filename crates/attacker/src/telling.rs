//! A report in words, and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    read::Publication,
    report::{CellName, Finding, FindingKind, Report, Summary, Verdict},
};

/// A report as JSON: `docs/release-format.md` takes its certificate from `summary`.
#[derive(Serialize)]
struct Json<'a> {
    broken: bool,
    summary: &'a Summary,
    assumptions: &'a [String],
    findings: &'a [Finding],
    cells: Vec<JsonCell>,
}

#[derive(Serialize)]
struct JsonCell {
    #[serde(flatten)]
    name: CellName,
    low: i64,
    high: Option<i64>,
    exact: bool,
    verdict: Verdict,
}

impl Report {
    /// All of it as JSON, with every hidden number. `publications` are those that were attacked.
    pub fn to_json(&self, publications: &[Publication]) -> String {
        let cells = self.cells.iter().map(|cell| JsonCell {
            name: cell.name(publications),
            low: cell.low,
            high: cell.high,
            exact: cell.exact,
            verdict: cell.verdict,
        });
        let json = Json {
            broken: self.broken(),
            summary: &self.summary,
            assumptions: &self.assumptions,
            findings: &self.findings,
            cells: cells.collect(),
        };
        serde_json::to_string_pretty(&json).unwrap_or_default()
    }

    /// What was found, the way there, and what would close it; `most` findings of them.
    pub fn in_words(&self, most: usize) -> String {
        let mut text = String::new();
        for assumption in &self.assumptions {
            let _ = writeln!(text, "assumed of {assumption}");
        }
        if !self.assumptions.is_empty() {
            text.push('\n');
        }
        let (public, one): (Vec<&Finding>, Vec<&Finding>) =
            self.findings.iter().partition(|finding| finding.kind != FindingKind::OneStudent);
        for finding in public.iter().chain(&one).take(most) {
            let _ = writeln!(text, "{}: {}", finding.cell, what(finding));
            for step in &finding.how {
                let _ = writeln!(text, "    {step}");
            }
            let _ = writeln!(text, "    fix: {}\n", finding.fix);
        }
        let told = public.len() + one.len();
        if told > most {
            let _ = writeln!(text, "and {} more\n", told - most);
        }
        text.push_str(&self.summary.in_words());
        let end = match (self.broken(), self.summary.undecided) {
            (true, _) => "It can be broken.",
            (false, 0) => "Nothing that is hidden can be worked out.",
            (false, _) => "Nothing was worked out, but not all of it is proven.",
        };
        let _ = writeln!(text, "{end}");
        text
    }
}

fn what(finding: &Finding) -> String {
    match finding.kind {
        FindingKind::SmallCount => "a small count is shown".to_owned(),
        FindingKind::SmallComplement => format!("all but {} are shown to be of it", finding.low),
        FindingKind::WholeGroup => "all of a group, or none".to_owned(),
        FindingKind::Correction => "a correction tells of single students".to_owned(),
        FindingKind::Symbols => "the symbols tell".to_owned(),
        FindingKind::Contradiction => "the figures contradict each other".to_owned(),
        FindingKind::OneStudent => format!("one student could know that it is {}", finding.low),
        _ => match finding.high {
            Some(high) if high == finding.low => format!("hidden, and it is {high}"),
            Some(high) => format!("hidden, and it is {} to {high}", finding.low),
            None => format!("hidden, and it is {} or more", finding.low),
        },
    }
}

impl Summary {
    /// The numbers of an attack, a line each.
    pub fn in_words(&self) -> String {
        let mut text = format!("Attacked together: {}\n", self.together.join(", "));
        let minimum =
            format!("below {} are to be protected, with {} possible values at the least", self.minimum, self.width);
        let _ = writeln!(text, "Counts {minimum}");
        let lines = [
            ("numbers shown", self.shown),
            ("numbers hidden", self.hidden),
            ("equations and inequalities among them", self.constraints),
            ("hidden numbers whose value is known", self.determined),
            ("hidden numbers with too few possible values", self.narrow),
            ("hidden numbers that are not small for certain", self.not_small),
            ("hidden numbers proven wide by other tables", self.witnessed),
            ("hidden numbers proven wide by a program of their own", self.programmed),
            ("hidden numbers of which neither is proven", self.undecided),
            ("hidden numbers that one student could know", self.known_to_one),
        ];
        for (name, number) in lines {
            let _ = writeln!(text, "  {name:<54}{number:>9}");
        }
        text
    }
}
