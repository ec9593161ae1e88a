//! Arithmetic average true range, as position sizing uses it.

use super::{Sma, TrueRange};
use domain::Ohlcv;
use serde::{Deserialize, Serialize};

/// Plain mean of the last `period` true ranges; the first value comes with candle `period + 1`.
///
/// Unlike Wilder's ATR it forgets a shock completely after `period` candles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanTrueRange {
    range: TrueRange,
    mean: Sma,
}

impl MeanTrueRange {
    /// A mean over `period` true ranges.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { range: TrueRange::default(), mean: Sma::new(period) }
    }

    /// Adds a candle; the value is in price units.
    pub fn update(&mut self, candle: &Ohlcv) -> Option<f64> {
        let range = self.range.update(candle)?;
        self.mean.update(range)
    }
}
