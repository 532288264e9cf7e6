//! The attack, step by step.

use crate::{
    bounds::Bounds,
    constraints::{UNBOUNDED, Why},
    explain,
    known::KnownTable,
    linear::Linear,
    merge::{Merged, Place},
    problem::{Problem, number},
    read::{Publication, Zeros},
    report::{Finding, FindingKind, HiddenCell, Report, Summary, Verdict},
    search::Search,
    shown, student,
    system::{Column, System, Target},
    words,
};

/// What the attacker is told, and how hard it tries.
#[derive(Clone, Debug)]
pub struct Assumptions {
    /// Counts from 1 to below this are to be protected; none: as the publications say themselves, and 10 where they do not.
    pub minimum: Option<i64>,
    /// How many values a protected count has to have at the least.
    pub width: i64,
    /// Whether a hidden count must also be possibly as large as the minimum, so that nobody can prove it small.
    pub beyond_minimum: bool,
    /// Whether to look for what a student learns who is alone in a cell.
    pub one_student: bool,
    /// Cells that may have an integer program of their own.
    pub programs: usize,
    /// Findings that are told with their equations; the others are told without.
    pub explained: usize,
    /// The publisher's own table, from which other tables are found sooner.
    pub known: Option<KnownTable>,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            minimum: None,
            width: 4,
            beyond_minimum: false,
            one_student: true,
            programs: 60,
            explained: 200,
            known: None,
        }
    }
}

/// Hidden cells of a problem that is small enough for exact intervals of all of them.
const SMALL: usize = 250;

/// Tries to work out everything that the publications hide, all of them together. They are given in the order in which they
/// were published.
pub fn attack(publications: &[Publication], assumptions: &Assumptions) -> Report {
    let system = System::of(publications);
    let minimum = assumptions.minimum.unwrap_or_else(|| {
        publications.iter().map(|publication| publication.scheme.policy.minimum).max().filter(|&n| n > 0).unwrap_or(10)
    });
    let problem = Problem::of(&system, &system.low, &system.high);
    let mut attack = Attack {
        publications,
        assumptions,
        minimum,
        numbers: numbers(&system, &problem),
        bounds: Bounds::of(&problem),
        by_equations: vec![false; problem.len()],
        tables: None,
        system,
        problem,
        linear: None,
    };
    attack.solve();
    let known = assumptions.known.as_ref().map(|known| attack.system.values(publications, known));
    if attack.broken().is_none() {
        attack.find_tables(known.as_deref());
    }
    attack.report(known.as_deref())
}

struct Attack<'a> {
    publications: &'a [Publication],
    assumptions: &'a Assumptions,
    minimum: i64,
    system: System,
    problem: Problem,
    /// The hidden cell of each cell of the system.
    numbers: Vec<u32>,
    bounds: Bounds,
    by_equations: Vec<bool>,
    linear: Option<Linear>,
    tables: Option<Search<'a>>,
}

fn numbers(system: &System, problem: &Problem) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; system.cells()];
    for (place, &cell) in problem.cells.iter().enumerate() {
        numbers[cell as usize] = number(place);
    }
    numbers
}

impl Attack<'_> {
    /// Equations and bounds in turn, until neither finds more.
    fn solve(&mut self) {
        loop {
            if self.bounds.broken.is_some() {
                return;
            }
            let linear = Linear::of(&self.problem, &self.bounds);
            let mut rows = Vec::new();
            for cell in 0..self.problem.len() {
                if self.bounds.low[cell] == self.bounds.high[cell] {
                    continue;
                }
                if let Some(value) = linear.determined(cell) {
                    if value < self.bounds.low[cell] || value > self.bounds.high[cell] {
                        self.bounds.broken = self.problem.constraints.of(cell).first().copied();
                        return;
                    }
                    (self.bounds.low[cell], self.bounds.high[cell]) = (value, value);
                    self.by_equations[cell] = true;
                    rows.extend(self.problem.constraints.of(cell).iter().map(|&row| row as usize));
                }
            }
            if linear.contradiction {
                self.bounds.broken = Some(0);
            }
            self.linear = Some(linear);
            if rows.is_empty() {
                return;
            }
            self.bounds.narrow(&self.problem, rows.into_iter());
        }
    }

    /// A constraint of the system that cannot be met.
    fn broken(&self) -> Option<u32> {
        let of_problem = |row: u32| self.problem.origin.get(row as usize).copied().unwrap_or(0);
        self.problem.broken.or_else(|| self.bounds.broken.map(of_problem))
    }

    /// What is known of a cell of the system: where it is hidden, its number and its interval.
    fn interval(&self, cell: u32) -> (Option<usize>, i64, i64) {
        match self.numbers[cell as usize] {
            u32::MAX => (None, self.system.low[cell as usize], self.system.high[cell as usize]),
            place => {
                let place = place as usize;
                (Some(place), self.bounds.low[place], self.bounds.high[place])
            }
        }
    }

    /// Whether the count, or what it leaves of its denominator, could be small.
    fn sensitive(&self, target: &Target) -> bool {
        let (_, low, high) = self.interval(target.cell);
        if low < self.minimum {
            return true;
        }
        let policy = &self.publications[target.publication as usize].scheme.policy;
        let Some(of) = target.of.filter(|_| policy.complements) else { return false };
        let (_, least, most) = self.interval(of);
        if least != most {
            return false;
        }
        least - high < self.minimum
    }

    fn wide_enough(&self, low: i64, high: i64) -> bool {
        high - low + 1 >= self.assumptions.width && (!self.assumptions.beyond_minimum || high >= self.minimum)
    }

    /// The hidden cells that should be wide and that bounds leave wide.
    fn wanted(&self) -> Vec<usize> {
        let mut wanted: Vec<usize> = self
            .system
            .targets
            .iter()
            .filter(|target| self.sensitive(target))
            .filter_map(|target| {
                let (place, low, high) = self.interval(target.cell);
                place.filter(|_| self.wide_enough(low, high))
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    fn find_tables(&mut self, known: Option<&[Option<i64>]>) {
        let wanted = self.wanted();
        let small = self.problem.len() <= SMALL;
        if wanted.is_empty() && !small {
            return;
        }
        let merged = Merged::of(&self.problem, &self.bounds);
        let mut wanted: Vec<usize> = wanted
            .into_iter()
            .filter_map(|cell| match merged.place(cell) {
                Place::Cell(at, _) => Some(at),
                Place::Known(_) => None,
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let known = known.map(|known| self.problem.cells.iter().map(|&cell| known[cell as usize]).collect::<Vec<_>>());
        let search = Search::new(merged, self.assumptions, self.minimum);
        self.tables = Some(search.run(&wanted, known.as_deref(), small));
        self.take_over();
    }

    /// What integer programs found narrows the bounds of the cells that are the same.
    fn take_over(&mut self) {
        let Some(tables) = &self.tables else { return };
        for cell in 0..self.problem.len() {
            if let Place::Cell(at, more) = tables.merged.place(cell) {
                let (low, high) = (tables.merged.bounds.low[at] + more, tables.merged.bounds.high[at]);
                self.bounds.low[cell] = self.bounds.low[cell].max(low);
                if high < UNBOUNDED {
                    self.bounds.high[cell] = self.bounds.high[cell].min(high + more);
                }
            }
        }
    }

    fn verdict(&self, target: &Target) -> (Verdict, bool) {
        let (place, low, high) = self.interval(target.cell);
        let seen = self.tables.as_ref().zip(place).and_then(|(tables, place)| tables.seen(place));
        let exact = low == high || seen == Some((low, high));
        if !self.sensitive(target) {
            return (Verdict::NotSmall, exact);
        }
        if low == high {
            return (Verdict::Determined, true);
        }
        if !self.wide_enough(low, high) || self.few_denominators(place) {
            return (Verdict::Narrow, exact);
        }
        let witnessed = seen.is_some_and(|(least, most)| self.wide_enough(least, most));
        let programmed = self.tables.as_ref().zip(place).is_some_and(|(tables, place)| tables.programmed(place));
        match (witnessed, programmed) {
            (true, true) => (Verdict::Programmed, exact),
            (true, false) => (Verdict::Witnessed, exact),
            (false, _) => (Verdict::Undecided, exact),
        }
    }

    /// Whether a rate leaves a denominator fewer values than its bounds.
    fn few_denominators(&self, place: Option<usize>) -> bool {
        let Some(place) = place else { return false };
        (0..self.problem.rates.len()).filter(|&rate| self.problem.rates[rate].denominator as usize == place).any(
            |rate| self.bounds.denominators(&self.problem, rate).is_some_and(|values| values < self.assumptions.width),
        )
    }

    fn report(&mut self, known: Option<&[Option<i64>]>) -> Report {
        let mut summary = Summary {
            attacker: env!("CARGO_PKG_VERSION"),
            together: self.publications.iter().map(|publication| publication.name.clone()).collect(),
            minimum: self.minimum,
            width: self.assumptions.width,
            shown: shown::numbers(self.publications),
            constraints: self.system.constraints.len(),
            tables: self.tables.as_ref().map_or(0, |tables| tables.found),
            ..Summary::default()
        };
        let mut findings = shown::findings(self.publications, self.minimum);
        findings.extend(shown::corrections(&self.system, self.publications, self.minimum));
        if let Some(row) = self.broken() {
            findings.push(Finding {
                kind: FindingKind::Contradiction,
                cell: "no table agrees with all of it".to_owned(),
                low: 0,
                high: None,
                how: vec![words::constraint(&self.system, row as usize, None)],
                fix: "correct the figures; until then nothing is proven of the others".to_owned(),
            });
        }
        let mut cells = Vec::with_capacity(self.system.targets.len());
        for target in &self.system.targets {
            let (_, low, high) = self.interval(target.cell);
            let (verdict, exact) = self.verdict(target);
            let count = match verdict {
                Verdict::Determined => &mut summary.determined,
                Verdict::Narrow => &mut summary.narrow,
                Verdict::NotSmall => &mut summary.not_small,
                Verdict::Witnessed => &mut summary.witnessed,
                Verdict::Programmed => &mut summary.programmed,
                Verdict::Undecided => &mut summary.undecided,
            };
            *count += 1;
            if let Some(truth) = known.and_then(|known| known[target.cell as usize]) {
                summary.contradicted += usize::from(truth < low || truth > high);
            }
            let high = (high < UNBOUNDED).then_some(high);
            let cell = HiddenCell {
                publication: target.publication,
                row: target.row,
                column: target.column,
                low,
                high,
                exact,
                verdict,
            };
            if matches!(verdict, Verdict::Determined | Verdict::Narrow) {
                findings.push(self.finding(target, &cell, findings.len() < self.assumptions.explained));
            }
            cells.push(cell);
        }
        findings.extend(self.complements());
        summary.hidden = cells.len();
        if self.assumptions.one_student && self.broken().is_none() {
            let found = self.one_student(known);
            summary.known_to_one = found.len();
            findings.extend(found.into_iter().take(self.assumptions.explained));
        }
        let assumptions = self
            .publications
            .iter()
            .flat_map(|publication| publication.notes.iter().map(|note| format!("{}: {note}", publication.name)))
            .collect();
        Report { cells, findings, assumptions, summary }
    }

    fn finding(&self, target: &Target, cell: &HiddenCell, explained: bool) -> Finding {
        let name = cell.name(self.publications).to_string();
        let (place, low, high) = self.interval(target.cell);
        let Some(place) = place else {
            let by = self.system.last_told_by(target.cell as usize) as usize;
            let by = self.publications.get(by).map_or("", |publication| publication.name.as_str());
            let other = by != self.publications[target.publication as usize].name;
            let place = if other { format!("`{by}`") } else { "another row".to_owned() };
            return Finding {
                kind: FindingKind::ShownElsewhere,
                cell: name,
                low,
                high: Some(high),
                how: vec![format!(
                    "{place} shows {low} for {}",
                    self.system.universe.place(self.system.keys[target.cell as usize])
                )],
                fix: if other {
                    "it is public already: show it, or leave out what it gives away".to_owned()
                } else {
                    "hide it in every row".to_owned()
                },
            };
        };
        let (kind, rows) = if !explained {
            (FindingKind::Equations, Vec::new())
        } else if self.by_equations[place] {
            (FindingKind::Equations, explain::by_equations(&self.problem, &self.before(place), place))
        } else if self.tables.as_ref().is_some_and(|tables| tables.narrowed(place)) {
            (FindingKind::WholeNumbers, self.problem.constraints.of(place).to_vec())
        } else {
            (FindingKind::Sum, explain::by_bounds(&self.problem, &self.bounds, place))
        };
        let rows: Vec<u32> = rows.into_iter().map(|row| self.problem.origin[row as usize]).collect();
        let has = |why: Why| rows.iter().any(|&row| self.system.constraints.why[row as usize] == why);
        let kind = match kind {
            FindingKind::Sum if has(Why::Rate) => FindingKind::Rate,
            FindingKind::Sum if has(Why::Sorted) => FindingKind::Order,
            FindingKind::Sum if rows.len() > 1 => FindingKind::Equations,
            FindingKind::Equations if rows.len() == 1 => FindingKind::Sum,
            kind => kind,
        };
        let kind = if self.few_denominators(Some(place)) { FindingKind::Rate } else { kind };
        let mut how: Vec<String> =
            rows.iter().map(|&row| words::constraint(&self.system, row as usize, Some(target.cell))).collect();
        how.push(match (low == high, cell.high) {
            (true, _) => format!("so it is {low}"),
            (false, Some(_)) if kind == FindingKind::WholeNumbers => {
                format!("no table of whole numbers that agrees with all of it has it below {low} or above {high}")
            }
            (false, Some(_)) => format!("so it is {low} to {high}"),
            (false, None) => format!("so it is {low} or more"),
        });
        let fix = words::fix(&self.system, &rows, self.publications, target);
        Finding { kind, cell: name, low, high: cell.high, how, fix }
    }

    /// The bounds as they were before a cell was determined by equations: of itself open, of the others as they are.
    fn before(&self, place: usize) -> Bounds {
        let mut bounds = self.bounds.clone();
        for (cell, &by) in self.by_equations.iter().enumerate() {
            if by || cell == place {
                (bounds.low[cell], bounds.high[cell]) = (self.problem.low[cell], self.problem.high[cell]);
            }
        }
        bounds
    }

    /// What numerators leave of their denominators, where both are hidden and the rest is not.
    fn complements(&self) -> Vec<Finding> {
        let Some(linear) = &self.linear else { return Vec::new() };
        let mut found = Vec::new();
        for target in &self.system.targets {
            let policy = &self.publications[target.publication as usize].scheme.policy;
            let Some(of) = target.of.filter(|_| policy.complements && target.column == Column::Numerator) else {
                continue;
            };
            let (Some(part), low, high) = self.interval(target.cell) else { continue };
            let (Some(whole), least, most) = self.interval(of) else { continue };
            if low == high || least == most {
                continue;
            }
            let same = (0..2).all(|change| linear.changes[change][part] == linear.changes[change][whole]);
            let Some((rest, 1)) = linear.relation(whole, part).filter(|_| same) else { continue };
            let zero_hidden = policy.extremes == Zeros::Hidden;
            if rest < self.minimum && (rest > 0 || zero_hidden) {
                let cell = HiddenCell {
                    publication: target.publication,
                    row: target.row,
                    column: target.column,
                    low: rest,
                    high: Some(rest),
                    exact: true,
                    verdict: Verdict::Determined,
                };
                found.push(Finding {
                    kind: FindingKind::SmallComplement,
                    cell: cell.name(self.publications).to_string(),
                    low: rest,
                    high: Some(rest),
                    how: vec![format!("both counts are hidden, but other sums give their difference: {rest}")],
                    fix: "hide a cell of the sums of the denominators or of the numerators".to_owned(),
                });
            }
        }
        found
    }

    fn one_student(&self, known: Option<&[Option<i64>]>) -> Vec<Finding> {
        let Some(linear) = &self.linear else { return Vec::new() };
        student::findings(&student::View {
            publications: self.publications,
            system: &self.system,
            problem: &self.problem,
            bounds: &self.bounds,
            linear,
            numbers: &self.numbers,
            minimum: self.minimum,
            known,
        })
    }
}
