//! Round trips, exit reasons and the three trading states.

use crate::{Decimal, Interval, Name, Price, Quantity, Symbol, Timestamp};
use serde::{Deserialize, Serialize};

/// What the engine may do. Three states only (docs/decisions/0004-trading-states.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradingState {
    /// Everything.
    Active,
    /// Exits only, no entry.
    Reducing,
    /// No entry and no strategy exit; protection stays and may fire.
    Halted,
}

/// Why a position, or part of it, was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// The price fell to the stop.
    StopLoss,
    /// The price rose to the target.
    TakeProfit,
    /// The owning strategies asked for it.
    StrategyExit,
    /// An operator closed everything.
    CloseAll,
    /// The price rose to the first target: a part was sold.
    FirstTarget,
    /// The price fell to a stop that had followed it upwards.
    TrailingStop,
    /// The price fell to a stop that had been moved to the entry.
    BreakEven,
    /// It was held for as long as the settings allow.
    TimeStop,
    /// An operator closed this position, or a part of it.
    Operator,
    /// Coins left the account by no order of ours.
    External,
}

/// The share of a round trip that one strategy owned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeShare {
    /// The strategy.
    pub strategy: Name,
    /// Its base quantity in this trade.
    pub quantity: Quantity,
    /// Its profit after fees, in quote units.
    pub profit: Decimal,
}

/// A round trip, closed in whole or in part: entry lots against one exit order's fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedTrade {
    /// Number of this trade in the account, from 1.
    pub id: u64,
    /// The pair.
    pub symbol: Symbol,
    /// Why it was left.
    pub exit_reason: ExitReason,
    /// First fill of the entry.
    pub opened_at: Timestamp,
    /// Last fill of the exit.
    pub closed_at: Timestamp,
    /// Average entry price.
    pub entry_price: Price,
    /// Average exit price.
    pub exit_price: Price,
    /// Base quantity closed.
    pub quantity: Quantity,
    /// Fees of both sides that belong to this quantity, in quote units.
    pub fees: Decimal,
    /// Profit after fees, in quote units.
    pub profit: Decimal,
    /// Profit after fees over the entry cost, in percent, rounded to 4 places.
    pub profit_pct: Decimal,
    /// Who owned it; the shares add up to `quantity` and `profit` exactly.
    pub shares: Vec<TradeShare>,
    /// Interval and candle of the entry decision, when it is known.
    pub entry_decision: Option<(Interval, Timestamp)>,
}
