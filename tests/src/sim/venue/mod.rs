//! A venue behind a faulty link, and a daemon that can be killed between any two steps.
//!
//! [`plan`] draws what goes wrong, [`link`] does it to requests and reports, [`host`] is the daemon
//! with its durable state, [`run`] lets virtual time pass over all of them. The exchange is the
//! simulated one: it survives every kill and is the truth.

mod act;
pub mod host;
pub mod link;
pub mod plan;
mod run;
mod schedule;

pub use run::{VenueRunner, run};
