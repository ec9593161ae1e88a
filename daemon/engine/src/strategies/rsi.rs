//! RSI against an overbought and an oversold threshold, optionally with divergence.
//!
//! Order: bullish divergence, bearish divergence, oversold (BUY), overbought (SELL). The thresholds
//! are levels: the signal repeats while the RSI stays beyond them, once per closed candle.
//!
//! Divergence: the newest two troughs of the closes within the lookback fall while the RSI's troughs
//! at the same times rise (mirrored for peaks). "At the same time" means nearest, at most
//! `divergence_swing_order` candles away. A pair of swings fires once, while its newest swing is at
//! most twice that order old. Closes are compared, not highs and lows, because the RSI knows only
//! closes.
//!
//! Regimes: ranging sets the thresholds 35/65, a trend 30/70, high volatility the configured ones.

use super::state::{Progress, certainty, put};
use super::swings::{Kind, Swing, SwingFinder};
use super::{ParamError, ParamInfo, Parameters, Slot, Strategy, StrategyView};
use crate::indicators::Rsi;
use domain::{Action, Ohlcv, Regime, Signal};
use serde::{Deserialize, Serialize};

const DIVERGENCE_CONFIDENCE: f64 = 0.8;
/// With divergence on, a bare threshold is worth at most this.
const FALLBACK_CAP: f64 = 0.5;

/// Parameters of [`RsiStrategy`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RsiParams {
    /// Changes in the RSI's averages.
    pub period: u32,
    /// RSI from which on the market counts as overbought.
    pub overbought: f64,
    /// RSI down to which the market does not count as oversold.
    pub oversold: f64,
    /// Whether divergence is looked for.
    pub divergence_enabled: bool,
    /// Newest candles that both swings must lie in.
    pub divergence_lookback: u32,
    /// Candles on either side that make a swing.
    pub divergence_swing_order: u32,
}

impl Default for RsiParams {
    fn default() -> Self {
        Self {
            period: 14,
            overbought: 70.0,
            oversold: 30.0,
            divergence_enabled: false,
            divergence_lookback: 14,
            divergence_swing_order: 3,
        }
    }
}

impl Parameters for RsiParams {
    const OWNER: &'static str = "rsi";

    fn describe() -> &'static [ParamInfo] {
        const {
            &[
                ParamInfo::number("period", "candles", "14", ["2", "1000"], "length of the RSI"),
                ParamInfo::number(
                    "overbought",
                    "",
                    "70",
                    ["0.01", "99.99"],
                    "sell from this RSI on",
                ),
                ParamInfo::number(
                    "oversold",
                    "",
                    "30",
                    ["0.01", "99.99"],
                    "buy from this RSI downwards",
                ),
                ParamInfo::flag("divergence_enabled", "look for divergence between price and RSI"),
                ParamInfo::number(
                    "divergence_lookback",
                    "candles",
                    "14",
                    ["4", "1000"],
                    "newest candles that both swings must lie in",
                ),
                ParamInfo::number(
                    "divergence_swing_order",
                    "candles",
                    "3",
                    ["1", "100"],
                    "candles on either side that make a swing",
                ),
            ]
        }
    }

    fn slot(&mut self, key: &str) -> Option<Slot<'_>> {
        Some(match key {
            "period" => Slot::Count(&mut self.period),
            "overbought" => Slot::Number(&mut self.overbought),
            "oversold" => Slot::Number(&mut self.oversold),
            "divergence_enabled" => Slot::Flag(&mut self.divergence_enabled),
            "divergence_lookback" => Slot::Count(&mut self.divergence_lookback),
            "divergence_swing_order" => Slot::Count(&mut self.divergence_swing_order),
            _ => return None,
        })
    }

    fn broken_rules(&self) -> Vec<ParamError> {
        let mut errors = Vec::new();
        if self.oversold >= self.overbought {
            let allowed = format!("below overbought ({})", self.overbought);
            errors.push(Self::error("oversold", self.oversold, allowed));
        }
        let room = self.divergence_swing_order.saturating_mul(2).saturating_add(2);
        if self.divergence_enabled && self.divergence_lookback < room {
            let allowed =
                format!("at least {room}, two swings of order {}", self.divergence_swing_order);
            errors.push(Self::error("divergence_lookback", self.divergence_lookback, allowed));
        }
        errors
    }
}

/// Finds divergences between closes and RSI.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Divergence {
    lookback: u64,
    order: u64,
    price: SwingFinder,
    rsi: SwingFinder,
    fired_trough: Option<u64>,
    fired_peak: Option<u64>,
}

impl Divergence {
    fn new(params: &RsiParams) -> Self {
        let (lookback, order) = (params.divergence_lookback, params.divergence_swing_order);
        // The partner of the oldest price swing may lie `order` candles before it.
        let finder = || SwingFinder::new(order as usize, (lookback + order) as usize);
        Self {
            lookback: u64::from(lookback),
            order: u64::from(order),
            price: finder(),
            rsi: finder(),
            fired_trough: None,
            fired_peak: None,
        }
    }

    /// The two swings (price, RSI) of a divergence that ends at candle `now`; each fires once.
    fn fire(&mut self, kind: Kind, now: u64) -> Option<[(Swing, Swing); 2]> {
        let [.., earlier, newest] = self.price.swings(kind) else { return None };
        let fired = match kind {
            Kind::Trough => &mut self.fired_trough,
            Kind::Peak => &mut self.fired_peak,
        };
        let in_lookback = now - earlier.at < self.lookback;
        let is_fresh = now - newest.at <= 2 * self.order && *fired != Some(newest.at);
        if !in_lookback || !is_fresh {
            return None;
        }
        let rsi_earlier = self.rsi.nearest(kind, earlier.at, self.order)?;
        let rsi_newest = self.rsi.nearest(kind, newest.at, self.order)?;
        let diverges = match kind {
            Kind::Trough => newest.value < earlier.value && rsi_newest.value > rsi_earlier.value,
            Kind::Peak => newest.value > earlier.value && rsi_newest.value < rsi_earlier.value,
        };
        if !diverges || rsi_earlier.at >= rsi_newest.at {
            return None;
        }
        *fired = Some(newest.at);
        Some([(*earlier, rsi_earlier), (*newest, rsi_newest)])
    }
}

/// The strategy; see the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RsiStrategy {
    params: RsiParams,
    progress: Progress,
    rsi: Rsi,
    divergence: Option<Divergence>,
    oversold: f64,
    overbought: f64,
    last_close: Option<f64>,
    unchanged: u32,
}

impl RsiStrategy {
    /// A fresh instance for one symbol.
    #[must_use]
    pub fn new(params: &RsiParams) -> Self {
        Self {
            progress: Progress::default(),
            rsi: Rsi::new(params.period as usize),
            divergence: params.divergence_enabled.then(|| Divergence::new(params)),
            oversold: params.oversold,
            overbought: params.overbought,
            last_close: None,
            unchanged: 0,
            params: params.clone(),
        }
    }

    /// True when none of the last `period` changes moved the close.
    fn is_motionless(&mut self, close: f64) -> bool {
        let unchanged = self.last_close.replace(close) == Some(close);
        self.unchanged = if unchanged { self.unchanged.saturating_add(1) } else { 0 };
        self.unchanged >= self.params.period
    }

    fn decide(&mut self, rsi: f64) -> Signal {
        let now = self.progress.seen();
        let divergence_on = self.divergence.is_some();
        if let Some(divergence) = &mut self.divergence {
            if let Some(swings) = divergence.fire(Kind::Trough, now) {
                return divergence_signal(Action::Buy, "bullish_divergence", swings);
            }
            if let Some(swings) = divergence.fire(Kind::Peak, now) {
                return divergence_signal(Action::Sell, "bearish_divergence", swings);
            }
        }
        let thresholds = [self.oversold, self.overbought];
        let sure = confidence(rsi, thresholds, divergence_on);
        if rsi <= self.oversold {
            Signal::new(Action::Buy, sure, "oversold")
        } else if rsi >= self.overbought {
            Signal::new(Action::Sell, sure, "overbought")
        } else {
            Signal::hold("neutral")
        }
    }
}

fn divergence_signal(
    action: Action,
    reason: &'static str,
    [(price_1, rsi_1), (price_2, rsi_2)]: [(Swing, Swing); 2],
) -> Signal {
    Signal::new(action, DIVERGENCE_CONFIDENCE, reason)
        .with("price_swing_earlier", price_1.value)
        .with("price_swing_newest", price_2.value)
        .with("rsi_swing_earlier", rsi_1.value)
        .with("rsi_swing_newest", rsi_2.value)
}

/// How far the RSI is beyond its threshold, as share of the room behind it; from 0.1 to 1, and to 0.5
/// when divergence is on. RSI 20 with threshold 30 gives 10 / 30 = 0.3333.
pub(super) fn confidence(rsi: f64, [oversold, overbought]: [f64; 2], divergence_on: bool) -> f64 {
    let raw = if rsi <= oversold {
        (oversold - rsi) / oversold
    } else {
        (rsi - overbought) / (100.0 - overbought)
    };
    certainty(if divergence_on { raw.min(FALLBACK_CAP) } else { raw }, 0.1)
}

impl Strategy for RsiStrategy {
    fn name(&self) -> &'static str {
        RsiParams::OWNER
    }

    fn required_candles(&self) -> usize {
        let plain = self.params.period as usize + 2;
        if self.divergence.is_none() {
            return plain;
        }
        plain.max((self.params.period + self.params.divergence_lookback) as usize)
    }

    fn on_candle(&mut self, candle: &Ohlcv, _view: &StrategyView) -> Signal {
        if !self.progress.admit(candle) {
            return Signal::hold("candle_not_newer");
        }
        let now = self.progress.seen();
        let rsi = self.rsi.update(candle.close);
        if let Some(divergence) = &mut self.divergence {
            divergence.price.update(now, candle.close);
            if let Some(rsi) = rsi {
                divergence.rsi.update(now, rsi);
            }
        }
        let motionless = self.is_motionless(candle.close);
        let Some(rsi) = rsi.filter(|_| self.progress.has(self.required_candles())) else {
            return Signal::hold("insufficient_data");
        };
        let mut signal = if motionless { Signal::hold("flat_market") } else { self.decide(rsi) };
        put(&mut signal, "rsi", rsi);
        put(&mut signal, "oversold", self.oversold);
        put(&mut signal, "overbought", self.overbought);
        signal
    }

    fn adapt_to_regime(&mut self, regime: Regime) {
        (self.oversold, self.overbought) = match regime {
            Regime::Ranging => (35.0, 65.0),
            Regime::TrendingUp | Regime::TrendingDown => (30.0, 70.0),
            Regime::HighVolatility => (self.params.oversold, self.params.overbought),
        };
    }
}
