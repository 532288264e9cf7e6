//! A State that does not exist: districts and schools, clusters and programs, one-way subgroups, and a plain way to hide
//! its small counts. Nothing of the product is in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }

    /// The first of these weights that a roll falls on.
    fn pick(&mut self, weights: &[u64]) -> usize {
        let mut roll = self.roll(weights.iter().sum());
        weights
            .iter()
            .position(|&weight| {
                let hit = roll < weight;
                roll = roll.saturating_sub(weight);
                hit
            })
            .unwrap_or(0)
    }
}

const CLUSTERS: u64 = 16;
const PROGRAMS_A_CLUSTER: u64 = 5;
const DIMENSIONS: [(&str, &[u64]); 5] = [
    ("sex", &[49, 50, 1]),
    ("race", &[1, 5, 15, 28, 1, 44, 6]),
    ("swd", &[14, 86]),
    ("el", &[10, 90]),
    ("econ", &[45, 55]),
];

/// Organization, program and subgroup.
pub(crate) type Place = (u32, u32, u32);

/// Organizations: 0 is the State, then districts, then schools. Programs: 0 is `*`, then clusters, then programs. Subgroups:
/// 0 is `all`.
pub(crate) struct State {
    parents: Vec<Option<u32>>,
    kinds: Vec<&'static str>,
    /// Students, and those of them who met a goal.
    pub(crate) counts: BTreeMap<Place, (i64, i64)>,
    pub(crate) hidden: BTreeSet<Place>,
}

fn cluster_of(program: u32) -> Option<u32> {
    let clusters = u32::try_from(CLUSTERS).unwrap();
    match program {
        0 => None,
        _ if program <= clusters => Some(0),
        _ => Some((program - clusters - 1) / u32::try_from(PROGRAMS_A_CLUSTER).unwrap() + 1),
    }
}

impl State {
    /// So many schools, in districts of about four.
    pub(crate) fn of(schools: u32, seed: u64) -> Self {
        let mut dice = Dice(seed * 2 + 0x9e37_79b9);
        let mut parents = vec![None];
        let mut kinds = vec!["state"];
        let districts = schools.div_ceil(4);
        for _ in 0..districts {
            parents.push(Some(0));
            kinds.push("district");
        }
        let mut counts: BTreeMap<Place, (i64, i64)> = BTreeMap::new();
        for _ in 0..schools {
            let school = u32::try_from(parents.len()).unwrap();
            let district = 1 + u32::try_from(dice.roll(u64::from(districts))).unwrap();
            parents.push(Some(district));
            kinds.push("school");
            for _ in 0..3 + dice.roll(9) {
                let program = u32::try_from(CLUSTERS + 1 + dice.roll(CLUSTERS * PROGRAMS_A_CLUSTER)).unwrap();
                // Many small programs and a few large ones.
                let students = 2 + dice.roll(8) * dice.roll(10);
                for _ in 0..students {
                    let met = i64::from(dice.roll(10) < 7);
                    let mut groups = vec![0];
                    let mut first = 1;
                    for (_, weights) in DIMENSIONS {
                        groups.push(first + u32::try_from(dice.pick(weights)).unwrap());
                        first += u32::try_from(weights.len()).unwrap();
                    }
                    for organization in [school, district, 0] {
                        for program in [program, cluster_of(program).unwrap(), 0] {
                            for &group in &groups {
                                let count = counts.entry((organization, program, group)).or_default();
                                count.0 += 1;
                                count.1 += met;
                            }
                        }
                    }
                }
            }
        }
        Self { parents, kinds, counts, hidden: BTreeSet::new() }
    }

    pub(crate) fn cells(&self) -> usize {
        self.counts.len()
    }

    /// Every sum: the whole first.
    fn sums(&self) -> Vec<Vec<Place>> {
        let mut sums: BTreeMap<(Place, u32), Vec<Place>> = BTreeMap::new();
        let mut starts = vec![1_u32];
        for (_, weights) in DIMENSIONS {
            starts.push(starts.last().unwrap() + u32::try_from(weights.len()).unwrap());
        }
        for &(organization, program, group) in self.counts.keys() {
            let place = (organization, program, group);
            let mut part_of = |whole: Place, how: u32| sums.entry((whole, how)).or_default().push(place);
            if let Some(parent) = self.parents[organization as usize] {
                part_of((parent, program, group), 0);
            }
            if let Some(cluster) = cluster_of(program) {
                part_of((organization, cluster, group), 1);
            }
            if group > 0 {
                let dimension = starts.iter().filter(|&&start| start <= group).count();
                part_of((organization, program, 0), 1 + u32::try_from(dimension).unwrap());
            }
        }
        sums.into_iter().map(|((whole, _), parts)| std::iter::once(whole).chain(parts).collect()).collect()
    }

    /// Hides what is below 10, and then, sum by sum, the smallest that is still shown, until no sum gives away much.
    pub(crate) fn hide(&mut self) {
        self.hidden = self.counts.iter().filter(|(_, count)| count.0 < 10).map(|(&place, _)| place).collect();
        let sums = self.sums();
        let mut changed = true;
        while changed {
            changed = false;
            for sum in &sums {
                let hidden: Vec<&Place> = sum.iter().filter(|place| self.hidden.contains(place)).collect();
                let room: i64 = hidden.iter().map(|place| self.counts[place].0 - 1).sum();
                if hidden.is_empty() || (hidden.len() > 1 && room >= 6) {
                    continue;
                }
                let shown = sum.iter().filter(|place| !self.hidden.contains(place));
                let smallest = shown.min_by_key(|place| (place.0 == 0, self.counts[place].0, **place)).copied();
                if let Some(smallest) = smallest {
                    changed |= self.hidden.insert(smallest);
                }
            }
        }
    }

    /// Hides, for each of these cells, the smallest that is shown in a sum with it; whether there was any.
    pub(crate) fn hide_beside(&mut self, places: &BTreeSet<Place>) -> bool {
        let mut more = BTreeMap::new();
        for sum in self.sums() {
            for place in sum.iter().filter(|place| places.contains(place)) {
                let shown = sum.iter().filter(|other| !self.hidden.contains(other));
                let cost = |other: &Place| (other.0 == 0, self.counts[other].0, *other);
                if let Some(cheapest) = shown.map(cost).min() {
                    let best = more.entry(*place).or_insert(cheapest);
                    *best = cheapest.min(*best);
                }
            }
        }
        let before = self.hidden.len();
        self.hidden.extend(more.into_values().map(|(.., place)| place));
        self.hidden.len() > before
    }

    /// The place of a cell by the names of the release.
    pub(crate) fn place(organization: &str, program: &str, subgroup: &str) -> Place {
        let program = match program {
            "*" => 0,
            _ => program.trim_start_matches("cluster:").trim_start_matches('P').parse().unwrap(),
        };
        let mut group = 0;
        let mut first = 1;
        for (name, weights) in DIMENSIONS {
            if let Some(number) = subgroup.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')) {
                group = first + number.parse::<u32>().unwrap();
            }
            first += u32::try_from(weights.len()).unwrap();
        }
        (organization[1..].parse().unwrap(), program, group)
    }

    /// The release folder, and beside it `truth.csv` with everything.
    pub(crate) fn write(&self, folder: &Path, rates: bool) {
        let id = |organization: u32| format!("O{organization:05}");
        let mut organizations = "organization_id,parent_organization_id,name,kind\n".to_owned();
        for (number, parent) in self.parents.iter().enumerate() {
            let number = u32::try_from(number).unwrap();
            let kind = self.kinds[number as usize];
            writeln!(organizations, "{},{},{kind} {number},{kind}", id(number), parent.map(id).unwrap_or_default())
                .unwrap();
        }
        let mut programs = "program_id,cluster_16,title\n".to_owned();
        for program in CLUSTERS + 1..=CLUSTERS * (PROGRAMS_A_CLUSTER + 1) {
            let program = u32::try_from(program).unwrap();
            writeln!(programs, "P{program:03},{:02},Program {program}", cluster_of(program).unwrap()).unwrap();
        }
        let mut groups = vec!["all".to_owned()];
        let mut dimensions = Vec::new();
        for (name, weights) in DIMENSIONS {
            let names: Vec<String> = (0..weights.len()).map(|group| format!("{name}:{group}")).collect();
            dimensions.push(serde_json::json!({ "name": name, "groups": names, "overlap": false, "complete": true }));
            groups.extend(names);
        }
        let mut shown =
            "report_year,measure,variant,organization_id,program_id,subgroup,denominator,numerator,rate,disclosure,\
            rate_low,rate_high\n"
                .to_owned();
        let mut truth =
            "report_year,measure,variant,organization_id,program_id,subgroup,denominator,numerator\n".to_owned();
        for (place, &(denominator, numerator)) in &self.counts {
            let &(organization, program, group) = place;
            let program = match program {
                0 => "*".to_owned(),
                _ if u64::from(program) <= CLUSTERS => format!("cluster:{program:02}"),
                _ => format!("P{program:03}"),
            };
            let numerator = if rates { numerator } else { denominator };
            let key = format!("2024-25,5S1,,{},{program},{}", id(organization), groups[group as usize]);
            writeln!(truth, "{key},{denominator},{numerator}").unwrap();
            if self.hidden.contains(place) {
                writeln!(shown, "{key},,,,suppressed,,").unwrap();
            } else if rates {
                let (low, high) = interval(numerator, denominator);
                writeln!(shown, "{key},{denominator},,,rounded,{low},{high}").unwrap();
            } else {
                writeln!(shown, "{key},{denominator},{numerator},1,shown,,").unwrap();
            }
        }
        let one_way: Vec<Vec<&str>> =
            std::iter::once(Vec::new()).chain(DIMENSIONS.iter().map(|(name, _)| vec![*name])).collect();
        let numerator = if rates { "met" } else { "students" };
        let mut counts = vec![serde_json::json!({ "name": "students", "programs": "partition" })];
        if rates {
            counts.push(serde_json::json!({ "name": "met", "programs": "partition", "within": ["students"] }));
        }
        let scheme = serde_json::json!({
            "format": 1,
            "tables": [{
                "measures": ["5S1"], "report_years": ["2024-25"], "organizations": ["state", "district", "school"],
                "programs": ["*", "cluster", "program"], "subgroups": one_way,
            }],
            "organizations": { "complete": true },
            "dimensions": dimensions,
            "counts": counts,
            "measures": [{ "measure": "5S1", "variant": "", "denominator": "students", "numerator": numerator }],
            "policy": {
                "minimum": 10, "zero_denominators": "absent",
                "zero_numerators": if rates { "hidden" } else { "shown" }, "complements": rates,
            },
        });
        let release = serde_json::json!({ "format": 1, "name": "state" });
        fs::write(folder.join("organizations.csv"), organizations).unwrap();
        fs::write(folder.join("programs.csv"), programs).unwrap();
        fs::write(folder.join("measures.csv"), shown).unwrap();
        fs::write(folder.join("truth.csv"), truth).unwrap();
        fs::write(folder.join("scheme.json"), scheme.to_string()).unwrap();
        fs::write(folder.join("release.json"), release.to_string()).unwrap();
    }
}

/// The fifth in which a rate lies, and the tail in which the group is too small for fifths.
fn interval(numerator: i64, denominator: i64) -> (&'static str, &'static str) {
    if denominator < 40 {
        return if 2 * numerator < denominator { ("0", "0.5") } else { ("0.5", "1") };
    }
    match 5 * numerator / denominator {
        0 => ("0", "0.2"),
        1 => ("0.2", "0.4"),
        2 => ("0.4", "0.6"),
        3 => ("0.6", "0.8"),
        _ => ("0.8", "1"),
    }
}
