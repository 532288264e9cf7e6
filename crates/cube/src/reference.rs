//! The same counts without any cleverness: what the kernel is tested against.

use crate::Scheme;

/// For every side and slot, side by side, how many rows are in both. `groups` has [`Scheme::words`] words a row, `sides`
/// has `side_words`; bit `s` of a row's words of `sides` says whether the row is in side `s`.
pub fn count(scheme: &Scheme, groups: &[u64], sides: &[u64], side_words: usize) -> Vec<i64> {
    let bit = |words: &[u64], at: usize| words[at / 64] >> (at % 64) & 1 == 1;
    let mut counts = vec![0; side_words * 64 * scheme.slots()];
    for (mask, sides) in groups.chunks_exact(scheme.words()).zip(sides.chunks_exact(side_words)) {
        let singles = (0..scheme.groups()).map(|group| bit(mask, group));
        let pairs = scheme.pairs().iter().map(|(a, b)| bit(mask, *a) && bit(mask, *b));
        let slots: Vec<bool> = std::iter::once(true).chain(singles).chain(pairs).collect();
        for (side, counts) in counts.chunks_exact_mut(scheme.slots()).enumerate() {
            for (count, member) in counts.iter_mut().zip(&slots) {
                *count += i64::from(*member && bit(sides, side));
            }
        }
    }
    counts
}
