//! The closed list of what the engine can do to the world.

use crate::risk::ApprovedRequest;
use domain::{
    Amount, Candle, ClientOrderId, DecisionRecord, EngineEvent, Interval, Symbol, Timestamp,
    TradingState,
};

/// One output. In the outputs of one call every event precedes the request it explains.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// A fact, to be stored before anything after it is acted on.
    Event(EngineEvent),
    /// Something to ask of the venue.
    Request(ApprovedRequest),
    /// Why a candle did or did not lead to an order.
    Decision(Box<DecisionRecord>),
    /// A candle closed, of the base interval or gathered from it.
    Candle(Symbol, Interval, Candle),
    /// Marked equity at a base candle's close.
    Equity(Timestamp, Amount),
    /// The answer to a command.
    Reply(CommandReply),
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandReply {
    /// Halted.
    Stopped {
        /// Number of the latch.
        epoch: u64,
        /// Entries whose cancel was requested.
        cancelled: Vec<ClientOrderId>,
        /// Protection that stays and may still fire.
        protection: Vec<ClientOrderId>,
        /// Handed to the venue without an answer yet.
        in_flight: Vec<ClientOrderId>,
    },
    /// A close-all has begun (or one was at work already).
    Closing {
        /// Its number.
        id: u64,
        /// Number of the latch.
        epoch: u64,
    },
    /// Trading again.
    Resumed {
        /// Number of the latch that was cleared.
        epoch: u64,
        /// The state it left.
        from: TradingState,
    },
    /// The switch is as wanted.
    Switched {
        /// The switch's version.
        version: u64,
        /// False when it had been so before.
        changed: bool,
    },
    /// Nothing was done.
    Refused(Refusal),
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Resume without a halt.
    #[error("trading is active, there is nothing to resume")]
    NotHalted,
    /// A newer stop exists.
    #[error("the latch to clear is {wanted}, but the current one is {current}: a newer stop wins")]
    StaleEpoch {
        /// Named by the command.
        wanted: u64,
        /// In force.
        current: u64,
    },
    /// Close-all is at work.
    #[error("close-all {0} is still at work")]
    Closing(u64),
    /// No such strategy.
    #[error("there is no strategy {0:?}")]
    UnknownStrategy(String),
    /// It owns open positions.
    #[error(
        "{strategy} owns {count} open position(s): {symbols}; use force to switch it off anyway, they keep their protection and its exits"
    )]
    OwnsPositions {
        /// The strategy.
        strategy: String,
        /// How many.
        count: usize,
        /// Which.
        symbols: String,
    },
    /// The switch has changed meanwhile.
    #[error("version {wanted} was expected, but the switch has version {current}")]
    StaleVersion {
        /// Expected by the command.
        wanted: u64,
        /// In force.
        current: u64,
    },
}
