//! End to end: the real `tradingd` and `botctl`, as operators and programs meet them.
//!
//! Processes, sockets and files only; nothing of the daemon's inside is touched. Every wait is for
//! a stream message, a printed line or a process's end.

// Seeds, counts and skips are said where the test runner shows them.
#![allow(clippy::print_stdout)]

mod bad_input;
mod cli_output;
mod determinism;
mod emergency;
mod first_admin;
mod freeze;
mod health;
mod idempotency;
mod independent_client;
mod kill_9;
mod money;
mod permissions;
mod plans;
mod positions;
mod settings;
mod stream;
mod subscribers;
