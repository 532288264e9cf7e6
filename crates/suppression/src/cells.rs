//! The cells of a release: each count once, however many rows show it.

use rustc_hash::FxHashMap;

use crate::{
    figures::{Figure, Organization, Program, Why},
    names::{Covered, Grain, Groups, Names, Tree, organizations, programs},
    policy::Policy,
    scheme::{Programs, Scheme},
    system::{Role, Term, UNBOUNDED, Variable, id},
    weights,
};

/// Where a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) count: u32,
    pub(crate) year: u32,
    pub(crate) organization: u32,
    pub(crate) program: u32,
    pub(crate) combination: u32,
}

/// The cells of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides {
    pub(crate) figure: usize,
    pub(crate) denominator: u32,
    pub(crate) numerator: u32,
    /// Why they have to be hidden whatever becomes of others.
    pub(crate) denominator_why: Option<Why>,
    pub(crate) numerator_why: Option<Why>,
    /// What the rate is told to be between, where the denominator is shown.
    pub(crate) rate_percent: Option<(u32, u32)>,
}

/// Cells, and what they are of.
pub(crate) struct Cells<'a> {
    pub(crate) scheme: &'a Scheme,
    policy: &'a Policy,
    pub(crate) organizations: Tree,
    kinds: Vec<String>,
    pub(crate) programs: Tree,
    pub(crate) grains: Vec<Grain>,
    pub(crate) groups: Groups,
    pub(crate) counts: Names,
    pub(crate) years: Names,
    covered: Covered,
    places: FxHashMap<Key, u32>,
    pub(crate) keys: Vec<Option<Key>>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) equations: Vec<Vec<Term>>,
    pub(crate) sides: Vec<Sides>,
}

/// What is known of a cell by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is this one.
    Cell(u32),
    /// It would be there if it were not zero.
    Zero,
    /// The release does not speak of it.
    Unknown,
}

/// Why figures make no cells.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FiguresError {
    /// A figure names something that is not in the scheme or among the organizations and programs.
    #[error("a figure is of {what} `{name}`, which nothing else speaks of")]
    Unknown {
        /// What is named.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// More in the numerator than in the denominator.
    #[error("`{row}` has {numerator} of {denominator}")]
    MoreThanAll {
        /// The row.
        row: String,
        /// The numerator.
        numerator: u64,
        /// The denominator.
        denominator: u64,
    },
    /// Two rows disagree about the same count.
    #[error("`{row}` has {one}, but the same count is {other} in another row")]
    Disagree {
        /// The row.
        row: String,
        /// What it has.
        one: i64,
        /// What another has.
        other: i64,
    },
    /// A whole with less than one of its parts, or than their sum.
    #[error("{what} does not add up: {whole} in all, {parts} in the parts")]
    DoesNotAddUp {
        /// Which sum.
        what: String,
        /// The whole.
        whole: i64,
        /// The sum of the parts.
        parts: i64,
    },
}

impl<'a> Cells<'a> {
    /// The cells of those figures that a table of the scheme covers.
    pub(crate) fn new(
        figures: &[Figure],
        organization_list: &[Organization],
        program_list: &[Program],
        scheme: &'a Scheme,
        policy: &'a Policy,
    ) -> Result<Self, FiguresError> {
        let (organizations, kinds) = organizations(organization_list);
        let (programs, grains) = programs(program_list);
        let (mut counts, mut years) = (Names::default(), Names::default());
        for count in &scheme.counts {
            counts.add(&count.name);
        }
        let covered = Covered::new(scheme, &counts, &mut years);
        let mut cells = Self {
            scheme,
            policy,
            organizations,
            kinds,
            programs,
            grains,
            groups: Groups::new(scheme),
            counts,
            years,
            covered,
            places: FxHashMap::default(),
            keys: Vec::new(),
            variables: Vec::new(),
            equations: Vec::new(),
            sides: Vec::new(),
        };
        for (place, figure) in figures.iter().enumerate() {
            cells.add(place, figure)?;
        }
        Ok(cells)
    }

    fn add(&mut self, place: usize, figure: &Figure) -> Result<(), FiguresError> {
        let unknown = |what: &'static str, name: &str| FiguresError::Unknown { what, name: name.to_owned() };
        let Some(year) = self.years.get(&figure.report_year) else { return Ok(()) };
        let named =
            |measure: &&crate::scheme::Measure| measure.measure == figure.measure && measure.variant == figure.variant;
        let measure = self.scheme.measures.iter().find(named).ok_or_else(|| unknown("measure", &figure.measure))?;
        let organization = self.organizations.names.get(&figure.organization_id);
        let organization = organization.ok_or_else(|| unknown("organization", &figure.organization_id))?;
        let program = self.programs.names.get(&figure.program_id);
        let program = program.ok_or_else(|| unknown("program", &figure.program_id))?;
        let Some(combination) = self.groups.called(&figure.subgroup) else { return Ok(()) };
        let count = |name: &str| self.counts.get(name).ok_or_else(|| unknown("count", name));
        let (denominator, numerator) = (count(&measure.denominator)?, count(&measure.numerator)?);
        let kind = &self.kinds[organization as usize];
        let dimensions = self.groups.dimensions(combination);
        if !self.covered.has(numerator, year, kind, self.grains[program as usize], &dimensions) {
            return Ok(());
        }
        if figure.numerator > figure.denominator {
            let Figure { numerator, denominator, .. } = *figure;
            return Err(FiguresError::MoreThanAll { row: row(figure), numerator, denominator });
        }
        let key = |count| self.canonical(Key { count, year, organization, program, combination });
        let (denominator_key, numerator_key) = (key(denominator), key(numerator));
        let outcome = self.scheme.counts[denominator as usize].programs != Programs::Same;
        let judged = Judged::new(self.policy, figure, outcome);
        let important = u32::from(program == 0) + u32::from(combination == 0) + u32::from(organization == 0);
        let cell = |value, role, lower, upper, cells| Variable {
            value,
            lower,
            upper,
            role,
            cost: if cells == 0 { 0 } else { weights::cost(value, important) },
            cells,
        };
        let Values { denominator, numerator, rest } = judged.values;
        let whole = self.put(figure, denominator_key, cell(denominator, judged.denominator_role(), 1, UNBOUNDED, 1))?;
        let (lower, upper) = judged.numerator_bounds;
        let part = self.put(figure, numerator_key, cell(numerator, judged.numerator_role(), lower, upper, 1))?;
        let (lower, upper) = judged.rest_bounds;
        let rest = self.latent(cell(rest, judged.rest_role(), lower, upper, 0));
        self.equations.push(sum(&[part, rest], whole));
        self.sides.push(Sides {
            figure: place,
            denominator: whole,
            numerator: part,
            denominator_why: judged.denominator_why,
            numerator_why: judged.numerator_why,
            rate_percent: judged.rate_percent,
        });
        Ok(())
    }

    /// A cell that is never published.
    pub(crate) fn latent(&mut self, variable: Variable) -> u32 {
        self.variables.push(variable);
        self.keys.push(None);
        id(self.variables.len() - 1)
    }

    fn put(&mut self, figure: &Figure, key: Key, new: Variable) -> Result<u32, FiguresError> {
        let next = id(self.variables.len());
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.variables.push(new);
            self.keys.push(Some(key));
            return Ok(place);
        }
        let old = &mut self.variables[place as usize];
        if old.value != new.value {
            return Err(FiguresError::Disagree { row: row(figure), one: new.value, other: old.value });
        }
        if new.role.is_sensitive() {
            old.role = new.role;
        }
        (old.lower, old.upper) = (old.lower.max(new.lower), old.upper.min(new.upper));
        old.cells += new.cells;
        old.cost = old.cost.saturating_add(new.cost);
        Ok(place)
    }

    /// Whether a count is the same in every program's row.
    pub(crate) fn same_programs(&self, key: Key) -> bool {
        self.scheme.counts[key.count as usize].programs == Programs::Same && !self.by_program(key)
    }

    /// Whether a group of the cell is another one in every program's row.
    pub(crate) fn by_program(&self, key: Key) -> bool {
        let groups = &self.groups.combinations[key.combination as usize];
        groups.iter().any(|group| self.scheme.dimensions[self.groups.dimension[*group as usize] as usize].by_program)
    }

    fn canonical(&self, key: Key) -> Key {
        if self.same_programs(key) { Key { program: 0, ..key } } else { key }
    }

    /// The cell at a place.
    pub(crate) fn find(&self, key: Key) -> Found {
        let key = self.canonical(key);
        if let Some(place) = self.places.get(&key) {
            return Found::Cell(*place);
        }
        let kind = &self.kinds[key.organization as usize];
        let dimensions = self.groups.dimensions(key.combination);
        let has = |grain| self.covered.has(key.count, key.year, kind, grain, &dimensions);
        let covered = if self.same_programs(key) {
            [Grain::All, Grain::Cluster, Grain::Program].into_iter().any(has)
        } else {
            has(self.grains[key.program as usize])
        };
        if covered { Found::Zero } else { Found::Unknown }
    }

    /// Those of a combination's refinements by a dimension that figures speak of; none where no table covers any.
    pub(crate) fn refined(&self, key: Key, dimension: u32) -> Option<Vec<u32>> {
        let mut dimensions = self.groups.dimensions(key.combination);
        dimensions.push(dimension);
        dimensions.sort_unstable();
        let kind = &self.kinds[key.organization as usize];
        let grain = self.grains[key.program as usize];
        let covered = |grain| self.covered.has(key.count, key.year, kind, grain, &dimensions);
        let any =
            covered(grain) || (self.same_programs(key) && [Grain::Cluster, Grain::Program].into_iter().any(covered));
        if !any {
            return None;
        }
        let already = &self.groups.combinations[key.combination as usize];
        let mut parts = Vec::new();
        for group in &self.groups.of[dimension as usize] {
            if already.contains(group) {
                continue;
            }
            let of = already.iter().copied().chain([*group]).collect();
            if let Some(combination) = self.groups.known(of)
                && let Found::Cell(cell) = self.find(Key { combination, ..key })
            {
                parts.push(cell);
            }
        }
        Some(parts)
    }

    /// How small a latent cell must be to be protected.
    pub(crate) fn rest_role(&self, value: i64, protected: bool) -> Role {
        if protected && self.policy.complements && (1..i64::from(self.policy.minimum)).contains(&value) {
            Role::LatentSensitive
        } else {
            Role::Latent
        }
    }
}

/// The parts are the whole.
pub(crate) fn sum(parts: &[u32], whole: u32) -> Vec<Term> {
    let parts = parts.iter().map(|cell| Term { cell: *cell, sign: 1 });
    parts.chain([Term { cell: whole, sign: -1 }]).collect()
}

fn row(figure: &Figure) -> String {
    let Figure { report_year, measure, organization_id, program_id, subgroup, .. } = figure;
    format!("{report_year}, {measure}, {organization_id}, {program_id}, {subgroup}")
}

/// The counts of a figure.
#[derive(Clone, Copy)]
struct Values {
    denominator: i64,
    numerator: i64,
    rest: i64,
}

/// What a policy says of a figure by itself.
struct Judged {
    values: Values,
    denominator_why: Option<Why>,
    numerator_why: Option<Why>,
    rest_sensitive: bool,
    zero_is_shown: bool,
    numerator_bounds: (i64, i64),
    rest_bounds: (i64, i64),
    rate_percent: Option<(u32, u32)>,
}

impl Judged {
    /// A figure whose denominator is the same for all programs asks who takes part, and a zero in it is a program that
    /// nobody takes: it is shown. In outcomes a zero says something about everybody in the group, and is hidden like a
    /// small count.
    fn new(policy: &Policy, figure: &Figure, outcome: bool) -> Self {
        let [denominator, numerator] =
            [figure.denominator, figure.numerator].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        let rest = denominator - numerator;
        let minimum = i64::from(policy.minimum);
        let least_denominator = policy.minimum_denominator.map_or(minimum, i64::from);
        let small = |count: i64| count < minimum && (outcome || count > 0);
        let denominator_why = small(denominator).then_some(Why::Small);
        let rest_sensitive = policy.complements && small(rest);
        let tail = policy.tail(denominator).filter(|_| outcome && denominator >= least_denominator.max(minimum));
        let mut numerator_bounds = (i64::from(!outcome), UNBOUNDED);
        let mut rest_bounds = (0, UNBOUNDED);
        let mut rate_percent = None;
        if let Some((percent, students)) = tail {
            if numerator <= students {
                numerator_bounds = (0, students);
                rest_bounds = (denominator - students, denominator);
                rate_percent = Some((0, percent));
            } else if rest <= students {
                numerator_bounds = (denominator - students, denominator);
                rest_bounds = (0, students);
                rate_percent = Some((100 - percent, 100));
            }
        }
        let numerator_why = if small(numerator) {
            Some(Why::Small)
        } else if rest_sensitive {
            Some(Why::Complement)
        } else if outcome && denominator < least_denominator {
            Some(Why::SmallGroup)
        } else {
            rate_percent.map(|_| Why::Tail)
        };
        if numerator == 0 && !outcome {
            numerator_bounds = (0, 0);
        }
        Self {
            values: Values { denominator, numerator, rest },
            denominator_why,
            numerator_why,
            rest_sensitive,
            zero_is_shown: !outcome,
            numerator_bounds,
            rest_bounds,
            rate_percent,
        }
    }

    fn denominator_role(&self) -> Role {
        if self.denominator_why.is_some() { Role::Sensitive } else { Role::Ordinary }
    }

    fn numerator_role(&self) -> Role {
        if self.values.numerator == 0 && self.zero_is_shown {
            Role::Fixed
        } else if self.numerator_why.is_some() {
            Role::Sensitive
        } else {
            Role::Ordinary
        }
    }

    fn rest_role(&self) -> Role {
        if self.rest_sensitive { Role::LatentSensitive } else { Role::Latent }
    }
}
