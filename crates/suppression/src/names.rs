//! What figures name, by number.

use rustc_hash::FxHashMap;

use crate::{
    figures::{Organization, Program},
    scheme::Scheme,
    system::id,
};

/// Texts by number, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(FxHashMap<String, u32>);

impl Names {
    pub(crate) fn add(&mut self, name: &str) -> u32 {
        let next = id(self.0.len());
        *self.0.entry(name.to_owned()).or_insert(next)
    }

    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }
}

/// All programs, a cluster, or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Grain {
    All,
    Cluster,
    Program,
}

impl Grain {
    fn called(name: &str) -> Self {
        match name {
            "*" => Self::All,
            "cluster" => Self::Cluster,
            _ => Self::Program,
        }
    }
}

/// A tree: what is below each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) names: Names,
    pub(crate) below: Vec<Vec<u32>>,
}

impl Tree {
    fn add(&mut self, name: &str) -> u32 {
        let number = self.names.add(name);
        if number as usize == self.below.len() {
            self.below.push(Vec::new());
        }
        number
    }

    fn put(&mut self, name: &str, above: u32) -> u32 {
        let number = self.add(name);
        if number != above && !self.below[above as usize].contains(&number) {
            self.below[above as usize].push(number);
        }
        number
    }
}

/// Organizations with their kinds.
pub(crate) fn organizations(list: &[Organization]) -> (Tree, Vec<String>) {
    let mut tree = Tree::default();
    for organization in list {
        tree.add(&organization.organization_id);
    }
    let kinds = list.iter().map(|organization| organization.kind.clone()).collect();
    for organization in list {
        let above = organization.parent_organization_id.as_deref().and_then(|parent| tree.names.get(parent));
        if let Some(above) = above {
            tree.put(&organization.organization_id, above);
        }
    }
    (tree, kinds)
}

/// Programs below their clusters below `*`, which is 0, with their grains.
pub(crate) fn programs(list: &[Program]) -> (Tree, Vec<Grain>) {
    let mut tree = Tree::default();
    let all = tree.add("*");
    let mut grains = vec![Grain::All];
    for program in list {
        let mut above = all;
        if let Some(cluster) = &program.cluster {
            above = tree.put(&format!("cluster:{cluster}"), all);
            grains.resize(tree.below.len(), Grain::Cluster);
        }
        tree.put(&program.program_id, above);
        grains.resize(tree.below.len(), Grain::Program);
    }
    (tree, grains)
}

/// Groups of the dimensions, and combinations of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) names: Names,
    /// The dimension of each group.
    pub(crate) dimension: Vec<u32>,
    /// The groups of each dimension.
    pub(crate) of: Vec<Vec<u32>>,
    numbers: FxHashMap<Vec<u32>, u32>,
    /// The groups of each combination; the first has none and is everybody.
    pub(crate) combinations: Vec<Vec<u32>>,
}

impl Groups {
    pub(crate) fn new(scheme: &Scheme) -> Self {
        let mut groups = Self::default();
        for (dimension, named) in scheme.dimensions.iter().enumerate() {
            let mut numbers = Vec::new();
            for name in &named.groups {
                numbers.push(groups.names.add(name));
                groups.dimension.push(id(dimension));
            }
            groups.of.push(numbers);
        }
        groups.combination(Vec::new());
        groups
    }

    pub(crate) fn combination(&mut self, mut of: Vec<u32>) -> u32 {
        of.sort_unstable();
        let next = id(self.combinations.len());
        let number = *self.numbers.entry(of.clone()).or_insert(next);
        if number == next {
            self.combinations.push(of);
        }
        number
    }

    /// A combination that some figure has.
    pub(crate) fn known(&self, mut of: Vec<u32>) -> Option<u32> {
        of.sort_unstable();
        self.numbers.get(&of).copied()
    }

    /// The combination of a subgroup as it is written; none where a group is in no dimension.
    pub(crate) fn called(&mut self, subgroup: &str) -> Option<u32> {
        let parts = subgroup.split('+').filter(|part| *part != "all");
        let of = parts.map(|part| self.names.get(part)).collect::<Option<Vec<_>>>()?;
        Some(self.combination(of))
    }

    /// The dimensions of a combination, in order.
    pub(crate) fn dimensions(&self, combination: u32) -> Vec<u32> {
        let groups = &self.combinations[combination as usize];
        let mut dimensions: Vec<u32> = groups.iter().map(|group| self.dimension[*group as usize]).collect();
        dimensions.sort_unstable();
        dimensions
    }
}

/// Which rows there could be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Covered {
    rows: rustc_hash::FxHashSet<(u32, u32, String, Grain, Vec<u32>)>,
}

impl Covered {
    pub(crate) fn new(scheme: &Scheme, counts: &Names, years: &mut Names) -> Self {
        let mut covered = Self::default();
        let dimension = |name: &String| scheme.dimensions.iter().position(|dimension| dimension.name == *name).map(id);
        for table in &scheme.tables {
            let of_table = scheme.measures.iter().filter(|measure| table.measures.contains(&measure.measure));
            let mut numbers: Vec<u32> = of_table
                .flat_map(|measure| [&measure.denominator, &measure.numerator])
                .filter_map(|name| counts.get(name))
                .collect();
            numbers.sort_unstable();
            numbers.dedup();
            for list in &table.subgroups {
                let mut dimensions: Vec<u32> = list.iter().filter_map(dimension).collect();
                dimensions.sort_unstable();
                for year in &table.report_years {
                    let year = years.add(year);
                    for kind in &table.organizations {
                        for grain in table.programs.iter().map(|grain| Grain::called(grain)) {
                            let row = |count: &u32| (*count, year, kind.clone(), grain, dimensions.clone());
                            covered.rows.extend(numbers.iter().map(row));
                        }
                    }
                }
            }
        }
        covered
    }

    pub(crate) fn has(&self, count: u32, year: u32, kind: &str, grain: Grain, dimensions: &[u32]) -> bool {
        self.rows.contains(&(count, year, kind.to_owned(), grain, dimensions.to_vec()))
    }
}
