//! True range: how far a candle moved, gap to the previous close included.

use domain::Ohlcv;
use serde::{Deserialize, Serialize};

/// `max(high - low, |high - previous close|, |low - previous close|)`; none for the first candle.
///
/// ```
/// use domain::{Ohlcv, Timestamp};
/// use engine::indicators::TrueRange;
/// let candle = |high, low, close| {
///     Ohlcv { open_time: Timestamp::ZERO, open: low, high, low, close, volume: 0.0 }
/// };
/// let mut range = TrueRange::default();
/// assert_eq!(range.update(&candle(11.0, 9.0, 10.0)), None);
/// assert_eq!(range.update(&candle(14.0, 13.0, 13.5)), Some(4.0)); // gap up: 14 - 10
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrueRange {
    previous_close: Option<f64>,
}

impl TrueRange {
    /// Adds a candle.
    pub fn update(&mut self, candle: &Ohlcv) -> Option<f64> {
        let close = self.previous_close.replace(candle.close)?;
        let range = candle.high - candle.low;
        Some(range.max((candle.high - close).abs()).max((candle.low - close).abs()))
    }
}
