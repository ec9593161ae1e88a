//! The gate: limits on true numbers, sizing, and the proof of approval. Knows no strategy and no venue.

mod approval;
pub mod checks;
pub mod equity;
pub mod sizing;
pub mod usage;

pub use approval::{ApprovedRequest, EntryPermit, ExitPermit};
