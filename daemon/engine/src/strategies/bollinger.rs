//! Bollinger bands in two modes.
//!
//! `mean_reversion`: BUY at or below the lower band, SELL at or above the upper one; a level, so it
//! repeats once per closed candle. Off in trends, where price walks along a band.
//!
//! `squeeze`: after some candles with unusually narrow bands, BUY a close above the upper band on
//! high volume, SELL a close below the lower one. "Narrow" compares relative widths (width over
//! middle), so a drifting price does not make or hide a squeeze. It stays on in trends: that is the
//! state a breakout makes.

use super::state::{Cooldown, Progress, certainty, compare, put};
use super::{ParamError, ParamInfo, Parameters, Slot, Strategy, StrategyView, Word};
use crate::indicators::{Bands, Bollinger, Sma, VolumeRatio};
use domain::{Action, Ohlcv, Regime, Signal};
use serde::{Deserialize, Serialize};

/// What the bands are used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BollingerMode {
    /// Trade the way back from a band to the middle.
    #[default]
    MeanReversion,
    /// Trade the breakout after narrow bands.
    Squeeze,
}

impl Word for BollingerMode {
    fn word(&self) -> &'static str {
        match self {
            Self::MeanReversion => "mean_reversion",
            Self::Squeeze => "squeeze",
        }
    }

    fn assign(&mut self, word: &str) -> bool {
        match word {
            "mean_reversion" => *self = Self::MeanReversion,
            "squeeze" => *self = Self::Squeeze,
            _ => return false,
        }
        true
    }
}

/// Parameters of [`BollingerStrategy`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BollingerParams {
    /// Closes in the bands.
    pub period: u32,
    /// Distance of the bands from the middle, in standard deviations.
    pub std_dev: f64,
    /// What the bands are used for.
    pub mode: BollingerMode,
    /// Squeeze: narrow candles before the breakout.
    pub squeeze_candles_required: u32,
    /// Squeeze: smallest volume of the breakout as multiple of the mean.
    pub breakout_volume_multiplier: f64,
    /// Squeeze: closed candles after a signal without another one.
    pub cooldown_candles: u32,
}

impl Default for BollingerParams {
    fn default() -> Self {
        Self {
            period: 20,
            std_dev: 2.0,
            mode: BollingerMode::MeanReversion,
            squeeze_candles_required: 5,
            breakout_volume_multiplier: 1.5,
            cooldown_candles: 10,
        }
    }
}

impl Parameters for BollingerParams {
    const OWNER: &'static str = "bollinger";

    fn describe() -> &'static [ParamInfo] {
        const {
            &[
                ParamInfo::number("period", "candles", "20", ["2", "1000"], "length of the bands"),
                ParamInfo::number(
                    "std_dev",
                    "standard deviations",
                    "2",
                    ["0.1", "10"],
                    "distance of the bands from the middle",
                ),
                ParamInfo::choice(
                    "mode",
                    "mean_reversion",
                    &["mean_reversion", "squeeze"],
                    "trade the way back from a band, or the breakout after narrow bands",
                ),
                ParamInfo::number(
                    "squeeze_candles_required",
                    "candles",
                    "5",
                    ["1", "1000"],
                    "squeeze: narrow candles before the breakout",
                ),
                ParamInfo::number(
                    "breakout_volume_multiplier",
                    "times the mean",
                    "1.5",
                    ["0", "100"],
                    "squeeze: smallest volume of the breakout",
                ),
                ParamInfo::number(
                    "cooldown_candles",
                    "candles",
                    "10",
                    ["0", "10000"],
                    "squeeze: closed candles after a signal without another one",
                ),
            ]
        }
    }

    fn slot(&mut self, key: &str) -> Option<Slot<'_>> {
        Some(match key {
            "period" => Slot::Count(&mut self.period),
            "std_dev" => Slot::Number(&mut self.std_dev),
            "mode" => Slot::Word(&mut self.mode),
            "squeeze_candles_required" => Slot::Count(&mut self.squeeze_candles_required),
            "breakout_volume_multiplier" => Slot::Number(&mut self.breakout_volume_multiplier),
            "cooldown_candles" => Slot::Count(&mut self.cooldown_candles),
            _ => return None,
        })
    }

    fn broken_rules(&self) -> Vec<ParamError> {
        Vec::new()
    }
}

/// What squeeze mode keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Squeeze {
    mean_width: Sma,
    volume_ratio: VolumeRatio,
    narrow_run: u32,
    cooldown: Cooldown,
}

/// The strategy; see the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BollingerStrategy {
    params: BollingerParams,
    progress: Progress,
    bands: Bollinger,
    squeeze: Option<Squeeze>,
    entries_off: bool,
}

impl BollingerStrategy {
    /// A fresh instance for one symbol.
    #[must_use]
    pub fn new(params: &BollingerParams) -> Self {
        let period = params.period as usize;
        let squeeze = (params.mode == BollingerMode::Squeeze).then(|| Squeeze {
            mean_width: Sma::new(period),
            volume_ratio: VolumeRatio::new(period),
            narrow_run: 0,
            cooldown: Cooldown::new(params.cooldown_candles),
        });
        Self {
            params: params.clone(),
            progress: Progress::default(),
            bands: Bollinger::new(period, params.std_dev),
            squeeze,
            entries_off: false,
        }
    }

    fn revert(&self, close: f64, bands: &Bands) -> Signal {
        if compare(bands.upper, bands.lower, close) == 0 {
            Signal::hold("flat_market")
        } else if close <= bands.lower {
            if self.entries_off {
                return Signal::hold("disabled_by_regime");
            }
            let sure = reversion_confidence(bands.lower - close, bands.width());
            Signal::new(Action::Buy, sure, "below_lower_band")
        } else if close >= bands.upper {
            let sure = reversion_confidence(close - bands.upper, bands.width());
            Signal::new(Action::Sell, sure, "above_upper_band")
        } else {
            Signal::hold("inside_bands")
        }
    }
}

/// 0.5 on the band, more beyond it: `0.5 + overshoot / width`. One sigma beyond bands of two sigma
/// (width four) gives 0.75.
pub(super) fn reversion_confidence(overshoot: f64, width: f64) -> f64 {
    certainty(0.5 + overshoot / width, 0.0)
}

/// `0.6 + 0.2 * overshoot / width + 0.1 * (volume ratio - 1)`, at most 1. An overshoot of a tenth of
/// the width at twice the mean volume gives 0.72.
pub(super) fn breakout_confidence(overshoot: f64, width: f64, volume_ratio: f64) -> f64 {
    certainty(0.6 + 0.2 * overshoot / width + 0.1 * (volume_ratio - 1.0), 0.0)
}

impl Squeeze {
    /// The signal at a candle with `narrow` narrow candles right before it.
    fn decide(
        &mut self,
        params: &BollingerParams,
        [close, volume_ratio]: [f64; 2],
        bands: &Bands,
        narrow: u32,
        view: StrategyView,
    ) -> Signal {
        let cooling = self.cooldown.tick();
        let squeezed = narrow >= params.squeeze_candles_required;
        let (action, reason, overshoot) = if close > bands.upper {
            (Action::Buy, "breakout_up", close - bands.upper)
        } else if close < bands.lower {
            (Action::Sell, "breakout_down", bands.lower - close)
        } else {
            (Action::Hold, "squeeze_no_breakout", 0.0)
        };
        let owners_exit = action == Action::Sell && view.owns_position;
        if cooling && !(owners_exit && squeezed) {
            return Signal::hold("cooldown");
        }
        if !squeezed {
            return Signal::hold("no_squeeze");
        }
        if action == Action::Hold {
            return Signal::hold(reason);
        }
        if volume_ratio < params.breakout_volume_multiplier && !owners_exit {
            return Signal::hold("breakout_no_volume");
        }
        self.cooldown.restart();
        Signal::new(action, breakout_confidence(overshoot, bands.width(), volume_ratio), reason)
    }

    /// Takes the width of a candle into the run; returns the run before it and the mean width.
    fn measure(&mut self, bands: &Bands) -> (u32, Option<f64>) {
        let width = bands.relative_width();
        let mean = self.mean_width.update(width);
        let narrow = mean.is_some_and(|mean| compare(width, mean, mean) < 0);
        let before = self.narrow_run;
        self.narrow_run = if narrow { before.saturating_add(1) } else { 0 };
        (before, mean)
    }
}

impl Strategy for BollingerStrategy {
    fn name(&self) -> &'static str {
        BollingerParams::OWNER
    }

    fn required_candles(&self) -> usize {
        let period = self.params.period as usize;
        if self.squeeze.is_none() {
            return period + 1;
        }
        2 * period + self.params.squeeze_candles_required as usize
    }

    fn on_candle(&mut self, candle: &Ohlcv, view: &StrategyView) -> Signal {
        if !self.progress.admit(candle) {
            return Signal::hold("candle_not_newer");
        }
        let ready = self.progress.has(self.required_candles());
        let bands = self.bands.update(candle.close);
        let Some(squeeze) = &mut self.squeeze else {
            let Some(bands) = bands.filter(|_| ready) else {
                return Signal::hold("insufficient_data");
            };
            return with_bands(self.revert(candle.close, &bands), &bands);
        };
        let volume_ratio = squeeze.volume_ratio.update(candle.volume);
        let measured = bands.map(|bands| (bands, squeeze.measure(&bands)));
        let (Some(ratio), Some((bands, (narrow, mean)))) = (volume_ratio, measured) else {
            return Signal::hold("insufficient_data");
        };
        if !ready {
            return Signal::hold("insufficient_data");
        }
        let signal = squeeze.decide(&self.params, [candle.close, ratio], &bands, narrow, *view);
        let mut signal = with_bands(signal, &bands);
        put(&mut signal, "squeeze_candles", f64::from(narrow));
        put(&mut signal, "mean_relative_width", mean.unwrap_or(0.0));
        put(&mut signal, "volume_ratio", ratio);
        put(&mut signal, "cooldown_left", f64::from(squeeze.cooldown.left()));
        signal
    }

    fn adapt_to_regime(&mut self, regime: Regime) {
        let trending = matches!(regime, Regime::TrendingUp | Regime::TrendingDown);
        self.entries_off = trending && self.params.mode == BollingerMode::MeanReversion;
    }
}

fn with_bands(mut signal: Signal, bands: &Bands) -> Signal {
    put(&mut signal, "lower_band", bands.lower);
    put(&mut signal, "middle_band", bands.middle);
    put(&mut signal, "upper_band", bands.upper);
    put(&mut signal, "relative_width", bands.relative_width());
    signal
}
