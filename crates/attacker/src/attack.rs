//! The attack, step by step.

use crate::{
    bounds::Bounds,
    constraints::{UNBOUNDED, Why},
    explain,
    known::KnownTable,
    linear::Linear,
    problem::{Problem, number},
    program::{self, Outside},
    read::{Publication, Zeros},
    report::{Finding, FindingKind, HiddenCell, Report, Summary, Verdict},
    shown, start, student,
    system::{Column, System, Target},
    witness::Witnesses,
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
            programs: 400,
            explained: 200,
            known: None,
        }
    }
}

/// Cells of a problem that is small enough for exact intervals of all of them.
const SMALL: usize = 250;
/// Sizes of the neighborhoods of an integer program of one cell.
const AROUND: [usize; 3] = [40, 120, 300];

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
        least: Vec::new(),
        most: Vec::new(),
        programmed: vec![false; problem.len()],
        narrowed: vec![false; problem.len()],
        tables: 0,
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
    /// The least and the most of each hidden cell in the tables that were found; none where no table was.
    least: Vec<i64>,
    most: Vec<i64>,
    /// Whether an integer program found tables far enough apart, and whether one narrowed the bounds.
    programmed: Vec<bool>,
    narrowed: Vec<bool>,
    tables: u64,
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
        let table = self.first_table(known);
        let apart = self.assumptions.width - 1;
        let mut left = Vec::new();
        let mut start = None;
        if let Some(table) = table {
            let free = vec![false; self.problem.len()];
            if let Some(mut witnesses) = Witnesses::from(&self.problem, &self.bounds, table, &free, 0) {
                // Short work first: most cells are moved on the way of others.
                for _ in 0..2 {
                    left = wanted.iter().copied().filter(|&cell| !witnesses.spread(cell, apart)).collect();
                    if left.is_empty() {
                        break;
                    }
                }
                if self.assumptions.beyond_minimum {
                    for &cell in &wanted {
                        if witnesses.most[cell] < self.minimum {
                            let reach = self.minimum - witnesses.least[cell];
                            if !witnesses.spread(cell, reach) && !left.contains(&cell) {
                                left.push(cell);
                            }
                        }
                    }
                }
                // In whole numbers, once more and from the beginning.
                if self.problem.agrees(&witnesses.table) {
                    self.least = witnesses.least.clone();
                    self.most = witnesses.most.clone();
                    self.tables = witnesses.tables;
                    start = Some(witnesses.table.clone());
                }
            }
        }
        if start.is_none() {
            left = wanted;
        }
        let cells: Vec<usize> = if small { (0..self.problem.len()).collect() } else { left };
        for cell in cells.into_iter().take(if small { SMALL } else { self.assumptions.programs }) {
            self.program(cell, start.as_deref(), small);
        }
    }

    /// A table that agrees with everything published: the known one, or one that is found.
    fn first_table(&self, known: Option<&[Option<i64>]>) -> Option<Vec<i64>> {
        let problem = &self.problem;
        let cells = problem.len();
        if let Some(known) = known {
            let mut free = vec![false; cells];
            let mut table = vec![0; cells];
            for (place, &cell) in problem.cells.iter().enumerate() {
                let value = known[cell as usize];
                free[place] = value.is_none();
                table[place] = value.unwrap_or(self.bounds.low[place]);
            }
            let patience = free.iter().filter(|&&free| free).count() * 20;
            if let Some(witnesses) = Witnesses::from(problem, &self.bounds, table, &free, patience) {
                return Some(witnesses.table);
            }
        }
        let free = vec![true; cells];
        let start = start::table(problem, &self.bounds);
        let patience = (cells * 60).min(20_000_000);
        Witnesses::from(problem, &self.bounds, start, &free, patience).map(|witnesses| witnesses.table)
    }

    /// The interval of one cell by integer programs over the cells around it.
    fn program(&mut self, cell: usize, start: Option<&[i64]>, exactly: bool) {
        if self.bounds.low[cell] == self.bounds.high[cell] {
            return;
        }
        let apart = self.assumptions.width;
        for size in if exactly { [SMALL; 3] } else { AROUND } {
            let (cells, all) = program::around(&self.problem, &self.bounds, cell, size);
            let mut ends = [None, None];
            if let Some(table) = start.filter(|_| !all) {
                for (end, most) in ends.iter_mut().zip([false, true]) {
                    let outside = Outside::Stays(table);
                    *end = program::extreme(&self.problem, &self.bounds, &cells, cell, most, outside);
                }
                if let [Some(low), Some(high)] = &ends {
                    self.witness(cell, &[low, high], start);
                }
                if self.seen(cell) >= apart {
                    self.programmed[cell] = true;
                    return;
                }
            }
            // Nothing is said of the others: the interval can only be too wide.
            for (end, most) in ends.iter_mut().zip([false, true]) {
                *end = program::extreme(&self.problem, &self.bounds, &cells, cell, most, Outside::Varies);
            }
            if let [Some(low), Some(high)] = &ends {
                if low.best && low.value > self.bounds.low[cell] {
                    self.bounds.low[cell] = low.value;
                    self.narrowed[cell] = true;
                }
                if high.best && high.value < self.bounds.high[cell] && high.value < program::LARGE {
                    self.bounds.high[cell] = high.value;
                    self.narrowed[cell] = true;
                }
                if all {
                    // The others stay as they are, or there are none.
                    self.witness(cell, &[low, high], start);
                    self.programmed[cell] = true;
                    return;
                }
            }
            if exactly || self.bounds.high[cell] - self.bounds.low[cell] + 1 < apart {
                return;
            }
        }
    }

    /// How many values the tables that were found leave a cell.
    fn seen(&self, cell: usize) -> i64 {
        if self.least.is_empty() { 0 } else { self.most[cell] - self.least[cell] + 1 }
    }

    /// Believes a program's tables where whole numbers agree with everything published.
    fn witness(&mut self, _cell: usize, ends: &[&program::Extreme], start: Option<&[i64]>) {
        let base: Option<Vec<i64>> = start.map(<[i64]>::to_vec).or_else(|| {
            let all = ends[0].table.len() == self.problem.len();
            all.then(|| vec![0; self.problem.len()])
        });
        let Some(base) = base else { return };
        for end in ends {
            let mut table = base.clone();
            for &(cell, value) in &end.table {
                table[cell as usize] = value;
            }
            let known = (0..table.len()).filter(|&cell| self.bounds.low[cell] == self.bounds.high[cell]);
            known.collect::<Vec<_>>().into_iter().for_each(|cell| table[cell] = self.bounds.low[cell]);
            if !self.problem.agrees(&table) {
                continue;
            }
            self.tables += 1;
            if self.least.is_empty() {
                (self.least, self.most) = (table.clone(), table);
            } else {
                for (cell, value) in table.into_iter().enumerate() {
                    self.least[cell] = self.least[cell].min(value);
                    self.most[cell] = self.most[cell].max(value);
                }
            }
        }
    }

    fn verdict(&self, target: &Target) -> (Verdict, bool) {
        let (place, low, high) = self.interval(target.cell);
        let seen = place.map_or(low == high, |place| {
            !self.least.is_empty() && self.least[place] == low && self.most[place] == high
        });
        let exact = seen || low == high;
        if !self.sensitive(target) {
            return (Verdict::NotSmall, exact);
        }
        if low == high {
            return (Verdict::Determined, true);
        }
        if !self.wide_enough(low, high) || self.few_denominators(place) {
            return (Verdict::Narrow, exact);
        }
        let Some(place) = place else { return (Verdict::Undecided, exact) };
        let witnessed = !self.least.is_empty() && self.wide_enough(self.least[place], self.most[place]);
        match (witnessed, self.programmed[place]) {
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
            tables: self.tables,
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
        } else if self.narrowed[place] {
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
