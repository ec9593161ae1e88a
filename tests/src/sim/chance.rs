//! Seeded chance in the shapes that a random world needs. No clock, no system randomness.

use domain::Decimal;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of random choices; equal seeds and streams give equal choices on every machine.
#[derive(Debug, Clone)]
pub struct Chance {
    rng: ChaCha8Rng,
}

impl Chance {
    /// The stream of this name that belongs to a seed; streams do not disturb one another.
    #[must_use]
    pub fn new(seed: u64, stream: &str) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        for (place, byte) in key[8..].iter_mut().zip(stream.bytes()) {
            *place = byte;
        }
        Self { rng: ChaCha8Rng::from_seed(key) }
    }

    /// A whole number from 0 to `bound` - 1 (`bound` above 0).
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias of the remainder is far below anything that a test could see.
        self.rng.next_u64() % bound
    }

    /// A whole number within both ends.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several values.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// One of several decimals, written as text.
    ///
    /// # Panics
    /// When one of them is no decimal.
    pub fn decimal(&mut self, from: &[&str]) -> Decimal {
        self.pick(from).parse().expect("Invariant: the choices are decimals")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, stream| {
            let mut chance = Chance::new(seed, stream);
            (0..8).map(|_| chance.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, "a"), draw(7, "a"));
        assert_ne!(draw(7, "a"), draw(7, "b"));
        assert_ne!(draw(7, "a"), draw(8, "a"));
    }
}
