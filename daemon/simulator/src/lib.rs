//! The rehearsal: a simulated exchange with its own books, a seeded market, and the paper session
//! that steps the engine and the exchange together.
//!
//! Pure and deterministic: no I/O, no clocks, no randomness but the seeded generator inside a
//! [`SimulatedMarket`]. Nothing here decides; that is the engine's work.

mod exchange;
mod gate;
mod market;
mod report;
mod session;

pub use exchange::{
    AuditLine, Balance, ConfigError, ConfigErrors, ExchangeConfig, FeeAsset, MoveError, OpenOrder,
    PriceStep, SetupError, SetupErrors, SimulatedExchange, Tape,
};
pub use gate::{Fenced, Gate};
pub use market::{MarketError, MarketPhase, SimulatedMarket, price_path};
pub use report::Report;
pub use session::{BooksDiffer, PaperSession};
