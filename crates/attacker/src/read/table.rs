//! A table that somebody else published: labels, counts, percentages, and symbols for what is hidden.
//!
//! What the table does not say is taken from `FILE.toml`, or guessed; what was guessed is told in the report.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::{
    Organization, Publication, ReadError, Row, Share, Sheet, Texts, Told,
    layout::{CountColumn, Label, Layout, RateColumn},
    scheme::{Belonging, Count, Design, Dimension, Measure, Policy, PooledYears, Programs, Scheme, Zeros},
};
use crate::constraints::UNBOUNDED;

/// What stands in cells that are hidden, besides intervals such as `<10`.
const SYMBOLS: [&str; 19] = [
    "*",
    "**",
    "***",
    "-",
    "--",
    "\u{2013}",
    "\u{2014}",
    ".",
    "s",
    "S",
    "x",
    "X",
    "DS",
    "PS",
    "N/A",
    "n/a",
    "NA",
    "suppressed",
    "\u{2020}",
];

/// Labels of rows that sum up others.
const TOTALS: [&str; 9] =
    ["total", "all", "all students", "all schools", "all programs", "overall", "grand total", "statewide", "everybody"];

/// The organization that everybody belongs to.
const TOP: &str = "all";

/// Rows that have to be in order before it is taken for their size.
const SORTED: usize = 5;

struct Cells {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub(super) fn read(path: &Path) -> Result<Publication, ReadError> {
    let mut sheet = Sheet::open(path)?;
    let columns = sheet.columns().to_vec();
    let mut rows = Vec::new();
    while sheet.next()? {
        rows.push((0..columns.len()).map(|column| sheet.cell(column).trim().to_owned()).collect());
    }
    let cells = Cells { columns, rows };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut notes = Vec::new();
    let beside = path.with_extension("toml");
    let layout = if beside.exists() {
        let text = fs::read_to_string(&beside).map_err(|error| ReadError::File { path: beside.clone(), error })?;
        toml::from_str(&text).map_err(|error| ReadError::content(&beside, None, error.message()))?
    } else {
        guess(&cells, &mut notes)
    };
    let table = Table { cells: &cells, layout: &layout, path, notes };
    table.check()?;
    table.publication(name)
}

// ------------------------------------------------------------------------------------------------------------ numbers

/// What a cell tells of a count.
fn count(text: &str, hidden: Option<&[String]>, least: i64) -> Option<Told> {
    let is_symbol = match hidden {
        Some(symbols) => symbols.iter().any(|symbol| symbol == text),
        None => SYMBOLS.contains(&text),
    };
    if is_symbol || text.is_empty() {
        return Some(Told::Between(least, UNBOUNDED));
    }
    let digits = text.replace(',', "");
    if let Ok(count) = digits.parse::<u32>() {
        return Some(Told::Exactly(i64::from(count)));
    }
    let lower = digits.to_lowercase();
    let lower = lower.trim_start_matches("n=").trim_start_matches('n').trim();
    let number = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
    if let Some(end) = lower.strip_prefix("<=").or(lower.strip_prefix('\u{2264}')) {
        return Some(Told::Between(least, number(end)?));
    }
    if let Some(end) = lower.strip_prefix('<').or(lower.strip_prefix("fewer than ")) {
        return Some(Told::Between(least, number(end)? - 1));
    }
    if let Some(start) = lower.strip_prefix(">=").or(lower.strip_prefix('\u{2265}')) {
        return Some(Told::Between(number(start)?, UNBOUNDED));
    }
    let (low, high) = lower.split_once('-').or_else(|| lower.split_once('\u{2013}'))?;
    Some(Told::Between(number(low)?, number(high)?))
}

/// What a cell tells of a rate.
fn share(text: &str, whole: i64) -> Option<Share> {
    let text = text.trim_end_matches('%').trim();
    let top = whole.to_string();
    for prefix in [">=", "\u{2265}", ">"] {
        if let Some(low) = text.strip_prefix(prefix) {
            return Share::between(low.trim(), &top, whole);
        }
    }
    for prefix in ["<=", "\u{2264}", "<"] {
        if let Some(high) = text.strip_prefix(prefix) {
            return Share::between("0", high.trim(), whole);
        }
    }
    if let Some((low, high)) = text.split_once('-').filter(|(low, high)| !low.is_empty() && !high.is_empty()) {
        return Share::between(low.trim(), high.trim(), whole);
    }
    Share::rounded(text, whole, false)
}

// ------------------------------------------------------------------------------------------------------------ guesses

fn guess(cells: &Cells, notes: &mut Vec<String>) -> Layout {
    let column = |place: usize| cells.rows.iter().map(move |row| row[place].as_str());
    let mut layout = Layout::default();
    let (mut labels, mut counts, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    for (place, name) in cells.columns.iter().enumerate() {
        let lower = name.to_lowercase();
        let named_rate = ["percent", "pct", "rate", "%"].iter().any(|word| lower.contains(word));
        let is_rate = named_rate || column(place).any(|text| text.ends_with('%'));
        let shown = column(place).filter(|text| !text.is_empty() && !SYMBOLS.contains(text));
        if is_rate && shown.clone().all(|text| share(text, 100).is_some()) {
            rates.push(place);
        } else if column(place).all(|text| count(text, None, 0).is_some())
            && column(place).any(|text| matches!(count(text, None, 0), Some(Told::Exactly(_))))
            && !lower.contains("year")
        {
            counts.push(place);
        } else {
            labels.push(place);
        }
    }
    guess_labels(cells, &labels, &mut layout);
    guess_sums(cells, &counts, &mut layout);
    for &place in &rates {
        layout.rates.push(guess_rate(cells, place, &counts));
    }
    for rate in &layout.rates {
        let numerator = rate.numerator.as_ref().map(|name| format!(" with numerator `{name}`")).unwrap_or_default();
        notes.push(format!("`{}` is of `{}`{numerator}", rate.column, rate.of));
    }
    // A 0 that is shown is a 0 that is not hidden.
    let zero = counts.iter().any(|&place| column(place).any(|text| text == "0"));
    layout.hidden_zeros = !zero;
    if zero {
        notes.push("zeros are shown, so no hidden count is 0".to_owned());
    }
    layout.complements = !layout.rates.is_empty();
    for label in &layout.labels {
        let total = label.total.as_ref().map(|total| format!(", `{total}` is the sum of its rows")).unwrap_or_default();
        let within = label.within.as_ref().map(|within| format!(", within `{within}`")).unwrap_or_default();
        notes.push(format!("`{}` has labels{within}{total}", label.column));
    }
    for count in layout.counts.iter().filter(|count| count.part_of.is_some()) {
        notes.push(format!("`{}` is part of the sum `{}`", count.column, count.part_of.as_deref().unwrap_or_default()));
    }
    notes.push("a combination of labels that has no row is 0".to_owned());
    layout
}

fn guess_labels(cells: &Cells, places: &[usize], layout: &mut Layout) {
    let distinct = |place: usize| cells.rows.iter().map(|row| row[place].as_str()).collect::<BTreeSet<_>>();
    let is_total = |text: &str| {
        let lower = text.to_lowercase();
        TOTALS.contains(&lower.as_str())
            || lower.ends_with(" total")
            || lower.starts_with("total ")
            || lower.starts_with("all ")
    };
    for &place in places {
        let total = distinct(place).into_iter().find(|text| is_total(text)).map(str::to_owned);
        // Each label of the one stands under one label of the other only.
        let within = places.iter().copied().filter(|&other| other != place).find(|&other| {
            let mut parents: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            let of_total = |row: &&Vec<String>| !is_total(&row[place]) && !is_total(&row[other]);
            for row in cells.rows.iter().filter(of_total) {
                parents.entry(&row[place]).or_default().insert(&row[other]);
            }
            let wholes: BTreeSet<&str> = parents.values().flatten().copied().collect();
            let subtotal = |row: &Vec<String>| is_total(&row[place]) && !is_total(&row[other]);
            parents.values().all(|parents| parents.len() == 1)
                && wholes.len() > 1
                && parents.len() > wholes.len()
                && cells.rows.iter().any(subtotal)
        });
        let name = &cells.columns[place];
        layout.labels.push(Label {
            column: name.clone(),
            total,
            within: within.map(|other| cells.columns[other].clone()),
            overlap: false,
            complete: true,
            years: name.to_lowercase().contains("year"),
            sums: BTreeMap::new(),
        });
    }
}

/// Whether one column of counts is the sum of the others wherever all of them are shown.
fn guess_sums(cells: &Cells, counts: &[usize], layout: &mut Layout) {
    let exact = |row: &[String], place: usize| match count(&row[place], None, 0) {
        Some(Told::Exactly(count)) => Some(count),
        _ => None,
    };
    let whole = counts.iter().copied().filter(|_| counts.len() > 2).find(|&whole| {
        let full: Vec<(i64, i64)> = cells
            .rows
            .iter()
            .filter_map(|row| {
                let others = counts.iter().filter(|&&place| place != whole);
                let sum = others.map(|&place| exact(row, place)).sum::<Option<i64>>()?;
                Some((exact(row, whole)?, sum))
            })
            .collect();
        let named = TOTALS.contains(&cells.columns[whole].to_lowercase().as_str());
        full.iter().all(|(whole, sum)| whole == sum) && (named || full.len() >= 2)
    });
    for &place in counts {
        layout.counts.push(CountColumn {
            column: cells.columns[place].clone(),
            within: None,
            part_of: whole.filter(|&whole| whole != place).map(|whole| cells.columns[whole].clone()),
        });
    }
}

/// The counts that a rate is of: those that agree with it wherever all of them are shown.
fn guess_rate(cells: &Cells, place: usize, counts: &[usize]) -> RateColumn {
    let percent = cells.rows.iter().any(|row| {
        let text = row[place].trim_end_matches('%');
        row[place].ends_with('%') || text.parse::<f64>().is_ok_and(|value| value > 1.0)
    });
    let whole = if percent { 100 } else { 1 };
    let agrees = |denominator: usize, numerator: usize| {
        let mut seen = 0;
        for row in &cells.rows {
            let (Some(Told::Exactly(n)), Some(Told::Exactly(d)), Some(share)) =
                (count(&row[numerator], None, 0), count(&row[denominator], None, 0), share(&row[place], whole))
            else {
                continue;
            };
            let (low, high) = share.numerators(d);
            if n < low || n > high {
                return false;
            }
            seen += 1;
        }
        seen > 0
    };
    let pair = counts
        .iter()
        .flat_map(|&denominator| counts.iter().map(move |&numerator| (denominator, numerator)))
        .find(|&(denominator, numerator)| denominator != numerator && agrees(denominator, numerator));
    let name = |place: usize| cells.columns[place].clone();
    RateColumn {
        column: name(place),
        of: pair
            .map(|(denominator, _)| name(denominator))
            .or(counts.first().map(|&first| name(first)))
            .unwrap_or_default(),
        numerator: pair.map(|(_, numerator)| name(numerator)),
        whole,
    }
}

// -------------------------------------------------------------------------------------------------------- publication

struct Table<'a> {
    cells: &'a Cells,
    layout: &'a Layout,
    path: &'a Path,
    notes: Vec<String>,
}

impl Table<'_> {
    fn check(&self) -> Result<(), ReadError> {
        let layout = self.layout;
        let named = layout.labels.iter().map(|label| &label.column);
        let named = named.chain(layout.counts.iter().map(|count| &count.column));
        let named = named.chain(
            layout
                .rates
                .iter()
                .flat_map(|rate| [Some(&rate.column), Some(&rate.of), rate.numerator.as_ref()])
                .flatten(),
        );
        for name in named.filter(|name| !name.is_empty()) {
            if self.place(name).is_none() {
                return Err(ReadError::content(self.path, Some(1), format!("no column `{name}`")));
            }
        }
        if layout.counts.is_empty() && layout.rates.is_empty() {
            return Err(ReadError::content(self.path, Some(1), "no column of counts or rates"));
        }
        Ok(())
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.cells.columns.iter().position(|column| column == name)
    }

    fn is_total(label: &Label, text: &str) -> bool {
        text.is_empty() || label.total.as_deref() == Some(text)
    }

    /// The label that stands for everything at the top of the organizations.
    fn tree(&self) -> Option<(&Label, &Label)> {
        let child = self.layout.labels.iter().find(|label| label.within.is_some())?;
        let parent = self.layout.labels.iter().find(|label| Some(&label.column) == child.within.as_ref())?;
        Some((parent, child))
    }

    fn publication(mut self, name: String) -> Result<Publication, ReadError> {
        let mut texts = Texts::default();
        let tree = self.tree();
        let tree_columns: Vec<&str> =
            tree.iter().flat_map(|(parent, child)| [parent.column.as_str(), child.column.as_str()]).collect();
        let mut organizations: BTreeMap<String, Organization> = BTreeMap::new();
        organizations.insert(TOP.to_owned(), Organization { name: String::new(), ..organization(TOP, "", "top") });
        let mut groups: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut designs = BTreeSet::new();
        let mut rows = Vec::new();
        let mut symbols: BTreeMap<String, usize> = BTreeMap::new();
        let mut order: BTreeMap<String, Vec<(u32, bool, i64)>> = BTreeMap::new();
        let least = i64::from(!self.layout.hidden_zeros);
        for (line, row) in self.cells.rows.iter().enumerate() {
            let text = |column: &str| self.place(column).map_or("", |place| row[place].as_str());
            let mut year = String::new();
            let mut parts: Vec<(String, String)> = Vec::new();
            let mut total = false;
            for label in &self.layout.labels {
                let value = text(&label.column);
                total |= Self::is_total(label, value);
                if label.years {
                    if !Self::is_total(label, value) {
                        value.clone_into(&mut year);
                    }
                } else if !tree_columns.contains(&label.column.as_str()) && !Self::is_total(label, value) {
                    let group = format!("{}:{}", label.column, value.replace('+', " and "));
                    groups.entry(&label.column).or_default().insert(group.clone());
                    parts.push((label.column.clone(), group));
                }
            }
            let (id, kind) = match tree {
                None => (TOP.to_owned(), "top"),
                Some((parent, child)) => {
                    let (above, below) = (text(&parent.column), text(&child.column));
                    match (Self::is_total(parent, above), Self::is_total(child, below)) {
                        (true, _) => (TOP.to_owned(), "top"),
                        (false, true) => {
                            organizations.entry(above.to_owned()).or_insert_with(|| organization(above, TOP, "parent"));
                            (above.to_owned(), "parent")
                        }
                        (false, false) => {
                            let id = format!("{above} / {below}");
                            organizations.entry(above.to_owned()).or_insert_with(|| organization(above, TOP, "parent"));
                            let mut school = organization(&id, above, "child");
                            below.clone_into(&mut school.name);
                            organizations.insert(id.clone(), school);
                            (id, "child")
                        }
                    }
                }
            };
            let mut told = BTreeMap::new();
            for column in &self.layout.counts {
                let cell = text(&column.column);
                let value = count(cell, self.layout.hidden.as_deref(), least).ok_or_else(|| {
                    let what = format!("`{cell}` in `{}` is neither a count nor a symbol", column.column);
                    ReadError::content(self.path, Some(line as u64 + 2), what)
                })?;
                // `10-19` is an interval for everybody to see, but `<10` beside `*` is a symbol.
                if matches!(value, Told::Between(low, _) if low == least) && !cell.is_empty() {
                    *symbols.entry(cell.to_owned()).or_default() += 1;
                }
                told.insert(column.column.as_str(), value);
            }
            let mut at = |measure: &str, parts: &[(String, String)]| {
                let dims: Vec<String> = parts.iter().map(|(dim, _)| dim.clone()).collect();
                designs.insert((measure.to_owned(), year.clone(), kind, dims));
                let subgroup = if parts.is_empty() {
                    "all".to_owned()
                } else {
                    parts.iter().map(|(_, group)| group.as_str()).collect::<Vec<_>>().join("+")
                };
                [year.as_str(), measure, "", &id, "*", &subgroup].map(|text| texts.number(text))
            };
            for column in &self.layout.counts {
                let value = told[column.column.as_str()];
                let mut parts = parts.clone();
                let measure = match &column.part_of {
                    Some(whole) => {
                        let group = format!("column:{}", column.column.replace('+', " and "));
                        groups.entry("column").or_default().insert(group.clone());
                        parts.push(("column".to_owned(), group));
                        whole
                    }
                    None => &column.column,
                };
                if !total {
                    let number = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                    let shown = if let Told::Exactly(count) = value { (true, count) } else { (false, 0) };
                    order.entry(column.column.clone()).or_default().push((number, shown.0, shown.1));
                }
                rows.push(Row { at: at(measure, &parts), denominator: value, numerator: Told::Nothing, share: None });
            }
            for rate in &self.layout.rates {
                let cell = text(&rate.column);
                let Some(share) = share(cell, rate.whole) else { continue };
                let of = |column: &str| told.get(column).copied().unwrap_or(Told::Between(1, UNBOUNDED));
                let numerator = rate.numerator.as_deref().map_or(Told::Between(0, UNBOUNDED), of);
                let denominator = of(&rate.of);
                let counted = matches!((denominator, numerator), (Told::Exactly(_), Told::Exactly(_)));
                rows.push(Row {
                    at: at(&rate.column, &parts),
                    denominator,
                    numerator,
                    share: (!counted).then_some(share),
                });
            }
        }
        let sorted = self.sorted(&order);
        let scheme = self.scheme(&designs, &groups);
        Ok(Publication {
            name,
            scheme,
            organizations: organizations.into_values().collect(),
            programs: Vec::new(),
            texts,
            rows,
            sorted,
            symbols: symbols.into_iter().collect(),
            notes: self.notes,
        })
    }

    /// Columns whose shown counts never grow from row to row, though the labels are in no order of their own.
    fn sorted(&mut self, order: &BTreeMap<String, Vec<(u32, bool, i64)>>) -> Vec<Vec<u32>> {
        let mut sorted = Vec::new();
        let Some(label) = self.layout.labels.iter().find(|label| !label.years) else { return sorted };
        let place = self.place(&label.column).unwrap_or_default();
        let by_name = self.cells.rows.iter().filter(|row| !Self::is_total(label, &row[place]));
        let by_name = by_name.map(|row| row[place].as_str()).collect::<Vec<_>>().is_sorted();
        for (column, rows) in order {
            let shown: Vec<i64> = rows.iter().filter(|(_, shown, _)| *shown).map(|&(.., count)| count).collect();
            let falls = shown.windows(2).all(|pair| pair[0] >= pair[1]);
            let differ = shown.first() != shown.last();
            if falls && differ && !by_name && shown.len() >= SORTED && shown.len() < rows.len() {
                self.notes.push(format!("the rows stand by the size of `{column}`"));
                sorted.push(rows.iter().map(|&(row, ..)| row).collect());
            }
        }
        sorted
    }

    fn scheme(
        &self,
        designs: &BTreeSet<(String, String, &str, Vec<String>)>,
        groups: &BTreeMap<&str, BTreeSet<String>>,
    ) -> Scheme {
        let layout = self.layout;
        let count = |name: &str, within: Vec<String>| Count {
            name: name.to_owned(),
            programs: Programs::Partition,
            covered: true,
            within,
        };
        let mut counts = Vec::new();
        let mut measures = Vec::new();
        for column in layout.counts.iter().filter(|column| column.part_of.is_none()) {
            counts.push(count(&column.column, column.within.iter().cloned().collect()));
            measures.push(Measure {
                measure: column.column.clone(),
                variant: String::new(),
                denominator: column.column.clone(),
                numerator: None,
            });
        }
        for rate in &layout.rates {
            let denominator =
                if rate.of.is_empty() { format!("denominator of {}", rate.column) } else { rate.of.clone() };
            let numerator = rate.numerator.clone().unwrap_or_else(|| format!("numerator of {}", rate.column));
            for name in [&denominator, &numerator] {
                if !counts.iter().any(|count| count.name == *name) {
                    counts.push(count(name, Vec::new()));
                }
            }
            measures.push(Measure {
                measure: rate.column.clone(),
                variant: String::new(),
                denominator,
                numerator: Some(numerator),
            });
        }
        let tables = designs.iter().map(|(measure, year, kind, dims)| Design {
            measures: vec![measure.clone()],
            report_years: vec![year.clone()],
            organizations: vec![(*kind).to_owned()],
            programs: vec!["*".to_owned()],
            subgroups: vec![dims.clone()],
        });
        let dimensions = groups.iter().map(|(name, groups)| {
            let label = layout.labels.iter().find(|label| label.column == *name);
            Dimension {
                name: (*name).to_owned(),
                groups: groups.iter().cloned().collect(),
                overlap: label.is_some_and(|label| label.overlap),
                complete: label.is_none_or(|label| label.complete),
                by_program: false,
            }
        });
        let pooled = layout.labels.iter().filter(|label| label.years).flat_map(|label| &label.sums);
        let complete = self.tree().is_none_or(|(_, child)| child.complete);
        Scheme {
            format: 1,
            tables: tables.collect(),
            organizations: Belonging { complete, incomplete_in: Vec::new() },
            dimensions: dimensions.collect(),
            pooled_years: pooled.map(|(name, of)| PooledYears { name: name.clone(), of: of.clone() }).collect(),
            counts,
            measures,
            policy: Policy {
                minimum: layout.minimum.unwrap_or_default(),
                zero_denominators: Zeros::Shown,
                zero_numerators: Zeros::Hidden,
                complements: layout.complements,
                extremes: if layout.rates.is_empty() { Zeros::Shown } else { Zeros::Hidden },
                rounding: None,
            },
        }
    }
}

fn organization(id: &str, parent: &str, kind: &str) -> Organization {
    Organization { id: id.to_owned(), parent: parent.to_owned(), name: id.to_owned(), kind: kind.to_owned() }
}
