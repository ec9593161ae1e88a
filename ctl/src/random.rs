//! Randomness from the system: ids of mutations, and pauses that differ between clients.

use crate::failure::Failure;
use std::time::Duration;

/// A new id for a mutation: 16 random bytes in hex.
///
/// # Errors
/// When the system gives no randomness.
pub fn request_id() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Failure::internal(format!("no randomness from the system: {e}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A random part of up to half of `pause`, so that many clients do not come back at once.
pub fn jitter(pause: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    // Without randomness there is no jitter, which is harmless.
    if getrandom::fill(&mut byte).is_err() {
        return Duration::ZERO;
    }
    pause.mul_f64(f64::from(byte[0]) / 512.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_long_hex_and_differ() {
        let (a, b) = (request_id().expect("random"), request_id().expect("random"));
        assert_eq!(a.len(), 32);
        assert!(a.bytes().all(|c| c.is_ascii_hexdigit()));
        assert_ne!(a, b);
    }

    #[test]
    fn jitter_stays_below_half_of_the_pause() {
        for _ in 0..100 {
            assert!(jitter(Duration::from_secs(1)) < Duration::from_millis(500));
        }
    }
}
