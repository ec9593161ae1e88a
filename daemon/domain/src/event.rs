//! Engine events: the whole truth about money and trading state. Folding them rebuilds both.
//!
//! The JSON form of an event is canonical (field order as written here, decimals as text) and
//! holds no wall time, random id, login or audit data, so equal inputs give equal bytes.

use crate::{
    Amount, Asset, ClientOrderId, ClosedTrade, Decimal, ExitReason, ExternalMovement, Fill,
    Interval, Name, NewOrder, OrderPurpose, OrderSide, OrderSize, Price, Quantity, ReductionCause,
    Symbol, Timestamp, TradingState, UtcDay,
};
use serde::{Deserialize, Serialize};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineEvent {
    /// Number of the event, from 1 without gaps.
    pub sequence: u64,
    /// Engine time (data time in replay and simulation).
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// Who changed the trading state, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateCause {
    /// A person, with the reason given.
    Operator(String),
    /// The fall from the equity peak passed its limit (both in percent).
    Drawdown {
        /// The limit.
        limit: Decimal,
        /// The fall measured.
        value: Decimal,
    },
    /// A live daemon starts halted.
    Start,
    /// An order's outcome has stayed unknown for too long.
    UnknownOrder {
        /// The order.
        id: ClientOrderId,
        /// Seconds that it may stay unknown.
        limit: Decimal,
        /// Seconds since it was sent.
        value: Decimal,
    },
    /// An order that was taken for lost turned up at the venue.
    LateOrder {
        /// The order.
        id: ClientOrderId,
    },
    /// Too many orders were refused within the window of the settings.
    RepeatedRejections {
        /// The limit.
        limit: u32,
        /// How many there were.
        value: u32,
    },
    /// A symbol had no new price for too long (both in seconds).
    StaleData {
        /// The pair.
        symbol: Symbol,
        /// The limit.
        limit: u32,
        /// Age of its last price.
        value: u64,
    },
}

/// Who switched a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchCause {
    /// A person.
    Operator,
    /// Too many losing trades in a row.
    ConsecutiveLosses {
        /// The streak.
        streak: u32,
        /// Its limit.
        limit: u32,
    },
    /// Too low a share of winning trades.
    LowWinRate {
        /// The win rate in percent.
        win_rate_pct: Decimal,
        /// Its limit in percent.
        limit_pct: Decimal,
    },
    /// The symbol's regime has changed since it was switched off.
    RegimeChanged,
    /// The re-enable check found another regime after its waiting time.
    RegimeChangedAfterTimeout,
}

/// Why an entry was denied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDenial {
    /// Name of the check, e.g. `max_concurrent_positions`.
    pub check: Name,
    /// The limit.
    pub limit: Decimal,
    /// What it would have become.
    pub value: Decimal,
}

/// What a close-all left of one position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedRemainder {
    /// The pair.
    pub symbol: Symbol,
    /// What was held when it began.
    pub held: Quantity,
    /// What was sold.
    pub sold: Quantity,
    /// Average price of what was sold.
    pub average_price: Option<Price>,
    /// Profit after fees of what was sold, quote units.
    pub profit: Amount,
    /// What is left.
    pub remaining: Quantity,
    /// Why something is left: `dust`, `no_liquidity`, the venue's reason of a refusal; empty when
    /// flat.
    pub note: Name,
}

/// The result of a close-all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseAllReport {
    /// Its number.
    pub id: u64,
    /// True when nothing is left but dust.
    pub flat: bool,
    /// One line per position.
    pub positions: Vec<ClosedRemainder>,
}

/// What has set a position's stop.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// The settings, from the entry price.
    #[default]
    Initial,
    /// It follows the highest price.
    Trailing,
    /// It was moved to the entry.
    BreakEven,
    /// An operator.
    Operator,
}

impl StopKind {
    /// True for the stop that was set at the entry.
    #[must_use]
    pub const fn is_initial(&self) -> bool {
        matches!(self, Self::Initial)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What an intent came to: asked for, done, and what the doing cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentResult {
    /// The intent.
    pub intent: u64,
    /// The pair.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: OrderSide,
    /// Why it existed.
    pub purpose: OrderPurpose,
    /// How it was worked.
    pub style: ExecutionStyle,
    /// Base quantity asked for; for budget orders what was bought.
    pub wanted: Quantity,
    /// Base quantity done.
    pub filled: Quantity,
    /// Average price of what was done.
    pub average_price: Option<Price>,
    /// Price when it was decided, or the trigger of a stop or target.
    pub reference_price: Price,
    /// Fees, as far as they were taken in quote.
    pub fees: Amount,
    /// How much worse than the reference price it was done, in basis points, 2 places; negative
    /// for better. `None` when nothing was done.
    pub slippage_bps: Option<Decimal>,
    /// Implementation shortfall in quote units: worse price on what was done, plus its fees, plus
    /// what the price has run away by on what was left undone (Perold 1988, against the
    /// reference price). A target that did not fire has none.
    pub shortfall: Amount,
    /// Orders sent for it.
    pub orders: u32,
    /// Why something was left undone; empty when all was done.
    pub note: Name,
}

/// How an intent is worked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStyle {
    /// One market order.
    #[default]
    Market,
    /// One limit order at the reference price; what is left at the time limit is cancelled.
    Limit,
    /// A limit order first; what is left at the time limit is bought at the market.
    LimitThenMarket,
    /// A limit order that never takes liquidity, priced anew when it would.
    PostOnly,
    /// Equal market orders at equal times.
    Twap,
    /// A limit order of which only a slice is shown at a time.
    Iceberg,
    /// A resting stop, target or pair.
    Resting,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum EventKind {
    /// The account was opened with these balances.
    AccountOpened {
        /// Asset and amount, sorted by asset.
        balances: Vec<(Asset, Amount)>,
    },
    /// A new UTC day began, with the equity it began with.
    DayStarted {
        /// The day.
        day: UtcDay,
        /// Marked equity, in the account's quote asset.
        equity: Amount,
    },
    /// The trading state changed (also recorded when a stop meets a stopped engine).
    TradingStateChanged {
        /// Before.
        from: TradingState,
        /// After.
        to: TradingState,
        /// Number of the latch; each closing raises it by one.
        epoch: u64,
        /// Who and why.
        cause: StateCause,
        /// True when protection is suspended too (`stop --freeze`).
        #[serde(default, skip_serializing_if = "is_false")]
        frozen: bool,
    },
    /// A strategy was switched, for all symbols or for one.
    StrategySwitched {
        /// The strategy.
        strategy: Name,
        /// The one symbol, or all.
        symbol: Option<Symbol>,
        /// On or off.
        enabled: bool,
        /// Who and why.
        cause: SwitchCause,
    },
    /// Risk denied a proposed entry.
    EntryDenied {
        /// The pair.
        symbol: Symbol,
        /// Which check and its figures.
        denial: EntryDenial,
    },
    /// An intent passed every check.
    IntentApproved {
        /// Its number, from 1.
        intent: u64,
        /// The pair.
        symbol: Symbol,
        /// Buy or sell.
        side: OrderSide,
        /// Why.
        purpose: OrderPurpose,
        /// How it will be worked.
        #[serde(default)]
        style: ExecutionStyle,
        /// How much.
        size: OrderSize,
        /// Reference price when it was approved.
        reference_price: Price,
        /// The strategies behind it with their shares of the size, adding up to 1.
        owners: Vec<(Name, Decimal)>,
        /// Interval and open time of the deciding candle.
        decision: Option<(Interval, Timestamp)>,
    },
    /// An order is about to leave.
    OrderSubmitted {
        /// The intent it serves.
        intent: u64,
        /// The order itself.
        order: NewOrder,
        /// The other leg, for one-cancels-other pairs.
        linked: Option<ClientOrderId>,
        /// What its fills are measured against: the trigger of a stop or target, otherwise the last
        /// price when it was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference_price: Option<Price>,
    },
    /// The venue took the order.
    OrderAccepted {
        /// The order.
        id: ClientOrderId,
    },
    /// No answer came in time: the order may or may not have reached the venue.
    OrderUnknown {
        /// The order.
        id: ClientOrderId,
    },
    /// Every look-up beyond the horizon failed: it never reached the venue.
    OrderNeverArrived {
        /// The order.
        id: ClientOrderId,
    },
    /// The venue refused the order.
    OrderRejected {
        /// The order.
        id: ClientOrderId,
        /// The venue's reason.
        reason: Name,
    },
    /// A stop or target triggered.
    OrderTriggered {
        /// The order.
        id: ClientOrderId,
    },
    /// An execution.
    OrderFilled {
        /// The order.
        id: ClientOrderId,
        /// The pair.
        symbol: Symbol,
        /// Buy or sell.
        side: OrderSide,
        /// The execution.
        fill: Fill,
        /// What its fee was worth in the pair's quote when it was taken in neither of the pair's
        /// assets; `None` otherwise, and when that asset had no known price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee_value: Option<Amount>,
    },
    /// Money moved without an order of ours.
    ExternalMovement {
        /// What moved.
        movement: ExternalMovement,
    },
    /// The account holds less of an asset than its position says: the lots shrink, pro rata, to
    /// what is there. A warning.
    PositionReduced {
        /// The pair.
        symbol: Symbol,
        /// Base quantity by which it shrinks, above 0.
        quantity: Quantity,
        /// What its owners are credited per unit: the last price.
        price: Price,
        /// Why.
        cause: ReductionCause,
    },
    /// We asked for a cancel.
    CancelRequested {
        /// The order.
        id: ClientOrderId,
    },
    /// The order is gone at our request.
    OrderCancelled {
        /// The order.
        id: ClientOrderId,
        /// What the venue executed of it, where fills of it are still missing here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        executed: Option<Quantity>,
    },
    /// The order is gone by the venue's rules.
    OrderExpired {
        /// The order.
        id: ClientOrderId,
        /// Why.
        reason: Name,
        /// What the venue executed of it, where fills of it are still missing here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        executed: Option<Quantity>,
    },
    /// The work on an intent is over.
    IntentFinished {
        /// What it came to.
        result: IntentResult,
    },
    /// A position's protection changed.
    ProtectionSet {
        /// The pair.
        symbol: Symbol,
        /// The stop price.
        stop: Option<Price>,
        /// The target price.
        target: Option<Price>,
        /// True when it rests at the venue, false when the engine watches the price itself.
        at_venue: bool,
        /// The first target, at which a part is sold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_target: Option<Price>,
        /// What has set the stop.
        #[serde(default, skip_serializing_if = "StopKind::is_initial")]
        stop_kind: StopKind,
    },
    /// A round trip was closed in whole or in part.
    TradeClosed {
        /// The trade.
        trade: ClosedTrade,
    },
    /// A position is flat again.
    PositionClosed {
        /// The pair.
        symbol: Symbol,
        /// The last exit's reason.
        reason: ExitReason,
    },
    /// An operator asked for everything to be closed.
    CloseAllStarted {
        /// Its number.
        id: u64,
        /// The reason given.
        reason: String,
    },
    /// A close-all came to its end.
    CloseAllFinished {
        /// What it did.
        report: CloseAllReport,
    },
}

impl EventKind {
    /// Name of the event, as in its JSON `type` field.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AccountOpened { .. } => "account_opened",
            Self::DayStarted { .. } => "day_started",
            Self::TradingStateChanged { .. } => "trading_state_changed",
            Self::StrategySwitched { .. } => "strategy_switched",
            Self::EntryDenied { .. } => "entry_denied",
            Self::IntentApproved { .. } => "intent_approved",
            Self::OrderSubmitted { .. } => "order_submitted",
            Self::OrderAccepted { .. } => "order_accepted",
            Self::OrderUnknown { .. } => "order_unknown",
            Self::OrderNeverArrived { .. } => "order_never_arrived",
            Self::IntentFinished { .. } => "intent_finished",
            Self::OrderRejected { .. } => "order_rejected",
            Self::OrderTriggered { .. } => "order_triggered",
            Self::OrderFilled { .. } => "order_filled",
            Self::ExternalMovement { .. } => "external_movement",
            Self::PositionReduced { .. } => "position_reduced",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::OrderExpired { .. } => "order_expired",
            Self::ProtectionSet { .. } => "protection_set",
            Self::TradeClosed { .. } => "trade_closed",
            Self::PositionClosed { .. } => "position_closed",
            Self::CloseAllStarted { .. } => "close_all_started",
            Self::CloseAllFinished { .. } => "close_all_finished",
        }
    }
}
