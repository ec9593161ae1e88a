//! Relative strength index.

use serde::{Deserialize, Serialize};

/// Sums of average gain and loss below this share of the price count as no movement at all.
const MOTIONLESS: f64 = 1e-14;

/// Wilder's RSI as TA-Lib computes it: gains and losses start as the mean of the first `period`
/// changes and are then smoothed with weight `1 / period`; `rsi = 100 * gain / (gain + loss)`.
///
/// Deviation: where nothing moves the value is 50 (TA-Lib: 0). TA-Lib's threshold for "nothing" is
/// an absolute 1e-14; here it is relative to the price, so coins worth 1e-9 have an RSI too.
///
/// ```
/// use engine::indicators::Rsi;
/// let mut rsi = Rsi::new(2);
/// // changes +3 and -1: mean gain 1.5, mean loss 0.5
/// let values: Vec<_> = [10.0, 13.0, 12.0].map(|v| rsi.update(v)).into();
/// assert_eq!(values, [None, None, Some(75.0)]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rsi {
    period: usize,
    changes: usize,
    previous: Option<f64>,
    gain: f64,
    loss: f64,
}

impl Rsi {
    /// An index over `period` changes.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { period: period.max(1), changes: 0, previous: None, gain: 0.0, loss: 0.0 }
    }

    /// Adds a close; the first value (0 to 100) comes with close number `period + 1`.
    pub fn update(&mut self, close: f64) -> Option<f64> {
        let change = close - self.previous.replace(close)?;
        let (gain, loss) = if change > 0.0 { (change, 0.0) } else { (0.0, -change) };
        let period = self.period as f64;
        if self.changes < self.period {
            self.changes += 1;
            self.gain += gain;
            self.loss += loss;
            if self.changes < self.period {
                return None;
            }
            self.gain /= period;
            self.loss /= period;
        } else {
            self.gain = (self.gain * (period - 1.0) + gain) / period;
            self.loss = (self.loss * (period - 1.0) + loss) / period;
        }
        let movement = self.gain + self.loss;
        if movement <= MOTIONLESS * close.abs() {
            return Some(50.0);
        }
        Some(100.0 * (self.gain / movement))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_and_the_flat_series() {
        let last = |closes: &[f64]| {
            let mut rsi = Rsi::new(5);
            closes.iter().fold(None, |_, close| rsi.update(*close))
        };
        let rising: Vec<f64> = (1..20).map(f64::from).collect();
        let falling: Vec<f64> = (1..20).rev().map(f64::from).collect();
        assert_eq!(last(&rising), Some(100.0));
        assert_eq!(last(&falling), Some(0.0));
        assert_eq!(last(&[7.0; 20]), Some(50.0));
        assert_eq!(last(&[0.0; 20]), Some(50.0));
        assert_eq!(last(&[7.0; 5]), None);
    }

    #[test]
    fn the_price_unit_does_not_matter() {
        let closes = (0..60).map(|i| 3.0 + f64::from(i).sin());
        let (mut large, mut small) = (Rsi::new(14), Rsi::new(14));
        for close in closes {
            match (large.update(close), small.update(close * 1e-13)) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 1e-9, "{a} {b}"),
                (a, b) => assert_eq!(a, b),
            }
        }
    }
}
