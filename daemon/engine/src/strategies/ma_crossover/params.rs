//! Parameters of the averages' cross and of its filters; what they do is in the module above.

use crate::strategies::{ParamError, ParamInfo, Parameters, Slot};
use serde::{Deserialize, Serialize};

/// Parameters of [`super::MaCrossoverStrategy`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MaCrossoverParams {
    /// Candles in the short average.
    pub short_period: u32,
    /// Candles in the long average.
    pub long_period: u32,
    /// Filter 1: the candle's volume must stand out.
    pub volume_confirmation: bool,
    /// Filter 1: smallest volume as multiple of the mean.
    pub volume_multiplier: f64,
    /// Filter 1: candles in that mean.
    pub volume_period: u32,
    /// Filter 2: the candle itself must point the same way.
    pub momentum_confirmation: bool,
    /// Filter 3: the averages must be further apart than one candle ago.
    pub trend_strength_filter: bool,
    /// Filter 4: the ADX (14) must be high enough.
    pub adx_filter_enabled: bool,
    /// Filter 4: smallest ADX.
    pub adx_threshold: f64,
    /// Filter 5: closed candles after a signal without another one.
    pub cooldown_candles: u32,
}

impl Default for MaCrossoverParams {
    fn default() -> Self {
        Self {
            short_period: 20,
            long_period: 50,
            volume_confirmation: false,
            volume_multiplier: 1.5,
            volume_period: 20,
            momentum_confirmation: false,
            trend_strength_filter: false,
            adx_filter_enabled: false,
            adx_threshold: 20.0,
            cooldown_candles: 0,
        }
    }
}

impl Parameters for MaCrossoverParams {
    const OWNER: &'static str = "ma_crossover";

    fn describe() -> &'static [ParamInfo] {
        const {
            &[
                ParamInfo::number(
                    "short_period",
                    "candles",
                    "20",
                    ["1", "1000"],
                    "length of the short average",
                ),
                ParamInfo::number(
                    "long_period",
                    "candles",
                    "50",
                    ["2", "2000"],
                    "length of the long average",
                ),
                ParamInfo::flag("volume_confirmation", "enter only on outstanding volume"),
                ParamInfo::number(
                    "volume_multiplier",
                    "times the mean",
                    "1.5",
                    ["0.01", "100"],
                    "smallest volume for volume_confirmation",
                ),
                ParamInfo::number(
                    "volume_period",
                    "candles",
                    "20",
                    ["1", "1000"],
                    "length of the mean volume",
                ),
                ParamInfo::flag(
                    "momentum_confirmation",
                    "enter only when the candle closes in the direction of the cross",
                ),
                ParamInfo::flag("trend_strength_filter", "enter only when the averages move apart"),
                ParamInfo::flag(
                    "adx_filter_enabled",
                    "enter only when the ADX is at least adx_threshold",
                ),
                ParamInfo::number(
                    "adx_threshold",
                    "",
                    "20",
                    ["0", "100"],
                    "smallest ADX for adx_filter_enabled",
                ),
                ParamInfo::number(
                    "cooldown_candles",
                    "candles",
                    "0",
                    ["0", "10000"],
                    "closed candles after a signal without another one",
                ),
            ]
        }
    }

    fn slot(&mut self, key: &str) -> Option<Slot<'_>> {
        Some(match key {
            "short_period" => Slot::Count(&mut self.short_period),
            "long_period" => Slot::Count(&mut self.long_period),
            "volume_confirmation" => Slot::Flag(&mut self.volume_confirmation),
            "volume_multiplier" => Slot::Number(&mut self.volume_multiplier),
            "volume_period" => Slot::Count(&mut self.volume_period),
            "momentum_confirmation" => Slot::Flag(&mut self.momentum_confirmation),
            "trend_strength_filter" => Slot::Flag(&mut self.trend_strength_filter),
            "adx_filter_enabled" => Slot::Flag(&mut self.adx_filter_enabled),
            "adx_threshold" => Slot::Number(&mut self.adx_threshold),
            "cooldown_candles" => Slot::Count(&mut self.cooldown_candles),
            _ => return None,
        })
    }

    fn broken_rules(&self) -> Vec<ParamError> {
        if self.short_period < self.long_period {
            return Vec::new();
        }
        let allowed = format!("below long_period ({})", self.long_period);
        vec![Self::error("short_period", self.short_period, allowed)]
    }
}
