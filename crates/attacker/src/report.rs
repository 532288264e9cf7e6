//! What an attack found.

use serde::Serialize;

use crate::{read::Publication, system::Column};

/// What an attack found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Every hidden number, in the order of the publications and their rows.
    pub cells: Vec<HiddenCell>,
    /// What can be worked out, and how.
    pub findings: Vec<Finding>,
    /// What was assumed that the publications do not say themselves.
    pub assumptions: Vec<String>,
    /// All of it in numbers.
    pub summary: Summary,
}

impl Report {
    /// Whether anything was worked out that should be hidden.
    pub fn broken(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind != FindingKind::OneStudent)
    }
}

/// A number that was not told, and what can be said of it for certain.
#[derive(Clone, Copy, Debug)]
pub struct HiddenCell {
    pub(crate) publication: u32,
    pub(crate) row: u32,
    pub(crate) column: Column,
    /// It is this or more.
    pub low: i64,
    /// It is this or less; none where nothing says so.
    pub high: Option<i64>,
    /// Whether tables are known in which it is `low`, and in which it is `high`: the interval is exact.
    pub exact: bool,
    /// Whether that is too much.
    pub verdict: Verdict,
}

impl HiddenCell {
    /// Which number it is. `publications` are those that were attacked.
    pub fn name(&self, publications: &[Publication]) -> CellName {
        let publication = &publications[self.publication as usize];
        let [report_year, measure, variant, organization_id, program_id, subgroup] =
            publication.rows[self.row as usize].at.map(|text| publication.texts.text(text).to_owned());
        CellName {
            publication: publication.name.clone(),
            report_year,
            measure,
            variant,
            organization_id,
            program_id,
            subgroup,
            column: match self.column {
                Column::Denominator => "denominator",
                Column::Numerator => "numerator",
            },
        }
    }
}

/// Where a number stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CellName {
    /// The publication.
    pub publication: String,
    /// The report year.
    pub report_year: String,
    /// The measure.
    pub measure: String,
    /// The variant.
    pub variant: String,
    /// The organization.
    pub organization_id: String,
    /// The program, the cluster, or `*`.
    pub program_id: String,
    /// The subgroup.
    pub subgroup: String,
    /// `denominator` or `numerator`.
    pub column: &'static str,
}

impl std::fmt::Display for CellName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [&self.report_year, &self.measure, &self.variant, &self.organization_id];
        let parts = parts.into_iter().chain([&self.program_id, &self.subgroup]);
        let named: Vec<&str> = parts.map(String::as_str).filter(|part| !matches!(*part, "" | "*" | "all")).collect();
        write!(f, "{}", named.join(", "))?;
        if self.column == "numerator" { write!(f, ", numerator") } else { Ok(()) }
    }
}

/// Whether what can be said of a hidden number is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its value is known.
    Determined,
    /// It has fewer values than it should.
    Narrow,
    /// It is not a small count for certain, nor is what it leaves of its denominator.
    NotSmall,
    /// Tables are known in which it is far enough apart.
    Witnessed,
    /// An integer program of its own found such tables.
    Programmed,
    /// Nothing was worked out, and nothing shows that it cannot be.
    Undecided,
}

/// Something that can be worked out, or that should not be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it leaks.
    pub kind: FindingKind,
    /// Which number, in the publication that hides it.
    pub cell: String,
    /// The least it can be.
    pub low: i64,
    /// The most it can be.
    pub high: Option<i64>,
    /// The way there, step by step.
    pub how: Vec<String>,
    /// What would close it.
    pub fix: String,
}

/// How something leaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A small count is shown.
    SmallCount,
    /// What a count leaves of its denominator is small.
    SmallComplement,
    /// All of a group, or none.
    WholeGroup,
    /// It is shown in another place or publication.
    ShownElsewhere,
    /// Two publications differ by a few students.
    Correction,
    /// A sum has one unknown, or few.
    Sum,
    /// Several equations together.
    Equations,
    /// A rate allows few counts.
    Rate,
    /// No table of whole numbers has it otherwise.
    WholeNumbers,
    /// Rows stand in the order of their size.
    Order,
    /// Symbols tell the small from the others.
    Symbols,
    /// A student who is alone in one cell works out another.
    OneStudent,
    /// The figures contradict each other.
    Contradiction,
}

/// An attack in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The version of the attacker.
    pub attacker: &'static str,
    /// The publications, in order.
    pub together: Vec<String>,
    /// Counts below this are to be protected.
    pub minimum: i64,
    /// A protected count has to have so many possible values.
    pub width: i64,
    /// Numbers that are shown.
    pub shown: usize,
    /// Numbers that are hidden.
    pub hidden: usize,
    /// Equations and inequalities among them.
    pub constraints: usize,
    /// Hidden numbers whose value is known.
    pub determined: usize,
    /// Hidden numbers with fewer values than they should have.
    pub narrow: usize,
    /// Hidden numbers that are not small for certain.
    pub not_small: usize,
    /// Hidden numbers for which tables far enough apart are known.
    pub witnessed: usize,
    /// Hidden numbers for which an integer program of their own found them.
    pub programmed: usize,
    /// Hidden numbers of which neither is known.
    pub undecided: usize,
    /// Tables of whole numbers that were found to agree with everything published.
    pub tables: u64,
    /// Hidden numbers that a student could work out who is alone in another cell.
    pub known_to_one: usize,
    /// Hidden numbers that the known table has outside of what the attack says; there must be none.
    pub contradicted: usize,
}
