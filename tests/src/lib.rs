//! Harness: what the end-to-end tests, the simulation and the benchmark share.

pub mod daemon;
pub mod session;
pub mod sim;
