//! Average true range after Wilder.

use super::TrueRange;
use domain::Ohlcv;
use serde::{Deserialize, Serialize};

/// Wilder's ATR as TA-Lib computes it: the mean of the first `period` true ranges, then
/// `atr = (atr * (period - 1) + range) / period`. The first value comes with candle `period + 1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Atr {
    range: TrueRange,
    period: usize,
    seen: usize,
    value: f64,
}

impl Atr {
    /// An average over `period` true ranges.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { range: TrueRange::default(), period: period.max(1), seen: 0, value: 0.0 }
    }

    /// Adds a candle; the value is in price units.
    pub fn update(&mut self, candle: &Ohlcv) -> Option<f64> {
        let range = self.range.update(candle)?;
        let period = self.period as f64;
        if self.seen == self.period {
            self.value = (self.value * (period - 1.0) + range) / period;
            return Some(self.value);
        }
        self.value += range;
        self.seen += 1;
        if self.seen < self.period {
            return None;
        }
        self.value /= period;
        Some(self.value)
    }
}
