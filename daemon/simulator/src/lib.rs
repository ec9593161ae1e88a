//! The rehearsal: a simulated exchange with its own books, and a seeded market.
//!
//! Pure and deterministic: no I/O, no clocks, no randomness but the seeded generator inside a
//! [`SimulatedMarket`]. Nothing here trades or decides; that is the engine's work.

mod exchange;
mod market;

pub use exchange::{
    AuditLine, Balance, ConfigError, ConfigErrors, ExchangeConfig, OpenOrder, PriceStep,
    SetupError, SetupErrors, SimulatedExchange,
};
pub use market::{MarketError, MarketPhase, SimulatedMarket, price_path};
