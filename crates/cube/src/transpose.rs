/// Turns a block of 64 rows of 64 bits around: bit `r` of word `c` becomes what bit `c` of word `r` was.
///
/// Halves are exchanged, then quarters, down to single bits (Warren, Hacker's Delight, 7-3).
pub(crate) fn transpose(block: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = 0x0000_0000_ffff_ffff_u64;
    while width != 0 {
        let mut row = 0;
        while row < 64 {
            for low in row..row + width {
                let swapped = ((block[low] >> width) ^ block[low + width]) & mask;
                block[low] ^= swapped << width;
                block[low + width] ^= swapped;
            }
            row += 2 * width;
        }
        width /= 2;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::transpose;

    proptest! {
        #[test]
        fn rows_become_columns(rows in prop::array::uniform32(any::<(u64, u64)>())) {
            let before: [u64; 64] = std::array::from_fn(|r| if r % 2 == 0 { rows[r / 2].0 } else { rows[r / 2].1 });
            let mut after = before;
            transpose(&mut after);
            for (row, bits) in before.iter().enumerate() {
                for (column, turned) in after.iter().enumerate() {
                    prop_assert_eq!(bits >> column & 1, turned >> row & 1);
                }
            }
        }
    }
}
