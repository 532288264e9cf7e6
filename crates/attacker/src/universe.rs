//! Everything that is named in the publications, by number, with the public hierarchy.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::read::{Programs, Publication, Texts};

/// A cell: a count in a year, an organization, a program and a subgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) count: u32,
    pub(crate) year: u32,
    pub(crate) organization: u32,
    pub(crate) program: u32,
    pub(crate) combination: u32,
}

/// The program `*`.
pub(crate) const ALL_PROGRAMS: u32 = 0;

/// A row of programs: all, a cluster, a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Grain {
    All,
    Cluster,
    Program,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Org {
    pub(crate) name: String,
    pub(crate) parent: Option<u32>,
    pub(crate) children: Vec<u32>,
    pub(crate) kind: u32,
    /// Those who belong to the parent itself, where not everybody belongs to a child: never published.
    pub(crate) itself_of: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Dim {
    pub(crate) groups: Vec<u32>,
    pub(crate) overlap: bool,
    pub(crate) by_program: bool,
    /// The group of those not known, where not everybody is in one: never published.
    pub(crate) rest: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct CountOf {
    pub(crate) programs: Programs,
    pub(crate) covered: bool,
    pub(crate) within: Vec<u32>,
}

/// Rows that there could be: count, year, kind, grain, dimensions.
type Covered = (u32, u32, u32, Grain, u32);

#[derive(Debug, Default)]
pub(crate) struct Universe {
    pub(crate) counts: Vec<CountOf>,
    pub(crate) count_names: Texts,
    pub(crate) years: Texts,
    /// Of pooled years, the single ones.
    pub(crate) pooled: FxHashMap<u32, Vec<u32>>,
    /// Of single years, the pooled ones.
    pub(crate) pools: FxHashMap<u32, Vec<u32>>,
    pub(crate) orgs: Vec<Org>,
    pub(crate) org_ids: Texts,
    kinds: Texts,
    /// Programs and clusters; the cluster of each program, and the programs of each cluster.
    pub(crate) program_ids: Texts,
    pub(crate) grains: Vec<Grain>,
    pub(crate) cluster_of: Vec<u32>,
    pub(crate) programs_of: Vec<Vec<u32>>,
    pub(crate) dims: Vec<Dim>,
    dim_names: Texts,
    pub(crate) groups: Texts,
    pub(crate) dim_of: Vec<u32>,
    /// Groups of each combination, and its dimensions.
    pub(crate) combinations: Vec<Vec<u32>>,
    combination_numbers: FxHashMap<Vec<u32>, u32>,
    pub(crate) dims_of: Vec<u32>,
    /// Sorted lists of dimensions.
    dim_lists: Vec<Vec<u32>>,
    dim_list_numbers: FxHashMap<Vec<u32>, u32>,
    /// The combination without what is never published.
    pub(crate) anchor: Vec<u32>,
    refinements: FxHashMap<(u32, u32), Rc<[u32]>>,
    covered: FxHashSet<Covered>,
    /// Whether a row that is missing may be more than 0.
    pub(crate) zeros_hidden: bool,
}

impl Universe {
    pub(crate) fn of(publications: &[Publication]) -> Self {
        let mut universe = Self::default();
        universe.program("*", Grain::All, 0);
        universe.combination(Vec::new());
        for publication in publications {
            universe.add_organizations(publication);
            universe.add_programs(publication);
            universe.add_dimensions(publication);
            universe.add_counts(publication);
            universe.add_years(publication);
        }
        for publication in publications {
            universe.add_designs(publication);
        }
        universe
    }

    fn add_organizations(&mut self, publication: &Publication) {
        for organization in &publication.organizations {
            let number = self.org(&organization.id);
            let kind = self.kinds.number(&organization.kind);
            self.orgs[number as usize].name.clone_from(&organization.name);
            self.orgs[number as usize].kind = kind;
            if !organization.parent.is_empty() {
                let parent = self.org(&organization.parent);
                if self.orgs[number as usize].parent.is_none() {
                    self.orgs[number as usize].parent = Some(parent);
                    self.orgs[parent as usize].children.push(number);
                }
            }
        }
        let sums = &publication.scheme.organizations;
        let incomplete = publication
            .organizations
            .iter()
            .filter(|organization| !sums.complete || sums.incomplete_in.contains(&organization.id));
        for organization in incomplete {
            let parent = self.org(&organization.id);
            let org = &self.orgs[parent as usize];
            let has_one = org.children.iter().any(|&child| self.orgs[child as usize].itself_of.is_some());
            if org.children.is_empty() || has_one {
                continue;
            }
            let itself = self.org(&format!("{} itself", organization.id));
            let kind = self.kinds.number("itself");
            self.orgs[itself as usize] = Org {
                name: format!("{} itself", organization.id),
                parent: Some(parent),
                children: Vec::new(),
                kind,
                itself_of: Some(parent),
            };
            self.orgs[parent as usize].children.push(itself);
        }
    }

    fn org(&mut self, id: &str) -> u32 {
        let number = self.org_ids.number(id);
        if number as usize == self.orgs.len() {
            self.orgs.push(Org { name: id.to_owned(), ..Org::default() });
        }
        number
    }

    fn add_programs(&mut self, publication: &Publication) {
        for program in &publication.programs {
            let cluster = if program.cluster.is_empty() {
                ALL_PROGRAMS
            } else {
                self.program(&format!("cluster:{}", program.cluster), Grain::Cluster, ALL_PROGRAMS)
            };
            self.program(&program.id, Grain::Program, cluster);
        }
    }

    fn program(&mut self, id: &str, grain: Grain, cluster: u32) -> u32 {
        let number = self.program_ids.number(id);
        if number as usize == self.grains.len() {
            self.grains.push(grain);
            self.cluster_of.push(cluster);
            self.programs_of.push(Vec::new());
            if grain != Grain::All {
                self.programs_of[cluster as usize].push(number);
            }
        }
        number
    }

    fn add_dimensions(&mut self, publication: &Publication) {
        for dimension in &publication.scheme.dimensions {
            let number = self.dim_names.number(&dimension.name) as usize;
            if number == self.dims.len() {
                let (overlap, by_program) = (dimension.overlap, dimension.by_program);
                self.dims.push(Dim { groups: Vec::new(), overlap, by_program, rest: None });
            }
            let dim = u32::try_from(number).unwrap_or_default();
            for name in &dimension.groups {
                let group = self.group(name, dim);
                if !self.dims[number].groups.contains(&group) {
                    self.dims[number].groups.push(group);
                }
            }
            if !dimension.overlap && !dimension.complete {
                let rest = self.group(&format!("{} not known", dimension.name), dim);
                self.dims[number].rest = Some(rest);
            }
        }
    }

    fn group(&mut self, name: &str, dim: u32) -> u32 {
        let number = self.groups.number(name);
        if number as usize == self.dim_of.len() {
            self.dim_of.push(dim);
        }
        number
    }

    fn add_counts(&mut self, publication: &Publication) {
        for count in &publication.scheme.counts {
            let within: Vec<u32> = count.within.iter().map(|name| self.count(name)).collect();
            let number = self.count(&count.name) as usize;
            self.counts[number].programs = count.programs;
            self.counts[number].covered = count.covered;
            self.counts[number].within.extend(within);
        }
        for measure in &publication.scheme.measures {
            let denominator = self.count(&measure.denominator);
            if let Some(numerator) = &measure.numerator {
                let numerator = self.count(numerator);
                self.counts[numerator as usize].within.push(denominator);
            }
        }
        for count in &mut self.counts {
            count.within.sort_unstable();
            count.within.dedup();
        }
    }

    pub(crate) fn count(&mut self, name: &str) -> u32 {
        let number = self.count_names.number(name);
        if number as usize == self.counts.len() {
            self.counts.push(CountOf { programs: Programs::Overlap, covered: false, within: Vec::new() });
        }
        number
    }

    fn add_years(&mut self, publication: &Publication) {
        for pooled in &publication.scheme.pooled_years {
            let name = self.years.number(&pooled.name);
            let of: Vec<u32> = pooled.of.iter().map(|year| self.years.number(year)).collect();
            if self.pooled.insert(name, of.clone()).is_none() {
                for year in of {
                    self.pools.entry(year).or_default().push(name);
                }
            }
        }
    }

    fn add_designs(&mut self, publication: &Publication) {
        let scheme = &publication.scheme;
        self.zeros_hidden |= scheme.policy.zero_denominators == crate::read::Zeros::Hidden;
        for design in &scheme.tables {
            let mut counts = Vec::new();
            for measure in scheme.measures.iter().filter(|measure| design.measures.contains(&measure.measure)) {
                counts.push(self.count(&measure.denominator));
                counts.extend(measure.numerator.as_ref().map(|numerator| self.count(numerator)));
            }
            let years: Vec<u32> = design.report_years.iter().map(|year| self.years.number(year)).collect();
            let kinds: Vec<u32> = design.organizations.iter().map(|kind| self.kinds.number(kind)).collect();
            let grains: Vec<Grain> = design.programs.iter().map(|grain| grain_called(grain)).collect();
            let lists: Vec<u32> = design
                .subgroups
                .iter()
                .map(|names| {
                    let mut list: Vec<u32> = names.iter().filter_map(|name| self.dim_names.known(name)).collect();
                    list.sort_unstable();
                    self.dim_list(list)
                })
                .collect();
            for &count in &counts {
                for &year in &years {
                    for &kind in &kinds {
                        for &grain in &grains {
                            self.covered.extend(lists.iter().map(|&list| (count, year, kind, grain, list)));
                        }
                    }
                }
            }
        }
    }

    fn dim_list(&mut self, list: Vec<u32>) -> u32 {
        if let Some(&number) = self.dim_list_numbers.get(&list) {
            return number;
        }
        let number = u32::try_from(self.dim_lists.len()).unwrap_or(u32::MAX);
        self.dim_lists.push(list.clone());
        self.dim_list_numbers.insert(list, number);
        number
    }

    /// The number of a combination of groups.
    pub(crate) fn combination(&mut self, mut groups: Vec<u32>) -> u32 {
        groups.sort_unstable();
        if let Some(&number) = self.combination_numbers.get(&groups) {
            return number;
        }
        let mut dims: Vec<u32> = groups.iter().map(|&group| self.dim_of[group as usize]).collect();
        dims.sort_unstable();
        let dims = self.dim_list(dims);
        let published: Vec<u32> = groups.iter().copied().filter(|&group| !self.is_rest(group)).collect();
        let number = u32::try_from(self.combinations.len()).unwrap_or(u32::MAX);
        self.combination_numbers.insert(groups.clone(), number);
        let whole = published.len() == groups.len();
        self.combinations.push(groups);
        self.dims_of.push(dims);
        self.anchor.push(number);
        if !whole {
            self.anchor[number as usize] = self.combination(published);
        }
        number
    }

    /// The combination of a subgroup as it is written; none where no publication speaks of it.
    pub(crate) fn combination_called(&self, subgroup: &str) -> Option<u32> {
        let parts = subgroup.split('+').filter(|part| *part != "all");
        let mut groups: Vec<u32> = parts.map(|part| self.groups.known(part)).collect::<Option<_>>()?;
        groups.sort_unstable();
        self.combination_numbers.get(&groups).copied()
    }

    /// A combination and one more group.
    pub(crate) fn refined(&mut self, combination: u32, group: u32) -> u32 {
        let mut groups = self.combinations[combination as usize].clone();
        groups.push(group);
        self.combination(groups)
    }

    /// The combinations that a dimension splits this one into, those not known among them.
    pub(crate) fn refinements(&mut self, combination: u32, dim: u32) -> Rc<[u32]> {
        if let Some(found) = self.refinements.get(&(combination, dim)) {
            return Rc::clone(found);
        }
        let Dim { groups, rest, .. } = self.dims[dim as usize].clone();
        let groups: Vec<u32> = groups.into_iter().chain(rest).collect();
        let already = self.combinations[combination as usize].clone();
        let new = groups.into_iter().filter(|group| !already.contains(group));
        let found: Rc<[u32]> = new.map(|group| self.refined(combination, group)).collect();
        self.refinements.insert((combination, dim), Rc::clone(&found));
        found
    }

    pub(crate) fn has_dim(&self, combination: u32, dim: u32) -> bool {
        self.dim_lists[self.dims_of[combination as usize] as usize].contains(&dim)
    }

    /// A combination without one of its groups.
    pub(crate) fn without(&mut self, combination: u32, group: u32) -> u32 {
        let groups = self.combinations[combination as usize].iter().copied().filter(|&other| other != group).collect();
        self.combination(groups)
    }

    pub(crate) fn is_rest(&self, group: u32) -> bool {
        self.dims[self.dim_of[group as usize] as usize].rest == Some(group)
    }

    /// Whether a publication has a row for such cells.
    pub(crate) fn covers(&self, key: Key) -> bool {
        let kind = self.orgs[key.organization as usize].kind;
        let list = self.dims_of[key.combination as usize];
        let grain = self.grains[key.program as usize];
        if self.same_programs(key) {
            return [Grain::All, Grain::Cluster, Grain::Program]
                .iter()
                .any(|&grain| self.covered.contains(&(key.count, key.year, kind, grain, list)));
        }
        self.covered.contains(&(key.count, key.year, kind, grain, list))
    }

    /// Whether the cell is the same in every program's row.
    pub(crate) fn same_programs(&self, key: Key) -> bool {
        self.counts[key.count as usize].programs == Programs::Same && !self.by_program(key)
    }

    /// Whether a group of the cell depends on the program: who counts in one may be in the group for another.
    pub(crate) fn by_program(&self, key: Key) -> bool {
        self.combinations[key.combination as usize]
            .iter()
            .any(|&group| self.dims[self.dim_of[group as usize] as usize].by_program)
    }

    /// The cell by the one name it has.
    pub(crate) fn canonical(&self, key: Key) -> Key {
        if self.same_programs(key) { Key { program: ALL_PROGRAMS, ..key } } else { key }
    }

    /// Organization, program and subgroup, for people.
    pub(crate) fn place(&self, key: Key) -> String {
        let org = &self.orgs[key.organization as usize];
        let mut parts = vec![org.name.clone()];
        if key.program != ALL_PROGRAMS {
            parts.push(self.program_ids.text(key.program).to_owned());
        }
        let groups = &self.combinations[key.combination as usize];
        if !groups.is_empty() {
            let mut names: Vec<&str> = groups.iter().map(|&group| self.groups.text(group)).collect();
            names.sort_unstable();
            parts.push(names.join("+"));
        }
        parts.retain(|part| !part.is_empty());
        if parts.is_empty() { "all".to_owned() } else { parts.join(", ") }
    }
}

fn grain_called(name: &str) -> Grain {
    match name {
        "cluster" => Grain::Cluster,
        "program" => Grain::Program,
        _ => Grain::All,
    }
}
