//! Whole numbers modulo the prime `2^61 - 1`: exact elimination without overflow and without a tolerance.

/// The prime.
pub(crate) const PRIME: u64 = (1 << 61) - 1;

/// `a + b`.
pub(crate) fn add(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// `-a`.
pub(crate) fn negative(a: u64) -> u64 {
    if a == 0 { 0 } else { PRIME - a }
}

/// `a * b`.
pub(crate) fn times(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    let [low, high] = [wide & u128::from(PRIME), wide >> 61].map(half);
    add(low, if high >= PRIME { high - PRIME } else { high })
}

#[expect(clippy::cast_possible_truncation, reason = "a half of a product is at most 2^61")]
fn half(wide: u128) -> u64 {
    wide as u64
}

/// `1 / a`; 0 for 0.
pub(crate) fn inverse(a: u64) -> u64 {
    // Fermat: a to the power of the prime less two.
    let (mut result, mut base, mut power) = (1, a, PRIME - 2);
    while power > 0 {
        if power & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        power >>= 1;
    }
    if a == 0 { 0 } else { result }
}

/// A sign, or any small whole number.
pub(crate) fn of(number: i64) -> u64 {
    let size = number.unsigned_abs() % PRIME;
    if number < 0 { negative(size) } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_divided_comes_back() {
        for number in [1, 2, 3, 61, PRIME - 1, PRIME / 2, 1_234_567_890_123_456_789] {
            assert_eq!(times(number, inverse(number)), 1, "{number}");
            assert_eq!(add(number, negative(number)), 0);
        }
        assert_eq!(of(-1), PRIME - 1);
        assert_eq!(times(PRIME - 1, PRIME - 1), 1);
        assert_eq!(inverse(0), 0);
    }
}
