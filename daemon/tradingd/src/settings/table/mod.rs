//! The static part of the registry, by area.
//!
//! A setting that is read anywhere has its row here; there is no other default, range or name.

mod account;
pub(super) mod alerts;
mod audit;
mod execution;
mod general;
mod limits;
mod market;
mod plans;
mod services;
mod stream;
mod trading;
mod transport;

use super::entry::Entry;
use super::families;

/// Every setting except instruments, which are named by their symbols.
#[must_use]
pub fn registry() -> Vec<Entry> {
    let mut entries = Vec::new();
    for area in [
        general::ENTRIES,
        market::ENTRIES,
        trading::SIGNALS,
        trading::RISK,
        execution::POSITION,
        execution::EXECUTION,
        limits::ORDER,
        limits::PORTFOLIO,
        trading::TRACKER,
        account::ENTRIES,
        services::ENTRIES,
        audit::ENTRIES,
        transport::ENTRIES,
        alerts::ENTRIES,
        stream::ENTRIES,
        plans::ENTRIES,
    ] {
        entries.extend_from_slice(area);
    }
    entries.extend(families::engine_entries());
    entries
}
