//! State that every strategy needs: which candles it has seen, and its cooldown. One instance serves
//! one symbol, so nothing here is shared.

use domain::{Ohlcv, Signal, Timestamp};
use serde::{Deserialize, Serialize};

/// Counts closed candles and refuses those that are not newer than the last one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Progress {
    seen: u64,
    newest: Option<Timestamp>,
}

impl Progress {
    /// True for a candle that is newer than all before; such a candle is counted.
    #[inline]
    pub(super) fn admit(&mut self, candle: &Ohlcv) -> bool {
        if self.newest.is_some_and(|newest| candle.open_time <= newest) {
            return false;
        }
        self.newest = Some(candle.open_time);
        self.seen += 1;
        true
    }

    /// How many candles were admitted.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// True once there are `required` candles.
    #[inline]
    pub(super) fn has(&self, required: usize) -> bool {
        self.seen >= required as u64
    }
}

/// Blocks exactly `candles` closed candles after a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cooldown {
    candles: u32,
    left: u32,
}

impl Cooldown {
    /// Ready from the first candle on.
    pub(super) fn new(candles: u32) -> Self {
        Self { candles, left: 0 }
    }

    /// Counts a closed candle; true when it lies in the cooldown. Call once per candle.
    #[inline]
    pub(super) fn tick(&mut self) -> bool {
        let blocked = self.left > 0;
        self.left = self.left.saturating_sub(1);
        blocked
    }

    /// A signal was given at the candle that was counted last.
    pub(super) fn restart(&mut self) {
        self.left = self.candles;
    }

    /// How many further candles are blocked.
    pub(super) fn left(&self) -> u32 {
        self.left
    }
}

/// Adds a figure in place, without moving the signal.
#[inline]
pub(super) fn put(signal: &mut Signal, name: &'static str, value: f64) {
    let _ = signal.figures.try_push((name, value));
}

/// A confidence: `value` kept between `floor` and 1; the floor for what is no number.
#[inline]
pub(super) fn certainty(value: f64, floor: f64) -> f64 {
    if value.is_nan() { floor } else { value.clamp(floor, 1.0) }
}

/// -1, 0 or 1: how `a` compares with `b`, where differences that only rounding can make count as
/// equal. `scale` is the size of the numbers both come from. NaN counts as equal.
#[inline]
pub(super) fn compare(a: f64, b: f64, scale: f64) -> i8 {
    let tolerance = 1e-12 * scale.abs();
    i8::from(a - b > tolerance) - i8::from(b - a > tolerance)
}

/// Which side of a reference a line is on, now and one candle ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cross {
    Up,
    Down,
    None,
}

/// A cross: from at or below to above, or from at or above to below.
#[inline]
pub(super) fn cross(before: i8, now: i8) -> Cross {
    match (before, now) {
        (-1 | 0, 1) => Cross::Up,
        (0 | 1, -1) => Cross::Down,
        _ => Cross::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cooldown_blocks_exactly_its_candles() {
        for candles in [0, 1, 2, 10] {
            let mut cooldown = Cooldown::new(candles);
            assert!(!cooldown.tick());
            cooldown.restart();
            let blocked = (0..50).take_while(|_| cooldown.tick()).count();
            assert_eq!(blocked, candles as usize);
            assert!(!cooldown.tick());
        }
    }

    #[test]
    fn crosses_start_from_equality_too() {
        assert_eq!(cross(0, 1), Cross::Up);
        assert_eq!(cross(-1, 1), Cross::Up);
        assert_eq!(cross(0, -1), Cross::Down);
        assert_eq!(cross(1, -1), Cross::Down);
        for (before, now) in [(1, 1), (-1, -1), (0, 0), (1, 0), (-1, 0)] {
            assert_eq!(cross(before, now), Cross::None);
        }
        assert_eq!(compare(1.0, 1.0 + 1e-15, 1.0), 0);
        assert_eq!(compare(f64::NAN, 1.0, 1.0), 0);
        assert_eq!(compare(1.0, f64::NAN, f64::NAN), 0);
    }
}
