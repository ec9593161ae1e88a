//! Exponential moving average.

use serde::{Deserialize, Serialize};

/// `ema += (value - ema) * 2 / (period + 1)`, seeded with the mean of the first `period` values
/// (TA-Lib's EMA with its default compatibility and no unstable period).
///
/// ```
/// use engine::indicators::Ema;
/// let mut ema = Ema::new(3);
/// let values: Vec<_> = [1.0, 2.0, 6.0, 5.0].map(|v| ema.update(v)).into();
/// assert_eq!(values, [None, None, Some(3.0), Some(4.0)]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ema {
    period: usize,
    seen: usize,
    /// The sum of the seed until the seed is complete, the average afterwards.
    value: f64,
}

impl Ema {
    /// An average with the weight of `period` values.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { period: period.max(1), seen: 0, value: 0.0 }
    }

    /// Adds a value; the first average comes with value number `period`.
    pub fn update(&mut self, value: f64) -> Option<f64> {
        let period = self.period as f64;
        if self.seen == self.period {
            self.value += (value - self.value) * (2.0 / (period + 1.0));
            return Some(self.value);
        }
        self.value += value;
        self.seen += 1;
        if self.seen < self.period {
            return None;
        }
        self.value /= period;
        Some(self.value)
    }
}
