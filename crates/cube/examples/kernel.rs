//! Counts made-up students again and again: what `benches/kernel.sh` measures.
//!
//! `cargo run -p waymark-cube --example kernel -- kernel|reference STUDENTS ROWS_OF_A_CELL`
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::time::Instant;

use waymark_cube::{Counts, Kernel, Rows, Scheme, reference};

/// Groups as the federal rulebook has them: 3 of sex, 7 of race, 10 populations; 14 denominators and 14 numerators.
const SEXES: usize = 3;
const RACES: usize = 7;
const GROUPS: usize = 20;
const SIDES: usize = 28;

struct Table {
    slots: usize,
    counts: Vec<i32>,
}

impl Counts for Table {
    fn side(&mut self, side: usize) -> &mut [i32] {
        &mut self.counts[side * self.slots..(side + 1) * self.slots]
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, how, students, cell] = &arguments[..] else { panic!("expected: HOW STUDENTS ROWS_OF_A_CELL") };
    let (students, cell): (usize, usize) = (students.parse().expect("a number"), cell.parse().expect("a number"));
    let dimension = |group| if group < SEXES { 0 } else { usize::from(group >= SEXES + RACES) + 1 };
    let all = (0..GROUPS).flat_map(|a| (a + 1..GROUPS).map(move |b| (a, b)));
    let scheme = Scheme::new(GROUPS, all.filter(|(a, b)| dimension(*a) != dimension(*b) || dimension(*a) == 2));
    let mut seed = 1_u64;
    let mut dice = |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    let (mut groups, mut sides) = (Vec::new(), Vec::new());
    for _ in 0..students {
        let populations = (SEXES + RACES..GROUPS).filter(|_| dice(5) == 0).fold(0, |mask, group| mask | 1 << group);
        groups.push(populations | 1 << dice(SEXES as u64) | 1 << (SEXES as u64 + dice(RACES as u64)));
        // Everybody is in two denominators; one in eight is a concentrator, and in some of the others.
        let others =
            if dice(8) == 0 { (2..SIDES).filter(|_| dice(4) == 0).fold(0, |mask, side| mask | 1 << side) } else { 0 };
        sides.push(0b11 | others);
    }
    let mut table = Table { slots: scheme.slots(), counts: vec![0; 64 * scheme.slots()] };
    let begin = Instant::now();
    counted(how, &scheme, &groups, &sides, cell, &mut table);
    let seconds = begin.elapsed().as_secs_f64();
    let sum: i64 = table.counts.iter().map(|count| i64::from(*count)).sum();
    println!("{how}, cells of {cell}: {:.0} ns a student, sum {sum}", seconds * 1e9 / students as f64);
}

/// The part that is measured.
#[inline(never)]
fn counted(how: &str, scheme: &Scheme, groups: &[u64], sides: &[u64], cell: usize, table: &mut Table) {
    let mut kernel = Kernel::new(scheme.clone());
    for (groups, sides) in groups.chunks(cell).zip(sides.chunks(cell)) {
        if how == "kernel" {
            kernel.add(Rows { groups, sides, side_words: 1 }, 1, table);
        } else {
            for (to, count) in table.counts.iter_mut().zip(reference::count(scheme, groups, sides, 1)) {
                *to += i32::try_from(count).expect("a small number");
            }
        }
    }
}
