//! The decision record: for one symbol and closed candle, stage by stage, why it did or did not trade.

use crate::{Action, Decimal, Interval, Name, Quantity, Regime, Symbol, Timestamp, Trend};
use serde::{Deserialize, Serialize};

/// One strategy's signal as recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalRecord {
    /// The strategy.
    pub strategy: Name,
    /// What it wanted.
    pub action: Action,
    /// 0 to 1.
    pub confidence: f64,
    /// Its weight in the vote.
    pub weight: f64,
    /// False when it is switched off and did not vote on entries.
    pub enabled: bool,
    /// Why.
    pub reason: Name,
    /// Figures behind it.
    pub figures: Vec<(Name, f64)>,
}

/// Why a candle led to no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// No strategy had anything to say.
    NoSignals,
    /// Buys and sells at once.
    Conflict,
    /// The higher timeframe points down.
    TrendFilterRejected,
    /// Too little weight behind the buys.
    InsufficientAgreement,
    /// The agreed confidence is below the threshold.
    LowConfidence,
    /// A sell signal, but the strategy owns nothing here.
    NothingToExit,
    /// The symbol's indicators are still warming up.
    NotReady,
}

impl HoldReason {
    /// The token shown to people and scripts.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::NoSignals => "no_signals",
            Self::Conflict => "conflict",
            Self::TrendFilterRejected => "trend_filter_rejected",
            Self::InsufficientAgreement => "insufficient_agreement",
            Self::LowConfidence => "low_confidence",
            Self::NothingToExit => "nothing_to_exit",
            Self::NotReady => "not_ready",
        }
    }
}

/// One risk check's verdict on a proposed entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskVerdict {
    /// Name of the check, e.g. `max_total_exposure`.
    pub check: Name,
    /// True when it passed.
    pub passed: bool,
    /// The limit, in the unit of the check.
    pub limit: Decimal,
    /// What it would have become.
    pub value: Decimal,
}

/// How the size of an entry came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SizingRecord {
    /// `atr`, `garch` (where the forecast was the widest distance), `fixed` or `all_in`.
    pub method: Name,
    /// Equity that it was sized on, quote units.
    pub equity: Decimal,
    /// Price used, quote units.
    pub price: Decimal,
    /// ATR in price units, when known.
    pub atr: Option<f64>,
    /// Distance from price to stop, quote units.
    pub stop_distance: Decimal,
    /// Resulting base quantity, rounded to the lot size.
    pub quantity: Quantity,
    /// Which bound decided: `risk_per_trade`, `max_position_size`, `cash`.
    pub bound: Name,
}

/// What came of the candle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionOutcome {
    /// Nothing was proposed.
    Hold(HoldReason),
    /// An entry was proposed and denied by the named check.
    Denied(Name),
    /// An entry was approved; the intent's number.
    Entered(u64),
    /// An exit of owned lots was approved; the intent's number.
    Exited(u64),
    /// A strategy exit was wanted but the trading state forbids it.
    ExitFenced,
}

/// Everything about one decision. One per (symbol, interval, open time).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// When it was taken: the candle's close.
    pub at: Timestamp,
    /// The pair.
    pub symbol: Symbol,
    /// Interval of the candle.
    pub interval: Interval,
    /// Open time of the candle.
    pub open_time: Timestamp,
    /// Close price of the candle.
    pub close: Decimal,
    /// The symbol's regime, once known.
    pub regime: Option<Regime>,
    /// Direction on the trend timeframe.
    pub trend: Trend,
    /// What each strategy said.
    pub signals: Vec<SignalRecord>,
    /// Weight behind buys and sells.
    pub buy_weight: f64,
    /// Weight behind sells.
    pub sell_weight: f64,
    /// Weighted mean confidence of the agreeing strategies.
    pub confidence: f64,
    /// How the entry was sized, if it came to that.
    pub sizing: Option<SizingRecord>,
    /// What each risk check said, if it came to that.
    pub risk: Vec<RiskVerdict>,
    /// What came of it.
    pub outcome: DecisionOutcome,
}
