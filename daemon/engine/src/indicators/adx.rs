//! Average directional index with its two directional indicators.

use domain::Ohlcv;
use serde::{Deserialize, Serialize};

/// Sums of true range below this share of the price count as no movement at all.
const MOTIONLESS: f64 = 1e-14;

/// The three values, each 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdxValue {
    /// Strength of the trend, whatever its direction.
    pub adx: f64,
    /// Share of upward movement in the true range.
    pub plus_di: f64,
    /// Share of downward movement in the true range.
    pub minus_di: f64,
}

/// Wilder's directional movement system as TA-Lib computes it.
///
/// Sums of +DM, -DM and true range are built over the first `period - 1` changes and then smoothed,
/// `sum = sum - sum / period + newest`, so the directional indicators exist from candle
/// `period + 1`. `DX = 100 |+DI - -DI| / (+DI + -DI)`; the ADX starts as mean of the first `period`
/// DX, with candle `2 * period`, and is then smoothed with weight `1 / period`. Where nothing moves
/// in either direction, DX is left out as in TA-Lib, which makes the ADX of a flat series 0.
///
/// The period is at least 2 (TA-Lib's lower bound for the ADX).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adx {
    period: usize,
    previous: Option<[f64; 3]>,
    changes: usize,
    plus_dm: f64,
    minus_dm: f64,
    true_range: f64,
    adx: f64,
}

impl Adx {
    /// A system over `period` candles.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self {
            period: period.max(2),
            previous: None,
            changes: 0,
            plus_dm: 0.0,
            minus_dm: 0.0,
            true_range: 0.0,
            adx: 0.0,
        }
    }

    /// Adds a candle; the first value comes with candle number `2 * period`.
    pub fn update(&mut self, candle: &Ohlcv) -> Option<AdxValue> {
        let [high, low, close] = self.previous.replace([candle.high, candle.low, candle.close])?;
        let (up, down) = (candle.high - high, low - candle.low);
        let plus = if up > 0.0 && up > down { up } else { 0.0 };
        let minus = if down > 0.0 && down > up { down } else { 0.0 };
        let range = (candle.high - candle.low)
            .max((candle.high - close).abs())
            .max((candle.low - close).abs());

        self.changes = (self.changes + 1).min(2 * self.period);
        let keep = if self.changes < self.period { 1.0 } else { 1.0 - 1.0 / self.period as f64 };
        self.plus_dm = self.plus_dm * keep + plus;
        self.minus_dm = self.minus_dm * keep + minus;
        self.true_range = self.true_range * keep + range;
        if self.changes < self.period {
            return None;
        }
        self.average(candle.close.abs() * MOTIONLESS)
    }

    /// Takes the newest DX into the ADX.
    fn average(&mut self, motionless: f64) -> Option<AdxValue> {
        let (plus_di, minus_di) = if self.true_range > motionless {
            (100.0 * self.plus_dm / self.true_range, 100.0 * self.minus_dm / self.true_range)
        } else {
            (0.0, 0.0)
        };
        let total = plus_di + minus_di;
        let dx = (total > 1e-14).then(|| 100.0 * (plus_di - minus_di).abs() / total);
        let period = self.period as f64;
        if self.changes < 2 * self.period {
            self.adx += dx.unwrap_or(0.0);
            if self.changes < 2 * self.period - 1 {
                return None;
            }
            self.adx /= period;
        } else if let Some(dx) = dx {
            self.adx = (self.adx * (period - 1.0) + dx) / period;
        }
        Some(AdxValue { adx: self.adx, plus_di, minus_di })
    }
}
