//! The single writer: it owns the engine, reads the source, stores before it shows, and answers.
//!
//! It runs on a thread of its own. Work comes over lanes and is taken between two rows, emergencies
//! first; everything that came of some rows is committed in one transaction before anyone sees it.

mod batch;
mod commands;
pub mod crash;
mod handle;
mod messages;
mod plans;
mod recover;
mod refusals;
mod rehearse;
mod respond;
mod run;
#[cfg(test)]
mod tests;

pub use commands::Denial;
pub use handle::{
    Answer, Ask, Change, Failure, HaltLatch, RequestContext, StreamRecord, TraderHandle, Work,
};
pub use messages::{message, order_of};
pub use recover::{BUILD, exchange_config};
pub use run::{Start, Trader, TraderEnd};
