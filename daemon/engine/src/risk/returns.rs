//! Log returns of one symbol on its signal interval, each with the close time of its candle.
//!
//! A fixed ring: the newest [`KEPT`] returns. A missing candle leaves a gap instead of a return over
//! two candles, so that returns of two symbols can be compared stamp by stamp. Nothing is decided here.

use domain::{Interval, Timestamp};
use serde::{Deserialize, Serialize};

/// Returns that are kept; a power of two.
pub const KEPT: usize = 256;
/// Most returns that a figure is made of.
pub const LONGEST: usize = 250;
/// Closes before the newest one that the price collar's median is taken of.
pub const MEDIAN_OF: usize = 5;

const MASK: usize = KEPT - 1;

/// One return.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Return {
    /// Close time of its candle.
    pub at: Timestamp,
    /// ln(close / close before), finite.
    pub value: f64,
}

/// The newest returns of a symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returns {
    interval: Interval,
    ring: Vec<Return>,
    /// Returns so far; the next one goes to this place of the ring.
    count: usize,
    /// The newest close with its time.
    last: Option<(Timestamp, f64)>,
    /// Closes before the newest one, as a ring.
    before: [f64; MEDIAN_OF],
    closes: usize,
}

impl Returns {
    /// No returns yet, of candles of this length.
    #[must_use]
    pub fn new(interval: Interval) -> Self {
        let before = [0.0; MEDIAN_OF];
        Self { interval, ring: Vec::new(), count: 0, last: None, before, closes: 0 }
    }

    /// Length of the candles.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// Takes a closed candle's close (above 0) and close time. A candle that is not newer than the
    /// last one changes nothing.
    #[inline]
    pub fn push(&mut self, at: Timestamp, close: f64) {
        if let Some((then, before)) = self.last {
            if at <= then {
                return;
            }
            self.before[self.closes % MEDIAN_OF] = before;
            self.closes += 1;
            let value = (close / before).ln();
            if self.interval.end_of(then) == at && value.is_finite() {
                let entry = Return { at, value };
                if self.ring.len() < KEPT {
                    self.ring.push(entry);
                } else {
                    self.ring[self.count & MASK] = entry;
                }
                self.count += 1;
            }
        }
        self.last = Some((at, close));
    }

    /// How many are kept, at most [`KEPT`].
    #[must_use]
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// True without returns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// The return `back` places before the newest; `None` past the oldest one kept.
    #[inline]
    #[must_use]
    pub fn newest(&self, back: usize) -> Option<Return> {
        if back >= self.ring.len() {
            return None;
        }
        Some(self.ring[(self.count - 1 - back) & MASK])
    }

    /// True when the newest `count` are there without a gap and the last of them is of `at`.
    #[inline]
    #[must_use]
    pub fn is_whole(&self, at: Timestamp, count: usize) -> bool {
        let span = self.interval.micros() * (count as i64 - 1);
        count > 0
            && self.newest(0).is_some_and(|newest| newest.at == at)
            && self.newest(count - 1).is_some_and(|oldest| oldest.at == at.plus_micros(-span))
    }

    /// All that are kept, the newest first.
    #[inline]
    pub fn newest_first(&self) -> impl Iterator<Item = &Return> + '_ {
        let next = if self.ring.len() < KEPT { self.ring.len() } else { self.count & MASK };
        let (late, early) = self.ring.split_at(next);
        late.iter().rev().chain(early.iter().rev())
    }

    /// The newest `most` values, oldest first.
    #[must_use]
    pub fn values(&self, most: usize) -> Vec<f64> {
        let mut values: Vec<f64> = self.newest_first().take(most).map(|r| r.value).collect();
        values.reverse();
        values
    }

    /// Median of up to [`MEDIAN_OF`] closes before the newest one; `None` with fewer than three, of
    /// which one wrong close could be the median.
    #[must_use]
    pub fn median_before(&self) -> Option<f64> {
        let n = self.closes.min(MEDIAN_OF);
        if n < 3 {
            return None;
        }
        let mut sorted = self.before;
        let sorted = &mut sorted[..n];
        sorted.sort_by(f64::total_cmp);
        let middle = n / 2;
        Some(if n % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(n: i64) -> Timestamp {
        Timestamp::from_millis(n * 60_000)
    }

    #[test]
    fn a_gap_or_a_repetition_makes_no_return() {
        let mut returns = Returns::new(Interval::MINUTE);
        for (at, close) in [(1, 100.0), (2, 110.0), (2, 500.0), (4, 121.0), (5, 121.0), (6, 0.0)] {
            returns.push(minute(at), close);
        }
        let kept: Vec<i64> = (0..9)
            .filter_map(|back| returns.newest(back))
            .map(|r| r.at.millis() / 60_000)
            .collect();
        assert_eq!(kept, [5, 2], "3 is missing, so 4 has no return; 6 has no logarithm");
        assert!((returns.values(9)[0] - 1.1_f64.ln()).abs() < 1e-15);
        assert_eq!(returns.values(1), [0.0]);
    }

    #[test]
    fn the_ring_keeps_the_newest_and_survives_a_copy() {
        let mut returns = Returns::new(Interval::MINUTE);
        let total = 3 * KEPT as i64 + 17;
        for n in 0..=total {
            returns.push(minute(n), (n as f64 * 0.001).exp());
            if n == total / 2 {
                let bytes = postcard::to_allocvec(&returns).expect("encodes");
                returns = postcard::from_bytes(&bytes).expect("decodes");
            }
        }
        assert_eq!(returns.len(), KEPT);
        assert_eq!(returns.newest(KEPT), None);
        for back in 0..KEPT {
            let entry = returns.newest(back).expect("kept");
            assert_eq!(entry.at, minute(total - back as i64));
            assert!((entry.value - 0.001).abs() < 1e-9);
        }
        let listed: Vec<Return> = returns.newest_first().copied().collect();
        let expected: Vec<Return> = (0..KEPT).filter_map(|back| returns.newest(back)).collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn the_median_leaves_the_newest_close_out() {
        let mut returns = Returns::new(Interval::MINUTE);
        let mut seen = Vec::new();
        for (n, close) in [7.0, 9.0, 8.0, 1_000.0, 6.0, 5.0, 4.0].into_iter().enumerate() {
            returns.push(minute(n as i64), close);
            seen.push(returns.median_before());
        }
        let expected = [None, None, None, Some(8.0), Some(8.5), Some(8.0), Some(8.0)];
        assert_eq!(seen, expected);
    }
}
