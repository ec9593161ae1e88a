//! The mind: market → indicators → strategies → vote → risk → execution → ledger, as one pure state
//! machine. `Engine::handle` takes one input and appends outputs; it does no I/O, reads no clock and
//! never fails.
//!
//! Invariants (each has a test or a compile error behind it, see docs/architecture.md):
//! only the engine decides; an order exists only through `risk`; every event precedes the request it
//! explains; positions are derived from fills, never set; the sum of postings per asset is zero.

mod commands;
mod decide;
mod engine;
pub mod ensemble;
pub mod execution;
mod hostile;
pub mod indicators;
mod input;
pub mod ledger;
pub mod market;
mod output;
pub mod regime;
pub mod risk;
pub mod settings;
pub mod strategies;
pub mod tracker;
pub mod trend;
mod view;

pub use engine::{Engine, Trading};
pub use input::{Command, Input, InputKind, Level};
pub use output::{CommandReply, Output, Refusal};
pub use view::{PositionView, ProtectionPlace};
