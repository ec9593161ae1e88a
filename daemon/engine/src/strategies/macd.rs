//! Cross of the MACD line and its signal line. It has no regime rule: all regimes are the same to it.

use super::state::{Cross, Progress, certainty, compare, cross, put};
use super::{ParamError, ParamInfo, Parameters, Slot, Strategy, StrategyView};
use crate::indicators::{Macd, MacdValue};
use domain::{Action, Ohlcv, Regime, Signal};
use serde::{Deserialize, Serialize};

/// Parameters of [`MacdStrategy`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MacdParams {
    /// Weight of the fast average, in candles.
    pub fast_period: u32,
    /// Weight of the slow average, in candles.
    pub slow_period: u32,
    /// Weight of the signal line, in candles.
    pub signal_period: u32,
}

impl Default for MacdParams {
    fn default() -> Self {
        Self { fast_period: 12, slow_period: 26, signal_period: 9 }
    }
}

impl Parameters for MacdParams {
    const OWNER: &'static str = "macd";

    fn describe() -> &'static [ParamInfo] {
        const {
            &[
                ParamInfo::number(
                    "fast_period",
                    "candles",
                    "12",
                    ["1", "1000"],
                    "length of the fast average",
                ),
                ParamInfo::number(
                    "slow_period",
                    "candles",
                    "26",
                    ["2", "2000"],
                    "length of the slow average",
                ),
                ParamInfo::number(
                    "signal_period",
                    "candles",
                    "9",
                    ["1", "1000"],
                    "length of the signal line",
                ),
            ]
        }
    }

    fn slot(&mut self, key: &str) -> Option<Slot<'_>> {
        Some(Slot::Count(match key {
            "fast_period" => &mut self.fast_period,
            "slow_period" => &mut self.slow_period,
            "signal_period" => &mut self.signal_period,
            _ => return None,
        }))
    }

    fn broken_rules(&self) -> Vec<ParamError> {
        if self.fast_period < self.slow_period {
            return Vec::new();
        }
        let allowed = format!("below slow_period ({})", self.slow_period);
        vec![Self::error("fast_period", self.fast_period, allowed)]
    }
}

/// The strategy; see the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MacdStrategy {
    params: MacdParams,
    progress: Progress,
    macd: Macd,
    side_before: Option<i8>,
}

impl MacdStrategy {
    /// A fresh instance for one symbol.
    #[must_use]
    pub fn new(params: &MacdParams) -> Self {
        let [fast, slow, signal] =
            [params.fast_period, params.slow_period, params.signal_period].map(|p| p as usize);
        Self {
            params: params.clone(),
            progress: Progress::default(),
            macd: Macd::new(fast, slow, signal),
            side_before: None,
        }
    }
}

/// `100 * |histogram| / close`, from 0.1 to 1: at a cross the histogram is near 0 by nature.
pub(super) fn confidence(histogram: f64, close: f64) -> f64 {
    certainty(100.0 * histogram.abs() / close, 0.1)
}

impl Strategy for MacdStrategy {
    fn name(&self) -> &'static str {
        MacdParams::OWNER
    }

    fn required_candles(&self) -> usize {
        (self.params.slow_period + self.params.signal_period) as usize + 1
    }

    fn on_candle(&mut self, candle: &Ohlcv, _view: &StrategyView) -> Signal {
        if !self.progress.admit(candle) {
            return Signal::hold("candle_not_newer");
        }
        let Some(MacdValue { line, signal, histogram }) = self.macd.update(candle.close) else {
            return Signal::hold("insufficient_data");
        };
        let side = compare(line, signal, candle.close);
        let before = self.side_before.replace(side);
        let Some(before) = before.filter(|_| self.progress.has(self.required_candles())) else {
            return Signal::hold("insufficient_data");
        };
        let sure = confidence(histogram, candle.close);
        let (action, sure, reason) = match cross(before, side) {
            Cross::Up => (Action::Buy, sure, "macd_cross_up"),
            Cross::Down => (Action::Sell, sure, "macd_cross_down"),
            Cross::None => (Action::Hold, 0.0, "no_cross"),
        };
        let mut answer = Signal::new(action, sure, reason);
        put(&mut answer, "macd", line);
        put(&mut answer, "signal", signal);
        put(&mut answer, "histogram", histogram);
        answer
    }

    fn adapt_to_regime(&mut self, _regime: Regime) {}
}
