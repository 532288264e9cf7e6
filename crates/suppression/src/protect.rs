//! Hides as little as possible, so that every sensitive cell has room.
//!
//! Every hidden cell is kept with the proof that needs it: witnesses in which the cell differs from the truth. What no
//! proof needs any more is shown again.

use rustc_hash::FxHashMap;

use crate::{
    audit::Audit,
    certificate::known_to_one,
    pattern::Pattern,
    program,
    search::{Circuit, Effort, Search, Wanted},
    system::{CellId, Role, System, id},
    witness::{Proof, Witness},
};

/// A pattern of hidden cells, with proofs that every sensitive cell has room.
pub struct Protection<'a> {
    pattern: Pattern<'a>,
    /// The greatest possible value of a sensitive cell less its least must be this much.
    width: i64,
    proofs: Vec<Option<Proof>>,
    /// For each cell, the proofs that move it.
    on: Vec<Vec<u32>>,
    /// For each sensitive cell, the cells that somebody is alone in who must not know it.
    apart: Vec<Vec<CellId>>,
    search: Search,
}

impl<'a> Protection<'a> {
    /// Hides the sensitive cells alone, which is not enough.
    pub fn new(system: &'a System, width: i64) -> Self {
        let (on, apart) = (vec![Vec::new(); system.cells() as usize], vec![Vec::new(); system.cells() as usize]);
        Self { pattern: Pattern::sensitive(system), width, proofs: Vec::new(), on, apart, search: Search::default() }
    }

    /// What is hidden.
    pub fn pattern(&self) -> &Pattern<'a> {
        &self.pattern
    }

    /// The greatest possible value of a sensitive cell less its least must be this much.
    pub fn width(&self) -> i64 {
        self.width
    }

    /// The proofs.
    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter().flatten()
    }

    /// The sensitive cells without a proof.
    pub fn bare(&self) -> Vec<CellId> {
        let system = self.pattern.system();
        (0..system.cells()).filter(|cell| system.cell(*cell).role.is_sensitive() && !self.has_room(*cell)).collect()
    }

    /// What is lost: the published cells that are hidden and not sensitive themselves.
    pub fn secondary(&self) -> u64 {
        let system = self.pattern.system();
        let cells = self.pattern.hidden().map(|cell| system.cell(cell));
        cells.filter(|cell| cell.role == Role::Ordinary).map(|cell| u64::from(cell.cells)).sum()
    }

    fn has_room(&self, cell: CellId) -> bool {
        self.on[cell as usize].iter().any(|at| self.proves(*at, cell, None))
    }

    /// Whether a proof leaves a cell room while another cell stays as it is.
    fn proves(&self, at: u32, cell: CellId, still: Option<CellId>) -> bool {
        let proof = self.proofs[at as usize].as_ref();
        proof.is_some_and(|proof| proof.width(cell) >= self.width && still.is_none_or(|still| !proof.moves(still)))
    }

    /// What has to be proven of a cell: that it has room, and that it has when others stay as they are.
    fn needs(&self, cell: CellId) -> Vec<Option<CellId>> {
        let sensitive = self.pattern.system().cell(cell).role.is_sensitive();
        let apart = self.apart[cell as usize].iter().map(|other| Some(*other));
        sensitive.then_some(None).into_iter().chain(apart).collect()
    }

    fn add(&mut self, proof: Proof) {
        let at = id(self.proofs.len());
        for cell in proof.cells() {
            self.pattern.hide(cell);
            self.on[cell as usize].push(at);
        }
        self.proofs.push(Some(proof));
    }

    fn remove(&mut self, at: u32) {
        if let Some(proof) = self.proofs[at as usize].take() {
            for cell in proof.cells() {
                self.on[cell as usize].retain(|other| *other != at);
            }
        }
    }

    /// Finds proofs for the sensitive cells that have none, each with the fewest cells more.
    pub(crate) fn cover(&mut self, effort: Effort) {
        for cell in self.bare() {
            if !self.has_room(cell)
                && let Some(proof) = self.proof(cell, effort, [None; 2])
            {
                self.add(proof);
            }
        }
    }

    /// A proof for a cell from one circuit, or else from several.
    fn proof(&mut self, cell: CellId, effort: Effort, still: [Option<CellId>; 2]) -> Option<Proof> {
        let wanted = Wanted { cell, width: self.width, one_way: None, still, moved: &FxHashMap::default() };
        if let Some(Circuit { steps, forth }) = self.search.circuit(&self.pattern, &wanted, effort) {
            let up = forth.min(self.width);
            let times = |times: i64| steps.iter().map(|(cell, step)| (*cell, i64::from(*step) * times)).collect();
            let tables = [up, up - self.width].into_iter().filter(|times| *times != 0);
            return self.checked(tables.map(times).collect());
        }
        if effort.budget == 0 && effort.extensions < COMPOUND_FROM {
            return None;
        }
        self.compound(cell, effort, still)
    }

    /// Circuits one after another, each from the table that the ones before have made: first upwards, then, for what is
    /// missing, downwards.
    fn compound(&mut self, cell: CellId, effort: Effort, still: [Option<CellId>; 2]) -> Option<Proof> {
        let mut need = self.width;
        let mut tables = Vec::new();
        let mut hidden: Vec<CellId> = Vec::new();
        for way in [1, -1] {
            let mut moved: FxHashMap<CellId, i64> = FxHashMap::default();
            while need > 0 {
                let wanted = Wanted { cell, width: 1, one_way: Some(way), still, moved: &moved };
                let Some(circuit) = self.search.circuit(&self.pattern, &wanted, effort) else { break };
                let times = circuit.forth.min(need);
                need -= times;
                for (cell, step) in circuit.steps {
                    *moved.entry(cell).or_default() += i64::from(step) * times;
                    if !self.pattern.is_hidden(cell) {
                        self.pattern.hide(cell);
                        hidden.push(cell);
                    }
                }
            }
            tables.push(moved.into_iter().collect());
        }
        for cell in hidden {
            self.pattern.show(cell);
        }
        if need > 0 { None } else { self.checked(tables) }
    }

    /// Finds proofs for the cells that are still bare in the `size` cells around each.
    fn cover_by_programs(&mut self, size: usize) {
        for cell in self.bare() {
            if self.has_room(cell) {
                continue;
            }
            let proof = self.proof_by_programs(cell, size, None);
            if let Some(proof) = proof {
                self.add(proof);
            }
        }
    }

    /// A proof of the least costly tables above and below, in which the cell `still` does not move.
    fn proof_by_programs(&self, cell: CellId, size: usize, still: Option<CellId>) -> Option<Proof> {
        let ways = (0..=self.width).map(|down| [self.width - down, -down]);
        ways.into_iter().find_map(|steps| {
            let steps = steps.into_iter().filter(|step| *step != 0);
            let table = |step| program::table(&self.pattern, cell, step, size, still);
            self.checked(steps.map(table).collect::<Option<_>>()?)
        })
    }

    fn checked(&self, tables: Vec<Vec<(CellId, i64)>>) -> Option<Proof> {
        let system = self.pattern.system();
        let witnesses = tables.into_iter().map(|table| Witness::checked(system, table)).collect::<Option<Vec<_>>>()?;
        Some(Proof::new(witnesses.into_iter().filter(|witness| !witness.differences().is_empty()).collect()))
    }

    /// Frees sensitive cells from others that somebody is alone in, who would know both: each gets a proof in which the
    /// other does not move. Says how many there were.
    fn part(&mut self) -> usize {
        let known = known_to_one(self.pattern.system(), &Audit::new(&self.pattern));
        for (cell, one) in &known {
            self.apart[*cell as usize].push(*one);
            let done = self.on[*cell as usize].iter().any(|at| self.proves(*at, *cell, Some(*one)));
            if done {
                continue;
            }
            let circuit = |effort: &Effort| self.proof(*cell, *effort, [Some(*one), None]);
            let found = COVER[1..].iter().find_map(circuit);
            let mut sizes = SURROUNDINGS.into_iter();
            let found = found.or_else(|| sizes.find_map(|size| self.proof_by_programs(*cell, size, Some(*one))));
            if let Some(proof) = found {
                self.add(proof);
            }
        }
        known.len()
    }

    /// Shows again what can be done without, the most costly cells first. Says how many cells that were.
    pub(crate) fn give_back(&mut self, effort: Effort) -> usize {
        let system = self.pattern.system();
        let mut order: Vec<CellId> =
            self.pattern.hidden().filter(|cell| system.cell(*cell).role == Role::Ordinary).collect();
        order.sort_by_key(|cell| (std::cmp::Reverse(system.cell(*cell).cost), *cell));
        let mut given = 0;
        for cell in order {
            if self.pattern.is_hidden(cell) && self.without(cell, effort) {
                given += 1;
            }
        }
        given
    }

    /// Shows a cell if all that lean on it find other proofs.
    fn without(&mut self, cell: CellId, effort: Effort) -> bool {
        let system = self.pattern.system();
        let old = self.on[cell as usize].clone();
        let mut leaning: Vec<CellId> = Vec::new();
        for at in &old {
            leaning.extend(self.proofs[*at as usize].iter().flat_map(Proof::cells));
        }
        leaning.sort_unstable();
        leaning.dedup();
        let mut needs: Vec<(CellId, Option<CellId>)> = Vec::new();
        for other in leaning {
            let kept = |need: &Option<CellId>| {
                self.on[other as usize].iter().any(|at| !old.contains(at) && self.proves(*at, other, *need))
            };
            needs.extend(self.needs(other).into_iter().filter(|need| !kept(need)).map(|need| (other, need)));
        }
        let mark = id(self.proofs.len());
        for (other, need) in needs {
            if self.on[other as usize].iter().any(|at| *at >= mark && self.proves(*at, other, need)) {
                continue;
            }
            let still = [Some(cell), need];
            if let Some(proof) = self.proof(other, effort, still) {
                self.add(proof);
            } else {
                (mark..id(self.proofs.len())).for_each(|at| self.remove(at));
                self.proofs.truncate(mark as usize);
                return false;
            }
        }
        let mut freed: Vec<CellId> = vec![cell];
        for at in old {
            freed.extend(self.proofs[at as usize].iter().flat_map(Proof::cells));
            self.remove(at);
        }
        for other in freed {
            if self.on[other as usize].is_empty() && system.cell(other).role == Role::Ordinary {
                self.pattern.show(other);
            }
        }
        true
    }
}

/// Without new cells, several circuits are tried from this many extensions on.
const COMPOUND_FROM: u32 = 300;

/// The rounds in which proofs are looked for: first among the sensitive cells, then with more and more other cells.
pub(crate) const COVER: [Effort; 8] = [
    Effort { budget: 0, extensions: 60, breadth: 6, greed: 1 },
    Effort { budget: 9_000, extensions: 500, breadth: 12, greed: 1 },
    Effort { budget: 60_000, extensions: 300, breadth: 12, greed: 2 },
    Effort { budget: 60_000, extensions: 1_000, breadth: 12, greed: 4 },
    Effort { budget: 400_000, extensions: 2_000, breadth: 8, greed: 8 },
    Effort { budget: 400_000, extensions: 4_000, breadth: 5, greed: 20 },
    Effort { budget: 4_000_000, extensions: 6_000, breadth: 4, greed: 60 },
    Effort { budget: 4_000_000, extensions: 6_000, breadth: 10, greed: 120 },
];

/// How often cells are freed from those that somebody is alone in.
const PARTINGS: usize = 8;

/// How many cells around a bare one linear programs look at.
const SURROUNDINGS: [usize; 3] = [700, 2_000, 6_000];

/// The rounds in which cells are given back.
pub(crate) const GIVE_BACK: [Effort; 3] = [
    Effort { budget: 0, extensions: 60, breadth: 10, greed: 2 },
    Effort { budget: 0, extensions: 200, breadth: 10, greed: 2 },
    Effort { budget: 0, extensions: 300, breadth: 10, greed: 2 },
];

/// Protects every sensitive cell of a system with `width`. `say` is told how it goes.
pub fn protect<'a>(system: &'a System, width: i64, say: &mut dyn FnMut(&str, &Protection)) -> Protection<'a> {
    let mut protection = Protection::new(system, width);
    for effort in COVER {
        protection.cover(effort);
        say("covered", &protection);
    }
    for size in SURROUNDINGS {
        protection.cover_by_programs(size);
        say("covered by programs", &protection);
    }
    for effort in GIVE_BACK {
        protection.give_back(effort);
        say("gave back", &protection);
    }
    let mut known = usize::MAX;
    for round in 0..PARTINGS {
        let before = std::mem::replace(&mut known, protection.part());
        if known == 0 || known == before {
            break;
        }
        say("parted", &protection);
        if round < 2 {
            protection.give_back(GIVE_BACK[1]);
            say("gave back", &protection);
        }
    }
    protection
}
