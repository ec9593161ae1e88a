//! The gate: limits on true numbers, sizing, and the proof of approval. Knows no strategy and no venue.

mod approval;
pub mod checks;
pub mod correlation;
mod entry;
pub mod equity;
mod figures;
pub mod garch;
mod nelder_mead;
pub mod rates;
pub mod returns;
pub mod sizing;
mod state;
pub mod usage;
pub mod value_at_risk;
pub mod volatility;

#[cfg(test)]
mod wiring_tests;

pub use approval::{ApprovedRequest, EntryPermit, ExitPermit};
pub use entry::Judgement;
pub use figures::{RiskBook, RiskFigures, SymbolFigures};
pub use state::RiskState;
