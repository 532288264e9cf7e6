//! Random numbers that are the same on every machine.

use chrono::{Days, NaiveDate};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// What a stream of random numbers decides. Each subject of each student has a stream of its own, so that a change in
/// one part of a life leaves the others as they were.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    Organization = 1,
    Employers,
    Person,
    Schooling,
    Outcomes,
    Credentials,
    Work,
    After,
    Flaws,
}

/// A stream of random numbers.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of `subject` for the student or organization number `index`.
    pub(crate) fn new(seed: u64, subject: Subject, index: u64) -> Self {
        // The key is laid out by hand: `seed_from_u64` may change with the library.
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream((index << 4) | subject as u64);
        Self(rng)
    }

    /// True with that probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        f64::from(self.0.next_u32()) < probability * 4_294_967_296.0
    }

    /// A whole number from 0 up to, and without, `end`; 0 where that is 0.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// A number from 0 up to, and without, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// One of `items`, all alike.
    ///
    /// # Panics
    /// Where there are none.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())]
    }

    /// A place in a list of that length; 0 in an empty one.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// One of `items` by its weight; the first where all weights are 0.
    ///
    /// # Panics
    /// Where there are none.
    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let mut left = self.below(items.iter().map(&weight).sum());
        for item in items {
            let weight = weight(item);
            if left < weight {
                return item;
            }
            left -= weight;
        }
        &items[0]
    }

    /// A day from `first` to `last`, both included; `first` where `last` is before it.
    pub(crate) fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let days = u32::try_from((last - first).num_days() + 1).unwrap_or(0);
        first + Days::new(u64::from(self.below(days)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_stream_gives_the_same_numbers() {
        let numbers = |seed, subject, index| {
            let mut dice = Dice::new(seed, subject, index);
            [dice.below(1000), dice.below(1000), dice.below(1000)]
        };
        assert_eq!(numbers(7, Subject::Person, 1), numbers(7, Subject::Person, 1));
        assert_ne!(numbers(7, Subject::Person, 1), numbers(8, Subject::Person, 1));
        assert_ne!(numbers(7, Subject::Person, 1), numbers(7, Subject::Person, 2));
        assert_ne!(numbers(7, Subject::Person, 1), numbers(7, Subject::Work, 1));
    }

    #[test]
    fn numbers_keep_within_their_bounds() {
        let mut dice = Dice::new(1, Subject::Person, 0);
        for _ in 0..1000 {
            assert!(dice.below(6) < 6);
            assert!(*dice.weighted(&[0, 1, 2], |item| *item) > 0);
            assert!(!dice.chance(0.0) && dice.chance(1.0));
        }
        assert_eq!(dice.below(0), 0);
    }

    #[test]
    fn a_chance_comes_true_as_often_as_it_says() {
        let mut dice = Dice::new(1, Subject::Person, 0);
        let hits = (0..10_000).filter(|_| dice.chance(0.3)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
    }
}
