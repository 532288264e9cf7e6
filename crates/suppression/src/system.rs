//! Cells and the equations that link them, as numbers: what an attacker may work with.

/// A cell of a [`System`], by its place in it.
pub type CellId = u32;
/// An equation of a [`System`], by its place in it.
pub type EquationId = u32;

/// No upper bound.
pub const UNBOUNDED: i64 = i64::MAX / 4;

/// What may become of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is published whatever happens, or known to the attacker anyway: a figure of an earlier release, an external
    /// fact, a total that has to be shown.
    Fixed,
    /// It may be shown, and hidden where that protects others.
    Ordinary,
    /// It must be hidden, with at least the protection width of possible values.
    Sensitive,
    /// It is never published, and it does not matter what can be worked out about it.
    Latent,
    /// It is never published, and must be protected like a sensitive cell: nobody prints the students of a district who
    /// are in none of its schools, but a difference may give them away.
    LatentSensitive,
}

impl Role {
    /// Whether it needs the protection width.
    pub fn is_sensitive(self) -> bool {
        matches!(self, Self::Sensitive | Self::LatentSensitive)
    }

    /// Whether it is never published.
    pub fn is_latent(self) -> bool {
        matches!(self, Self::Latent | Self::LatentSensitive)
    }
}

/// A whole number that is counted, and what the public knows of it before any cell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The true count.
    pub value: i64,
    /// The least that it can be for all that anybody knows: 1 where a zero would have been shown.
    pub lower: i64,
    /// The most that it can be for all that anybody knows: from a rate that is published as an interval, for instance.
    pub upper: i64,
    /// What may become of it.
    pub role: Role,
    /// What is lost by hiding it; 1000 is one ordinary cell.
    pub cost: u32,
    /// How many published cells it stands for: cells that are equal by an equation are one variable.
    pub cells: u32,
}

/// Variables and equations `sum of coefficient * value = 0`, whose coefficients are 1 or -1.
#[derive(Clone, Debug, Default)]
pub struct System {
    variables: Vec<Variable>,
    starts: Vec<u32>,
    members: Vec<Term>,
    incidence_starts: Vec<u32>,
    incidences: Vec<Incidence>,
}

/// A cell in an equation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The cell.
    pub cell: CellId,
    /// 1 for a part, -1 for the whole.
    pub sign: i8,
}

/// An equation that a cell is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incidence {
    /// The equation.
    pub equation: EquationId,
    /// The sign of the cell in it.
    pub sign: i8,
}

/// Why cells and equations make no system.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// An equation does not hold of the true counts.
    #[error("equation {equation} does not hold: its parts and its whole differ by {difference}")]
    DoesNotHold {
        /// Its place among the equations that were given.
        equation: usize,
        /// The sum of its terms.
        difference: i64,
    },
    /// A true count is outside what the attacker is said to know.
    #[error("cell {cell} is {value}, outside its own bounds {lower} to {upper}")]
    OutOfBounds {
        /// Its place among the cells that were given.
        cell: usize,
        /// The true count.
        value: i64,
        /// Its lower bound.
        lower: i64,
        /// Its upper bound.
        upper: i64,
    },
}

/// A system, and where the cells that went into it are.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The system.
    pub system: System,
    /// For each cell that was given, its variable.
    pub variable: Vec<CellId>,
}

impl System {
    /// Makes a system of cells and equations (each a list of terms), in which cells that an equation makes equal are one
    /// variable: a district with one school, a cluster with one program. What must be hidden of one of them must be
    /// hidden of all.
    ///
    /// # Errors
    /// An equation that does not hold of the true counts, or a count outside its own bounds.
    pub fn merged(cells: &[Variable], equations: &[Vec<Term>]) -> Result<Merged, SystemError> {
        for (place, cell) in cells.iter().enumerate() {
            let Variable { value, lower, upper, .. } = *cell;
            if value < lower || value > upper {
                return Err(SystemError::OutOfBounds { cell: place, value, lower, upper });
            }
        }
        for (place, equation) in equations.iter().enumerate() {
            let difference: i64 =
                equation.iter().map(|term| i64::from(term.sign) * cells[term.cell as usize].value).sum();
            if difference != 0 {
                return Err(SystemError::DoesNotHold { equation: place, difference });
            }
        }
        let mut same = Same::new(cells.len());
        // A zero that is shown is no part of a sum.
        let zero = |term: &&Term| {
            let cell = &cells[term.cell as usize];
            cell.role == Role::Fixed && cell.value == 0
        };
        let equations: Vec<Vec<Term>> =
            equations.iter().map(|equation| equation.iter().filter(|term| !zero(term)).copied().collect()).collect();
        for equation in &equations {
            if let [a, b] = equation[..]
                && a.sign != b.sign
            {
                same.join(a.cell, b.cell);
            }
        }
        // Variables in the order of their first cells.
        let mut variable = vec![CellId::MAX; cells.len()];
        let mut variables: Vec<Variable> = Vec::new();
        for (place, cell) in cells.iter().enumerate() {
            let root = same.root(id(place)) as usize;
            if variable[root] == CellId::MAX {
                variable[root] = id(variables.len());
                variables.push(*cell);
            } else {
                let of = &mut variables[variable[root] as usize];
                *of = both(of, cell);
            }
            variable[place] = variable[root];
        }
        let mut system = Self { variables, starts: vec![0], ..Self::default() };
        let mut terms: Vec<(CellId, i64)> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        for equation in &equations {
            terms.clear();
            terms.extend(equation.iter().map(|term| (variable[term.cell as usize], i64::from(term.sign))));
            terms.sort_unstable();
            let mut whole: Vec<Term> = Vec::with_capacity(terms.len());
            for group in terms.chunk_by(|a, b| a.0 == b.0) {
                let sign: i64 = group.iter().map(|term| term.1).sum();
                // The same variable as part and as whole says nothing of it.
                for _ in 0..sign.unsigned_abs() {
                    whole.push(Term { cell: group[0].0, sign: if sign > 0 { 1 } else { -1 } });
                }
            }
            if whole.is_empty() {
                continue;
            }
            let key: Vec<(CellId, i8)> = whole.iter().map(|term| (term.cell, term.sign * whole[0].sign)).collect();
            if seen.insert(key) {
                system.members.extend(whole);
                system.starts.push(id(system.members.len()));
            }
        }
        system.index();
        Ok(Merged { system, variable })
    }

    fn index(&mut self) {
        let mut counts = vec![0_u32; self.variables.len() + 1];
        for term in &self.members {
            counts[term.cell as usize + 1] += 1;
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        self.incidence_starts.clone_from(&counts);
        self.incidences = vec![Incidence { equation: 0, sign: 0 }; self.members.len()];
        for equation in 0..self.equations() {
            for place in self.starts[equation as usize]..self.starts[equation as usize + 1] {
                let term = self.members[place as usize];
                let at = &mut counts[term.cell as usize];
                self.incidences[*at as usize] = Incidence { equation, sign: term.sign };
                *at += 1;
            }
        }
    }

    /// How many variables.
    pub fn cells(&self) -> CellId {
        id(self.variables.len())
    }

    /// How many equations.
    pub fn equations(&self) -> EquationId {
        id(self.starts.len().saturating_sub(1))
    }

    /// A variable.
    pub fn cell(&self, cell: CellId) -> &Variable {
        &self.variables[cell as usize]
    }

    /// The terms of an equation. A cell that counts twice is in it twice.
    pub fn terms(&self, equation: EquationId) -> &[Term] {
        let at = equation as usize;
        &self.members[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The equations that a cell is in.
    pub fn equations_of(&self, cell: CellId) -> &[Incidence] {
        let at = cell as usize;
        &self.incidences[self.incidence_starts[at] as usize..self.incidence_starts[at + 1] as usize]
    }
}

/// What is known of two cells that are equal.
fn both(a: &Variable, b: &Variable) -> Variable {
    let rank = |role: Role| match role {
        Role::Latent => 0,
        Role::Ordinary => 1,
        Role::LatentSensitive => 2,
        Role::Sensitive => 3,
        Role::Fixed => 4,
    };
    let role = match (a.role, b.role) {
        // Published together with a latent cell that must be protected: the published one has to be hidden.
        (Role::Ordinary, Role::LatentSensitive) | (Role::LatentSensitive, Role::Ordinary) => Role::Sensitive,
        (a, b) => {
            if rank(a) >= rank(b) {
                a
            } else {
                b
            }
        }
    };
    Variable {
        value: a.value,
        lower: a.lower.max(b.lower),
        upper: a.upper.min(b.upper),
        role,
        cost: a.cost.saturating_add(b.cost),
        cells: a.cells + b.cells,
    }
}

/// Sets of cells that are equal; the root of a set is its first cell.
struct Same(Vec<CellId>);

impl Same {
    fn new(cells: usize) -> Self {
        Self((0..id(cells)).collect())
    }

    fn root(&mut self, mut cell: CellId) -> CellId {
        while self.0[cell as usize] != cell {
            let above = self.0[self.0[cell as usize] as usize];
            self.0[cell as usize] = above;
            cell = above;
        }
        cell
    }

    fn join(&mut self, a: CellId, b: CellId) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// A place as an identifier.
///
/// # Panics
/// There are more than four thousand million of them.
pub(crate) fn id(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 cells and equations")
}
