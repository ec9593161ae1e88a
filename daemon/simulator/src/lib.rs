//! The rehearsal: a simulated exchange with its own books, and a seeded market.
//!
//! Pure and deterministic: no I/O, no clocks, no randomness but the seeded generator inside a
//! simulated market. Nothing here trades or decides; that is the engine's work.

mod exchange;

pub use exchange::{
    AuditLine, Balance, ConfigError, ConfigErrors, ExchangeConfig, OpenOrder, PriceStep,
    SetupError, SetupErrors, SimulatedExchange,
};
