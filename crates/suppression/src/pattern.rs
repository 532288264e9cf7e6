//! Which cells are hidden.

use crate::system::{CellId, EquationId, Role, System, id};

/// A pattern of hidden cells, with the hidden cells of every equation in front of the others.
#[derive(Clone, Debug)]
pub struct Pattern<'a> {
    system: &'a System,
    hidden: Vec<bool>,
    slots: Vec<Slot>,
    starts: Vec<u32>,
    hidden_in: Vec<u32>,
    /// For each place of a cell in an equation, cell by cell, its slot.
    slot_of: Vec<u32>,
    first_slot_of: Vec<u32>,
}

/// A cell's place in an equation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) cell: CellId,
    pub(crate) sign: i8,
    incidence: u32,
}

impl<'a> Pattern<'a> {
    /// The cells that have to be hidden, and those that are never shown.
    pub fn sensitive(system: &'a System) -> Self {
        let mut pattern = Self::nothing(system);
        for cell in 0..system.cells() {
            if !matches!(system.cell(cell).role, Role::Ordinary | Role::Fixed) {
                pattern.hide(cell);
            }
        }
        pattern
    }

    fn nothing(system: &'a System) -> Self {
        let mut first_slot_of = vec![0_u32];
        for cell in 0..system.cells() {
            first_slot_of.push(first_slot_of[cell as usize] + id(system.equations_of(cell).len()));
        }
        let mut next = first_slot_of.clone();
        let mut slot_of = vec![0; first_slot_of[system.cells() as usize] as usize];
        let (mut slots, mut starts) = (Vec::with_capacity(slot_of.len()), vec![0]);
        for equation in 0..system.equations() {
            for term in system.terms(equation) {
                let incidence = next[term.cell as usize];
                next[term.cell as usize] += 1;
                slot_of[incidence as usize] = id(slots.len());
                slots.push(Slot { cell: term.cell, sign: term.sign, incidence });
            }
            starts.push(id(slots.len()));
        }
        let hidden = vec![false; system.cells() as usize];
        let hidden_in = vec![0; system.equations() as usize];
        Self { system, hidden, slots, starts, hidden_in, slot_of, first_slot_of }
    }

    /// The system that it is a pattern of.
    pub fn system(&self) -> &'a System {
        self.system
    }

    /// Whether a cell is hidden.
    pub fn is_hidden(&self, cell: CellId) -> bool {
        self.hidden[cell as usize]
    }

    /// The hidden cells, in order.
    pub fn hidden(&self) -> impl Iterator<Item = CellId> + '_ {
        (0..self.system.cells()).filter(|cell| self.hidden[*cell as usize])
    }

    /// Hides a cell.
    pub fn hide(&mut self, cell: CellId) {
        if !self.hidden[cell as usize] {
            self.hidden[cell as usize] = true;
            self.turn(cell, true);
        }
    }

    /// Shows a cell.
    pub fn show(&mut self, cell: CellId) {
        if self.hidden[cell as usize] {
            self.hidden[cell as usize] = false;
            self.turn(cell, false);
        }
    }

    fn turn(&mut self, cell: CellId, to_hidden: bool) {
        for place in 0..self.system.equations_of(cell).len() {
            let equation = self.system.equations_of(cell)[place].equation as usize;
            let slot = self.slot_of[self.first_slot_of[cell as usize] as usize + place];
            let border = if to_hidden {
                self.hidden_in[equation] += 1;
                self.starts[equation] + self.hidden_in[equation] - 1
            } else {
                self.hidden_in[equation] -= 1;
                self.starts[equation] + self.hidden_in[equation]
            };
            self.slots.swap(slot as usize, border as usize);
            self.slot_of[self.slots[slot as usize].incidence as usize] = slot;
            self.slot_of[self.slots[border as usize].incidence as usize] = border;
        }
    }

    /// How many cells of an equation are hidden.
    pub fn hidden_in(&self, equation: EquationId) -> u32 {
        self.hidden_in[equation as usize]
    }

    /// The hidden cells of an equation.
    pub(crate) fn hidden_slots(&self, equation: EquationId) -> &[Slot] {
        let start = self.starts[equation as usize];
        &self.slots[start as usize..(start + self.hidden_in[equation as usize]) as usize]
    }

    /// The shown cells of an equation.
    pub(crate) fn shown_slots(&self, equation: EquationId) -> &[Slot] {
        let start = self.starts[equation as usize] + self.hidden_in[equation as usize];
        &self.slots[start as usize..self.starts[equation as usize + 1] as usize]
    }
}
