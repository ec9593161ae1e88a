//! What strategies and detectors say.

use crate::Name;
use arrayvec::ArrayVec;
use serde::{Deserialize, Serialize};

/// What a strategy wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Enter, or add a vote to enter.
    Buy,
    /// Leave what this strategy owns.
    Sell,
    /// Nothing.
    Hold,
}

/// One strategy's answer for one closed candle.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// What it wants.
    pub action: Action,
    /// 0 to 1.
    pub confidence: f64,
    /// Short token that says why, such as `golden_cross` or `insufficient_data`.
    pub reason: &'static str,
    /// Figures behind the signal (name, value), for people.
    pub figures: ArrayVec<(&'static str, f64), 12>,
}

impl Signal {
    /// A signal without figures.
    #[must_use]
    #[inline]
    pub fn new(action: Action, confidence: f64, reason: &'static str) -> Self {
        Self { action, confidence, reason, figures: ArrayVec::new() }
    }

    /// Hold with confidence 0.
    #[must_use]
    #[inline]
    pub fn hold(reason: &'static str) -> Self {
        Self::new(Action::Hold, 0.0, reason)
    }

    /// Adds a figure; silently leaves it out when twelve are there already.
    #[must_use]
    #[inline]
    pub fn with(mut self, name: &'static str, value: f64) -> Self {
        let _ = self.figures.try_push((name, value));
        self
    }

    /// The reason as an owned short name.
    #[must_use]
    #[inline]
    pub fn reason_name(&self) -> Name {
        Name::from(self.reason).unwrap_or_default()
    }
}

/// The state of one symbol's market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Strong directional movement up.
    TrendingUp,
    /// Strong directional movement down.
    TrendingDown,
    /// Neither trending nor wild.
    Ranging,
    /// True range far above its usual level.
    HighVolatility,
}

/// Direction on the higher timeframe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Trending up: sells of non-owners are odd, buys fine.
    Bullish,
    /// Trending down: no entries.
    Bearish,
    /// Neither, or not known yet.
    Neutral,
}
