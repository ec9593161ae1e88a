//! The closed list of what can reach the engine.

use crate::settings::EngineSettings;
use domain::{
    Amount, Asset, Candle, ClientOrderId, ExecutionReport, ExternalMovement, MarketTrade,
    MovementKind, Name, Price, Quantity, Symbol, Timestamp,
};

/// One input. Inputs are handled one after the other; time never goes back (an earlier `at` counts as now).
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// When it happened, in data time for replay and simulation.
    pub at: Timestamp,
    /// What happened.
    pub kind: InputKind,
}

/// What can happen. `usize` values are positions in the sorted list of instruments.
#[derive(Debug, Clone, PartialEq)]
pub enum InputKind {
    /// Only time passed.
    Clock,
    /// The market traded at a price.
    Price(usize, Price),
    /// A base candle closed.
    Candle(usize, Candle),
    /// The market traded; gathered into base candles.
    Trade(usize, MarketTrade),
    /// A candle of the past, for warm-up: indicators learn, nothing is decided.
    WarmUp(usize, Candle),
    /// A venue reported on an order.
    Report(ExecutionReport),
    /// Money moved without an order of ours; a reference that was booked before changes nothing.
    External(Box<ExternalMovement>),
    /// An operator acts.
    Command(Command),
    /// New settings, validated by the caller.
    Settings(Box<EngineSettings>),
    /// The connection to the venue is (back) up: everything open is asked after.
    Connected,
}

/// What an operator can ask of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Halt: entries and strategy exits end, working entries are cancelled, protection stays.
    Stop {
        /// Why; may be empty.
        reason: String,
        /// Suspend protection too: nothing at all leaves but cancels and an asked-for close.
        freeze: bool,
    },
    /// Halt and sell everything.
    CloseAll {
        /// Why.
        reason: String,
    },
    /// Trade again.
    Resume {
        /// Why.
        reason: String,
        /// The latch to clear; `None` for the current one.
        epoch: Option<u64>,
    },
    /// Switch a strategy for all symbols.
    SetStrategyEnabled {
        /// The strategy.
        strategy: Name,
        /// Desired state.
        enabled: bool,
        /// Switch off even when it owns open positions.
        force: bool,
        /// Refuse unless the switch has this version.
        expected_version: Option<u64>,
    },
    /// Close one position, or a part of it; also while halted.
    ClosePosition {
        /// The pair.
        symbol: Symbol,
        /// Base quantity; all when `None`.
        quantity: Option<Quantity>,
        /// Why; may be empty.
        reason: String,
    },
    /// Move stop and targets of an open position. What is `Keep` stays as it is.
    SetProtection {
        /// The pair.
        symbol: Symbol,
        /// The stop, below the last price.
        stop: Level,
        /// The first target, above the last price and below the second.
        first_target: Level,
        /// The target, above the last price.
        target: Level,
    },
    /// Take back one order that is not protection.
    CancelOrder {
        /// Our id of it.
        id: ClientOrderId,
    },
    /// Put money into a simulated account, or take some out. At a live venue people do that
    /// themselves, and the engine hears of it as [`InputKind::External`].
    Move {
        /// Deposit or withdrawal; nothing else can be asked for.
        kind: MovementKind,
        /// What.
        asset: Asset,
        /// How much, above 0.
        amount: Amount,
        /// Why.
        reason: String,
    },
}

/// What becomes of one level of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It stays.
    Keep,
    /// It goes.
    Clear,
    /// It moves here.
    At(Price),
}
