//! Random numbers in the shapes that prices need, from one seeded generator.
//!
//! Only basic arithmetic, `sqrt` and `ln`: equal seeds give equal bits on one machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Longest symbol, in bytes; with the seed's eight it fills the generator's key exactly.
const SYMBOL_BYTES: usize = 24;

/// The generator of one symbol: its key is the seed and the symbol's name.
pub(super) fn generator(seed: u64, symbol: &str) -> ChaCha8Rng {
    let mut key = [0; 8 + SYMBOL_BYTES];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..8 + symbol.len()].copy_from_slice(symbol.as_bytes());
    ChaCha8Rng::from_seed(key)
}

/// Evenly between 0 (included) and 1 (left out).
pub(super) fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    // 53 bits are what a float holds exactly.
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Two independent standard normal numbers (Marsaglia's polar method).
pub(super) fn normals(rng: &mut ChaCha8Rng) -> [f64; 2] {
    loop {
        let (u, v) = (2.0 * uniform(rng) - 1.0, 2.0 * uniform(rng) - 1.0);
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            let factor = (-2.0 * s.ln() / s).sqrt();
            return [u * factor, v * factor];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normals_have_mean_zero_and_variance_one() {
        let mut rng = generator(7, "BTCUSDT");
        let all: Vec<f64> = (0..50_000).flat_map(|_| normals(&mut rng)).collect();
        let count = all.len() as f64;
        let mean = all.iter().sum::<f64>() / count;
        let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let beyond = all.iter().filter(|x| x.abs() > 1.96).count() as f64 / count;
        assert!((beyond - 0.05).abs() < 0.005, "{beyond}");
    }
}
