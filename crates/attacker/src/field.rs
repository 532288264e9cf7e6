//! Arithmetic modulo the prime 2^59 - 55: exact where floating point is not.

/// The prime. The suppressor's is another one.
pub(crate) const PRIME: u64 = (1 << 59) - 55;

pub(crate) fn add(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

pub(crate) fn negative(a: u64) -> u64 {
    if a == 0 { 0 } else { PRIME - a }
}

pub(crate) fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let fold = |value: u128| (value >> 59) * 55 + (value & ((1 << 59) - 1));
    // 118 bits, then 65, then 60.
    let folded = fold(fold(product));
    let rest = u64::try_from(folded).unwrap_or(u64::MAX);
    rest % PRIME
}

pub(crate) fn inverse(a: u64) -> u64 {
    let (mut power, mut result, mut exponent) = (a, 1, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, power);
        }
        power = times(power, power);
        exponent >>= 1;
    }
    result
}

pub(crate) fn of(value: i64) -> u64 {
    value.rem_euclid(PRIME.cast_signed()).cast_unsigned()
}

/// The whole number of least size that is `a`; none where that is far from any count.
pub(crate) fn small(a: u64) -> Option<i64> {
    const FAR: u64 = 1 << 40;
    let value = a.cast_signed();
    match a {
        _ if a < FAR => Some(value),
        _ if PRIME - a < FAR => Some(value - PRIME.cast_signed()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(mut base: u64, mut exponent: u64) -> u64 {
        let mut result = 1;
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = times(result, base);
            }
            base = times(base, base);
            exponent >>= 1;
        }
        result
    }

    #[test]
    fn it_is_a_prime() {
        // Miller and Rabin; with these bases the test is exact below 2^64.
        let odd = (PRIME - 1) >> (PRIME - 1).trailing_zeros();
        for base in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37] {
            let mut value = power(base, odd);
            let mut passes = value == 1 || value == PRIME - 1;
            for _ in 1..(PRIME - 1).trailing_zeros() {
                value = times(value, value);
                passes |= value == PRIME - 1;
            }
            assert!(passes, "{base}");
        }
    }

    #[test]
    fn products_are_those_of_wide_integers() {
        for (a, b) in [(PRIME - 1, PRIME - 1), (1 << 58, PRIME - 7), (123_456_789_012_345, 987_654_321_098_765)] {
            assert_eq!(u128::from(times(a, b)), u128::from(a) * u128::from(b) % u128::from(PRIME));
            assert_eq!(times(a, inverse(a)), 1);
        }
        assert_eq!([of(-3), of(5)].map(small), [Some(-3), Some(5)]);
        assert_eq!(small(inverse(2)), None);
    }
}
