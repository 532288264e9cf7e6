use std::collections::BTreeMap;

use proptest::prelude::*;
use waymark_cube::{Counts, Kernel, Rows, Scheme, reference};

/// Counts of the sides that have any.
#[derive(Default)]
struct Sides {
    slots: usize,
    counts: BTreeMap<usize, Vec<i32>>,
}

impl Counts for Sides {
    fn side(&mut self, side: usize) -> &mut [i32] {
        self.counts.entry(side).or_insert_with(|| vec![0; self.slots])
    }
}

#[derive(Clone, Debug)]
struct Case {
    scheme: Scheme,
    side_words: usize,
    groups: Vec<u64>,
    sides: Vec<u64>,
}

/// Schemes of up to 150 groups, cells of up to 200 rows; sides from nobody to everybody.
fn case() -> impl Strategy<Value = Case> {
    (0usize..150, 1usize..3, 0usize..200).prop_flat_map(|(groups, side_words, rows)| {
        let pair = (0..groups.max(2), 0..groups.max(2));
        let pairs = prop::collection::btree_set(pair, 0..60)
            .prop_map(move |pairs| Scheme::new(groups, pairs.into_iter().filter(|(a, b)| a < b && *b < groups)));
        let word = prop_oneof![any::<u64>(), Just(0), (0u32..64).prop_map(|bit| 1 << bit), Just(u64::MAX)];
        let words = groups.div_ceil(64).max(1);
        let masks = prop::collection::vec(word.clone(), rows * words);
        let sides = prop::collection::vec(word, rows * side_words);
        (pairs, masks, sides).prop_map(move |(scheme, groups, sides)| Case { scheme, side_words, groups, sides })
    })
}

fn counted(mut kernel: Kernel, case: &Case, sign: i32) -> Vec<i64> {
    let slots = kernel.scheme().slots();
    let mut sides = Sides { slots, ..Sides::default() };
    let rows = Rows { groups: &case.groups, sides: &case.sides, side_words: case.side_words };
    kernel.add(rows, sign, &mut sides);
    let mut counts = vec![0; case.side_words * 64 * slots];
    for (side, of_side) in sides.counts {
        for (to, count) in counts[side * slots..].iter_mut().zip(of_side) {
            *to = i64::from(count);
        }
    }
    counts
}

/// Bits behind the last group mean nothing to either version.
fn expected(case: &Case) -> Vec<i64> {
    reference::count(&case.scheme, &case.groups, &case.sides, case.side_words)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn both_versions_agree(case in case()) {
        prop_assert_eq!(counted(Kernel::new(case.scheme.clone()), &case, 1), expected(&case));
    }

    #[test]
    fn what_is_taken_away_leaves_nothing(case in case()) {
        let gone = counted(Kernel::new(case.scheme.clone()), &case, -1);
        prop_assert_eq!(gone.iter().map(|count| -count).collect::<Vec<_>>(), expected(&case));
    }
}

/// Three students, by hand: two groups and their pair.
#[test]
fn a_cell_by_hand() {
    let scheme = Scheme::new(2, [(0, 1)]);
    let case = Case { scheme, side_words: 1, groups: vec![0b01, 0b11, 0b00], sides: vec![0b01, 0b11, 0b01] };
    let counts = counted(Kernel::new(case.scheme.clone()), &case, 1);
    assert_eq!(counts[..4], [3, 2, 1, 1], "everybody, the first group, the second, both");
    assert_eq!(counts[4..8], [1, 1, 1, 1], "of the second side");
    assert!(counts[8..].iter().all(|count| *count == 0));
}
