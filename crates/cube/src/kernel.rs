use crate::{Scheme, transpose::transpose};

/// Where a kernel puts its counts: for each side that has a row, a count for every slot of the scheme.
pub trait Counts {
    /// The counts of a side, as many as the scheme has slots.
    fn side(&mut self, side: usize) -> &mut [i32];
}

/// Rows of one cell: who is in which group, and on which side.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// [`Scheme::words`] words a row; bits from [`Scheme::groups`] on are not looked at.
    pub groups: &'a [u64],
    /// [`Self::side_words`] words a row; bit `s` says whether the row is on side `s`.
    pub sides: &'a [u64],
    /// Words a row of `sides`.
    pub side_words: usize,
}

/// How few rows of a block are added one by one, for then that is less work than to go through all slots.
const FEW: usize = 24;

/// Counts all groups and pairs of a cell, 64 rows at a time.
///
/// The masks of 64 rows are turned around, so that there is a word for every group, with a bit for every row. A word of
/// a pair is the two words of its groups joined by AND; the count of a group or pair on a side is the number of ones in
/// its word and the side's. The words are made once for all sides.
///
/// The loop over the words is left to the compiler. Compiled for AVX2 and for AVX-512 with VPOPCNTDQ and chosen at run
/// time it was no quicker, for most of the time goes into reading and writing counts: so there is one version for every
/// machine, and no `unsafe`.
#[derive(Clone, Debug)]
pub struct Kernel {
    scheme: Scheme,
    /// By slot, the rows of the block that are in it.
    members: Vec<u64>,
    slots: Vec<u32>,
}

impl Kernel {
    /// A kernel for a scheme.
    pub fn new(scheme: Scheme) -> Self {
        Self { members: vec![0; scheme.slots()], scheme, slots: Vec::new() }
    }

    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Adds the rows to the counts; with a `sign` of -1 it takes them away.
    ///
    /// # Panics
    /// If `groups` and `sides` are not as many rows.
    pub fn add(&mut self, rows: Rows<'_>, sign: i32, counts: &mut impl Counts) {
        let words = self.scheme.words();
        let (of_groups, of_sides) = (64 * words, 64 * rows.side_words);
        assert_eq!(rows.groups.len() * rows.side_words, rows.sides.len() * words, "rows of groups and of sides");
        for (groups, sides) in rows.groups.chunks(of_groups).zip(rows.sides.chunks(of_sides)) {
            self.add_block(groups, sides, rows.side_words, sign, counts);
        }
    }

    fn add_block(&mut self, groups: &[u64], sides: &[u64], side_words: usize, sign: i32, counts: &mut impl Counts) {
        let rows = groups.len() / self.scheme.words();
        if rows <= FEW {
            for row in 0..rows {
                self.slots_of(groups, row);
                for word in 0..side_words {
                    for side in ones(sides[row * side_words + word]) {
                        add_one(&self.slots, sign, counts.side(word * 64 + side));
                    }
                }
            }
            return;
        }
        let mut prepared = false;
        for word in 0..side_words {
            let mut block = gathered(sides, word, side_words);
            if block.iter().fold(0, |any, row| any | row) == 0 {
                continue;
            }
            transpose(&mut block);
            for (side, on_side) in block.iter().enumerate().filter(|(_, on_side)| **on_side != 0) {
                let counts = counts.side(word * 64 + side);
                if on_side.count_ones() as usize <= FEW {
                    for row in ones(*on_side) {
                        self.slots_of(groups, row);
                        add_one(&self.slots, sign, counts);
                    }
                    continue;
                }
                if !prepared {
                    self.prepare(groups, rows);
                    prepared = true;
                }
                for (count, members) in counts.iter_mut().zip(&self.members) {
                    *count += sign * (members & on_side).count_ones().cast_signed();
                }
            }
        }
    }

    fn slots_of(&mut self, groups: &[u64], row: usize) {
        let words = self.scheme.words();
        self.scheme.slots_of(&groups[row * words..(row + 1) * words], &mut self.slots);
    }

    /// Fills `members` for a block of rows.
    fn prepare(&mut self, groups: &[u64], rows: usize) {
        let words = self.scheme.words();
        let (all, rest) = self.members.split_at_mut(1);
        let (singles, pairs) = rest.split_at_mut(self.scheme.groups());
        all[0] = u64::MAX >> (64 - rows);
        for (word, singles) in singles.chunks_mut(64).enumerate() {
            let mut block = gathered(groups, word, words);
            transpose(&mut block);
            singles.copy_from_slice(&block[..singles.len()]);
        }
        for (pair, (a, b)) in pairs.iter_mut().zip(self.scheme.pairs()) {
            *pair = singles[*a] & singles[*b];
        }
    }
}

/// One word of each row, and nothing for the rows that a short block lacks.
fn gathered(rows: &[u64], word: usize, words: usize) -> [u64; 64] {
    let mut block = [0; 64];
    for (to, row) in block.iter_mut().zip(rows.chunks_exact(words)) {
        *to = row[word];
    }
    block
}

fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = word.trailing_zeros() as usize;
        (word != 0).then(|| {
            word &= word - 1;
            at
        })
    })
}

fn add_one(slots: &[u32], sign: i32, counts: &mut [i32]) {
    for slot in slots {
        counts[*slot as usize] += sign;
    }
}
