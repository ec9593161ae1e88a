//! The single writer: it owns the engine, reads the source, stores before it shows, and answers.
//!
//! It runs on a thread of its own. Work comes over lanes and is taken between two rows, emergencies
//! first; everything that came of some rows is committed in one transaction before anyone sees it.

mod batch;
mod before_after;
mod commands;
pub mod crash;
pub mod deadline;
pub mod halt;
mod handle;
mod limits;
mod messages;
mod plans;
mod recover;
mod refusals;
mod rehearse;
mod respond;
mod run;
mod settings;
mod settings_plan;
#[cfg(test)]
mod tests;

pub use commands::Denial;
pub use handle::{
    Answer, Ask, Change, Failure, HaltLatch, Permit, RequestContext, StreamRecord, TraderHandle,
    Work,
};
pub use messages::{message, order_of};
pub use recover::{BUILD, exchange_config};
pub use refusals::{refusal_field, refusal_reason};
pub use run::{Start, StartSettings, Trader, TraderEnd};
