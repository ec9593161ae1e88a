//! The closed list of what the engine can do to the world.

use crate::risk::ApprovedRequest;
use domain::{
    Amount, Candle, ClientOrderId, Decimal, DecisionRecord, EngineEvent, Interval, Price, Quantity,
    Symbol, Timestamp, TradingState,
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
        /// Entries and exits that may still fill: without an answer yet, or until their cancel is
        /// confirmed.
        in_flight: Vec<ClientOrderId>,
        /// Positions whose protection is placed (again) as soon as their exit order is gone.
        to_be_protected: Vec<Symbol>,
        /// Positions without protection from now on.
        unprotected: Vec<Symbol>,
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
    /// A position, or a part of it, is being sold.
    ClosingPosition {
        /// The intent.
        intent: u64,
        /// Base quantity that will be sold.
        quantity: Quantity,
    },
    /// Stop and targets as they are now.
    Protected {
        /// The stop.
        stop: Option<Price>,
        /// The first target.
        first_target: Option<Price>,
        /// The target.
        target: Option<Price>,
    },
    /// The cancel is on its way.
    Cancelling {
        /// The order.
        id: ClientOrderId,
    },
    /// Money was moved.
    Moved {
        /// The venue's id of the movement.
        reference: String,
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
    /// The state of some orders is not known.
    #[error(
        "{count} order(s) have an outcome that is not known yet ({first} first): trading goes on once they are settled"
    )]
    UnknownOrders {
        /// How many.
        count: usize,
        /// The first of them.
        first: ClientOrderId,
    },
    /// No such pair is traded.
    #[error("there is no symbol {0}")]
    UnknownSymbol(Symbol),
    /// Nothing is held.
    #[error("there is no open position in {0}")]
    NoPosition(Symbol),
    /// The quantity cannot be sold.
    #[error("quantity must be above 0 to {held} in steps of {step}, got {wanted}")]
    BadQuantity {
        /// Asked for.
        wanted: Quantity,
        /// What is held.
        held: Quantity,
        /// The lot size.
        step: Decimal,
    },
    /// The venue would refuse so small an order.
    #[error("{quantity} is worth {value}, but the venue's smallest order is {least}")]
    TooSmall {
        /// Asked for.
        quantity: Quantity,
        /// Its value.
        value: Amount,
        /// The least value.
        least: Amount,
    },
    /// An exit is at work.
    #[error("an exit of {0} is at work already")]
    ExitAtWork(Symbol),
    /// A level on the wrong side.
    #[error("{level} must be {side} {bound}, got {value}")]
    BadLevel {
        /// `stop`, `first_target` or `target`.
        level: &'static str,
        /// `above` or `below`.
        side: &'static str,
        /// What it must be above or below.
        bound: Price,
        /// Asked for.
        value: Price,
    },
    /// A level off the venue's grid.
    #[error("{level} must be a multiple of {tick}, got {value}")]
    OffTick {
        /// `stop`, `first_target` or `target`.
        level: &'static str,
        /// The tick size.
        tick: Decimal,
        /// Asked for.
        value: Price,
    },
    /// No such live order.
    #[error("there is no live order {0}")]
    UnknownOrder(String),
    /// Protection is moved, not cancelled.
    #[error(
        "order {0} protects a position: move or clear its levels with set-protection, or close the position"
    )]
    ProtectiveOrder(ClientOrderId),
    /// Only a simulated exchange moves money at request.
    #[error("money of a live account is moved at the venue, not here")]
    NotSimulated,
    /// Not a movement that can be asked for.
    #[error("{0}")]
    Movement(String),
}
