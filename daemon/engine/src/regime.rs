//! What kind of market a symbol is in: trending up or down, ranging, or wildly moving.
//!
//! The call is made from ADX with its directional indicators and from the ATR compared with its own
//! past. Three things keep it steady: a state is left at a lower threshold than it is entered
//! (hysteresis), no state is left before `min_dwell_candles`, and the past ATR is the median of
//! values from before the newest window, so that neither a shock nor the start of the series moves
//! the yardstick. Constant volatility therefore reads 1.00 from the first reading on.
//!
//! Before all indicators are warm there is no reading at all: unknown is not "ranging". What a
//! regime does to a strategy is the strategies' business.

use crate::indicators::{Adx, AdxValue, Atr, Bollinger, RollingMedian, Window};
use crate::strategies::{ParamError, ParamInfo, Parameters, Slot};
use domain::{Ohlcv, Regime};
use serde::{Deserialize, Serialize};

/// Parameters of [`RegimeDetector`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegimeParams {
    /// Candles in the ADX.
    pub adx_period: u32,
    /// Candles in the ATR, and newest ATRs that the baseline leaves out.
    pub atr_period: u32,
    /// Past ATRs whose median is the usual one.
    pub atr_baseline_candles: u32,
    /// Closes in the bands whose width is reported.
    pub bollinger_period: u32,
    /// Distance of those bands from the middle, in standard deviations.
    pub bollinger_std_dev: f64,
    /// A trend begins above this ADX.
    pub trending_threshold: f64,
    /// A trend ends below this ADX.
    pub ranging_threshold: f64,
    /// High volatility begins above this multiple of the usual ATR.
    pub high_volatility_multiplier: f64,
    /// High volatility ends below this multiple of the usual ATR.
    pub calm_multiplier: f64,
    /// Candles that a regime lasts at least.
    pub min_dwell_candles: u32,
}

impl Default for RegimeParams {
    fn default() -> Self {
        Self {
            adx_period: 14,
            atr_period: 14,
            atr_baseline_candles: 72,
            bollinger_period: 20,
            bollinger_std_dev: 2.0,
            trending_threshold: 25.0,
            ranging_threshold: 20.0,
            high_volatility_multiplier: 2.0,
            calm_multiplier: 1.5,
            min_dwell_candles: 5,
        }
    }
}

impl Parameters for RegimeParams {
    const OWNER: &'static str = "regime";

    fn describe() -> &'static [ParamInfo] {
        const {
            &[
                ParamInfo::number("adx_period", "candles", "14", ["2", "500"], "length of the ADX"),
                ParamInfo::number("atr_period", "candles", "14", ["1", "500"], "length of the ATR"),
                ParamInfo::number(
                    "atr_baseline_candles",
                    "candles",
                    "72",
                    ["1", "5000"],
                    "past ATRs whose median is the usual one",
                ),
                ParamInfo::number(
                    "bollinger_period",
                    "candles",
                    "20",
                    ["2", "1000"],
                    "length of the bands whose width is reported",
                ),
                ParamInfo::number(
                    "bollinger_std_dev",
                    "standard deviations",
                    "2",
                    ["0.1", "10"],
                    "distance of those bands from the middle",
                ),
                ParamInfo::number(
                    "trending_threshold",
                    "",
                    "25",
                    ["0", "100"],
                    "a trend begins above this ADX",
                ),
                ParamInfo::number(
                    "ranging_threshold",
                    "",
                    "20",
                    ["0", "100"],
                    "a trend ends below this ADX",
                ),
                ParamInfo::number(
                    "high_volatility_multiplier",
                    "times the usual ATR",
                    "2",
                    ["1", "100"],
                    "high volatility begins above it",
                ),
                ParamInfo::number(
                    "calm_multiplier",
                    "times the usual ATR",
                    "1.5",
                    ["0.1", "100"],
                    "high volatility ends below it",
                ),
                ParamInfo::number(
                    "min_dwell_candles",
                    "candles",
                    "5",
                    ["1", "1000"],
                    "a regime lasts at least this long",
                ),
            ]
        }
    }

    fn slot(&mut self, key: &str) -> Option<Slot<'_>> {
        Some(match key {
            "adx_period" => Slot::Count(&mut self.adx_period),
            "atr_period" => Slot::Count(&mut self.atr_period),
            "atr_baseline_candles" => Slot::Count(&mut self.atr_baseline_candles),
            "bollinger_period" => Slot::Count(&mut self.bollinger_period),
            "bollinger_std_dev" => Slot::Number(&mut self.bollinger_std_dev),
            "trending_threshold" => Slot::Number(&mut self.trending_threshold),
            "ranging_threshold" => Slot::Number(&mut self.ranging_threshold),
            "high_volatility_multiplier" => Slot::Number(&mut self.high_volatility_multiplier),
            "calm_multiplier" => Slot::Number(&mut self.calm_multiplier),
            "min_dwell_candles" => Slot::Count(&mut self.min_dwell_candles),
            _ => return None,
        })
    }

    fn broken_rules(&self) -> Vec<ParamError> {
        let mut errors = Vec::new();
        if self.ranging_threshold > self.trending_threshold {
            let allowed = format!("at most trending_threshold ({})", self.trending_threshold);
            errors.push(Self::error("ranging_threshold", self.ranging_threshold, allowed));
        }
        if self.calm_multiplier > self.high_volatility_multiplier {
            let most = self.high_volatility_multiplier;
            let allowed = format!("at most high_volatility_multiplier ({most})");
            errors.push(Self::error("calm_multiplier", self.calm_multiplier, allowed));
        }
        errors
    }
}

/// The regime and the figures behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegimeReading {
    /// The regime.
    pub regime: Regime,
    /// Strength of the trend, 0 to 100.
    pub adx: f64,
    /// Share of upward movement, 0 to 100.
    pub plus_di: f64,
    /// Share of downward movement, 0 to 100.
    pub minus_di: f64,
    /// Wilder's ATR, in price units.
    pub atr: f64,
    /// ATR over its usual value; 1 when nothing ever moved.
    pub atr_ratio: f64,
    /// Distance of the Bollinger bands over their middle.
    pub band_width: f64,
}

/// The detector of one symbol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegimeDetector {
    params: RegimeParams,
    adx: Adx,
    atr: Atr,
    /// The newest ATRs, too young for the baseline.
    young: Window,
    baseline: RollingMedian,
    bands: Bollinger,
    motionless: u32,
    last_close: Option<f64>,
    regime: Option<Regime>,
    dwelt: u32,
}

impl RegimeDetector {
    /// A detector without history.
    #[must_use]
    pub fn new(params: &RegimeParams) -> Self {
        Self {
            adx: Adx::new(params.adx_period as usize),
            atr: Atr::new(params.atr_period as usize),
            young: Window::new(params.atr_period as usize),
            baseline: RollingMedian::new(params.atr_baseline_candles as usize),
            bands: Bollinger::new(params.bollinger_period as usize, params.bollinger_std_dev),
            motionless: 0,
            last_close: None,
            regime: None,
            dwelt: 0,
            params: params.clone(),
        }
    }

    /// How many closed candles the first reading needs (100 with the defaults).
    #[must_use]
    pub fn required_candles(&self) -> usize {
        let params = &self.params;
        let atr = 2 * params.atr_period + params.atr_baseline_candles;
        atr.max(2 * params.adx_period).max(params.bollinger_period) as usize
    }

    /// The regime of the newest candle; none before there is a reading.
    #[must_use]
    pub fn regime(&self) -> Option<Regime> {
        self.regime
    }

    /// Adds a closed candle.
    pub fn update(&mut self, candle: &Ohlcv) -> Option<RegimeReading> {
        let directional = self.adx.update(candle);
        let bands = self.bands.update(candle.close);
        self.count_motionless(candle);
        let atr = self.atr.update(candle)?;
        if let Some(aged) = self.young.push(atr) {
            self.baseline.update(aged);
        }
        let usual = self.baseline.value()?;
        let AdxValue { adx, plus_di, minus_di } = directional?;
        let band_width = bands?.relative_width();
        let atr_ratio = if usual > 0.0 { atr / usual } else { 1.0 };
        let regime = self.settle(self.candidate(adx, plus_di - minus_di, atr_ratio));
        Some(RegimeReading { regime, adx, plus_di, minus_di, atr, atr_ratio, band_width })
    }

    fn count_motionless(&mut self, candle: &Ohlcv) {
        let previous = self.last_close.replace(candle.close);
        let moved = candle.high != candle.low || previous != Some(candle.close);
        self.motionless = if moved { 0 } else { self.motionless.saturating_add(1) };
    }

    /// What the newest figures say, seen from the regime that holds now.
    fn candidate(&self, adx: f64, direction: f64, atr_ratio: f64) -> Regime {
        let params = &self.params;
        let wild = match self.regime {
            Some(Regime::HighVolatility) => atr_ratio >= params.calm_multiplier,
            _ => atr_ratio > params.high_volatility_multiplier,
        };
        if wild {
            return Regime::HighVolatility;
        }
        let trending = match self.regime {
            Some(Regime::TrendingUp | Regime::TrendingDown) => adx >= params.ranging_threshold,
            _ => adx > params.trending_threshold,
        };
        // Smoothed averages remember a trend for ever when the market stops moving.
        let asleep = self.motionless >= params.adx_period;
        if !trending || asleep {
            return Regime::Ranging;
        }
        match direction {
            d if d > 0.0 => Regime::TrendingUp,
            d if d < 0.0 => Regime::TrendingDown,
            _ => self.regime.unwrap_or(Regime::Ranging),
        }
    }

    /// Takes the candidate unless the present regime is younger than the minimum.
    fn settle(&mut self, candidate: Regime) -> Regime {
        let regime = match self.regime {
            Some(present) if present == candidate || self.dwelt < self.params.min_dwell_candles => {
                present
            }
            _ => {
                self.dwelt = 0;
                candidate
            }
        };
        self.dwelt = self.dwelt.saturating_add(1);
        self.regime = Some(regime);
        regime
    }
}

#[cfg(test)]
mod tests;
