//! The words of the system: prices, quantities, candles, orders, fills, events, and the ports.
//!
//! Pure values. No I/O, no clocks, no settings and no decisions live here.

mod decision;
mod event;
mod instrument;
mod market;
mod movement;
mod number;
mod order;
mod order_view;
mod signal;
mod symbol;
mod time;
mod trade;

pub use decision::{
    DecisionOutcome, DecisionRecord, HoldReason, RiskVerdict, SignalRecord, SizingRecord,
};
pub use event::{
    CloseAllReport, ClosedRemainder, EngineEvent, EntryDenial, EventKind, ExecutionStyle,
    IntentResult, StateCause, StopKind, SwitchCause,
};
pub use instrument::{Instrument, InstrumentError};
pub use market::{Bar, Candle, InvalidBar, MarketTrade, Ohlcv};
pub use movement::{ExternalMovement, MovementKind, ReductionCause};
pub use number::{Amount, InvalidNumber, Price, Quantity, ceil_to_step, floor_to_step, to_float};
pub use order::{
    ClientOrderId, ExecutionReport, Fill, Liquidity, NewOrder, OcoOrder, OrderKind, OrderPurpose,
    OrderRequest, OrderSide, OrderSize, OrderStatus, ReportKind, TimeInForce, VenueStatus,
};
pub use order_view::{OrderView, event_order_id, slippage_bps};
pub use rust_decimal::Decimal;
pub use signal::{Action, Regime, Signal, Trend};
pub use symbol::{Asset, Name, Symbol};
pub use time::{Interval, ParseIntervalError, Timestamp, UtcDay};
pub use trade::{ClosedTrade, ExitReason, TradeShare, TradingState};
