//! Deterministic simulation in process: one seed decides market, settings, operators and kills.
//!
//! [`world`] draws what a seed means, [`run`] steps a paper session through it, [`eyes`] hands what it
//! leaves behind to the [`oracle`] (a crate of its own), [`campaign`] runs many. Nothing here needs files,
//! a network or a clock; real processes are killed elsewhere.

pub mod campaign;
pub mod chance;
pub mod eyes;
pub mod market;
pub mod run;
pub mod script;
pub mod venue;
pub mod watch;
pub mod world;

pub use campaign::{Campaign, Kind, campaign};
pub use oracle::{Tally, Violation};
pub use run::{Options, Outcome, Runner, run};
