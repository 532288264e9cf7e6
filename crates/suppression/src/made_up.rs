//! States that do not exist, for tests and measurements: districts and schools by clusters and programs by subgroups.
//!
//! The tables are of the kind `(State + district + school) * (all + cluster + program) * (all + sex + race + disability +
//! English learner + economically disadvantaged)`, in which every student is in one school and one program, so that all
//! of it adds up. Nothing in them is of anybody.

use rustc_hash::FxHashMap;

use crate::{
    dice::Dice,
    system::{Role, Term, UNBOUNDED, Variable, id},
};

/// How the groups of a dimension are spread.
const DIMENSIONS: [&[f64]; 5] =
    [&[0.46, 0.535, 0.005], &[0.015, 0.05, 0.15, 0.27, 0.05, 0.005, 0.46], &[0.13, 0.87], &[0.1, 0.9], &[0.5, 0.5]];
const CLUSTERS: u32 = 16;
const PROGRAMS: u32 = 80;

/// A made-up State: its cells and the equations among them.
#[derive(Clone, Debug)]
pub struct MadeUpState {
    /// Where each cell is: organization, program or cluster, group.
    pub keys: Vec<Key>,
    /// The students of each cell.
    pub counts: Vec<i64>,
    /// The sums, each with its parts first and its whole last.
    pub equations: Vec<Vec<Term>>,
    /// For each student, the cells that count the student: the rows of the matrix that other programs work with, with
    /// how many students have the same row.
    pub inner: Vec<(Vec<u32>, i64)>,
}

/// Where a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// 0 is the State; districts and schools follow.
    pub organization: u32,
    /// 0 is the State, 1 a district, 2 a school.
    pub level: u8,
    /// 0 is all programs, 1 to 16 are clusters, 100 on are programs.
    pub program: u32,
    /// 0 is everybody; then the groups, dimension after dimension.
    pub group: u8,
}

impl MadeUpState {
    /// A State with so many schools.
    pub fn new(schools: u32, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut district_of = Vec::new();
        let mut districts = 0;
        while district_of.len() < schools as usize {
            // Most districts have one school; a few have dozens.
            let size = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 5][dice.below(11)];
            let size = if dice.below(120) == 0 { 30 } else { size };
            for _ in 0..size.min(schools as usize - district_of.len()) {
                district_of.push(districts);
            }
            districts += 1;
        }
        let popular: Vec<f64> = (0..PROGRAMS).map(|_| (0.9 * dice.normal()).exp()).collect();
        let mut rows: FxHashMap<[u32; 8], i64> = FxHashMap::default();
        for school in 0..schools {
            let students = (5.05 + 0.7 * dice.normal()).exp().clamp(12.0, 1500.0);
            let offered = (2.0 + students / 45.0 * (0.6 + 0.8 * dice.unit())).clamp(2.0, 24.0);
            let mut weights = vec![0.0; PROGRAMS as usize];
            for _ in 0..whole(offered) {
                let program = dice.weighted(&popular);
                weights[program] = (0.7 * dice.normal()).exp();
            }
            let tilt: Vec<Vec<f64>> = DIMENSIONS
                .iter()
                .map(|shares| shares.iter().map(|share| share * (1.1 * dice.normal()).exp()).collect())
                .collect();
            for _ in 0..whole(students) {
                let program = id(dice.weighted(&weights));
                let mut row = [district_of[school as usize], school, program, 0, 0, 0, 0, 0];
                for (place, shares) in tilt.iter().enumerate() {
                    row[place + 3] = id(dice.weighted(shares));
                }
                *rows.entry(row).or_default() += 1;
            }
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable();
        Self::of(&rows, districts)
    }

    fn of(rows: &[([u32; 8], i64)], districts: u32) -> Self {
        let mut places: FxHashMap<Key, u32> = FxHashMap::default();
        let mut keys: Vec<Key> = Vec::new();
        let mut counts: Vec<i64> = Vec::new();
        let mut inner = Vec::with_capacity(rows.len());
        for (row, count) in rows {
            let [district, school, program, groups @ ..] = *row;
            let mut cells = Vec::with_capacity(54);
            for (organization, level) in [(0, 0), (1 + district, 1), (1 + districts + school, 2)] {
                for program in [0, 1 + program % CLUSTERS, 100 + program] {
                    let mut first = 1;
                    let mut add = |group: u8| {
                        let key = Key { organization, level, program, group };
                        let place = *places.entry(key).or_insert_with(|| {
                            keys.push(key);
                            counts.push(0);
                            id(keys.len() - 1)
                        });
                        counts[place as usize] += count;
                        cells.push(place);
                    };
                    add(0);
                    for (dimension, group) in DIMENSIONS.iter().zip(groups) {
                        add(first + u8::try_from(group).unwrap_or(0));
                        first += u8::try_from(dimension.len()).unwrap_or(0);
                    }
                }
            }
            inner.push((cells, *count));
        }
        let equations = equations(rows, &keys, &places, districts);
        Self { keys, counts, equations, inner }
    }

    /// Its cells for the suppressor: 1 to `minimum - 1` students are sensitive, zeros are shown, and the State's and
    /// districts' totals weigh a little more than the rest.
    pub fn variables(&self, minimum: i64) -> Vec<Variable> {
        let variable = |(key, count): (&Key, &i64)| Variable {
            value: *count,
            lower: 1,
            upper: UNBOUNDED,
            role: if *count < minimum { Role::Sensitive } else { Role::Ordinary },
            cost: crate::weights::cost(*count, u32::from(key.group == 0)),
            cells: 1,
        };
        self.keys.iter().zip(&self.counts).map(variable).collect()
    }
}

fn equations(rows: &[([u32; 8], i64)], keys: &[Key], places: &FxHashMap<Key, u32>, districts: u32) -> Vec<Vec<Term>> {
    let mut district_of: FxHashMap<u32, u32> = FxHashMap::default();
    for (row, _) in rows {
        district_of.insert(1 + districts + row[1], 1 + row[0]);
    }
    let mut dimension_of = vec![0_u8];
    for (place, dimension) in DIMENSIONS.iter().enumerate() {
        dimension_of.extend(std::iter::repeat_n(u8::try_from(place + 1).unwrap_or(0), dimension.len()));
    }
    // The whole of a sum, and which sum of it.
    let mut sums: FxHashMap<(Key, u8), Vec<u32>> = FxHashMap::default();
    for (place, key) in keys.iter().enumerate() {
        let above = match key.level {
            2 => Some((district_of[&key.organization], 1)),
            1 => Some((0, 0)),
            _ => None,
        };
        if let Some((organization, level)) = above {
            sums.entry((Key { organization, level, ..*key }, 0)).or_default().push(id(place));
        }
        let above = match key.program {
            0 => None,
            cluster if cluster < 100 => Some(0),
            program => Some(1 + (program - 100) % CLUSTERS),
        };
        if let Some(program) = above {
            sums.entry((Key { program, ..*key }, 1)).or_default().push(id(place));
        }
        if key.group > 0 {
            sums.entry((Key { group: 0, ..*key }, 1 + dimension_of[key.group as usize])).or_default().push(id(place));
        }
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_unstable();
    let sum = |((whole, _), parts): ((Key, u8), Vec<u32>)| {
        let mut terms: Vec<Term> = parts.into_iter().map(|cell| Term { cell, sign: 1 }).collect();
        terms.push(Term { cell: places[&whole], sign: -1 });
        terms
    };
    sums.into_iter().map(sum).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and a few thousand")]
fn whole(number: f64) -> u32 {
    number as u32
}
