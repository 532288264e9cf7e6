//! Every cell that the publications speak of, and what is told of it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    constraints::{Constraints, UNBOUNDED, Why},
    equations,
    known::KnownTable,
    read::{Publication, Share, Told, Zeros},
    universe::{Key, Universe},
};

/// The column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Column {
    Denominator,
    Numerator,
}

/// A number that a publication does not tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) publication: u32,
    pub(crate) row: u32,
    pub(crate) column: Column,
    pub(crate) cell: u32,
    /// The denominator of a numerator.
    pub(crate) of: Option<u32>,
}

/// A rate that is shown without both of its counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownRate {
    pub(crate) denominator: u32,
    pub(crate) numerator: u32,
    pub(crate) share: Share,
}

/// A cell that two publications tell differently.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Correction {
    pub(crate) cell: u32,
    pub(crate) again: u32,
    pub(crate) publication: u32,
    pub(crate) row: u32,
    pub(crate) column: Column,
}

#[derive(Debug)]
pub(crate) struct System {
    pub(crate) universe: Universe,
    pub(crate) keys: Vec<Key>,
    pub(crate) low: Vec<i64>,
    pub(crate) high: Vec<i64>,
    numbers: FxHashMap<Key, u32>,
    /// Who told the count first that narrowed a cell to where it stands.
    told_by: Vec<u32>,
    pub(crate) targets: Vec<Target>,
    pub(crate) rates: Vec<ShownRate>,
    pub(crate) corrections: Vec<Correction>,
    /// Cells of a publication that are not what they were in those before.
    again: FxHashMap<(u32, Key), u32>,
    pub(crate) constraints: Constraints,
    pub(crate) cell_of_row: Vec<Vec<[Option<u32>; 2]>>,
}

/// What is known of a cell by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Cell(u32),
    Zero,
    Unknown,
}

impl System {
    pub(crate) fn of(publications: &[Publication]) -> Self {
        let mut system = Self {
            universe: Universe::of(publications),
            keys: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            numbers: FxHashMap::default(),
            told_by: Vec::new(),
            targets: Vec::new(),
            rates: Vec::new(),
            corrections: Vec::new(),
            again: FxHashMap::default(),
            constraints: Constraints::default(),
            cell_of_row: Vec::new(),
        };
        for (number, publication) in publications.iter().enumerate() {
            system.tell(u32::try_from(number).unwrap_or(u32::MAX), publication);
        }
        equations::write(&mut system, None);
        system.correct(publications);
        for (publication, rows) in publications.iter().zip(&system.cell_of_row) {
            for sorted in &publication.sorted {
                for pair in sorted.windows(2) {
                    let [before, after] = [pair[0], pair[1]].map(|row| rows[row as usize][0]);
                    if let (Some(before), Some(after)) = (before, after) {
                        system.constraints.add(Why::Sorted, &[(before, 1), (after, -1)], 0, UNBOUNDED);
                    }
                }
            }
        }
        for rate in &system.rates {
            let Share { scale, low, high, open } = rate.share;
            let (n, d) = (rate.numerator, rate.denominator);
            system.constraints.add(Why::Rate, &[(n, scale), (d, -low)], 0, UNBOUNDED);
            system.constraints.add(Why::Rate, &[(d, high), (n, -scale)], i64::from(open), UNBOUNDED);
        }
        system.constraints.index(system.keys.len());
        system
    }

    pub(crate) fn cells(&self) -> usize {
        self.keys.len()
    }

    fn tell(&mut self, number: u32, publication: &Publication) {
        let texts = &publication.texts;
        let mut measures = FxHashMap::default();
        for measure in &publication.scheme.measures {
            let sides = (
                self.universe.count(&measure.denominator),
                measure.numerator.as_ref().map(|numerator| self.universe.count(numerator)),
            );
            measures.insert((measure.measure.as_str(), measure.variant.as_str()), sides);
        }
        let mut years = vec![u32::MAX; texts.len()];
        let mut orgs = years.clone();
        let mut programs = years.clone();
        let mut combinations = years.clone();
        let policy = &publication.scheme.policy;
        let least = |zeros: Zeros| i64::from(zeros == Zeros::Shown);
        let mut met = FxHashSet::default();
        let mut rows = Vec::with_capacity(publication.rows.len());
        for (row_number, row) in publication.rows.iter().enumerate() {
            let row_number = u32::try_from(row_number).unwrap_or(u32::MAX);
            let [year, measure, variant, organization, program, subgroup] = row.at;
            let universe = &mut self.universe;
            let once = |numbers: &mut Vec<u32>, text: u32, find: &mut dyn FnMut(&str) -> u32| {
                if numbers[text as usize] == u32::MAX {
                    numbers[text as usize] = find(texts.text(text));
                }
                numbers[text as usize]
            };
            let Some(&(denominator, numerator)) = measures.get(&(texts.text(measure), texts.text(variant))) else {
                rows.push([None, None]);
                continue;
            };
            let year = once(&mut years, year, &mut |text| universe.years.number(text));
            let organization =
                once(&mut orgs, organization, &mut |text| universe.org_ids.known(text).unwrap_or(u32::MAX - 1));
            let program =
                once(&mut programs, program, &mut |text| universe.program_ids.known(text).unwrap_or(u32::MAX - 1));
            let combination = once(&mut combinations, subgroup, &mut |text| {
                let parts = text.split('+').filter(|part| *part != "all");
                let groups: Option<Vec<u32>> = parts.map(|part| universe.groups.known(part)).collect();
                groups.map_or(u32::MAX - 1, |groups| universe.combination(groups))
            });
            if [organization, program, combination].contains(&(u32::MAX - 1)) {
                rows.push([None, None]);
                continue;
            }
            let key = |count| Key { count, year, organization, program, combination };
            let share = row.share;
            let below = self.tell_cell(
                number,
                row_number,
                Column::Denominator,
                key(denominator),
                row.denominator,
                least(policy.zero_denominators),
            );
            let least = if share.is_some() { 0 } else { least(policy.zero_numerators) };
            let told = if row.numerator == Told::Nothing && share.is_some() { Told::Hidden } else { row.numerator };
            let above = numerator.and_then(|numerator| {
                self.tell_cell(number, row_number, Column::Numerator, key(numerator), told, least)
            });
            for (column, cell, told, of) in
                [(Column::Denominator, below, row.denominator, None), (Column::Numerator, above, told, below)]
            {
                if let Some(cell) = cell
                    && !matches!(told, Told::Exactly(_) | Told::Nothing)
                    && met.insert((cell, column))
                {
                    self.targets.push(Target { publication: number, row: row_number, column, cell, of });
                }
            }
            if let (Some(denominator), Some(numerator), Some(share)) = (below, above, share) {
                self.rates.push(ShownRate { denominator, numerator, share });
            }
            rows.push([below, above]);
        }
        self.cell_of_row.push(rows);
    }

    fn tell_cell(&mut self, by: u32, row: u32, column: Column, key: Key, told: Told, least: i64) -> Option<u32> {
        let (low, high) = match told {
            Told::Nothing => return None,
            Told::Exactly(count) => (count, count),
            Told::Between(low, high) => (low, high),
            Told::Hidden => (least, UNBOUNDED),
        };
        let key = self.universe.canonical(key);
        let told = self.again.get(&(by, key)).or_else(|| self.numbers.get(&key)).copied();
        let Some(cell) = told else {
            let cell = self.new_cell(key, low, high);
            self.numbers.insert(key, cell);
            self.told_by[cell as usize] = by;
            return Some(cell);
        };
        let at = cell as usize;
        let (narrow_low, narrow_high) = (self.low[at].max(low), self.high[at].min(high));
        if narrow_low > narrow_high && self.told_by[at] != by {
            let again = self.new_cell(key, low, high);
            self.told_by[again as usize] = by;
            self.again.insert((by, key), again);
            self.corrections.push(Correction { cell, again, publication: by, row, column });
            return Some(again);
        }
        // A publication that contradicts itself leaves an empty interval behind, which is found later.
        if narrow_low > self.low[at] || narrow_high < self.high[at] {
            self.told_by[at] = by;
        }
        (self.low[at], self.high[at]) = (narrow_low, narrow_high);
        Some(cell)
    }

    fn new_cell(&mut self, key: Key, low: i64, high: i64) -> u32 {
        let cell = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key);
        self.low.push(low);
        self.high.push(high);
        self.told_by.push(u32::MAX);
        cell
    }

    /// The cell of a name as the publications have it, or as the one does that corrected others.
    pub(crate) fn find(&mut self, key: Key, corrected: Option<u32>) -> Found {
        let key = self.universe.canonical(key);
        if let Some(by) = corrected
            && let Some(&cell) = self.again.get(&(by, key))
        {
            return Found::Cell(cell);
        }
        if let Some(&cell) = self.numbers.get(&key) {
            return Found::Cell(cell);
        }
        let anchor = self.universe.anchor[key.combination as usize];
        let itself_of = self.universe.orgs[key.organization as usize].itself_of;
        if anchor != key.combination || itself_of.is_some() {
            let organization = itself_of.unwrap_or(key.organization);
            let anchored = Key { organization, combination: anchor, ..key };
            return self.unpublished(key, &[anchored], corrected);
        }
        if self.universe.covers(key) {
            return if self.universe.zeros_hidden { self.hidden(key) } else { Found::Zero };
        }
        match self.universe.pools.get(&key.year).cloned() {
            Some(pools) => {
                let anchors: Vec<Key> = pools.into_iter().map(|year| Key { year, ..key }).collect();
                self.unpublished(key, &anchors, corrected)
            }
            None => Found::Unknown,
        }
    }

    /// A cell that nobody publishes, but that is part of one that somebody does.
    fn unpublished(&mut self, key: Key, anchors: &[Key], corrected: Option<u32>) -> Found {
        let mut part = false;
        for &anchor in anchors {
            match self.find(anchor, corrected) {
                Found::Zero => return Found::Zero,
                Found::Cell(_) => part = true,
                Found::Unknown => {}
            }
        }
        if part { self.hidden(key) } else { Found::Unknown }
    }

    fn hidden(&mut self, key: Key) -> Found {
        let cell = self.new_cell(key, 0, UNBOUNDED);
        self.numbers.insert(key, cell);
        Found::Cell(cell)
    }

    /// Where a publication corrects another, the hidden cells beside what it corrects may be others too.
    fn correct(&mut self, publications: &[Publication]) {
        let corrected: FxHashSet<u32> = self.corrections.iter().map(|correction| correction.cell).collect();
        if corrected.is_empty() {
            return;
        }
        let mut by: Vec<u32> = self.corrections.iter().map(|correction| correction.publication).collect();
        by.dedup();
        let mut beside = Vec::new();
        for row in 0..self.constraints.len() {
            if self.constraints.terms(row).any(|(cell, _)| corrected.contains(&u32::try_from(cell).unwrap_or(u32::MAX)))
            {
                let hidden = self.constraints.terms(row).filter(|&(cell, _)| self.low[cell] < self.high[cell]);
                beside.extend(hidden.map(|(cell, _)| cell));
            }
        }
        beside.sort_unstable();
        beside.dedup();
        for &by in &by {
            let policy = &publications[by as usize].scheme.policy;
            let least = i64::from(policy.zero_denominators == Zeros::Shown && policy.zero_numerators == Zeros::Shown);
            for &cell in &beside {
                let key = self.keys[cell];
                let again = self.new_cell(key, least.min(self.low[cell]), UNBOUNDED);
                self.again.entry((by, key)).or_insert(again);
            }
            for target in &mut self.targets {
                if target.publication == by
                    && let Some(&again) = self.again.get(&(by, self.keys[target.cell as usize]))
                {
                    target.cell = again;
                }
            }
            equations::write(self, Some(by));
        }
    }

    /// What a table with all of its counts has for each cell.
    pub(crate) fn values(&self, publications: &[Publication], known: &KnownTable) -> Vec<Option<i64>> {
        let mut measures = FxHashMap::default();
        for measure in publications.iter().flat_map(|publication| &publication.scheme.measures) {
            let numerator = measure.numerator.as_deref().and_then(|name| self.universe.count_names.known(name));
            if let Some(denominator) = self.universe.count_names.known(&measure.denominator) {
                measures.insert((measure.measure.as_str(), measure.variant.as_str()), (denominator, numerator));
            }
        }
        let mut values = vec![None; self.cells()];
        for &(row, denominator, numerator) in &known.rows {
            let [year, measure, variant, organization, program, subgroup] = row.map(|text| known.texts.text(text));
            let universe = &self.universe;
            let Some(&counts) = measures.get(&(measure, variant)) else { continue };
            let place = (
                universe.years.known(year),
                universe.org_ids.known(organization),
                universe.program_ids.known(program),
                universe.combination_called(subgroup),
            );
            let (Some(year), Some(organization), Some(program), Some(combination)) = place else { continue };
            for (count, value) in [(Some(counts.0), denominator), (counts.1, numerator)] {
                let Some(count) = count else { continue };
                let key = universe.canonical(Key { count, year, organization, program, combination });
                if let Some(&cell) = self.numbers.get(&key) {
                    values[cell as usize] = Some(value);
                }
            }
        }
        values
    }

    /// Whether a publication has cells that are not what they were.
    pub(crate) fn is_again(&self, by: u32, cell: u32) -> bool {
        self.again.get(&(by, self.keys[cell as usize])) == Some(&cell)
    }

    pub(crate) fn last_told_by(&self, cell: usize) -> u32 {
        self.told_by[cell]
    }
}
