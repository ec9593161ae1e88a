//! Direction on a higher timeframe: whether entries go with or against it.
//!
//! A trend needs strength (ADX above its threshold) and a direction (slope of a simple average
//! outside a dead band that is the same on both sides). A slope of zero is neutral, and so is a
//! filter without enough candles. Which candles make the higher timeframe, and what a bearish trend
//! forbids, is decided elsewhere.

use crate::indicators::{Adx, Sma};
use crate::strategies::{ParamError, ParamInfo, Parameters, Slot};
use domain::{Ohlcv, Trend};
use serde::{Deserialize, Serialize};

/// Slopes below this share of the average are rounding, whatever the dead band.
const ROUNDING: f64 = 1e-12;

/// Parameters of [`TrendFilter`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrendParams {
    /// Closes in the average whose slope gives the direction.
    pub sma_period: u32,
    /// Candles in the ADX.
    pub adx_period: u32,
    /// There is a trend above this ADX.
    pub trending_threshold: f64,
    /// Slopes up to this size, in percent of the average per candle, have no direction.
    pub slope_dead_band_pct: f64,
}

impl Default for TrendParams {
    fn default() -> Self {
        Self { sma_period: 20, adx_period: 14, trending_threshold: 25.0, slope_dead_band_pct: 0.01 }
    }
}

impl Parameters for TrendParams {
    const OWNER: &'static str = "trend";

    fn describe() -> &'static [ParamInfo] {
        const {
            &[
                ParamInfo::number(
                    "sma_period",
                    "candles",
                    "20",
                    ["1", "1000"],
                    "length of the average whose slope gives the direction",
                ),
                ParamInfo::number("adx_period", "candles", "14", ["2", "500"], "length of the ADX"),
                ParamInfo::number(
                    "trending_threshold",
                    "",
                    "25",
                    ["0", "100"],
                    "there is a trend above this ADX",
                ),
                ParamInfo::number(
                    "slope_dead_band_pct",
                    "percent per candle",
                    "0.01",
                    ["0", "10"],
                    "slopes up to this size have no direction",
                ),
            ]
        }
    }

    fn slot(&mut self, key: &str) -> Option<Slot<'_>> {
        Some(match key {
            "sma_period" => Slot::Count(&mut self.sma_period),
            "adx_period" => Slot::Count(&mut self.adx_period),
            "trending_threshold" => Slot::Number(&mut self.trending_threshold),
            "slope_dead_band_pct" => Slot::Number(&mut self.slope_dead_band_pct),
            _ => return None,
        })
    }

    fn broken_rules(&self) -> Vec<ParamError> {
        Vec::new()
    }
}

/// The trend and the figures behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendReading {
    /// The direction.
    pub trend: Trend,
    /// Strength, 0 to 100.
    pub adx: f64,
    /// Change of the average since the candle before, in price units.
    pub slope: f64,
}

/// The filter of one symbol on one timeframe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendFilter {
    params: TrendParams,
    sma: Sma,
    adx: Adx,
    average: Option<f64>,
    reading: Option<TrendReading>,
}

impl TrendFilter {
    /// A filter without history.
    #[must_use]
    pub fn new(params: &TrendParams) -> Self {
        Self {
            sma: Sma::new(params.sma_period as usize),
            adx: Adx::new(params.adx_period as usize),
            average: None,
            reading: None,
            params: params.clone(),
        }
    }

    /// How many closed candles the first reading needs (28 with the defaults).
    #[must_use]
    pub fn required_candles(&self) -> usize {
        (2 * self.params.adx_period).max(self.params.sma_period + 1) as usize
    }

    /// The direction now; neutral while there are too few candles.
    #[must_use]
    pub fn trend(&self) -> Trend {
        self.reading.map_or(Trend::Neutral, |reading| reading.trend)
    }

    /// The newest reading.
    #[must_use]
    pub fn reading(&self) -> Option<TrendReading> {
        self.reading
    }

    /// Adds a closed candle of the filter's timeframe; none while there are too few.
    pub fn update(&mut self, candle: &Ohlcv) -> Option<TrendReading> {
        let adx = self.adx.update(candle).map(|value| value.adx);
        let average = self.sma.update(candle.close);
        let before = std::mem::replace(&mut self.average, average);
        let (average, before, adx) = (average?, before?, adx?);
        let slope = average - before;
        let dead_band = (self.params.slope_dead_band_pct / 100.0).max(ROUNDING) * before.abs();
        let trend = if adx > self.params.trending_threshold && slope > dead_band {
            Trend::Bullish
        } else if adx > self.params.trending_threshold && slope < -dead_band {
            Trend::Bearish
        } else {
            Trend::Neutral
        };
        self.reading = Some(TrendReading { trend, adx, slope });
        self.reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::test_series::{closing, flat, reference};

    fn last(candles: impl IntoIterator<Item = Ohlcv>, params: &TrendParams) -> TrendReading {
        let mut filter = TrendFilter::new(params);
        let last = candles.into_iter().fold(None, |_, candle| filter.update(&candle));
        assert_eq!(filter.reading(), last);
        last.expect("enough candles")
    }

    #[test]
    fn the_reference_series_ends_bearish() {
        let reading = last(reference(200), &TrendParams::default());
        assert_eq!(reading.trend, Trend::Bearish);
        assert!((reading.slope - -0.2392).abs() < 5e-5, "slope {}", reading.slope);
        assert!((reading.adx - 38.99).abs() < 0.01, "adx {}", reading.adx);
    }

    #[test]
    fn is_neutral_until_warm() {
        let mut filter = TrendFilter::new(&TrendParams::default());
        assert_eq!(filter.required_candles(), 28);
        for (i, candle) in reference(40).iter().enumerate() {
            let reading = filter.update(candle);
            assert_eq!(reading.is_some(), i + 1 >= 28, "candle {i}");
            if reading.is_none() {
                assert_eq!(filter.trend(), Trend::Neutral);
            }
        }
    }

    /// Up and down are mirror images, and a plateau after a rise is neutral although the ADX stays.
    #[test]
    fn the_dead_band_is_symmetric_and_zero_slope_is_neutral() {
        let params = TrendParams::default();
        let ramp = |step: f64| (0..60).map(move |i| closing(i, 1_000.0 + step * i as f64));
        let (up, down) = (last(ramp(2.0), &params), last(ramp(-2.0), &params));
        assert_eq!([up.trend, down.trend], [Trend::Bullish, Trend::Bearish]);
        let (up, down) = (last(ramp(0.05), &params), last(ramp(-0.05), &params));
        assert!(up.adx > 25.0 && down.adx > 25.0);
        assert_eq!([up.trend, down.trend], [Trend::Neutral; 2], "slopes inside the dead band");

        let sharp = TrendParams { slope_dead_band_pct: 0.0, ..params };
        let plateau = ramp(2.0).chain((60..90).map(|i| flat(i, 1_118.0)));
        let reading = last(plateau, &sharp);
        assert!(reading.adx > 25.0 && reading.slope == 0.0, "{reading:?}");
        assert_eq!(reading.trend, Trend::Neutral);
    }
}
