//! Cross of a short and a long simple moving average, with five optional confirmation filters.
//!
//! BUY when the short average goes from at or below to above the long one, SELL for the mirror. In a
//! trending regime the periods are 10 and 30 whatever is configured; both pairs of averages run all
//! the time, so the switch never waits for warm-up. In a ranging regime there are no entries.

mod params;

pub use params::MaCrossoverParams;

use super::state::{Cooldown, Cross, Progress, certainty, compare, cross, put};
use super::{Parameters, Strategy, StrategyView};
use crate::indicators::{Adx, Sma, VolumeRatio};
use domain::{Action, Ohlcv, Regime, Signal};
use serde::{Deserialize, Serialize};

/// Periods of the pair that runs in trending regimes.
const TREND_PERIODS: (u32, u32) = (10, 30);
const ADX_PERIOD: usize = 14;

/// Two averages and where they stood one candle ago.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair {
    short: Sma,
    long: Sma,
    before: Option<(f64, f64)>,
    now: Option<(f64, f64)>,
}

impl Pair {
    fn new((short, long): (u32, u32)) -> Self {
        let (short, long) = (Sma::new(short as usize), Sma::new(long as usize));
        Self { short, long, before: None, now: None }
    }

    #[inline]
    fn update(&mut self, close: f64) {
        let (short, long) = (self.short.update(close), self.long.update(close));
        self.before = self.now;
        self.now = short.zip(long);
    }
}

/// What the optional filters measured on the newest candle.
#[derive(Clone, Copy, Debug, Default)]
struct Confirmation {
    volume_ratio: Option<f64>,
    adx: Option<f64>,
}

/// The strategy; see the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaCrossoverStrategy {
    params: MaCrossoverParams,
    progress: Progress,
    configured: Pair,
    trend: Pair,
    volume_ratio: Option<VolumeRatio>,
    adx: Option<Adx>,
    cooldown: Cooldown,
    trend_periods: bool,
    entries_off: bool,
}

impl MaCrossoverStrategy {
    /// A fresh instance for one symbol.
    #[must_use]
    pub fn new(params: &MaCrossoverParams) -> Self {
        let volume = params.volume_confirmation;
        Self {
            progress: Progress::default(),
            configured: Pair::new((params.short_period, params.long_period)),
            trend: Pair::new(TREND_PERIODS),
            volume_ratio: volume.then(|| VolumeRatio::new(params.volume_period as usize)),
            adx: params.adx_filter_enabled.then(|| Adx::new(ADX_PERIOD)),
            cooldown: Cooldown::new(params.cooldown_candles),
            trend_periods: false,
            entries_off: false,
            params: params.clone(),
        }
    }

    /// The first enabled filter that a cross does not pass.
    fn rejecting_filter(
        &self,
        cross: Cross,
        candle: &Ohlcv,
        [distance, distance_before]: [f64; 2],
        seen: Confirmation,
        cooling: bool,
    ) -> Option<&'static str> {
        let params = &self.params;
        if seen.volume_ratio.is_some_and(|ratio| ratio < params.volume_multiplier) {
            return Some("filtered_volume");
        }
        let along = match cross {
            Cross::Up => candle.close > candle.open,
            Cross::Down => candle.close < candle.open,
            Cross::None => true,
        };
        if params.momentum_confirmation && !along {
            return Some("filtered_momentum");
        }
        if params.trend_strength_filter && distance <= distance_before {
            return Some("filtered_trend_strength");
        }
        if seen.adx.is_some_and(|adx| adx < params.adx_threshold) {
            return Some("filtered_adx");
        }
        cooling.then_some("filtered_cooldown")
    }
}

/// Mean of the parts that are there: `10 * distance`, `volume ratio / 3`, `adx / 50`, each at most 1.
///
/// Distance 0.003, volume ratio 1.8 and ADX 30 give (0.03 + 0.6 + 0.6) / 3 = 0.41.
pub(super) fn confidence(distance: f64, volume_ratio: Option<f64>, adx: Option<f64>) -> f64 {
    let parts = [
        Some((10.0 * distance).min(1.0)),
        volume_ratio.map(|ratio| (ratio / 3.0).min(1.0)),
        adx.filter(|adx| *adx > 0.0).map(|adx| (adx / 50.0).min(1.0)),
    ];
    let count = parts.iter().flatten().count() as f64;
    certainty(parts.iter().flatten().sum::<f64>() / count, 0.0)
}

impl Strategy for MaCrossoverStrategy {
    fn name(&self) -> &'static str {
        MaCrossoverParams::OWNER
    }

    fn required_candles(&self) -> usize {
        let crosses = self.params.long_period.max(TREND_PERIODS.1) as usize + 1;
        let volume =
            if self.volume_ratio.is_some() { self.params.volume_period as usize } else { 0 };
        let adx = if self.adx.is_some() { 2 * ADX_PERIOD } else { 0 };
        crosses.max(volume).max(adx)
    }

    fn on_candle(&mut self, candle: &Ohlcv, view: &StrategyView) -> Signal {
        if !self.progress.admit(candle) {
            return Signal::hold("candle_not_newer");
        }
        self.configured.update(candle.close);
        self.trend.update(candle.close);
        let seen = Confirmation {
            volume_ratio: self.volume_ratio.as_mut().and_then(|ratio| ratio.update(candle.volume)),
            adx: self.adx.as_mut().and_then(|adx| adx.update(candle)).map(|value| value.adx),
        };
        let cooling = self.cooldown.tick();
        let pair = if self.trend_periods { &self.trend } else { &self.configured };
        let (Some(before), Some(now)) = (pair.before, pair.now) else {
            return Signal::hold("insufficient_data");
        };
        if seen.volume_ratio.is_none() && self.volume_ratio.is_some()
            || seen.adx.is_none() && self.adx.is_some()
        {
            return Signal::hold("insufficient_data");
        }
        self.decide(candle, *view, [before, now], seen, cooling)
    }

    fn adapt_to_regime(&mut self, regime: Regime) {
        match regime {
            Regime::TrendingUp | Regime::TrendingDown => {
                self.trend_periods = true;
                self.entries_off = false;
            }
            Regime::HighVolatility => {
                self.trend_periods = false;
                self.entries_off = false;
            }
            Regime::Ranging => self.entries_off = true,
        }
    }
}

impl MaCrossoverStrategy {
    #[inline]
    fn decide(
        &mut self,
        candle: &Ohlcv,
        view: StrategyView,
        [before, now]: [(f64, f64); 2],
        seen: Confirmation,
        cooling: bool,
    ) -> Signal {
        let side = |(short, long): (f64, f64)| compare(short, long, long);
        let gap = (now.0 - now.1).abs();
        let distance = if now.1 > 0.0 { gap / now.1 } else { 0.0 };
        let cross = cross(side(before), side(now));
        let gaps = [gap, (before.0 - before.1).abs()];
        let owners_exit = cross == Cross::Down && view.owns_position;
        let rejection = match cross {
            Cross::None => Some("no_cross"),
            Cross::Up if self.entries_off => Some("disabled_by_regime"),
            Cross::Down if owners_exit => None,
            Cross::Up | Cross::Down => self.rejecting_filter(cross, candle, gaps, seen, cooling),
        };
        let (action, reason) = match (rejection, cross) {
            (Some(reason), _) => (Action::Hold, reason),
            (None, Cross::Down) => (Action::Sell, "death_cross"),
            (None, _) => (Action::Buy, "golden_cross"),
        };
        let mut signal = Signal::new(action, 0.0, reason);
        if rejection.is_none() {
            signal.confidence = confidence(distance, seen.volume_ratio, seen.adx);
            self.cooldown.restart();
        }
        put(&mut signal, "short_ma", now.0);
        put(&mut signal, "long_ma", now.1);
        put(&mut signal, "distance", distance);
        for (name, value) in [("volume_ratio", seen.volume_ratio), ("adx", seen.adx)] {
            if let Some(value) = value {
                put(&mut signal, name, value);
            }
        }
        if self.params.cooldown_candles > 0 {
            put(&mut signal, "cooldown_left", f64::from(self.cooldown.left()));
        }
        signal
    }
}
